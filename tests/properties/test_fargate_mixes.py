"""Whatever becomes of Fargate Spot in a day, a service's mix keeps its bounds and its count, and does not flap."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.group_memory import MOST_FILLS
from tests.flows.fargate_stage import SIZES, FargateStage

ALWAYS, MOST_SPOT, SIZE = 2, 6, 10
MOST_SWITCHES = 2 * MOST_FILLS
"""Tasks are given to spot so often at most, and leave no more often than they were given."""

HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["some taken", "all taken", "dry", "silent", "back", "told again"]),
        st.integers(1, 40),
    ),
    min_size=5,
    max_size=40,
)


def happens(stage: FargateStage, what: str) -> None:
    cloud = stage.cloud
    if what == "told again":
        events = stage.fields["events"]
        stage.fields["events"] = [*events[:1], *events]
    elif what.endswith("taken"):
        cloud.takes_back(stage.arn, most=1 if what.startswith("some") else SIZE)
        stage.hear_interruption()
    else:
        cloud.dry, cloud.silent = what != "back", what == "silent"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HAPPENINGS)
def test_a_services_mix_keeps_its_bounds_and_its_count_and_does_not_flap(happenings: list[tuple[str, int]]) -> None:
    stage = FargateStage()
    stage.start(windows="24/7")
    for what, length in happenings:
        happens(stage, what)
        stage.run_for(timedelta(minutes=length))
        on_demand, spot = stage.mix
        assert on_demand >= ALWAYS
        assert spot <= MOST_SPOT
        assert stage.cloud.things[stage.arn].sizes == SIZES
    stage.cloud.dry = True
    stage.run_for(timedelta(hours=2))
    on_demand, spot = stage.mix
    assert on_demand + spot == SIZE
    assert len(stage.switched) <= MOST_SWITCHES
