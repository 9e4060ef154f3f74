"""Answers of the AWS Price List Query API, written by hand after the example on its page, with AWS's own names.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_pricing_GetProducts.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

OFFER = "JRTCKXETXF"
"""AWS's code of on-demand terms."""
DIMENSION = "6YS6EN2CT7"


def product(
    sku: str,
    usd: str,
    usagetype: str,
    *,
    unit: str = "Hrs",
    currency: str = "USD",
    effective: str = "2026-11-01T00:00:00Z",
    family: str = "Compute Instance",
    **attributes: str,
) -> dict[str, Any]:
    """One entry of a price list, as it is inside the list's texts."""
    dimension = {
        "unit": unit,
        "endRange": "Inf",
        "description": f"${usd} per {usagetype}",
        "appliesTo": [],
        "rateCode": f"{sku}.{OFFER}.{DIMENSION}",
        "beginRange": "0",
        "pricePerUnit": {currency: usd},
    }
    term = {
        "priceDimensions": {f"{sku}.{OFFER}.{DIMENSION}": dimension},
        "sku": sku,
        "effectiveDate": effective,
        "offerTermCode": OFFER,
        "termAttributes": {},
    }
    return {
        "product": {"productFamily": family, "attributes": {**attributes, "usagetype": usagetype}, "sku": sku},
        "serviceCode": attributes.get("servicecode", ""),
        "terms": {"OnDemand": {f"{sku}.{OFFER}": term}},
        "version": "20261101000000",
        "publicationDate": "2026-11-01T00:00:00Z",
    }


def server(sku: str, usd: str, **changed: str) -> dict[str, Any]:
    """An EC2 instance of m5.xlarge in Mumbai, for Linux, as used on-demand."""
    attributes = {
        "servicecode": "AmazonEC2",
        "regionCode": "ap-south-1",
        "location": "Asia Pacific (Mumbai)",
        "instanceType": "m5.xlarge",
        "vcpu": "4",
        "memory": "16 GiB",
        "operatingSystem": "Linux",
        "preInstalledSw": "NA",
        "licenseModel": "No License required",
        "tenancy": "Shared",
        "capacitystatus": "Used",
        "operation": "RunInstances",
        **changed,
    }
    return product(sku, usd, attributes.pop("usagetype", "APS3-BoxUsage:m5.xlarge"), **attributes)


def database(sku: str, usd: str, usagetype: str, **changed: str) -> dict[str, Any]:
    """An RDS instance of db.r6g.large in Virginia."""
    attributes = {
        "servicecode": "AmazonRDS",
        "regionCode": "us-east-1",
        "instanceType": "db.r6g.large",
        "databaseEngine": "Aurora PostgreSQL",
        "licenseModel": "No license required",
        "deploymentOption": "Single-AZ",
        "storage": "EBS Only",
        **changed,
    }
    return product(sku, usd, usagetype, family="Database Instance", **attributes)


def catalogue() -> Iterator[dict[str, Any]]:
    """A little of the list: what keys mean, and what they might be taken for."""
    yield server("EC2LINUX", "0.2020000000")
    yield server("EC2DEDICATED", "0.2140000000", tenancy="Dedicated", usagetype="APS3-DedicatedUsage:m5.xlarge")
    yield server("EC2RESERVED", "0.0000000000", capacitystatus="AllocatedCapacityReservation")
    windows = {"operatingSystem": "Windows", "operation": "RunInstances:0002"}
    yield server("EC2WINDOWS", "0.3860000000", **windows)
    byol = {"operation": "RunInstances:0800", "licenseModel": "Bring your own license"}
    yield server("EC2WINBYOL", "0.2020000000", **(windows | byol))
    sql = {"preInstalledSw": "SQL Std", "operation": "RunInstances:0006"}
    yield server("EC2WINSQL", "0.8660000000", **(windows | sql))
    yield database("RDSMEMBER", "0.2600000000", "InstanceUsage:db.r6g.large")
    yield database(
        "RDSMEMBERIO", "0.3380000000", "InstanceUsageIOOptimized:db.r6g.large", storage="Aurora IO Optimization Mode"
    )
    mysql = {"databaseEngine": "MySQL"}
    yield database("RDSMYSQL", "0.2150000000", "InstanceUsage:db.r6g.large", **mysql)
    yield database("RDSMYSQLMAZ", "0.4300000000", "Multi-AZUsage:db.r6g.large", deploymentOption="Multi-AZ", **mysql)
    standbys = "Multi-AZ (readable standbys)"
    yield database("RDSMYSQL3", "0.6450000000", "Multi-AZClusterUsage:db.r6g.large", deploymentOption=standbys, **mysql)
    sqlserver = {"databaseEngine": "SQL Server", "licenseModel": "License included"}
    mirror = {"deploymentOption": "Multi-AZ (SQL Server Mirror)", "databaseEdition": "Standard"}
    yield database("RDSSQLSEMAZ", "2.4480000000", "Multi-AZUsage:db.r6g.large", **(sqlserver | mirror))
    yield database("RDSSQLWEB", "0.3640000000", "InstanceUsage:db.r6g.large", databaseEdition="Web", **sqlserver)
    for sku, usd, usagetype in (
        ("FARGATEVCPU", "0.0404800000", "USE1-Fargate-vCPU-Hours:perCPU"),
        ("FARGATEGB", "0.0044450000", "USE1-Fargate-GB-Hours"),
        ("FARGATEARM", "0.0323800000", "USE1-Fargate-ARM-vCPU-Hours:perCPU"),
        ("FARGATESPOT", "0.0127000000", "USE1-SpotUsage-Fargate-vCPU-Hours:perCPU"),
    ):
        yield product(sku, usd, usagetype, unit="hours", family="Compute", regionCode="us-east-1")
    redshift = {"regionCode": "us-east-1", "instanceType": "ra3.xlplus"}
    yield product("REDSHIFT", "1.0860000000", "Node:ra3.xlplus", **redshift)
    scaling = {**redshift, "family": "Redshift Concurrency Scaling"}
    yield product("REDSHIFTCS", "0.0003000000", "CS:ra3.xlplus", unit="seconds", **scaling)


def found(filters: dict[str, str]) -> list[str]:
    """The texts of what the list has for these filters, as AWS matches them: every value whole."""
    return [json.dumps(each) for each in catalogue() if _fits(each["product"], filters)]


def _fits(each: dict[str, Any], filters: dict[str, str]) -> bool:
    known = {"productFamily": each["productFamily"], **each["attributes"]}
    return all(known.get(field) == value for field, value in filters.items())
