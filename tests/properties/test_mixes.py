"""Whatever becomes of its pools in a day, a group's mix keeps its bounds and does not flap."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.group_memory import MOST_FILLS
from chalicelib.core.pools import Pool
from tests.flows.mixed_stage import POOLS, MixedStage

ALWAYS, MOST_SPOT, SIZE = 2, 6, 10
MOST_SWITCHES = 2 * MOST_FILLS
"""Nodes are given to pools so often at most, and leave no more often than they were given."""

LATELY = 20
"""So many activities are told twice, or late."""

Happening = tuple[str, Pool, int]
HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["taken", "dry", "back", "dear", "cheap", "told twice", "a late word"]),
        st.sampled_from(POOLS),
        st.integers(1, 40),
    ),
    min_size=5,
    max_size=40,
)


def happens(stage: MixedStage, what: str, pool: Pool) -> None:
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
        cloud.activities += cloud.activities[-LATELY:]
    else:
        late = cloud.activities[-LATELY:]
        cloud.activities += [{**one, "StartTime": one["StartTime"] - timedelta(minutes=9)} for one in late]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HAPPENINGS)
def test_a_mix_keeps_its_bounds_and_its_sizes_and_does_not_flap(happenings: list[Happening]) -> None:
    stage = MixedStage()
    stage.start(windows="24/7")
    for what, pool, length in happenings:
        happens(stage, what, pool)
        stage.run_for(timedelta(minutes=length))
        on_demand, spot = stage.mix
        assert on_demand >= ALWAYS
        assert spot <= MOST_SPOT
        assert stage.cloud.things[stage.arn].sizes == {"min": 2, "max": 20, "desired": SIZE}
    assert len(stage.switched) <= MOST_SWITCHES
