from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.group_memory import MOST_FILLS, GroupMemory
from chalicelib.core.mix import Mix, SpotPolicy
from chalicelib.core.pools import NOTHING, Pool, PoolMemory
from chalicelib.core.prefer import Prefer
from chalicelib.core.spot import SpotDecision, decide, remembered
from chalicelib.core.weighed import Present

NOON = datetime(2027, 3, 8, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
GOOD, FAIR, BAD = Pool("m5.large", "eu-west-1a"), Pool("m5.large", "eu-west-1b"), Pool("m6i.large", "eu-west-1a")
STANDS = PoolMemory(seen_at=NOON, up_since=NOON - 2 * DAY, lived=(3e4,) * 5, lost=(1.0,) * 5)
FAILS = PoolMemory(seen_at=NOON, up_since=NOON - MINUTE, lived=(3e3, *NOTHING[1:]), lost=(600.0, *NOTHING[1:]))
PRICES = {GOOD: 0.35, FAIR: 0.36}
BALANCED = SpotPolicy()


def memory(pools: Mapping[Pool, PoolMemory] | None = None, **kept: object) -> GroupMemory:
    """Two pools that stand, and what else is given."""
    known = {GOOD: STANDS, FAIR: STANDS} if pools is None else pools
    return GroupMemory(known, **kept)  # type: ignore[arg-type]


def decided(
    mix: Mix,
    *,
    policy: SpotPolicy = BALANCED,
    known: GroupMemory | None = None,
    prices: Mapping[Pool, float] = PRICES,
    size: int = 20,
    go_back_at: datetime | None = None,
) -> SpotDecision:
    """The decision at noon."""
    present = Present(NOON, size, mix, prices, go_back_at)
    return decide(policy, present, memory() if known is None else known)


def test_a_group_begins_side_by_side_in_pools_that_are_alike() -> None:
    assert decided(Mix(0)).target == Mix(0, {GOOD: 10, FAIR: 10})


def test_a_group_begins_on_demand_when_losses_would_cost_more_than_spot_saves() -> None:
    decision = decided(Mix(0), known=memory({BAD: FAILS}), prices={BAD: 0.35})
    assert decision.target == Mix(20)
    assert decision.because.startswith("the best other place is not worth it: in m6i.large in eu-west-1a (costs ")


def test_what_was_lost_is_replaced_at_once_in_the_best_other_pool() -> None:
    known = memory(changed_at=NOON - MINUTE)
    decision = decided(Mix(0, {GOOD: 12, FAIR: 8}), known=known, prices={FAIR: 0.36})
    assert decision.target == Mix(0, {FAIR: 20})


def test_a_pool_that_fails_is_left_at_once_though_nodes_still_run_there() -> None:
    failing = PoolMemory(failed_at=NOON, hold_until=NOON + HOUR)
    decision = decided(Mix(0, {GOOD: 20}), known=memory({GOOD: failing}), prices={GOOD: 0.35})
    assert decision.target == Mix(20)
    assert decision.because == "each pool is on hold after failures: m5.large in eu-west-1a until 2027-03-08T13:00:00Z"
    assert decision.until == NOON + HOUR


def test_with_no_pool_left_all_is_on_demand() -> None:
    decision = decided(Mix(0, {GOOD: 20}), prices={})
    assert (decision.target, decision.because, decision.until) == (Mix(20), "no pool has capacity", None)


@pytest.mark.parametrize(("prefer", "step"), [("cheapest", 20), ("balanced", 10), ("steady", 5)])
def test_a_group_goes_back_to_spot_in_steps(prefer: str, step: int) -> None:
    assert decided(Mix(20), policy=SpotPolicy(Prefer(prefer))).target == Mix(20 - step, {GOOD: step})


def test_a_group_goes_back_only_after_a_quiet_time() -> None:
    decision = decided(Mix(20), known=memory(changed_at=NOON - MINUTE))
    assert decision.target == Mix(20)
    assert decision.until is not None
    assert NOON < decision.until < NOON + 10 * MINUTE
    assert decision.because.startswith("the rest goes back to spot when it is quiet, 2027-03-08T12:0")


def test_a_group_goes_back_only_in_its_go_back_window() -> None:
    decision = decided(Mix(20), go_back_at=NOON + HOUR)
    assert (decision.target, decision.until) == (Mix(20), NOON + HOUR)
    assert decision.because.endswith("from 2027-03-08T13:00:00Z, its go-back window")


def test_outside_the_window_what_was_lost_still_goes_to_another_pool() -> None:
    decision = decided(Mix(5, {GOOD: 10}), go_back_at=NOON + HOUR)
    assert decision.target == Mix(5, {GOOD: 15})


def test_a_pool_on_hold_is_given_no_nodes_and_keeps_those_it_has() -> None:
    held = PoolMemory(seen_at=NOON, up_since=NOON - DAY, hold_until=NOON + HOUR, lived=(3e4,) * 5, lost=(1.0,) * 5)
    decision = decided(Mix(10, {GOOD: 10}), known=memory({GOOD: held}), prices={GOOD: 0.35})
    assert decision.target == Mix(10, {GOOD: 10})


def test_when_the_days_fills_are_used_up_what_is_lost_goes_on_demand() -> None:
    known = memory(fills=(NOON - HOUR,) * MOST_FILLS)
    decision = decided(Mix(0, {FAIR: 8}), known=known)
    assert decision.target == Mix(12, {FAIR: 8})
    assert decision.until == NOON + 23 * HOUR
    assert "nodes went to spot 72 times within a day" in decision.because


def test_a_pool_that_became_dear_is_left_for_a_better_one() -> None:
    assert decided(Mix(0, {GOOD: 20}), prices={GOOD: 0.9, FAIR: 0.36}).target == Mix(0, {FAIR: 20})


def test_a_little_cheaper_is_no_reason_to_move() -> None:
    assert decided(Mix(0, {FAIR: 20})).target == Mix(0, {FAIR: 20})


def test_a_pool_that_keeps_failing_is_left_for_on_demand_down_to_the_lowest_share() -> None:
    known = memory({BAD: FAILS})
    arguments = {"known": known, "prices": {BAD: 0.35}}
    assert decided(Mix(0, {BAD: 20}), **arguments).target == Mix(20)  # type: ignore[arg-type]
    policy = SpotPolicy(lowest_share=0.3)
    assert decided(Mix(0, {BAD: 20}), policy=policy, **arguments).target == Mix(14, {BAD: 6})  # type: ignore[arg-type]


def test_more_spot_than_a_new_policy_allows_is_given_up_the_dearest_first() -> None:
    policy = SpotPolicy(on_demand_base=4, highest_share=0.5)
    assert decided(Mix(0, {GOOD: 6, FAIR: 14}), policy=policy).target == Mix(12, {GOOD: 6, FAIR: 2})


def test_a_raised_lowest_share_is_reached_at_once() -> None:
    policy = SpotPolicy(Prefer.STEADY, lowest_share=0.8)
    decision = decided(Mix(20), policy=policy, known=memory(changed_at=NOON - MINUTE))
    assert decision.target == Mix(4, {GOOD: 16})


def test_a_policy_without_spot_says_so() -> None:
    assert decided(Mix(20), policy=SpotPolicy(highest_share=0.0)).because == "the policy allows no spot"


def test_nodes_too_few_for_any_spot_are_told_with_the_bounds() -> None:
    policy = SpotPolicy(on_demand_base=4, highest_share=0.6)
    because = decided(Mix(5), policy=policy, size=5).because
    assert because == "the policy allows no spot among 5: at most 60% above a base of 4"


def test_the_reason_names_the_pools_with_their_price() -> None:
    decision = decided(Mix(0, {GOOD: 20}))
    assert decision.because.startswith("20 in m5.large in eu-west-1a (costs 0.3")
    assert decision.because.count("with its losses") == 1
    assert decision.until is None


def test_only_what_is_given_to_a_pool_counts_against_the_days_limit() -> None:
    def after(before: Mix, target: Mix) -> GroupMemory:
        return remembered(GroupMemory(), Present(NOON, 20, before, PRICES), SpotDecision(target, "", None))

    assert after(Mix(20), Mix(20)) == GroupMemory()
    assert after(Mix(0, {GOOD: 20}), Mix(20)) == GroupMemory(changed_at=NOON)
    assert after(Mix(0), Mix(0, {GOOD: 10, FAIR: 10})) == GroupMemory(fills=(NOON, NOON), changed_at=NOON)


def test_a_group_that_is_asleep_is_not_woken() -> None:
    assert decided(Mix(0), size=0, policy=SpotPolicy(on_demand_base=2, lowest_share=0.5)).target == Mix(0)
