"""Where moto's spot prices are replaced: its history is one made-up price of 2006.

- `SpotInstances.describe_spot_price_history`: the scripted prices, in pages.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses.spot_instances import SpotInstances

from chalicelib.local.spot_market import HISTORY, Price, matching
from chalicelib.local.world import World

Patch = tuple[Any, str, Any]

MOST_PRICES = 1000
"""Of one page; AWS's most is 1,000, too."""

LINUX = "Linux/UNIX"
"""The one product with prices here."""


def spot_patches(world: World) -> Iterator[Patch]:
    """What to put in which place of moto."""

    def describe_spot_price_history(self: Any) -> ActionResult:
        found = _asked_for(self, world)
        start = int(self._get_param("NextToken") or 0)
        most = min(self._get_int_param("MaxResults", MOST_PRICES) or MOST_PRICES, MOST_PRICES)
        token = str(start + most) if len(found) > start + most else ""
        page = [_shown(price) for price in found[start : start + most]]
        return ActionResult({"SpotPriceHistory": page, "NextToken": token})

    yield SpotInstances, "describe_spot_price_history", describe_spot_price_history


def _asked_for(request: Any, world: World) -> list[Price]:
    filters = request._filters_from_querystring()
    products = request._get_param("ProductDescriptions", []) or filters.get("product-description", [])
    if products and not any(product.startswith(LINUX) for product in products):
        return []
    now = world.now()
    first = max(_instant(request._get_param("StartTime")) or now - HISTORY, now - HISTORY)
    last = min(_instant(request._get_param("EndTime")) or now, now)
    found = world.market.history(request.current_account, request.region, first, last)
    types = request._get_param("InstanceTypes", []) or filters.get("instance-type", [])
    zone = request._get_param("AvailabilityZone")
    return matching(found, types, [zone] if zone else filters.get("availability-zone", []))


def _instant(given: Any) -> datetime | None:
    if not given:
        return None
    told = given if isinstance(given, datetime) else datetime.fromisoformat(given)
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _shown(price: Price) -> dict[str, Any]:
    return {
        "InstanceType": price.pool.instance_type,
        "AvailabilityZone": price.pool.zone,
        "ProductDescription": LINUX,
        "SpotPrice": f"{price.dollars:f}",
        "Timestamp": price.since,
    }
