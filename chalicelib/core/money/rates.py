"""Rates: what one unit of something costs, from when on, and who says so.

A rate key names what is billed, from service to terms, as text that is the same in code, exports and price books:

    ec2:REGION:TYPE:OS:TENANCY:on-demand       os: linux rhel suse windows windows-sql-web|std|ent linux-sql-...
    ec2:ZONE@ACCOUNT:TYPE:OS:TENANCY:spot      tenancy: shared dedicated host
    rds:REGION:CLASS:ENGINE:LICENCE:DEPLOYMENT licence: none included byol; deployment: single-az multi-az
                                               multi-az-cluster member member-io
    fargate:REGION:vcpu|gb:PLATFORM:on-demand|spot   platform: linux linux-arm windows
    redshift:REGION:TYPE:node
    keep:REGION:ITEM                           what keeps billing, an item of core.unit_prices

Zones are named as their account names them: us-east-1a of one account need not be that of another
(https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html). Without @ACCOUNT it is Curfew's own.

A key without a rate is not computable: never nothing, never guessed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
SPOT, ON_DEMAND = "spot", "on-demand"
KEEP = "keep"

A_MONTH = 730
"""Hours that stand for a month as long as it is not said which month: those of AWS's own monthly estimates.

https://aws.amazon.com/calculator/calculator-assumptions/
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """US dollars before discounts for one unit over so many hours, from `begins` until the next rate of its key.

    `source` says where it was read (an AWS page, the Price List API, a bill), `dated` when it was so. What costs so
    much a month is A_MONTH hours here; core.money.monthly_rates gives each month its own hours.
    """

    key: str
    usd: Decimal
    source: str
    dated: date
    hours: int = 1
    begins: datetime = ALWAYS

    @property
    def hourly(self) -> Decimal:
        """US dollars for one unit and one hour, unrounded."""
        return self.usd / self.hours


Book = Mapping[str, tuple[Rate, ...]]
"""Rates by key, those of one key in the order of when they begin."""


def book(rates: Iterable[Rate]) -> Book:
    """The rates by key; of two of one key that begin at once the one dated later stays."""
    found: dict[str, dict[datetime, Rate]] = {}
    for rate in sorted(rates, key=lambda each: (each.begins, each.dated)):
        found.setdefault(rate.key, {})[rate.begins] = rate
    return {key: tuple(by_begin[begins] for begins in sorted(by_begin)) for key, by_begin in found.items()}


def rate_at(rates: Book, key: str, at: datetime) -> Rate | None:
    """The rate of the key that holds at that instant; None where none is known for it."""
    known = rates.get(key, ())
    number = bisect_right(known, at, key=lambda rate: rate.begins)
    return known[number - 1] if number else None


SHAPES = {"ec2": (6, ON_DEMAND), "rds": (6, ""), "fargate": (5, ON_DEMAND), "redshift": (4, "node")}
"""The parts of a key by its service, and its last one where that is always the same, on-demand."""


def is_on_demand(key: str) -> bool:
    """Whether the key has the shape of something that can be stopped, at its on-demand rate."""
    parts = key.split(":")
    count, last = SHAPES.get(parts[0], (0, ""))
    plain = all(part and not set(part) & set(" *;,") for part in parts)
    return plain and len(parts) == count and parts[-1] == (last or parts[-1])


def is_spot(key: str) -> bool:
    """Whether the key is of spot capacity."""
    return key.endswith(f":{SPOT}")


def zone_to_region(zone: str) -> str:
    """The Region of an Availability Zone: us-east-1a is in us-east-1, and so is the local zone us-east-1-bos-1a.

    An account behind the zone is left out.
    """
    zone = zone.partition("@")[0]
    return "-".join(zone.split("-")[:3]).rstrip("abcdefghijklmnopqrstuvwxyz") if zone[-1:].isalpha() else zone


def list_key(key: str) -> str:
    """The key of the same thing on-demand: what it is compared with."""
    if not is_spot(key):
        return key
    service, place, *rest = key.split(":")
    return ":".join((service, zone_to_region(place), *rest[:-1], ON_DEMAND))
