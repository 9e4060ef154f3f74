"""Which product of the AWS Price List a rate key means; exactly one, or a reason."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.core.money.listed import Priced, priced
from chalicelib.core.money.price_list import nearest, question
from chalicelib.core.money.question import Question
from chalicelib.core.money.rates import A_MONTH
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
    ("item", "sku", "usd", "hours"),
    [
        ("nat-gateway", "AmazonEC2 NAT", "0.056", 1),
        ("public-ipv4", "AmazonVPC IPV4USED", "0.005", 1),
        ("eks-control-plane", "AmazonEKS EKS", "0.1", 1),
        ("load-balancer.application", "AWSELB ALB", "0.0239", 1),
        ("load-balancer.network", "AWSELB NLB", "0.024", 1),
        ("load-balancer.gateway", "AWSELB GLB", "0.0133", 1),
        ("load-balancer.classic", "AWSELB CLB", "0.0266", 1),
        ("elasticache.redis.cache.m6g.large", "AmazonElastiCache REDIS", "0.157", 1),
        ("elasticache.valkey.cache.m6g.large", "AmazonElastiCache VALKEY", "0.1256", 1),
        ("opensearch.m6g.large.search", "AmazonES SEARCH", "0.136", 1),
        ("opensearch.m6g.large.elasticsearch", "AmazonES SEARCH", "0.136", 1),
        ("opensearch.gp3.gb", "AmazonES SEARCHGP3", "0.1392", A_MONTH),
        ("msk.kafka.m5.large", "AmazonMSK KAFKA", "0.228", 1),
        ("msk.gb", "AmazonMSK KAFKAGB", "0.114", A_MONTH),
        ("ebs.gp2.gb", "AmazonEC2 GP2", "0.114", A_MONTH),
        ("ebs.gp3.gb", "AmazonEC2 GP3", "0.0912", A_MONTH),
        ("ebs.gp3.iops", "AmazonEC2 GP3IOPS", "0.0057", A_MONTH),
        ("ebs.gp3.mbps", "AmazonEC2 GP3MBPS", "0.0456", A_MONTH),
        ("ebs.io1.gb", "AmazonEC2 IO1", "0.131", A_MONTH),
        ("ebs.io2.iops-above-32000", "AmazonEC2 IO2TIER2", "0.0518", A_MONTH),
        ("ebs.standard.gb", "AmazonEC2 MAGNETIC", "0.08", A_MONTH),
        ("rds.postgres.single-az.gp3.gb", "AmazonRDS POSTGRESGP3", "0.131", A_MONTH),
        ("rds.mysql.single-az.gp3.gb", "AmazonRDS ANYGP3", "0.132", A_MONTH),
        ("rds.mysql.multi-az.gp3.gb", "AmazonRDS ANYGP3MAZ", "0.264", A_MONTH),
        ("rds.sqlserver-se.multi-az.gp3.gb", "AmazonRDS MIRRORGP3", "0.262", A_MONTH),
        ("rds.mysql.single-az.io1.iops", "AmazonRDS ANYPIOPS", "0.11", A_MONTH),
    ],
)
def test_what_keeps_billing_is_one_product_by_the_hour_or_the_month(item: str, sku: str, usd: str, hours: int) -> None:
    said = listed(f"keep:ap-south-1:{item}")
    assert isinstance(said, Priced), said
    assert (said.rate.usd, said.rate.hours) == (Decimal(usd), hours)
    assert said.rate.source == f"AWS Price List API, {sku}"


def test_editions_with_storage_of_their_own_are_more_than_one_product() -> None:
    assert listed("keep:ap-south-1:rds.oracle-ee.single-az.gp3.gb") == (
        "the AWS price list has 2 products for it: ORACLEEE, ORACLESE2"
    )


def test_a_usage_type_that_only_ends_alike_is_another_product() -> None:
    said = read(
        "keep:us-east-1:load-balancer.application",
        product("TRUSTSTORE", "0.0056", "TS-LoadBalancerUsage"),
        product("ALB", "0.0225", "LoadBalancerUsage"),
    )
    assert isinstance(said, Priced), said
    assert said.rate.usd == Decimal("0.0225")


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("unknown:no-right-to-look", "the AWS price list is not asked for it"),
        ("keep:us-east-1:of-the-future", "calls of-the-future"),
        ("keep:us-east-1:not-told", "calls not-told"),
        ("keep:us-east-1:load-balancer.quantum", "calls load-balancer.quantum"),
        ("keep:us-east-1:ebs.gp9.gb", "calls ebs.gp9.gb"),
        ("keep:us-east-1:rds.custom-oracle-ee.single-az.gp3.gb", "calls rds.custom-oracle-ee"),
        ("keep:us-east-1:rds.mysql.triple-az.gp3.gb", "calls rds.mysql.triple-az"),
        ("keep:us-east-1:rds.mysql", "calls rds.mysql"),
        ("keep:us-east-1:elasticache.keydb.cache.m4.large", "calls elasticache.keydb"),
        ("keep:cn-north-1:nat-gateway", "is in CNY, and rates are in USD"),
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
            "the AWS price list bills its product A by Quantity, not by the hour or the month",
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
