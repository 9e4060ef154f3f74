"""Until when a group is taken to be short of on-demand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.shortage import Launch, Shortage, heard

NOON = datetime(2027, 3, 8, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LAUNCHES = st.lists(st.builds(Launch, st.integers(0, 600).map(lambda n: NOON + n * MINUTE), st.booleans()), max_size=30)


def failed(*minutes: int) -> Shortage:
    return heard(Shortage(), [Launch(NOON + minute * MINUTE, succeeded=False) for minute in minutes])


def test_of_a_group_of_which_nothing_was_heard_on_demand_is_not_short() -> None:
    assert Shortage().until(NOON) is None


def test_a_launch_that_failed_makes_it_short_for_five_minutes() -> None:
    assert failed(0).until(NOON) == NOON + 5 * MINUTE
    assert failed(0).until(NOON + 5 * MINUTE) is None


def test_each_further_failure_holds_twice_as_long_up_to_four_hours() -> None:
    known, at, holds = Shortage(), NOON, []
    for _ in range(8):
        known = heard(known, [Launch(at, succeeded=False)])
        until = known.until(at)
        assert until is not None
        holds.append((until - at) // MINUTE)
        at = until
    assert holds == [5, 10, 20, 40, 80, 160, 240, 240]


def test_failures_within_a_hold_are_of_one_attempt() -> None:
    assert failed(0, 1, 2, 4) == failed(0)


def test_one_launch_that_succeeds_makes_it_all_forgotten() -> None:
    after = heard(failed(0, 6, 20), [Launch(NOON + 21 * MINUTE, succeeded=True)])
    assert after.until(NOON + 21 * MINUTE) is None
    assert heard(after, [Launch(NOON + 30 * MINUTE, succeeded=False)]).until(NOON + 30 * MINUTE) == NOON + 35 * MINUTE


def test_a_success_that_is_heard_late_forgets_no_later_failure() -> None:
    assert heard(failed(10), [Launch(NOON, succeeded=True)]) == failed(10)


def test_a_failure_that_is_heard_late_is_no_news_after_a_success() -> None:
    launched = heard(Shortage(), [Launch(NOON + MINUTE, succeeded=True)])
    assert heard(launched, [Launch(NOON, succeeded=False)]) == launched


def test_where_one_zone_fails_and_another_serves_it_is_not_short() -> None:
    both = [Launch(NOON, succeeded=True), Launch(NOON, succeeded=False)]
    assert heard(Shortage(), both).until(NOON) is None


@given(LAUNCHES, st.data())
def test_launches_heard_in_any_order_or_twice_tell_the_same(launches: list[Launch], data: st.DataObject) -> None:
    once = heard(Shortage(), launches)
    assert heard(Shortage(), data.draw(st.permutations(launches * 2))) == once
    assert heard(once, launches) == once
