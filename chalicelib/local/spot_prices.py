"""What spot costs in a pool that nobody scripted: a share of the on-demand price, which moves a little twice a day.

Asked again, it says the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zlib import crc32

from chalicelib.adapters.price_book import PriceBook
from chalicelib.core.money.rates import zone_to_region
from chalicelib.local.spot_market import Price, SpotPool

HALF_DAY = timedelta(hours=12)
MICRO = Decimal("0.000001")
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
LEAST, ZONES, MOVES = 30, 12, 4
"""Percent of the on-demand price at least, and how many of them pools differ by, and one pool from time to time."""

BOOK = PriceBook()


def usual_prices(pool: SpotPool, first: datetime, last: datetime) -> Iterator[Price]:
    """The price in force at `first`, then its changes; nothing for a type that the embedded book does not know."""
    known = BOOK.rate(f"ec2:{zone_to_region(pool.zone)}:{pool.instance_type}:linux:shared:on-demand")
    number = (first - EPOCH) // HALF_DAY
    while known and (at := EPOCH + number * HALF_DAY) <= max(first, last):
        percent = _percent(pool.zone, pool.instance_type, number)
        yield Price(pool, at, (known.usd * percent / 100).quantize(MICRO))
        number += 1


def _percent(zone: str, instance_type: str, number: int) -> Decimal:
    pool = crc32(f"{zone} {instance_type}".encode()) % ZONES
    return Decimal(LEAST + pool + crc32(f"{zone} {instance_type} {number}".encode()) % MOVES)
