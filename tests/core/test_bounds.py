from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import bounds
from chalicelib.core.model import Location, Observed, RestorePoint, Sighting, Sizes

PLACE = Location("111122223333", "ap-south-1")


def now(sizes: Sizes) -> Sighting:
    return Sighting("arn:web", "shop/web", "ecs-service", PLACE, Observed.UP, sizes=sizes)


def slept(sizes: Sizes) -> RestorePoint:
    return RestorePoint(1, datetime(2026, 3, 2, tzinfo=UTC), sizes, bounds.left(now(sizes)))


def three(low: int, high: int, count: int) -> Sizes:
    return {"min": low, "max": high, "desired": count}


@pytest.mark.parametrize(
    ("before", "found", "back", "because"),
    [
        ({"desired": 3}, {"desired": 0}, {"desired": 3}, "nothing was changed"),
        ({"desired": 3}, {"desired": 5}, {"desired": 5}, "somebody set a count, and no autoscaling does"),
        (three(2, 6, 3), three(0, 0, 0), three(2, 6, 3), "nothing was changed"),
        (three(2, 6, 3), three(0, 6, 1), three(2, 6, 3), "a count alone is autoscaling's"),
        (three(2, 6, 3), three(0, 9, 0), three(2, 9, 3), "somebody raised the maximum"),
        (three(2, 6, 3), {"desired": 0}, {"desired": 3}, "somebody took the bounds away"),
        ({"desired": 3}, three(1, 2, 1), three(1, 2, 2), "somebody set bounds meanwhile"),
        ({"desired": 3}, three(0, 5, 0), three(0, 5, 3), "bounds set meanwhile may begin at none"),
    ],
)
def test_counts_and_bounds_come_back_except_where_somebody_set_others(
    before: Sizes, found: Sizes, back: Sizes, because: str
) -> None:
    assert bounds.intended(now(found), slept(before)) == back, because


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (three(2, 6, 3), {}),
        (three(2, 6, 5), {}),
        (three(2, 9, 3), {"max": (6, 9)}),
        ({"desired": 3}, {}),
        ({"desired": 5}, {"desired": (3, 5)}),
    ],
)
def test_a_size_that_was_kept_is_told_with_what_it_was_before(found: Sizes, told: dict[str, tuple[int, int]]) -> None:
    assert bounds.kept(now(found), slept(three(2, 6, 3))) == told


def test_a_count_without_bounds_is_whole_only_as_intended() -> None:
    assert not bounds.whole(now({"desired": 0}), slept({"desired": 3}))
    assert bounds.whole(now({"desired": 3}), slept({"desired": 3}))
    assert bounds.whole(now({"desired": 2}), slept({"desired": 3}))  # somebody's


@st.composite
def valid_sizes(draw: st.DrawFn) -> Sizes:
    low, count, high = sorted(draw(st.tuples(*[st.integers(0, 60)] * 3)))
    return draw(st.sampled_from([{"desired": count}, three(low, high, count)]))


@given(before=valid_sizes(), found=valid_sizes())
def test_what_is_intended_is_always_valid_and_whole_once_set(before: Sizes, found: Sizes) -> None:
    restore = slept(before)
    aim = bounds.intended(now(found), restore)
    assert set(aim) == set(found)
    assert 0 <= aim.get("min", 0) <= aim["desired"] <= aim.get("max", 60)
    assert bounds.whole(now(aim), restore)
