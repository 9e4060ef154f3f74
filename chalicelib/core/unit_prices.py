"""Unit prices of what AWS bills around the clock: US dollars before discounts, each with its source and date.

A small table of our own, for work offline and where the price list does not answer: it says nothing of most Regions and
types, and what it does not say is not computable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from chalicelib.core.money.rates import A_MONTH, KEEP, Rate

EVERYWHERE = "*"
WITHOUT_IT = ("cn-", "us-gov-")
"""Regions with price lists of their own, to which no price for everywhere applies."""

ANY_ENGINE = ("mysql", "mariadb", "postgres")
"""Engines that cost what the list's products for any engine do."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures were read, and when they were so."""

    read_in: str
    dated: date


PRINTED = "AWS price list for us-east-1, as infracost's tests print it"
LIST_2024, LIST_2025, LIST_2026 = (
    Source(PRINTED, dated) for dated in (date(2024, 7, 1), date(2025, 7, 7), date(2026, 5, 3))
)
BILL_2024 = Source("AWS list prices on a bill (FOCUS sample data, ListUnitPrice)", date(2024, 9, 1))
IPV4_2024 = Source(
    "https://aws.amazon.com/blogs/aws/new-aws-public-ipv4-address-charge-public-ip-insights/", date(2024, 2, 1)
)

HOURLY: tuple[tuple[Source, str, Mapping[str, str]], ...] = (
    (IPV4_2024, EVERYWHERE, {"public-ipv4": "0.005"}),
    (
        LIST_2024,
        "us-east-1",
        {
            "nat-gateway": "0.045",
            "load-balancer.application": "0.0225",
            "load-balancer.network": "0.0225",
            "load-balancer.classic": "0.025",
            "elasticache.memcached.cache.m4.large": "0.156",
            "elasticache.redis.cache.m6g.12xlarge": "3.557",
            "opensearch.c4.2xlarge.search": "0.587",
            "opensearch.c4.8xlarge.search": "2.347",
            "opensearch.ultrawarm1.medium.search": "0.238",
            "msk.kafka.m5.24xlarge": "10.08",
            "msk.kafka.t3.small": "0.0456",
        },
    ),
    (LIST_2025, "us-east-1", {"eks-control-plane": "0.10"}),
    (BILL_2024, "eu-central-1", {"load-balancer.classic": "0.03"}),
    (BILL_2024, "us-east-2", {"nat-gateway": "0.045"}),
    (
        BILL_2024,
        "us-west-2",
        {"nat-gateway": "0.045", "load-balancer.application": "0.0225", "load-balancer.classic": "0.025"},
    ),
)
"""For one hour, by Region. Balancers bill capacity units and NAT gateways bill traffic besides."""

MONTHLY: tuple[tuple[Source, str, Mapping[str, str]], ...] = (
    (
        LIST_2024,
        "us-east-1",
        {
            "ebs.gp2.gb": "0.10",
            "ebs.gp3.gb": "0.08",
            "ebs.gp3.iops": "0.005",
            "ebs.gp3.mbps": "0.04",
            "ebs.io1.gb": "0.125",
            "ebs.io1.iops": "0.065",
            "ebs.io2.gb": "0.125",
            "ebs.st1.gb": "0.045",
            "ebs.sc1.gb": "0.015",
            "ebs.standard.gb": "0.05",
            "opensearch.gp2.gb": "0.135",
            "opensearch.io1.gb": "0.169",
            "opensearch.io1.iops": "0.088",
            "opensearch.standard.gb": "0.067",
            "msk.gb": "0.10",
        },
    ),
    (
        LIST_2026,
        "us-east-1",
        {
            "rds.any.single-az.gp2.gb": "0.115",
            "rds.any.single-az.gp3.gb": "0.115",
            "rds.any.single-az.gp3.iops": "0.02",
            "rds.any.single-az.io1.gb": "0.125",
            "rds.any.single-az.io1.iops": "0.10",
            "rds.any.single-az.standard.gb": "0.10",
            "rds.any.multi-az.gp2.gb": "0.23",
            "rds.any.multi-az.gp3.gb": "0.23",
            "rds.any.multi-az.gp3.iops": "0.04",
        },
    ),
    (BILL_2024, "ap-northeast-1", {"ebs.gp2.gb": "0.12"}),
    (BILL_2024, "ap-south-1", {"ebs.gp2.gb": "0.114"}),
    (BILL_2024, "eu-central-1", {"ebs.gp2.gb": "0.119", "ebs.gp3.gb": "0.0952"}),
    (BILL_2024, "us-east-2", {"ebs.gp2.gb": "0.10"}),
    (BILL_2024, "us-west-2", {"ebs.gp2.gb": "0.10", "ebs.gp3.gb": "0.08", "ebs.standard.gb": "0.05"}),
)
"""For one month, by Region."""


def _table() -> dict[tuple[str, str], Rate]:
    return {
        (item, region): Rate(keep_key(item, region), Decimal(usd), source.read_in, source.dated, hours)
        for hours, lists in ((1, HOURLY), (A_MONTH, MONTHLY))
        for source, region, prices in lists
        for item, usd in prices.items()
    }


def keep_key(item: str, region: str) -> str:
    """The rate key of what keeps billing."""
    return f"{KEEP}:{region}:{item}"


RATES: Mapping[tuple[str, str], Rate] = _table()
"""Rates by item and Region."""


def rate(item: str, region: str) -> Rate | None:
    """What one unit of the item costs in the Region; None where no price is known. Of a month: for A_MONTH hours."""
    places = (region,) if region.startswith(WITHOUT_IT) else (region, EVERYWHERE)
    known = (RATES.get((name, place)) for name in _names(item) for place in places)
    found = next(filter(None, known), None)
    return found and replace(found, key=keep_key(item, region))


def _names(item: str) -> tuple[str, ...]:
    """What the item is called here: the storage of a database also by what is the same for any engine."""
    name, _, rest = item.partition(".")
    engine, _, storage = rest.partition(".")
    return (item, f"{name}.any.{storage}") if name == "rds" and engine in ANY_ENGINE else (item,)
