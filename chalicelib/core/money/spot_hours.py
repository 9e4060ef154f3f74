"""Spot prices by pool and hour, from AWS's history of price changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from chalicelib.core.money.rates import SPOT, zone_to_region

HOUR = timedelta(hours=1)
HISTORY = timedelta(days=90)
"""How far back AWS tells spot prices.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
"""

DESCRIPTIONS = {
    "linux": "Linux/UNIX",
    "rhel": "Red Hat Enterprise Linux",
    "suse": "SUSE Linux",
    "windows": "Windows",
}
"""Product descriptions of the history by the operating system in a key."""

Change = tuple[datetime, Decimal]
"""From when on a pool costs how many US dollars an hour."""


@dataclass(frozen=True, slots=True, order=True)
class SpotPool:
    """A pool as its account names it; `account` "" is Curfew's own. `description` is what AWS calls its system."""

    account: str
    zone: str
    instance_type: str
    description: str

    @property
    def region(self) -> str:
        """The Region in which its history is asked for."""
        return zone_to_region(self.zone)


@dataclass(frozen=True, slots=True)
class KeptSpot:
    """What is kept of one pool and month: its prices by hour, known for all hours before `until`."""

    until: datetime
    prices: tuple[Change, ...] = ()


def pool_of(key: str) -> SpotPool | str:
    """The pool of a rate key of spot capacity; or why it has no history, for people."""
    service, place, *rest = key.split(":")
    if service != "ec2" or len(rest) != 4 or rest[-1] != SPOT:
        return "only spot capacity of EC2 has a price history"
    instance_type, system, tenancy, _ = rest
    if tenancy != "shared" or system not in DESCRIPTIONS:
        return f"AWS tells no spot prices for {system}, tenancy {tenancy}"
    zone, _, account = place.partition("@")
    return SpotPool(account, zone, instance_type, DESCRIPTIONS[system])


def hourly(changes: Iterable[Change], begins: datetime, ends: datetime) -> tuple[Change, ...]:
    """The price in force when each hour between began, only where it differs from that of the hour before.

    The first is that of the hour in which `begins` lies, or the first hour that has one. Hours are those of the clock.
    "You just pay the Spot price that's in effect for the current hour":
    https://aws.amazon.com/blogs/compute/new-amazon-ec2-spot-pricing/
    """
    in_force: dict[datetime, Decimal] = {}
    for at, usd in sorted(changes, key=lambda change: change[0]):
        hour = max(_next_hour(at), hour_of(begins))
        if hour < ends:
            in_force[hour] = usd
    return tuple(_without_repeats(in_force.items()))


def months(begins: datetime, ends: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The calendar months, in UTC, that the time touches, each with its end."""
    first = begins.astimezone(UTC)
    month = datetime(first.year, first.month, 1, tzinfo=UTC)
    while month < ends:
        after = (month + timedelta(days=32)).replace(day=1)
        yield month, after
        month = after


def hour_of(at: datetime) -> datetime:
    """The beginning of the clock hour, in UTC, in which the instant lies."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _next_hour(at: datetime) -> datetime:
    """The first hour that begins then or later."""
    hour = hour_of(at)
    return hour if hour == at else hour + HOUR


def _without_repeats(changes: Iterable[Change]) -> Iterator[Change]:
    last: Decimal | None = None
    for at, usd in changes:
        if usd != last:
            yield at, usd
        last = usd
