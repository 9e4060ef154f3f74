"""Whatever spot does, the mix stays within the policy, and does not flap.

The world here is made of steps of any length: pools come and go, launches are refused, prices jump, news is late,
doubled and contradictory; nodes in a pool without capacity are lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import floor

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.group_memory import DAY, MOST_FILLS, GroupMemory, News, What, heard
from chalicelib.core.mix import Mix, SpotPolicy
from chalicelib.core.pools import Pool
from chalicelib.core.prefer import Prefer, break_even
from chalicelib.core.spot import SpotDecision, decide, remembered
from chalicelib.core.weighed import Present

NOON = datetime(2027, 3, 8, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
POOLS = tuple(Pool("m5.large", f"eu-west-1{letter}") for letter in "abc")
PRICE = 0.35
EFFORT = settings(suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Step:
    """So long after the last one: what is heard (and how late it is), and the prices of pools with capacity."""

    after: timedelta
    heard: tuple[tuple[Pool, timedelta, What], ...]
    prices: dict[Pool, float]
    go_back: bool

    def news(self, now: datetime) -> list[News]:
        """What is heard now."""
        return [News(pool, now - late, what) for pool, late, what in self.heard]


@dataclass(frozen=True)
class Moment:
    """One decision, with all that it was made from."""

    present: Present
    memory: GroupMemory
    decision: SpotDecision

    @property
    def filled(self) -> list[Pool]:
        """The pools that were given nodes."""
        before = self.present.mix.spot
        return [pool for pool, count in self.decision.target.spot.items() if count > before.get(pool, 0)]

    @property
    def left(self) -> list[Pool]:
        """The pools that lost all their nodes by decision."""
        return [pool for pool in self.present.mix.spot if pool not in self.decision.target.spot]


minutes = st.integers(min_value=1, max_value=120).map(lambda count: count * MINUTE)
policies = st.builds(
    lambda prefer, base, shares: SpotPolicy(prefer, base, min(shares), max(shares)),
    st.sampled_from(Prefer),
    st.integers(0, 8),
    st.tuples(*[st.sampled_from((0.0, 0.1, 0.5, 0.7, 0.8, 1.0))] * 2),
)
items = st.tuples(st.sampled_from(POOLS), st.integers(0, 30).map(lambda late: late * MINUTE), st.sampled_from(What))
prices = st.dictionaries(st.sampled_from(POOLS), st.sampled_from((0.1, 0.35, 0.6, 0.99, 2.5)))
steps = st.builds(Step, minutes, st.lists(items, max_size=6).map(tuple), prices, st.booleans())
worlds = st.lists(steps, min_size=1, max_size=25)


def storm(length: int) -> list[Step]:
    """Every two minutes the pool that was just asked is gone, another is there, and prices have jumped."""
    two = 2 * MINUTE
    calm, upset = {POOLS[0]: 0.1, POOLS[1]: 0.9}, {POOLS[1]: 0.1, POOLS[2]: 0.9}
    return [
        Step(two, tuple((pool, MINUTE, What.SEEN) for pool in POOLS), upset if number % 2 else calm, True)
        for number in range(length)
    ]


def played(policy: SpotPolicy, size: int, world: Iterable[Step]) -> list[Moment]:
    """Every decision; what one wants is what runs before the next, but for nodes of pools without capacity."""
    memory, mix, now = GroupMemory(), Mix(0), NOON
    moments = []
    for step in world:
        now += step.after
        memory = heard(memory, step.news(now), break_even(policy.prefer, PRICE))
        running = Mix(mix.on_demand, {pool: count for pool, count in mix.spot.items() if pool in step.prices})
        present = Present(now, size, running, step.prices, None if step.go_back else now + DAY)
        decision = decide(policy, present, memory)
        moments.append(Moment(present, memory, decision))
        memory, mix = remembered(memory, present, decision), decision.target
    return moments


@EFFORT
@given(policies, st.integers(1, 55), worlds)
def test_the_size_of_a_group_never_changes_and_no_number_is_below_0(
    policy: SpotPolicy, size: int, world: list[Step]
) -> None:
    for moment in played(policy, size, world):
        assert moment.decision.target.size == size
        assert all(count > 0 for count in moment.decision.target.spot.values())


@EFFORT
@given(policies, st.integers(1, 55), worlds)
def test_on_demand_is_never_below_its_base(policy: SpotPolicy, size: int, world: list[Step]) -> None:
    for moment in played(policy, size, world):
        assert moment.decision.target.on_demand >= min(policy.on_demand_base, size)


@EFFORT
@given(policies, st.integers(1, 55), worlds)
def test_spot_is_never_above_its_highest_share_nor_below_its_lowest_while_pools_may_be_asked(
    policy: SpotPolicy, size: int, world: list[Step]
) -> None:
    above = max(size - policy.on_demand_base, 0)
    lowest, highest = (Fraction(str(share)) * above for share in (policy.lowest_share, policy.highest_share))
    for moment in played(policy, size, world):
        present, memory = moment.present, moment.memory
        assert moment.decision.target.on_spot <= highest
        if memory.fills_left(present.now) and any(memory.of(p).may_be_asked(present.now) for p in present.prices):
            assert moment.decision.target.on_spot >= min(lowest, Fraction(floor(highest)))


@EFFORT
@given(policies, st.integers(1, 55), worlds)
def test_no_pool_on_hold_or_without_capacity_is_given_nodes(policy: SpotPolicy, size: int, world: list[Step]) -> None:
    for moment in played(policy, size, world):
        for pool in moment.filled:
            hold = moment.memory.of(pool).hold_until
            assert pool in moment.present.prices
            assert hold is None or hold <= moment.present.now


@EFFORT
@given(policies, st.integers(1, 55), worlds)
def test_nodes_go_back_to_spot_only_in_the_go_back_window(policy: SpotPolicy, size: int, world: list[Step]) -> None:
    for moment in played(policy, size, world):
        present, target = moment.present, moment.decision.target
        if present.go_back_at and present.mix.size == size and present.mix.on_spot >= policy.least(size):
            assert target.on_demand >= present.mix.on_demand


@EFFORT
@given(policies, st.integers(1, 55), worlds)
def test_once_every_pool_fails_all_is_on_demand_in_the_same_step(
    policy: SpotPolicy, size: int, world: list[Step]
) -> None:
    blow = Step(MINUTE, tuple((pool, timedelta(0), What.LOST) for pool in POOLS), dict.fromkeys(POOLS, PRICE), True)
    stands = Step(MINUTE, tuple((pool, timedelta(0), What.SEEN) for pool in POOLS), blow.prices, True)
    assert played(policy, size, [*world, stands, blow])[-1].decision.target == Mix(size)


@EFFORT
@given(policies, st.integers(1, 55), worlds)
def test_after_any_trouble_the_group_comes_back_to_spot_by_itself(
    policy: SpotPolicy, size: int, world: list[Step]
) -> None:
    stands = tuple((pool, timedelta(0), What.SEEN) for pool in POOLS)
    calm = [Step(timedelta(hours=2), stands, dict.fromkeys(POOLS, PRICE), True)] * 100
    assert played(policy, size, [*world, *calm])[-1].decision.target.on_spot == policy.most(size)


def _check_that_nothing_flaps(moments: list[Moment]) -> None:
    fills = [(moment.present.now, pool) for moment in moments for pool in moment.filled]
    for number, (at, _) in enumerate(fills):
        assert sum(later - at < DAY for later, _ in fills[number:]) <= MOST_FILLS
    leaves = Counter(pool for moment in moments for pool in moment.left)
    assert all(count <= Counter(pool for _, pool in fills)[pool] for pool, count in leaves.items())


@EFFORT
@given(policies, st.integers(1, 55), st.integers(0, 200), worlds)
def test_no_storm_makes_a_group_switch_more_often_than_the_days_limit(
    policy: SpotPolicy, size: int, length: int, world: list[Step]
) -> None:
    _check_that_nothing_flaps(played(policy, size, storm(length) + world))


def test_a_long_storm_is_sat_out_on_demand_or_in_the_pool_that_is_left() -> None:
    moments = played(SpotPolicy(Prefer.CHEAPEST), 20, storm(1500))
    _check_that_nothing_flaps(moments)
    assert sum(len(moment.filled) for moment in moments[:700]) == MOST_FILLS


@EFFORT
@given(policies, st.integers(1, 55), worlds, st.data())
def test_news_out_of_order_or_twice_decides_the_same(
    policy: SpotPolicy, size: int, world: list[Step], data: st.DataObject
) -> None:
    jumbled = [
        Step(step.after, tuple(data.draw(st.permutations(step.heard * 2))), step.prices, step.go_back) for step in world
    ]
    told, again = played(policy, size, world), played(policy, size, jumbled)
    assert [moment.decision for moment in told] == [moment.decision for moment in again]


@EFFORT
@given(st.lists(st.tuples(items, st.integers(0, 600)), max_size=20))
def test_news_that_was_heard_before_changes_nothing(told: list[tuple[tuple[Pool, timedelta, What], int]]) -> None:
    proof = break_even(Prefer.BALANCED, PRICE)
    news = [News(pool, NOON + number * MINUTE - late, what) for (pool, late, what), number in told]
    once = heard(GroupMemory(), news, proof)
    assert heard(once, news, proof) == once
