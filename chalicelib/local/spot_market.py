"""The pools that spot capacity comes from: how much each has and what it costs, as a script says.

A pool nobody scripted has capacity without end, and usual prices (spot_prices.py). The pool of Fargate Spot is written
as the instance type FARGATE_SPOT in no zone, since AWS names neither.
"""

import sys
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

ENDLESS = sys.maxsize
"""A capacity that nobody uses up."""

FARGATE_SPOT = "FARGATE_SPOT"

HISTORY = timedelta(days=90)
"""How far back prices can be asked for.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
"""


@dataclass(frozen=True, slots=True, order=True)
class SpotPool:
    """One instance type in one zone of an account."""

    account: str
    region: str
    instance_type: str
    zone: str


@dataclass(frozen=True, slots=True)
class Price:
    """What one hour in a pool costs since an instant."""

    pool: SpotPool
    since: datetime
    dollars: Decimal


@dataclass(slots=True)
class SpotMarket:
    """What every pool has and costs now, has cost, and will cost."""

    _capacity: dict[SpotPool, int] = field(default_factory=dict)
    _prices: dict[SpotPool, list[Price]] = field(default_factory=dict)

    def capacity(self, pool: SpotPool) -> int:
        """How many instances the pool has room for, those that run there included."""
        return self._capacity.get(pool, ENDLESS)

    def set_capacity(self, pool: SpotPool, capacity: int) -> None:
        """The pool has room for so many."""
        self._capacity[pool] = capacity

    def set_price(self, price: Price) -> None:
        """The pool costs so much from that instant on, past or to come, until its next price."""
        others = [one for one in self._prices.get(price.pool, []) if one.since != price.since]
        self._prices[price.pool] = sorted([*others, price], key=lambda one: one.since)

    def price(self, pool: SpotPool, at: datetime) -> Decimal | None:
        """What the pool costs at that instant; None when nobody said."""
        prices = self._prices.get(pool, [])
        known = bisect_right(prices, at, key=lambda one: one.since)
        return prices[known - 1].dollars if known else None

    def is_scripted(self, pool: SpotPool) -> bool:
        """Somebody said what it costs."""
        return pool in self._prices

    def history(self, account: str, region: str, first: datetime, last: datetime) -> list[Price]:
        """The changes from `first` to `last`, and the price of each pool at `first`; newest first.

        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
        """
        pools = [pool for pool in self._prices if (pool.account, pool.region) == (account, region)]
        found = [price for pool in sorted(pools) for price in _between(self._prices[pool], first, last)]
        return sorted(found, key=lambda price: price.since, reverse=True)


def _between(prices: list[Price], first: datetime, last: datetime) -> Iterator[Price]:
    begin = max(bisect_right(prices, first, key=lambda one: one.since) - 1, 0)
    return (price for price in prices[begin:] if price.since <= last)


def matching(prices: Collection[Price], types: Collection[str], zones: Collection[str]) -> list[Price]:
    """Those prices of these types and zones; an empty filter lets all pass."""
    return [
        price
        for price in prices
        if (not types or price.pool.instance_type in types) and (not zones or price.pool.zone in zones)
    ]
