"""Which product of the AWS Price List a rate key means; exactly one, or a reason."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.core.money.listed import Priced, priced
from chalicelib.core.money.price_list import Question, nearest, question
from tests.prices import catalogue, found, product, server

TODAY = date(2026, 11, 16)
LINUX = "ec2:ap-south-1:m5.xlarge:linux:shared:on-demand"


def asked(key: str) -> Question:
    made = question(key)
    assert isinstance(made, Question), made
    return made


def read(key: str, *products: dict[str, Any]) -> Priced | str:
    return priced(key, asked(key), products, TODAY)


def listed(key: str) -> Priced | str:
    made = asked(key)
    return read(key, *(json.loads(text) for text in found(dict(made.filters))))


@pytest.mark.parametrize(
    ("key", "sku", "usd"),
    [
        (LINUX, "AmazonEC2 EC2LINUX", "0.202"),
        ("ec2:ap-south-1:m5.xlarge:linux:dedicated:on-demand", "AmazonEC2 EC2DEDICATED", "0.214"),
        ("ec2:ap-south-1:m5.xlarge:windows:shared:on-demand", "AmazonEC2 EC2WINDOWS", "0.386"),
        ("ec2:ap-south-1:m5.xlarge:windows-sql-std:shared:on-demand", "AmazonEC2 EC2WINSQL", "0.866"),
        ("rds:us-east-1:db.r6g.large:aurora-postgresql:none:member", "AmazonRDS RDSMEMBER", "0.26"),
        ("rds:us-east-1:db.r6g.large:aurora-postgresql:none:member-io", "AmazonRDS RDSMEMBERIO", "0.338"),
        ("rds:us-east-1:db.r6g.large:mysql:none:single-az", "AmazonRDS RDSMYSQL", "0.215"),
        ("rds:us-east-1:db.r6g.large:mysql:none:multi-az", "AmazonRDS RDSMYSQLMAZ", "0.43"),
        ("rds:us-east-1:db.r6g.large:mysql:none:multi-az-cluster", "AmazonRDS RDSMYSQL3", "0.645"),
        ("rds:us-east-1:db.r6g.large:sqlserver-se:included:multi-az", "AmazonRDS RDSSQLSEMAZ", "2.448"),
        ("rds:us-east-1:db.r6g.large:sqlserver-web:included:single-az", "AmazonRDS RDSSQLWEB", "0.364"),
        ("fargate:us-east-1:vcpu:linux:on-demand", "AmazonECS FARGATEVCPU", "0.04048"),
        ("fargate:us-east-1:gb:linux:on-demand", "AmazonECS FARGATEGB", "0.004445"),
        ("fargate:us-east-1:vcpu:linux-arm:on-demand", "AmazonECS FARGATEARM", "0.03238"),
        ("fargate:us-east-1:vcpu:linux:spot", "AmazonECS FARGATESPOT", "0.0127"),
        ("redshift:us-east-1:ra3.xlplus:node", "AmazonRedshift REDSHIFT", "1.086"),
    ],
)
def test_a_key_means_one_product(key: str, sku: str, usd: str) -> None:
    said = listed(key)
    assert isinstance(said, Priced), said
    assert (said.rate.key, said.rate.usd, said.rate.hours) == (key, Decimal(usd), 1)
    assert (said.rate.source, said.rate.dated) == (f"AWS Price List API, {sku}", TODAY)
    assert said.effective == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("keep:us-east-1:nat-gateway", "the AWS price list is not asked for it"),
        ("ec2:cn-north-1:m5.xlarge:linux:shared:on-demand", "is in CNY, and rates are in USD"),
        ("ec2:us-east-1a:m5.xlarge:linux:shared:spot", "spot prices of EC2 are no part of the price list"),
        ("ec2:us-east-1:m5.xlarge:linux:host:on-demand", "their host does"),
        ("ec2:us-east-1:m5.xlarge:beos:shared:on-demand", "the operating system beos"),
        ("ec2:us-east-1:m5.xlarge", "is no rate key"),
        ("rds:us-east-1:db.serverless:aurora-mysql:none:member", "capacity units"),
        ("rds:us-east-1:db.r6g.large:access:none:single-az", "calls access"),
        ("rds:us-east-1:db.r6g.large:mysql:none:triple-az", "triple-az"),
        ("fargate:us-east-1:vcpu:windows:on-demand", "tasks on windows"),
        ("fargate:us-east-1:gpu:linux:on-demand", "gpu of tasks"),
    ],
)
def test_what_the_list_cannot_be_asked_for_has_a_reason(key: str, why: str) -> None:
    assert why in str(question(key))
    assert isinstance(question(key), str)


@pytest.mark.parametrize(
    ("products", "why"),
    [
        ([], "the AWS price list has no product for it"),
        ([server("A", "0.2"), server("B", "0.3")], "the AWS price list has 2 products for it: A, B"),
        (
            [server(sku, "0.2") for sku in "DCBA"],
            "the AWS price list has 4 products for it: A, B, C, ...",
        ),
        (
            [product("A", "1.4", "APS3-BoxUsage:m5.xlarge", currency="CNY")],
            "the AWS price list has its product A in CNY, and rates are in USD",
        ),
        (
            [product("A", "1.4", "APS3-BoxUsage:m5.xlarge", unit="Quantity")],
            "the AWS price list bills its product A by Quantity, not by the hour",
        ),
        ([server("A", "0.0000000000")], "the AWS price list says 0 for its product A, which something else pays for"),
        ([server("A", "0.2") | {"terms": {}}], "the AWS price list has 0 on-demand prices for its product A"),
    ],
    ids=["none", "two", "many", "yuan", "unit", "nothing", "no terms"],
)
def test_what_is_not_one_price_in_dollars_an_hour_is_none(products: list[dict[str, Any]], why: str) -> None:
    assert read(LINUX, *products) == why


def test_a_tiered_price_is_none() -> None:
    tiered = server("A", "0.2")
    [term] = tiered["terms"]["OnDemand"].values()
    [first] = term["priceDimensions"].values()
    term["priceDimensions"]["next"] = first | {"beginRange": "750"}
    assert read(LINUX, tiered) == "the AWS price list has 2 on-demand prices for its product A"


def test_what_filters_let_through_is_looked_at_again() -> None:
    assert read("rds:us-east-1:db.r6g.large:mysql:none:multi-az", *catalogue()) != read(LINUX, *catalogue())
    assert isinstance(read("fargate:us-east-1:vcpu:linux:on-demand", *catalogue()), Priced)


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [
        ("eu-west-1", "eu-central-1"),
        ("af-south-1", "eu-central-1"),
        ("ap-southeast-2", "ap-south-1"),
        ("us-west-2", "us-east-1"),
        ("sa-east-1", "us-east-1"),
    ],
)
def test_the_list_is_asked_where_it_is_nearest(region: str, endpoint: str) -> None:
    assert nearest(region) == endpoint
