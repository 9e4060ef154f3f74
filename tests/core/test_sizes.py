from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import sizes
from chalicelib.core.model import Location, Observed, RestorePoint, Sighting

Three = tuple[int, int, int]
ASLEEP = (0, 0, 0)


def named(three: Three) -> dict[str, int]:
    return dict(zip(("min", "max", "desired"), three, strict=True))


def read(three: Three) -> Sighting:
    place = Location("111122223333", "ap-south-1")
    return Sighting("arn:nodes", "nodes", "auto-scaling-group", place, Observed.UP, sizes=named(three))


def asleep_since(before: Three, left: Three = ASLEEP) -> RestorePoint:
    return RestorePoint(1, datetime(2026, 3, 2, tzinfo=UTC), named(before), named(left))


def brought_back(before: Three, found: Three, left: Three = ASLEEP) -> Three:
    aim = sizes.intended(read(found), asleep_since(before, left))
    return aim["min"], aim["max"], aim["desired"]


@pytest.mark.parametrize(
    ("before", "found", "back", "because"),
    [
        ((22, 55, 30), ASLEEP, (22, 55, 30), "nothing was changed"),
        ((22, 55, 30), (22, 55, 30), (22, 55, 30), "our own start is not somebody's change"),
        ((0, 10, 4), ASLEEP, (0, 10, 4), "a minimum of zero is a size like any other"),
        ((22, 55, 30), (0, 55, 1), (22, 55, 30), "a desired size alone is an autoscaler's"),
        ((22, 55, 30), (0, 60, 0), (22, 60, 30), "somebody raised the maximum"),
        ((22, 55, 30), (0, 5, 0), (5, 5, 5), "somebody's smaller maximum bounds the rest"),
        ((22, 55, 30), (2, 4, 3), (2, 4, 3), "somebody set all three"),
        ((22, 55, 30), (60, 80, 60), (60, 80, 60), "somebody's larger minimum"),
    ],
)
def test_a_return_brings_sizes_back_and_keeps_what_somebody_set(
    before: Three, found: Three, back: Three, because: str
) -> None:
    assert brought_back(before, found) == back, because


@pytest.mark.parametrize(
    ("found", "back", "because"),
    [
        ((0, 55, 0), (22, 55, 30), "a maximum that was left as it is is nobody's change"),
        ((0, 55, 4), (22, 55, 30), "an autoscaler may grow it at night"),
        ((0, 60, 0), (22, 60, 30), "somebody raised the maximum"),
        ((3, 55, 3), (3, 55, 3), "somebody set a minimum"),
    ],
)
def test_a_group_whose_maximum_was_left_comes_back_the_same_way(found: Three, back: Three, because: str) -> None:
    assert brought_back((22, 55, 30), found, left=(0, 55, 0)) == back, because


@pytest.mark.parametrize(
    ("before", "found", "is_whole"),
    [
        ((22, 55, 30), ASLEEP, False),
        ((22, 55, 30), (22, 55, 30), True),
        ((22, 55, 30), (22, 55, 25), True),
        ((22, 55, 30), (0, 55, 30), False),
        ((22, 55, 30), (22, 60, 30), True),
        ((0, 10, 0), ASLEEP, False),
        ((0, 10, 0), (0, 10, 0), True),
    ],
)
def test_a_group_is_whole_when_min_and_max_are_as_intended(before: Three, found: Three, is_whole: bool) -> None:
    assert sizes.whole(read(found), asleep_since(before)) is is_whole


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ((22, 55, 30), {}),
        ((22, 55, 40), {}),
        ((22, 60, 30), {"max": (55, 60)}),
        ((2, 4, 3), {"min": (22, 2), "max": (55, 4), "desired": (30, 3)}),
    ],
)
def test_a_size_that_was_kept_is_told_with_what_it_was_before(found: Three, told: dict[str, tuple[int, int]]) -> None:
    assert sizes.kept(read(found), asleep_since((22, 55, 30))) == told


@st.composite
def valid_sizes(draw: st.DrawFn) -> Three:
    low, desired, high = sorted(draw(st.tuples(*[st.integers(0, 60)] * 3)))
    return low, high, desired


@given(before=valid_sizes(), found=valid_sizes())
def test_what_is_intended_is_always_valid_and_whole_once_set(before: Three, found: Three) -> None:
    restore = asleep_since(before)
    aim = sizes.intended(read(found), restore)
    assert 0 <= aim["min"] <= aim["desired"] <= aim["max"]
    assert sizes.whole(read((aim["min"], aim["max"], aim["desired"])), restore)
