"""What is estimated to have been spent this month."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.accrual import Hourly, Spend, accrued, hourly
from chalicelib.core.mix import Mix
from chalicelib.core.mix_memory import KnownPool, MixMemory, SpotMember, Told
from chalicelib.core.model import Location, Observed, ResourceState
from chalicelib.core.pools import Pool
from chalicelib.core.ran import ran
from chalicelib.core.twin_memory import Split, begun

NOON = datetime(2027, 3, 8, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
POOL = Pool("m5.large", "eu-central-1a")
KNOWN = MixMemory(
    pools=(KnownPool(POOL, price=Decimal("0.03")),),
    members=(SpotMember("i-1", POOL), SpotMember("i-2", POOL)),
    on_demand=Decimal("0.10"),
    told=Told(5, 3, "because"),
)


def state(key: str, seen: Observed = Observed.UP, mix: MixMemory | None = None) -> ResourceState:
    here = Location("111122223333", "eu-central-1")
    return ResourceState(f"arn:{key}", key, key, "auto-scaling-group", here, seen, NOON, mix=mix)


def costs(*states: ResourceState) -> Hourly:
    return hourly({one.arn: one for one in states})


def test_a_group_with_a_mix_costs_what_its_members_cost() -> None:
    assert costs(state("nodes", mix=KNOWN)) == Hourly(Decimal("0.36"))


@pytest.mark.parametrize(("launched", "on_demand"), [(None, 3), (1, 1), (30, 3)])
def test_what_ran_is_what_was_launched_and_no_more_than_there_is_room_for(launched: int | None, on_demand: int) -> None:
    assert ran(state("nodes", mix=replace(KNOWN, launched=launched)), None) == Mix(on_demand, {POOL: 2})
    assert ran(state("nodes"), None) == Mix(0)


def test_members_that_aws_could_not_launch_cost_nothing() -> None:
    few = MixMemory(KNOWN.pools, members=KNOWN.members, on_demand=KNOWN.on_demand, told=KNOWN.told, launched=1)
    assert costs(state("nodes", mix=few)) == Hourly(Decimal("0.16"))


def test_what_has_no_known_price_is_named_and_not_counted() -> None:
    unpriced = MixMemory(told=Told(5, 5, "because"))
    states = [state("nodes", mix=KNOWN), state("database"), state("more", mix=unpriced)]
    assert costs(*states) == Hourly(Decimal("0.36"), ("database", "more"))


def test_what_sleeps_costs_nothing_and_is_not_named() -> None:
    assert costs(state("nodes", Observed.DOWN, KNOWN), state("database", Observed.DOWN)) == Hourly(Decimal())


def test_twins_are_counted_once_with_what_each_has() -> None:
    on_demand, spot = state("on-demand"), state("spot", mix=replace(KNOWN, twins=begun("arn:on-demand", Split(3, 2))))
    assert costs(replace(on_demand, sizes={"desired": 3}), spot) == Hourly(Decimal("0.36"))
    sleeps = replace(spot, seen=Observed.DOWN)
    assert costs(replace(on_demand, sizes={"desired": 3}), sleeps) == Hourly(Decimal("0.30"))


def test_hours_times_what_an_hour_costs_are_added() -> None:
    first = accrued(None, Hourly(Decimal("0.36")), NOON)
    assert first == Spend(NOON, NOON)
    assert accrued(first, Hourly(Decimal("0.36"), ("database",)), NOON + 5 * HOUR) == Spend(
        NOON, NOON + 5 * HOUR, Decimal("1.80"), ("database",)
    )


def test_a_new_month_begins_at_nothing_and_takes_the_hours_since_its_beginning() -> None:
    april = datetime(2027, 4, 1, tzinfo=UTC)
    known = Spend(NOON, april - 3 * HOUR, Decimal(900), ("database",))
    assert accrued(known, Hourly(Decimal(2)), april + 2 * HOUR) == Spend(april, april + 2 * HOUR, Decimal(4))
    exact = accrued(known, Hourly(Decimal(2)), april - timedelta(microseconds=1))
    assert accrued(exact, Hourly(Decimal(2)), april + HOUR).usd == 2


def test_a_clock_that_goes_back_takes_nothing_away_and_counts_nothing_twice() -> None:
    known = Spend(NOON, NOON + HOUR, Decimal(1))
    back = accrued(known, Hourly(Decimal(1)), NOON)
    assert (back.usd, back.at) == (Decimal(1), NOON + HOUR)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=50))
def test_many_short_times_add_up_to_one_long_one_to_the_cent(microseconds: list[int]) -> None:
    costs, now, spend = Hourly(Decimal("5.55")), NOON, Spend(NOON, NOON)
    for each in microseconds:
        now += timedelta(microseconds=each)
        spend = accrued(spend, costs, now)
    assert abs(spend.usd - accrued(Spend(NOON, NOON), costs, now).usd) < Decimal("0.01")
