"""Whether a group's mix is to be set anew, and to what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.core.capacity import Capacity
from chalicelib.core.group_memory import GroupMemory
from chalicelib.core.mix import Mix
from chalicelib.core.mix_memory import KnownPool, MixMemory, SpotMember, Told
from chalicelib.core.mixed import Mixed, Setting
from chalicelib.core.pools import Pool, PoolMemory
from chalicelib.core.prefer import Prefer
from chalicelib.core.remix import cost, decided
from chalicelib.core.shortage import Shortage

NOW = datetime(2027, 3, 8, 12, tzinfo=UTC)
TYPES, ZONES = ("m5.large", "m6i.large"), ("a", "b")
POLICY = Capacity("nodes", on_demand_base=2, shares=(0.0, 0.75), types=TYPES)
ALL = Mixed(Setting(), "{}", {"i-1": Pool("m5.large", "a")}, ZONES)
ASLEEP = replace(ALL, members={})
FRESH = MixMemory()
HELD = FRESH.with_group(GroupMemory({Pool("m5.large", "a"): PoolMemory(hold_until=NOW + timedelta(hours=1))}))


def test_a_type_of_which_one_pool_is_on_hold_is_asked_for_in_no_zone() -> None:
    setting = decided(POLICY, ASLEEP, HELD, [], 10, NOW).setting
    assert setting is not None
    assert setting.types == ("m6i.large",)


def test_a_group_asleep_begins_with_as_much_spot_as_is_allowed() -> None:
    assert decided(POLICY, ASLEEP, FRESH, [], 10, NOW).setting == Setting(2, 25, TYPES)


def test_what_is_set_already_is_not_set_again() -> None:
    done = replace(ASLEEP, setting=Setting(2, 25, TYPES))
    assert decided(POLICY, done, FRESH, [], 10, NOW).setting is None


def test_what_aws_has_just_refused_is_not_asked_for_at_once() -> None:
    first = decided(POLICY, ASLEEP, FRESH, [], 10, NOW)
    refused = replace(first.memory, refusal="ValidationError: no", changed_at=None, fills=())
    assert decided(POLICY, ASLEEP, refused, [], 10, NOW + timedelta(minutes=2)).setting is None
    assert decided(POLICY, ASLEEP, refused, [], 10, NOW + timedelta(minutes=6)).setting is not None


def test_the_policy_of_the_group_is_kept_once() -> None:
    first = decided(POLICY, ASLEEP, FRESH, [], 10, NOW).memory
    ours = replace(ASLEEP, policy='{"ours": 1}', setting=Setting(0, 0, TYPES))
    assert (first.own, decided(POLICY, ours, first, [], 10, NOW).memory.own) == ("{}", "{}")


def test_a_mix_costs_what_its_members_cost_and_nothing_is_guessed() -> None:
    known = MixMemory((KnownPool(Pool("m5.large", "a"), price=Decimal("0.03")),), on_demand=Decimal("0.10"))
    assert cost(known, Mix(2, {Pool("m5.large", "a"): 3})) == Decimal("0.29")
    assert cost(known, Mix(2, {Pool("m5.large", "b"): 3})) is None
    assert cost(FRESH, Mix(2)) is None


STEADY = replace(POLICY, prefer=Prefer.STEADY, shares=(0.0, 0.75))
RATE = Decimal("1.30")


def priced(price: str) -> MixMemory:
    """Every pool costs that, and an on-demand member 0.10 an hour."""
    pools = tuple(KnownPool(Pool(name, zone), price=Decimal(price)) for name in TYPES for zone in ZONES)
    return MixMemory(pools, on_demand=Decimal("0.10"))


def test_a_budget_that_burns_too_fast_pulls_spot_up_to_the_highest_share() -> None:
    calm, pulled = (decided(STEADY, ASLEEP, priced("0.09"), [], 10, NOW, rate) for rate in (None, RATE))
    assert calm.after.on_spot == 0
    assert pulled.after.on_spot == 6
    assert pulled.setting == Setting(2, 25, TYPES)
    assert pulled.memory.told is not None
    assert pulled.memory.told.because.startswith("spend burns 1.3 times as fast as the budget allows: spot up to 75%; ")


@pytest.mark.parametrize(("policy", "price"), [(STEADY, "0.11"), (replace(STEADY, shares=(0.0, 0.0)), "0.09")])
def test_it_pulls_nothing_where_spot_saves_nothing_or_none_is_allowed(policy: Capacity, price: str) -> None:
    remix = decided(policy, ASLEEP, priced(price), [], 10, NOW, RATE)
    assert remix.after.on_spot == 0
    assert remix.memory.told is not None
    assert "budget" not in remix.memory.told.because


def test_no_pool_on_hold_is_asked_though_the_budget_pulls() -> None:
    every = {Pool(name, zone): PoolMemory(hold_until=NOW + timedelta(hours=1)) for name in TYPES for zone in ZONES}
    held = priced("0.09").with_group(GroupMemory(every))
    assert decided(STEADY, ASLEEP, held, [], 10, NOW, RATE).after == Mix(10)


def test_spot_that_is_there_stays_when_the_pull_ends() -> None:
    spot = [Pool("m5.large", "a")] * 6
    there = replace(ALL, setting=Setting(2, 25, TYPES), members={f"i-{n}": one for n, one in enumerate(spot)})
    assert decided(POLICY, there, priced("0.03"), spot, 10, NOW, RATE).setting is None
    assert decided(POLICY, there, priced("0.03"), spot, 10, NOW).setting is None


def test_while_on_demand_is_short_only_what_was_launched_counts() -> None:
    shortage = Shortage(1, NOW, NOW + timedelta(minutes=5))
    short = replace(priced("0.099"), changed_at=NOW, launched=7, shortage=shortage)
    assert decided(STEADY, ALL, short, [], 10, NOW).after == Mix(7, {Pool("m5.large", "a"): 3})
    assert decided(STEADY, ALL, short, [], 10, NOW + timedelta(minutes=5)).after == Mix(10)


def test_what_ran_is_what_was_launched_and_no_more_than_there_is_room_for() -> None:
    memory = replace(priced("0.03"), members=(SpotMember("i-1", Pool("m5.large", "a")),), told=Told(10, 4, ""))
    assert memory.ran == Mix(9, {Pool("m5.large", "a"): 1})
    assert replace(memory, launched=2).ran == Mix(2, {Pool("m5.large", "a"): 1})
    assert replace(memory, launched=30).ran == Mix(9, {Pool("m5.large", "a"): 1})
    assert FRESH.ran == Mix(0)
