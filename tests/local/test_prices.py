"""What a decision on capacity asks beside the groups: prices on demand, and the types that have what is required."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.local.estate import Site


def products(site: Site, **fields: str) -> list[dict[str, Any]]:
    filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in fields.items()]
    pricing = site.cloud.client("pricing", site.account, "us-east-1")
    return [json.loads(one) for one in pricing.get_products(ServiceCode="AmazonEC2", Filters=filters)["PriceList"]]


@pytest.mark.parametrize(
    ("instance_type", "price"),
    [("m5.large", "0.10"), ("c7i.4xlarge", "0.80"), ("m6g.medium", "0.05"), ("u7i-12tb.224xlarge", "44.80")],
)
def test_a_type_has_one_price_an_hour_on_demand(site: Site, instance_type: str, price: str) -> None:
    (product,) = products(site, instanceType=instance_type, regionCode="sa-east-1")
    (term,) = product["terms"]["OnDemand"].values()
    (dimension,) = term["priceDimensions"].values()
    assert (dimension["unit"], Decimal(dimension["pricePerUnit"]["USD"])) == ("Hrs", Decimal(price))
    assert product["product"]["attributes"]["instanceType"] == instance_type


def test_what_is_no_type_has_no_price_and_every_question_is_counted_and_may_be_denied(site: Site) -> None:
    site.cloud.calls.clear()
    assert products(site, instanceType="m5.metal") == products(site) == []
    assert site.cloud.call_counts()["pricing", "GetProducts"] == 2
    site.cloud.deny(site.account, "GetProducts")
    with pytest.raises(Exception, match="AccessDenied"):
        products(site, instanceType="m5.large")
    site.cloud.allow(site.account, "GetProducts")


def test_types_are_found_by_what_they_have_without_burstable_and_bare_metal_ones(site: Site) -> None:
    found = site.client("ec2").get_instance_types_from_instance_requirements(
        ArchitectureTypes=["x86_64"],
        VirtualizationTypes=["hvm"],
        InstanceRequirements={"VCpuCount": {"Min": 4, "Max": 8}, "MemoryMiB": {"Min": 16384, "Max": 32768}},
    )["InstanceTypes"]
    names = {one["InstanceType"] for one in found}
    assert {"m5.xlarge", "m5.2xlarge", "r5.xlarge"} <= names
    assert not names & {"m5.large", "m5.4xlarge", "m6g.xlarge", "t3.xlarge", "c5.xlarge"}
