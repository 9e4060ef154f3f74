"""Unit prices of what AWS bills around the clock: US dollars before discounts, each with its source and date.

A small table of our own: it says nothing of most Regions and types, and what it does not say is not computable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from chalicelib.core.money.rates import KEEP, Rate

HOURS_A_MONTH = 730
"""Hours of the month that AWS's own monthly estimates take. https://aws.amazon.com/calculator/calculator-assumptions/"""

US_EAST_1 = "us-east-1"
EVERYWHERE = "*"
WITHOUT_IT = ("cn-", "us-gov-")
"""Regions with price lists of their own, to which no price for everywhere applies."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where figures were read, and when they were so."""

    read_in: str
    dated: date


LIST_2024 = Source("AWS price list for us-east-1, as infracost's tests print it", date(2024, 7, 1))
LIST_2025 = Source("AWS price list for us-east-1, as infracost's tests print it", date(2025, 7, 7))
LIST_2026 = Source("AWS price list for us-east-1, as infracost's tests print it", date(2026, 5, 3))
IPV4_2024 = Source(
    "https://aws.amazon.com/blogs/aws/new-aws-public-ipv4-address-charge-public-ip-insights/", date(2024, 2, 1)
)

HOURLY: tuple[tuple[Source, Mapping[str, str]], ...] = (
    (
        LIST_2024,
        {
            "nat-gateway": "0.045",
            "load-balancer.application": "0.0225",
            "load-balancer.network": "0.0225",
            "load-balancer.classic": "0.025",
            "elasticache.cache.m4.large": "0.156",
            "elasticache.cache.m6g.12xlarge": "3.557",
            "opensearch.c4.2xlarge.search": "0.587",
            "opensearch.c4.8xlarge.search": "2.347",
            "opensearch.ultrawarm1.medium.search": "0.238",
            "msk.kafka.m5.24xlarge": "10.08",
            "msk.kafka.t3.small": "0.0456",
        },
    ),
    (LIST_2025, {"eks-control-plane": "0.10"}),
)
"""For one hour, in us-east-1. Balancers bill capacity units and NAT gateways bill traffic besides."""

MONTHLY: tuple[tuple[Source, Mapping[str, str]], ...] = (
    (
        LIST_2024,
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
        {
            "rds.gp2.gb": "0.115",
            "rds.gp2.multi-az.gb": "0.23",
            "rds.gp3.gb": "0.115",
            "rds.gp3.multi-az.gb": "0.23",
            "rds.io1.gb": "0.125",
            "rds.io1.iops": "0.10",
            "rds.standard.gb": "0.10",
        },
    ),
)
"""For one month, in us-east-1."""


def _table() -> dict[tuple[str, str], Rate]:
    table = {("public-ipv4", EVERYWHERE): _rate("public-ipv4", EVERYWHERE, "0.005", 1, IPV4_2024)}
    for hours, lists in ((1, HOURLY), (HOURS_A_MONTH, MONTHLY)):
        for source, prices in lists:
            table |= {(item, US_EAST_1): _rate(item, US_EAST_1, usd, hours, source) for item, usd in prices.items()}
    return table


def _rate(item: str, region: str, usd: str, hours: int, source: Source) -> Rate:
    return Rate(keep_key(item, region), Decimal(usd), source.read_in, source.dated, hours)


def keep_key(item: str, region: str) -> str:
    """The rate key of what keeps billing."""
    return f"{KEEP}:{region}:{item}"


RATES: Mapping[tuple[str, str], Rate] = _table()
"""Rates by item and Region."""


def rate(item: str, region: str) -> Rate | None:
    """What one unit of the item costs in the Region; None where no price is known."""
    everywhere = None if region.startswith(WITHOUT_IT) else RATES.get((item, EVERYWHERE))
    known = RATES.get((item, region)) or everywhere
    return known and replace(known, key=keep_key(item, region))
