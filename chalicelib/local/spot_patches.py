"""Where moto's spot side is replaced: its price history is one made-up price of 2006.

- `SpotInstances.describe_spot_price_history`: the scripted prices, and the usual ones of other pools, in pages.
- `SpotInstances.describe_spot_instance_requests`: moto makes no request for what RunInstances launches as spot.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.responses.spot_instances import SpotInstances

from chalicelib.local import spot
from chalicelib.local.refusals import Refused
from chalicelib.local.spot_market import HISTORY, Price, SpotPool, matching
from chalicelib.local.spot_prices import usual_prices
from chalicelib.local.world import World

Patch = tuple[Any, str, Any]

PAGE = 1000
"""The most rows of one page, as in AWS."""

MOST_VALUES = 200
"""Of all filters of one call. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html"""

LINUX = "Linux/UNIX"
"""The one product with prices here."""


def spot_patches(world: World) -> Iterator[Patch]:
    """What to put in which place of moto."""

    def describe_spot_price_history(self: Any) -> ActionResult:
        return _page(self, "SpotPriceHistory", [_shown(price) for price in _asked_for(self, world)])

    def describe_spot_instance_requests(self: Any) -> ActionResult:
        filters = self._filters_from_querystring()
        _check(filters)
        found = spot.requests(self.ec2_backend, filters, self._get_param("SpotInstanceRequestIds", []))
        return _page(self, "SpotInstanceRequests", found)

    yield SpotInstances, "describe_spot_price_history", describe_spot_price_history
    yield SpotInstances, "describe_spot_instance_requests", describe_spot_instance_requests


def _page(request: Any, key: str, found: Sequence[Mapping[str, Any]]) -> ActionResult:
    start = int(request._get_param("NextToken") or 0)
    most = min(request._get_int_param("MaxResults", PAGE) or PAGE, PAGE)
    token = str(start + most) if len(found) > start + most else ""
    return ActionResult({key: found[start : start + most], "NextToken": token})


def _check(filters: Mapping[str, Sequence[str]]) -> None:
    """Raises Refused for filters that AWS does not take, or that nobody has simulated."""
    if sum(len(values) for values in filters.values()) > MOST_VALUES:
        most = f"The maximum number of filter values specified on a single call is {MOST_VALUES}"
        raise Refused("FilterLimitExceeded", most)
    for name in filters:
        if name not in spot.FILTERS:
            raise Refused("InvalidParameterValue", f"The filter '{name}' is invalid")


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
    every = [*found, *_of_others(request, world, types, first, last)]
    every.sort(key=lambda price: price.since, reverse=True)
    return matching(every, types, [zone] if zone else filters.get("availability-zone", []))


def _of_others(request: Any, world: World, types: Sequence[str], first: datetime, last: datetime) -> Iterator[Price]:
    """The usual prices of the pools of these types that nobody scripted."""
    account, region = request.current_account, request.region
    for zone in request.ec2_backend.describe_availability_zones():
        for pool in (SpotPool(account, region, name, zone.name) for name in types):
            if not world.market.is_scripted(pool):
                yield from usual_prices(pool, first, last)


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
