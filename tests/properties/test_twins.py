"""Whatever becomes of pools, sizes and wakes, a pair keeps its nodes while they shift, its base and its bounds."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.group_memory import MOST_FILLS
from chalicelib.core.pools import Pool
from tests.flows.twin_stage import POOLS, TwinStage

BASE, HIGHEST, MOST_SWITCHES = 2, 12, 2 * MOST_FILLS
CALM = timedelta(hours=9)

Happening = tuple[str, Pool, int]
HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["taken", "dry", "back", "dear", "cheap", "told twice", "grown"]),
        st.sampled_from(POOLS),
        st.integers(1, 40),
    ),
    min_size=5,
    max_size=30,
)


def happens(stage: TwinStage, what: str, pool: Pool) -> None:
    cloud = stage.cloud
    if what == "taken":
        cloud.takes_back(pool)
        stage.hear_interruption()
    elif what == "dry":
        cloud.dry.add(pool)
    elif what == "back":
        cloud.dry.discard(pool)
    elif what in ("dear", "cheap"):
        cloud.prices[pool] = "0.30" if what == "dear" else "0.02"
    elif what == "told twice":
        cloud.activities *= 2


def grows(stage: TwinStage, pool: Pool) -> None:
    """An autoscaler adds a node."""
    twin = stage.on_demand if pool.zone.endswith("a") else stage.spot
    stage.cloud.scale(twin, stage.cloud.sizes(twin)[2] + 1)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HAPPENINGS)
def test_while_nodes_shift_there_are_never_fewer_than_wanted_nor_fewer_on_demand_than_the_base(
    happenings: list[Happening],
) -> None:
    stage = TwinStage()
    stage.start(windows="24/7")
    stage.run_for(timedelta(minutes=1))
    total = 10
    for what, pool, length in happenings:
        if what == "grown" and total < HIGHEST:
            grows(stage, pool)
            total += 1
        happens(stage, what, pool)
        stage.run_for(timedelta(minutes=length))
        assert all(one.together >= 10 for one in stage.cloud.ended)
        assert all(one.alone >= BASE for one in stage.cloud.ended if one.arn == stage.on_demand)
        assert all(stage.cloud.sizes(twin)[:2] == (0, HIGHEST) for twin in (stage.on_demand, stage.spot))
    assert len(stage.switched) <= MOST_SWITCHES
    stage.cloud.dry.clear()
    stage.run_for(CALM)
    assert sum(stage.desired) == total
    assert stage.desired[0] >= BASE
