"""Whatever happens at night: order holds, sizes return, no wish is lost, the next pass goes on."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.model import StopOrder
from chalicelib.flows.wake import Asked, wake
from tests.flows.stage import DEV, Stage
from tests.properties.nights import EVENING, KINDS, NOON, SIZES, TROUBLES, Night, Shape, Trouble, play

USUAL_NIGHTS = 60
EFFORT = settings(
    max_examples=min(USUAL_NIGHTS, settings().max_examples) if settings().derandomize else settings().max_examples,
    suppress_health_check=[HealthCheck.too_slow],
)


@st.composite
def shapes(draw: st.DrawFn) -> tuple[Shape, ...]:
    """An acyclic graph of one to five resources whose times lie within one and a half of the usual."""
    made: list[Shape] = []
    for number in range(draw(st.integers(1, 5))):
        needs = draw(st.sets(st.integers(0, number - 1), max_size=2)) if number else set()
        kind = draw(st.sampled_from(KINDS))
        made.append(Shape(kind, tuple(sorted(needs)), draw(st.integers(1, 4)), draw(st.integers(1, 2))))
    return tuple(made)


@st.composite
def nights(draw: st.DrawFn, troubles: tuple[str, ...], most: int = 6) -> Night:
    happening = st.builds(Trouble, st.integers(1, 250), st.sampled_from(troubles))
    return Night(
        draw(shapes()),
        draw(st.sampled_from(StopOrder)),
        tuple(draw(st.lists(happening, max_size=most))),
        copies=draw(st.sampled_from([1, 1, 2, 10])),
        lose_every=draw(st.sampled_from([0, 0, 2, 3])),
    )


def is_whole(stage: Stage) -> bool:
    for arn, thing in stage.cloud.things.items():
        if stage.cloud.status(arn) != thing.words.up:
            return False
        if thing.kind == "auto-scaling-group" and thing.sizes != SIZES:
            return False
    return True


def is_down(stage: Stage) -> bool:
    return all(stage.cloud.status(arn) == thing.words.down for arn, thing in stage.cloud.things.items())


@EFFORT
@given(nights(tuple(TROUBLES)))
def test_whatever_happens_at_night_the_morning_finds_everything_up_and_of_its_size(night: Night) -> None:
    assert is_whole(play(night))


@EFFORT
@given(nights(("light lease", "light release", "lease", "release", "autoscaler", "crash", "second worker"), most=12))
def test_whatever_light_and_full_leases_come_and_go_the_morning_finds_everything_at_its_full_size(night: Night) -> None:
    assert is_whole(play(night))


@EFFORT
@given(nights(("crash", "stall", "second worker", "edit")))
def test_without_a_wish_the_environment_is_asleep_in_the_small_hours(night: Night) -> None:
    assert is_down(play(night, end=EVENING + timedelta(hours=5)))


@EFFORT
@given(nights(("stall", "second worker", "edit", "autoscaler")), st.integers(0, 90))
def test_a_wake_at_any_moment_brings_the_environment_up_for_as_long_as_it_was_promised(
    night: Night, minutes: int
) -> None:
    stage = play(night, end=EVENING + timedelta(minutes=minutes))
    granted = wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=3)))
    stage.run_until(granted.until - timedelta(seconds=1))
    assert is_whole(stage)
    stage.run_until(granted.until + timedelta(hours=1))
    assert is_down(stage)
    stage.run_until(NOON)
    assert is_whole(stage)
