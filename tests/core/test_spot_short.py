"""The decision while AWS is short of on-demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.core.group_memory import DAY, MOST_FILLS, GroupMemory
from chalicelib.core.mix import Mix, SpotPolicy
from chalicelib.core.pools import Pool, PoolMemory
from chalicelib.core.prefer import Prefer
from chalicelib.core.spot import SpotDecision, decide
from chalicelib.core.weighed import Present

NOON = datetime(2027, 3, 8, 12, tzinfo=UTC)
SOON = NOON + timedelta(minutes=5)
GOOD, FAIR = Pool("m5.large", "eu-west-1a"), Pool("m5.large", "eu-west-1b")
POLICY = SpotPolicy(Prefer.STEADY, 2, 0.0, 0.75)
DEAR = {GOOD: 0.99, FAIR: 0.99}
"""With what losses cost a steady owner, no node is worth having there."""
HELD = PoolMemory(failed_at=NOON, failures=1, hold_until=NOON + timedelta(hours=1))
BUSY = GroupMemory(changed_at=NOON)


def short(
    mix: Mix, known: GroupMemory = BUSY, prices: Mapping[Pool, float] = DEAR, until: datetime | None = SOON
) -> SpotDecision:
    """The decision at noon for a group of ten, on-demand being short."""
    return decide(POLICY, Present(NOON, 10, mix, prices, short_until=until), known)


def test_what_is_missing_comes_from_spot_though_on_demand_would_be_better() -> None:
    assert short(Mix(7), until=None).target.on_spot == 0
    assert short(Mix(7)).target == Mix(7, {GOOD: 3})


def test_never_more_than_the_highest_share() -> None:
    assert short(Mix(0, {GOOD: 1})).target == Mix(4, {GOOD: 6})


def test_a_group_of_which_nothing_runs_begins_with_as_much_spot_as_is_allowed() -> None:
    assert short(Mix(0), GroupMemory()).target.on_spot == 6


def test_no_pool_on_hold_is_asked_and_with_both_dry_all_is_on_demand_again() -> None:
    one, both = replace(BUSY, pools={GOOD: HELD}), replace(BUSY, pools={GOOD: HELD, FAIR: HELD})
    assert short(Mix(7), one).target == Mix(7, {FAIR: 3})
    assert short(Mix(7), both).target == Mix(10)


def test_no_node_moves_to_on_demand_that_need_not() -> None:
    quiet = GroupMemory(changed_at=NOON - DAY)
    assert short(Mix(4, {GOOD: 6}), quiet, until=None).target.on_spot < 6
    assert short(Mix(4, {GOOD: 6}), quiet).target == Mix(4, {GOOD: 6})


def test_the_days_limit_of_switches_holds_here_too() -> None:
    assert short(Mix(7), GroupMemory(fills=(NOON,) * MOST_FILLS)).target == Mix(10)


def test_it_says_so_and_until_when() -> None:
    said = short(Mix(7))
    assert said.because.startswith("on-demand is short until 2027-03-08T12:05:00Z at least, so what is missing comes")
    assert "3 in m5.large in eu-west-1a" in said.because
    assert said.until == SOON


def test_it_ends_when_the_hold_does_even_where_no_more_spot_is_allowed() -> None:
    assert short(Mix(4, {GOOD: 6})).until == SOON
    assert short(Mix(4, {GOOD: 6}), until=None).until is None
