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
    yield from gateways()
    yield from volumes()
    yield from database_volumes()
    yield from nodes()


def mumbai(
    sku: str, usd: str, usagetype: str, unit: str = "Hrs", family: str = "", **attributes: str
) -> dict[str, Any]:
    """Something else in Mumbai."""
    return product(sku, usd, f"APS3-{usagetype}", unit=unit, family=family, regionCode="ap-south-1", **attributes)


def gateways() -> Iterator[dict[str, Any]]:
    """What is billed by the hour beside nodes, and what else is in its families."""
    nat = {"family": "NAT Gateway", "operation": "NatGateway"}
    yield mumbai("NAT", "0.0560000000", "NatGateway-Hours", **nat)
    yield mumbai("NATBYTES", "0.0560000000", "NatGateway-Bytes", "GB", **nat)
    yield mumbai("NATREGIONAL", "0.0560000000", "RegionalNatGateway-Hours", **nat)
    yield mumbai("IPV4USED", "0.0050000000", "PublicIPv4:InUseAddress", group="VPCPublicIPv4Address")
    yield mumbai("IPV4IDLE", "0.0050000000", "PublicIPv4:IdleAddress", group="VPCPublicIPv4Address")
    yield mumbai("EKS", "0.1000000000", "AmazonEKS-Hours:perCluster", family="Compute")
    yield mumbai("EKSEXTENDED", "0.5000000000", "AmazonEKS-Hours:extendedSupport", family="Compute")
    for sku, usd, kind in (
        ("ALB", "0.0239", "Application"),
        ("NLB", "0.0240", "Network"),
        ("GLB", "0.0133", "Gateway"),
    ):
        balancer = {"family": f"Load Balancer-{kind}", "operation": f"LoadBalancing:{kind}"}
        yield mumbai(sku, usd, "LoadBalancerUsage", **balancer)
        yield mumbai(f"{sku}TRUST", "0.0056000000", "TS-LoadBalancerUsage", **balancer)
        yield mumbai(f"{sku}LCU", "0.0080000000", "LCUUsage", "LCU-Hrs", **balancer)
    yield mumbai("CLB", "0.0266000000", "LoadBalancerUsage", family="Load Balancer", operation="LoadBalancing")


def volumes() -> Iterator[dict[str, Any]]:
    """EBS, whose units are written in more than one way."""
    for sku, usd, unit, family, kind, usage in (
        ("GP2", "0.1140000000", "GB-Mo", "Storage", "gp2", "VolumeUsage.gp2"),
        ("GP3", "0.0912000000", "GB-Mo", "Storage", "gp3", "VolumeUsage.gp3"),
        ("GP3IOPS", "0.0057000000", "IOPS-Mo", "System Operation", "gp3", "VolumeP-IOPS.gp3"),
        ("GP3MBPS", "46.6944000000", "GiBps-mo", "Provisioned Throughput", "gp3", "VolumeP-Throughput.gp3"),
        ("IO1", "0.1310000000", "GB-Mo", "Storage", "io1", "VolumeUsage.piops"),
        ("IO2", "0.1310000000", "GB-month", "Storage", "io2", "VolumeUsage.io2"),
        ("IO2IOPS", "0.0740000000", "IOPS-Mo", "System Operation", "io2", "VolumeP-IOPS.io2"),
        ("IO2TIER2", "0.0518000000", "IOPS-Mo", "System Operation", "io2", "VolumeP-IOPS.io2.tier2"),
        ("MAGNETIC", "0.0800000000", "GB-Mo", "Storage", "standard", "VolumeUsage"),
        ("MAGNETICIO", "0.0800000000", "IOs", "System Operation", "standard", "VolumeIOUsage"),
    ):
        yield mumbai(sku, usd, f"EBS:{usage}", unit, family, volumeApiName=kind)


def database_volumes() -> Iterator[dict[str, Any]]:
    """Storage of RDS: for any engine, for one that has its own beside that, and by edition."""
    for sku, usd, usage, engine in (
        ("ANYGP3", "0.1320000000", "GP3-Storage", "Any"),
        ("ANYGP3MAZ", "0.2640000000", "Multi-AZ-GP3-Storage", "Any"),
        ("CLUSTERGP3", "0.3960000000", "Multi-AZCluster-GP3-Storage", "Any"),
        ("MIRRORGP3", "0.2620000000", "Mirror-GP3-Storage", "SQL Server"),
        ("POSTGRESGP3", "0.1310000000", "GP3-Storage", "PostgreSQL"),
        ("ORACLEEE", "0.1310000000", "GP3-Storage", "Oracle"),
        ("ORACLESE2", "0.1310000000", "GP3-Storage", "Oracle"),
    ):
        yield mumbai(sku, usd, f"RDS:{usage}", "GB-Mo", "Database Storage", databaseEngine=engine)
    yield mumbai("ANYPIOPS", "0.1100000000", "RDS:PIOPS", "IOPS-Mo", "Provisioned IOPS", databaseEngine="Any")
    yield mumbai("ANYGP3PIOPS", "0.0220000000", "RDS:GP3-PIOPS", "IOPS-Mo", "Provisioned IOPS", databaseEngine="Any")


def nodes() -> Iterator[dict[str, Any]]:
    """Nodes of clusters that have no stop, and their volumes."""
    for engine, usd in (("Redis", "0.1570000000"), ("Memcached", "0.1560000000"), ("Valkey", "0.1256000000")):
        cache = {"instanceType": "cache.m6g.large", "cacheEngine": engine}
        yield mumbai(engine.upper(), usd, "NodeUsage:cache.m6g.large", family="Cache Instance", **cache)
    search = {"family": "Amazon OpenSearch Service Instance", "instanceType": "m6g.large.search"}
    yield mumbai("SEARCH", "0.1360000000", "ESInstance:m6g.large", **search)
    for sku, usd, usage in (("SEARCHGP2", "0.1540", "GP2-Storage"), ("SEARCHGP3", "0.1392", "GP3-Storage")):
        yield mumbai(sku, usd, f"ES:{usage}", "GB-Mo", "Amazon OpenSearch Service Volume")
    kafka = "Managed Streaming for Apache Kafka (MSK)"
    yield mumbai("KAFKA", "0.2280000000", "Kafka.m5.large", family=kafka)
    yield mumbai("KAFKAEXPRESS", "0.4560000000", "Express.m5.large", family=kafka)
    yield mumbai("KAFKAGB", "0.1140000000", "Kafka.Storage.GP2", "GB-Mo", family=kafka)


def found(filters: dict[str, str]) -> list[str]:
    """The texts of what the list has for these filters, as AWS matches them: every value whole."""
    return [json.dumps(each) for each in catalogue() if _fits(each["product"], filters)]


def _fits(each: dict[str, Any], filters: dict[str, str]) -> bool:
    known = {"productFamily": each["productFamily"], **each["attributes"]}
    return all(known.get(field) == value for field, value in filters.items())
