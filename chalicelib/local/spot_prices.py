"""A simulated spot price history: a share of the on-demand price, which moves a little twice a day; always the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from moto.core.responses import ActionResult
from moto.ec2.responses.spot_instances import SpotInstances

from chalicelib.adapters.price_book import PriceBook
from chalicelib.core.money.rates import zone_to_region
from chalicelib.local.world import World

HALF_DAY = timedelta(hours=12)
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
LINUX = "Linux/UNIX"
LEAST, ZONES, MOVES = 30, 12, 4
"""Percent of the on-demand price at least, and how many of them pools differ by, and one pool from time to time."""

BOOK = PriceBook()


def spot_price_patches(world: World) -> Iterator[tuple[Any, str, Any]]:
    """The history of types that the embedded price book knows, for Linux; moto has one price for everything."""

    def describe_spot_price_history(self: Any) -> ActionResult:
        wanted = self._get_param("InstanceTypes", [])
        offered = self.ec2_backend.describe_spot_price_history(wanted, self._filters_from_querystring())
        begins = _instant(self._get_param("StartTime"), world.now())
        ends = min(_instant(self._get_param("EndTime"), world.now()), world.now())
        rows = [row for each in offered for row in history(each["Location"], each["InstanceType"], begins, ends)]
        return ActionResult({"SpotPriceHistory": rows})

    yield SpotInstances, "describe_spot_price_history", describe_spot_price_history


def history(zone: str, instance_type: str, begins: datetime, ends: datetime) -> Iterator[dict[str, Any]]:
    """The price in force when the time begins, then its changes; nothing for a type that the book does not know."""
    known = BOOK.rate(f"ec2:{zone_to_region(zone)}:{instance_type}:linux:shared:on-demand")
    number = (begins - EPOCH) // HALF_DAY
    while known and (at := EPOCH + number * HALF_DAY) <= max(begins, ends):
        yield {
            "AvailabilityZone": zone,
            "InstanceType": instance_type,
            "ProductDescription": LINUX,
            "SpotPrice": f"{known.usd * _percent(zone, instance_type, number) / 100:.6f}",
            "Timestamp": at,
        }
        number += 1


def _percent(zone: str, instance_type: str, number: int) -> Decimal:
    pool = crc32(f"{zone} {instance_type}".encode()) % ZONES
    return Decimal(LEAST + pool + crc32(f"{zone} {instance_type} {number}".encode()) % MOVES)


def _instant(given: datetime | None, otherwise: datetime) -> datetime:
    """What a request says, which moto reads as UTC without saying so."""
    return given.replace(tzinfo=UTC) if given else otherwise
