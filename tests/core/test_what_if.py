"""What other policies would have cost: the real decision over past prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.core.capacity import ByTime, Capacity
from chalicelib.core.pools import Pool
from chalicelib.core.prefer import Prefer
from chalicelib.core.uptime import Uptime
from chalicelib.core.what_if import (
    OtherPolicy,
    Past,
    Steps,
    all_on_demand,
    contenders,
    hours_up,
    length,
    replayed,
    with_prices,
)
from chalicelib.core.windows import parse_window

MONDAY = datetime(2027, 3, 8, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
A, B, C = (Pool("m5.large", zone) for zone in "abc")
HALF = Capacity("nodes", on_demand_base=2, shares=(0.0, 0.5), prefer=Prefer.CHEAPEST)
ALL_SPOT = Capacity("nodes", shares=(1.0, 1.0), prefer=Prefer.CHEAPEST)


def hours(window: str = "24/7", days: int = 1) -> tuple[tuple[datetime, datetime], ...]:
    return hours_up((Uptime("UTC", (parse_window(window),)),), HOUR, MONDAY, MONDAY + days * DAY)


def steps(*prices: tuple[float, str]) -> Steps:
    """Prices by the hour since Monday's midnight."""
    return tuple((MONDAY + at * HOUR, Decimal(price)) for at, price in prices)


def past(window: str = "24/7", days: int = 1, **pools: Steps) -> Past:
    """Ten members, at 0.10 on-demand."""
    prices = {Pool("m5.large", zone): told for zone, told in pools.items()} or {A: steps((0, "0.03"))}
    return Past(10, hours(window, days), prices, Decimal("0.10"), Decimal("0.10"))


def test_hours_are_those_in_which_the_calendar_wants_it_up_counted_from_each_opening() -> None:
    of_two_days = hours("mon-fri 08:30-11:00", days=2)
    lengths = [ends - begins for begins, ends in of_two_days]
    assert lengths == [HOUR, HOUR, HOUR / 2] * 2
    assert of_two_days[0][0] == MONDAY + 8.5 * HOUR


def test_a_mix_costs_what_its_on_demand_and_its_spot_members_cost_in_those_hours() -> None:
    assert replayed(HALF, past()).cost == Decimal("0.72") * 24  # (6 * 0.10 + 4 * 0.03) an hour
    assert replayed(HALF, past("mon-fri 08:30-11:00")).cost == Decimal("1.80")


def test_all_on_demand_costs_the_type_that_the_group_would_launch_by_itself() -> None:
    assert all_on_demand(replace(past(), alone=Decimal("0.08"))).cost == Decimal("0.8") * 24


def test_a_price_that_rises_within_an_hour_counts_from_the_next_on() -> None:
    assert replayed(ALL_SPOT, past("mon 08:00-10:00", a=steps((0, "0.03"), (8.5, "0.05")))).cost == Decimal("0.80")


def test_a_spike_is_left_and_come_back_from_and_that_is_two_switches() -> None:
    spike = past(a=steps((0, "0.03"), (6, "0.25"), (9, "0.03")))
    outcome = replayed(replace(HALF, shares=(0.0, 1.0)), spike)
    assert outcome.switches == 2
    assert outcome.cost is not None
    assert Decimal("0.44") * 21 + Decimal("1.00") * 3 == outcome.cost


def test_a_group_that_comes_up_anew_each_morning_is_placed_where_spot_is_cheapest_then() -> None:
    moved = past("mon-fri 08:00-10:00", 2, a=steps((0, "0.03"), (12, "0.06")), b=steps((0, "0.05")))
    outcome = replayed(ALL_SPOT, moved)
    assert (outcome.cost, outcome.switches) == (10 * 2 * Decimal("0.03") + 10 * 2 * Decimal("0.05"), 0)


def test_members_that_run_stay_where_they_are_though_another_pool_is_cheaper_now() -> None:
    other = past(a=steps((0, "0.03")), b=steps((0, "0.06"), (5, "0.02")))
    assert replayed(ALL_SPOT, other).cost == Decimal("0.30") * 24


@pytest.mark.parametrize("capacity", [HALF, replace(HALF, prefer=Prefer.STEADY)])
def test_what_needs_a_price_that_nobody_knows_is_not_computable(capacity: Capacity) -> None:
    unknown = replace(past(), on_demand=None, alone=None)
    assert replayed(capacity, unknown).cost is None
    assert all_on_demand(unknown).cost is None
    assert replayed(ALL_SPOT, unknown).cost == Decimal("0.30") * 24


def test_hours_before_the_first_price_are_not_priced() -> None:
    late = with_prices(past(a=steps((20, "0.03")), b=steps((21, "0.02"))))
    assert length(late) == 4
    assert replayed(ALL_SPOT, late).cost == Decimal("1.20")


def test_without_any_price_nothing_is_computable() -> None:
    nothing = with_prices(replace(past(), prices={}))
    assert (nothing.hours, replayed(HALF, nothing).cost, all_on_demand(nothing).cost) == ((), None, None)


def test_pools_that_were_always_dearer_by_far_are_left_out() -> None:
    three = past(a=steps((0, "0.03")), b=steps((0, "0.034")), c=steps((0, "0.06")))
    assert set(contenders(three).prices) == {A, B}
    assert set(contenders(past(a=steps((0, "0.03"), (9, "0.07")), c=steps((0, "0.06")))).prices) == {A, C}


def test_another_policy_changes_what_it_says_and_nothing_else() -> None:
    weekend = ByTime((parse_window("sat-sun 00:00-24:00"),), (1.0, 1.0))
    present = replace(HALF, by_time=(weekend,), go_back=(parse_window("mon-fri 12:00-14:00"),))
    assert OtherPolicy(prefer=Prefer.STEADY).instead_of(present) == replace(present, prefer=Prefer.STEADY)
    assert OtherPolicy(on_demand_base=0).instead_of(present) == replace(present, on_demand_base=0)
    always = OtherPolicy(shares=(1.0, 1.0)).instead_of(present)
    assert always == replace(present, shares=(1.0, 1.0), by_time=())
