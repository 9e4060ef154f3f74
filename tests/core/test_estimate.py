from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.estimate import length, without_database
from chalicelib.core.model import Desired, StopOrder

DIAMOND = {"db": (), "api": ("db",), "jobs": ("db",), "web": ("api", "jobs")}
UP, DOWN = Desired.UP, Desired.DOWN
SAME, REVERSE = StopOrder.SAME, StopOrder.REVERSE


def minutes(**each: int) -> dict[str, timedelta]:
    return {key: timedelta(minutes=number) for key, number in each.items()}


USUAL = minutes(db=7, api=2, jobs=5, web=1)


@pytest.mark.parametrize(
    ("moving", "expected"),
    [({"db", "api", "jobs", "web"}, 13), ({"api", "jobs", "web"}, 6), ({"api"}, 2), ({"db", "web"}, 8), (set(), 0)],
)
def test_it_takes_as_long_as_the_longest_path_of_what_moves(moving: set[str], expected: int) -> None:
    assert length(UP, DIAMOND, SAME, USUAL, moving) == timedelta(minutes=expected)


@given(st.sets(st.sampled_from(list(DIAMOND))))
def test_a_path_is_as_long_backwards(moving: set[str]) -> None:
    assert length(DOWN, DIAMOND, REVERSE, USUAL, moving) == length(DOWN, DIAMOND, SAME, USUAL, moving)


@pytest.mark.parametrize(
    ("order", "stores", "expected"),
    [(SAME, {"db"}, 12), (REVERSE, {"db"}, 0), (SAME, set(), 0)],
)
def test_the_application_is_without_its_database_from_its_stop_until_all_that_needs_it_is_down(
    order: StopOrder, stores: set[str], expected: int
) -> None:
    assert without_database(DIAMOND, order, USUAL, stores) == timedelta(minutes=expected)


def test_a_database_that_nobody_needs_is_missed_by_nobody() -> None:
    assert without_database({"db": (), "web": ()}, SAME, USUAL, {"db"}) == timedelta()
