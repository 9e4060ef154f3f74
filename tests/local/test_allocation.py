"""Which pools are chosen: a table of strategies over pools of three zones."""

from collections import Counter
from decimal import Decimal

import pytest

from chalicelib.local.allocation import Offer, allocate
from chalicelib.local.mix import ON_DEMAND, SPOT, InstanceMix

PRICES = {"dear": Decimal(5), "fair": Decimal(3), "cheap": Decimal(1)}
ROOM = {"dear": 100, "fair": 50, "cheap": 3}


def offers(zones: str = "a") -> list[Offer]:
    return [Offer(kind, zone, room=ROOM[kind], price=price) for zone in zones for kind, price in PRICES.items()]


def by_type(strategy: str, count: int) -> dict[str, int]:
    mix = InstanceMix(spot_allocation=strategy)
    found = allocate(count, offers(), Counter(), mix.strategy(SPOT))
    return {offer.instance_type: share for offer, share in found.launches.items()}


@pytest.mark.parametrize(
    ("strategy", "count", "expected"),
    [
        ("lowest-price", 4, {"cheap": 2, "fair": 2}),
        ("lowest-price", 10, {"cheap": 3, "fair": 4, "dear": 3}),
        ("capacity-optimized", 4, {"dear": 4}),
        ("capacity-optimized-prioritized", 52, {"dear": 51, "fair": 1}),
        ("price-capacity-optimized", 2, {"cheap": 2}),
        ("price-capacity-optimized", 4, {"cheap": 2, "fair": 2}),
    ],
)
def test_each_strategy_weighs_price_and_depth_in_its_way(strategy: str, count: int, expected: dict[str, int]) -> None:
    assert by_type(strategy, count) == expected


def test_on_demand_takes_its_first_type_whatever_the_strategy() -> None:
    found = allocate(3, offers(), Counter(), InstanceMix(spot_allocation="lowest-price").strategy(ON_DEMAND))
    assert {offer.instance_type for offer in found.launches} == {"dear"}


def test_zones_are_brought_into_balance() -> None:
    found = allocate(4, offers("abc"), Counter(a=3, b=1), InstanceMix().strategy(SPOT))
    by_zone: Counter[str] = Counter()
    for offer, share in found.launches.items():
        by_zone[offer.zone] += share
    assert by_zone == {"b": 2, "c": 2}


def test_a_zone_that_was_asked_and_had_nothing_is_named_once_and_the_next_one_takes_its_part() -> None:
    empty = [Offer("any", zone, room=0) for zone in "ac"]
    found = allocate(3, [*empty, Offer("any", "b")], Counter(a=1), InstanceMix().strategy(SPOT))
    assert (sum(found.launches.values()), found.dry_zones) == (3, ("c", "a"))


def test_of_too_much_as_many_are_launched_as_there_is_room_for() -> None:
    found = allocate(9, [Offer("any", "a", room=4)], Counter(), InstanceMix().strategy(SPOT))
    assert (sum(found.launches.values()), found.dry_zones) == (4, ("a",))
