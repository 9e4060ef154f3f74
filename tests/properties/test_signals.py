"""Whatever on-demand, spot and the budget do together, the mix keeps its bounds and does not flap.

First the decision alone, in a world of steps of any length; then whole passes over a group of ten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.core.accrual import Spend
from chalicelib.core.budget import Budget
from chalicelib.core.burn import PULLS_ABOVE, PULLS_UNTIL_BELOW, pulls
from chalicelib.core.capacity import Capacity
from chalicelib.core.group_memory import DAY, MOST_FILLS, News, What, heard
from chalicelib.core.mix_memory import KnownPool, MixMemory
from chalicelib.core.mixed import Mixed, Setting
from chalicelib.core.pools import Pool
from chalicelib.core.prefer import Prefer, break_even
from chalicelib.core.remix import Remix, decided
from chalicelib.core.shortage import Launch
from chalicelib.core.shortage import heard as launches_heard
from tests.flows.mixed_stage import POLICY, POOLS, MixedStage
from tests.properties.test_mixes import ALWAYS, MOST_SPOT, SIZE, happens

NOON = datetime(2027, 3, 8, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TYPES, ZONES = ("m5.large", "m6i.large"), ("a", "b")
EVERY = tuple(Pool(name, zone) for name in TYPES for zone in ZONES)
EFFORT = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@dataclass(frozen=True)
class Step:
    """So long after the last one: what is heard of pools and of on-demand (and how late), what runs, how it burns."""

    after: timedelta
    pools: tuple[tuple[Pool, timedelta, What], ...]
    launches: tuple[tuple[timedelta, bool], ...]
    gone: int
    burn: Decimal
    prices: Decimal


@dataclass(frozen=True)
class Moment:
    """One decision, at that instant, and what it left AWS set to."""

    now: datetime
    remix: Remix
    setting: Setting
    before: Setting


late = st.integers(0, 30).map(lambda count: count * MINUTE)
steps = st.builds(
    Step,
    st.integers(1, 120).map(lambda count: count * MINUTE),
    st.lists(st.tuples(st.sampled_from(EVERY), late, st.sampled_from(What)), max_size=4).map(tuple),
    st.lists(st.tuples(late, st.booleans()), max_size=3).map(tuple),
    st.integers(0, 10),
    st.sampled_from([Decimal(rate) for rate in ("0.5", "0.99", "1.05", "1.11", "3")]),
    st.sampled_from([Decimal(price) for price in ("0.01", "0.03", "0.09", "0.2")]),
)
worlds = st.lists(steps, min_size=1, max_size=25)
policies = st.builds(
    lambda prefer, base, shares: Capacity("nodes", base, (min(shares), max(shares)), prefer, TYPES),
    st.sampled_from(Prefer),
    st.integers(0, 8),
    st.tuples(*[st.sampled_from((0.0, 0.1, 0.5, 0.75, 1.0))] * 2),
)


def storm(length: int, launched: bool, burn: str) -> list[Step]:
    """Every ten minutes one type is taken back and the other is there; a launch on-demand failed, or not."""
    seen = tuple((pool, MINUTE, What.SEEN) for pool in EVERY)
    return [
        Step(
            10 * MINUTE,
            (*seen, *((pool, timedelta(0), What.LOST) for pool in EVERY if pool.instance_type == TYPES[number % 2])),
            ((timedelta(0), launched),),
            5,
            Decimal(burn),
            Decimal("0.03"),
        )
        for number in range(length)
    ]


def played(policy: Capacity, size: int, world: Iterable[Step]) -> list[Moment]:
    """Every decision. All spot that AWS was told of runs, of the on-demand some does not where that fails."""
    memory, mixed, now, pull = MixMemory(), Mixed(Setting(), "{}", {"i-0": EVERY[0]}, ZONES), NOON, False
    spot: list[Pool] = []
    moments = []
    for step in world:
        now, pull = now + step.after, pulls(step.burn, pull)
        memory, spot = _looked(memory, mixed.setting, step, spot, size, policy.prefer, now)
        rate = step.burn if pull else None
        remix = decided(policy, mixed, memory, spot, size, now, rate)
        setting = remix.setting or mixed.setting
        moments.append(Moment(now, remix, setting, mixed.setting))
        memory, mixed = remix.memory, replace(mixed, setting=setting)
        spot = sorted(pool for pool, count in remix.after.spot.items() for _ in range(count))
    return moments


def _looked(
    memory: MixMemory, setting: Setting, step: Step, spot: list[Pool], size: int, prefer: Prefer, now: datetime
) -> tuple[MixMemory, list[Pool]]:
    news = [News(pool, now - late, what) for pool, late, what in step.pools]
    launches = [Launch(now - late, succeeded) for late, succeeded in step.launches]
    memory = memory.with_group(heard(memory.group, news, break_even(prefer, 0.35)))
    lost = {one.pool for one in news if one.what is What.LOST}
    launched = max(setting.on_demand(size) - step.gone, 0)
    shortage = launches_heard(memory.shortage, launches)
    pools = tuple(KnownPool(one.pool, one.memory, step.prices) for one in memory.pools)
    memory = replace(memory, pools=pools, on_demand=Decimal("0.1"), launched=launched, shortage=shortage)
    return memory, [pool for pool in spot if pool not in lost]


storms = st.builds(storm, st.integers(0, 300), st.booleans(), st.sampled_from(["0.5", "3"]))
CHEAPEST = Capacity("nodes", 2, (0.0, 0.75), Prefer.CHEAPEST, TYPES)


@EFFORT
@given(policies, st.integers(1, 55), worlds)
def test_what_aws_is_told_keeps_the_base_and_the_highest_share(policy: Capacity, size: int, world: list[Step]) -> None:
    for moment in played(policy, size, world):
        on_demand, above = moment.setting.on_demand(size), max(size - policy.on_demand_base, 0)
        if moment.remix.setting:
            assert moment.setting.base == policy.on_demand_base
            assert size - on_demand <= above * policy.shares[1] + 1e-9
        assert moment.remix.after.size == size
        assert moment.remix.after.on_spot <= above * policy.shares[1] + 1e-9


@EFFORT
@given(policies, st.integers(1, 55), storms, worlds)
@example(CHEAPEST, 10, storm(300, launched=False, burn="0.5"), [])
@example(CHEAPEST, 10, storm(300, launched=True, burn="3"), [])
def test_nodes_are_given_to_spot_so_often_a_day_at_most_and_each_time_is_on_record(
    policy: Capacity, size: int, before: list[Step], world: list[Step]
) -> None:
    given_at = []
    for moment in played(policy, size, before + world):
        fills = moment.remix.memory.fills
        assert sum(moment.now - at < DAY for at in fills) <= MOST_FILLS
        more = moment.before.on_demand(size) > moment.setting.on_demand(size)
        given_at += [moment.now] if moment.remix.setting and more else []
        assert not more or moment.now in fills
        assert sum(moment.now - at < DAY for at in given_at) <= MOST_FILLS


@EFFORT
@given(policies, st.integers(1, 55), worlds)
def test_no_pool_on_hold_is_asked_whatever_is_short_and_however_fast_it_burns(
    policy: Capacity, size: int, world: list[Step]
) -> None:
    for moment in played(policy, size, world):
        for pool, count in moment.remix.after.spot.items():
            if count > moment.remix.before.spot.get(pool, 0):
                assert moment.remix.memory.group.of(pool).may_be_asked(moment.now)


@EFFORT
@given(policies, st.integers(1, 55), worlds, st.data())
def test_news_of_pools_and_launches_out_of_order_or_twice_decides_the_same(
    policy: Capacity, size: int, world: list[Step], data: st.DataObject
) -> None:
    jumbled = [
        replace(
            step,
            pools=tuple(data.draw(st.permutations(step.pools * 2))),
            launches=tuple(data.draw(st.permutations(step.launches * 2))),
        )
        for step in world
    ]
    told, again = played(policy, size, world), played(policy, size, jumbled)
    assert [moment.remix for moment in told] == [moment.remix for moment in again]


@EFFORT
@given(policies, st.integers(1, 55), worlds)
def test_with_both_dry_all_is_on_demand_and_after_any_trouble_spot_comes_back(
    policy: Capacity, size: int, world: list[Step]
) -> None:
    fails = tuple((pool, timedelta(0), What.LOST) for pool in EVERY)
    stands = tuple((pool, timedelta(0), What.SEEN) for pool in EVERY)
    calm = Step(timedelta(hours=2), stands, ((timedelta(0), True),), 0, Decimal("0.5"), Decimal("0.01"))
    dry = replace(calm, after=MINUTE, pools=fails, launches=((timedelta(0), False),), gone=size)
    moments = played(policy, size, [*world, replace(calm, after=MINUTE), dry, *[calm] * 100])
    assert moments[len(world) + 1].setting.on_demand(size) == size
    most = int(max(size - policy.on_demand_base, 0) * policy.shares[1] + 1e-9)
    assert moments[-1].remix.after.on_spot == most


@given(st.lists(st.decimals(0, 3, places=2), max_size=200))
def test_a_pull_never_turns_without_the_burn_rate_crossing_both_limits(rates: list[Decimal]) -> None:
    pull, turned_at = False, None
    for rate in rates:
        now = pulls(rate, pull)
        if now is not pull:
            assert rate > PULLS_ABOVE if now else rate < PULLS_UNTIL_BELOW
            assert turned_at is None or abs(rate - turned_at) > PULLS_ABOVE - PULLS_UNTIL_BELOW
            turned_at = rate
        pull = now


Happening = tuple[str, Pool, int]
HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(
            ["taken", "dry", "back", "dear", "cheap", "told twice", "a late word", "short", "plenty", "burns", "rests"]
        ),
        st.sampled_from(POOLS),
        st.integers(1, 40),
    ),
    min_size=5,
    max_size=40,
)


def becomes(stage: MixedStage, what: str, pool: Pool) -> None:
    """Of on-demand three members end, of which AWS has more or has not; the month has cost much, or little."""
    if what in ("short", "plenty"):
        stage.cloud.no_on_demand = what == "short"
        stage.ends(3)
        stage.hear_failed_launch()
    elif what in ("burns", "rests"):
        kept, now = stage.store.kept["orders-qa"], stage.clock.now()
        spend = Spend(now.replace(day=1, hour=0), now, Decimal(900 if what == "burns" else 1))
        kept.head = replace(kept.head, notes=replace(kept.head.notes, spend=spend))
    else:
        happens(stage, what, pool)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HAPPENINGS)
def test_whole_passes_keep_the_bounds_and_the_sizes_and_do_not_flap(happenings: list[Happening]) -> None:
    stage = MixedStage()
    stage.start(POLICY, windows="24/7", budget=Budget(Decimal(700)))
    stage.run_for(timedelta(minutes=5))
    for what, pool, length in happenings:
        becomes(stage, what, pool)
        stage.run_for(timedelta(minutes=length))
        on_demand, spot = stage.mix
        assert spot <= MOST_SPOT
        assert on_demand >= ALWAYS or stage.cloud.no_on_demand
        assert stage.memory.set_to is None or stage.memory.set_to.on_demand(SIZE) >= SIZE - MOST_SPOT
        assert stage.cloud.things[stage.arn].sizes == {"min": 2, "max": 20, "desired": SIZE}
    assert len(stage.memory.fills) <= MOST_FILLS
    assert len(stage.switched) <= 2 * MOST_FILLS
