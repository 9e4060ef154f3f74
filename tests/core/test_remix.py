"""Whether a group's mix is to be set anew, and to what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from chalicelib.core.capacity import Capacity
from chalicelib.core.group_memory import GroupMemory
from chalicelib.core.mix import Mix
from chalicelib.core.mix_memory import KnownPool, MixMemory
from chalicelib.core.mixed import Mixed, Setting
from chalicelib.core.pools import Pool, PoolMemory
from chalicelib.core.remix import cost, decided

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
