from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.due import LATEST, RESYNC, SOONEST, earliest, when_settled, while_moving
from tests.flows.stage import MONDAY

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("usual", "since", "pause"),
    [
        (300, 0, 120),  # far from its arrival: at most two minutes
        (300, 240, 60),  # when it should arrive
        (300, 290, 30),  # not sooner than in half a minute
        (300, 300, 30),  # it should be there
        (300, 345, 45),  # late: as long again as it is late
        (300, 900, 120),  # very late: at most two minutes
    ],
)
def test_what_moves_is_looked_at_when_it_should_arrive_within_half_a_minute_and_two(
    usual: int, since: int, pause: int
) -> None:
    now = MONDAY + since * SECOND
    assert while_moving(MONDAY, usual * SECOND, now) == now + pause * SECOND


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_next_look_is_never_sooner_nor_later_than_said(usual: int, since: int) -> None:
    now = MONDAY + since * SECOND
    assert SOONEST <= while_moving(MONDAY, usual * SECOND, now) - now <= LATEST


@given(st.text(), st.integers(0, 10**9))
def test_what_is_settled_is_looked_at_after_the_resync_or_an_eighth_earlier(name: str, fence: int) -> None:
    at = when_settled(name, fence, RESYNC, MONDAY)
    assert RESYNC * 7 / 8 < at - MONDAY <= RESYNC


def test_a_thousand_environments_do_not_meet() -> None:
    instants = {when_settled(f"team-{number}", 1, RESYNC, MONDAY) for number in range(1000)}
    assert len(instants) > 100


def test_a_resync_of_seconds_is_not_spread() -> None:
    assert when_settled("orders-qa", 1, 5 * SECOND, MONDAY) == MONDAY + 5 * SECOND


def test_the_earliest_is_the_first_that_is_known() -> None:
    assert earliest([None, MONDAY + SECOND, MONDAY]) == MONDAY
    assert earliest([None]) is None
    assert earliest([]) is None
