"""What ran before Curfew acted, as probabilities by the hour of the local week and as mean sizes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from chalicelib.core.money.baselines import Baseline, Basis
from chalicelib.core.money.profiling import observed
from chalicelib.core.money.spans import Draw, Span
from tests.core.money.samples import ADDRESS, LARGE, SMALL, SPOT, at, span

MONDAY = at(2)
"""2026-11-02."""
WEEKS = MONDAY + timedelta(weeks=4)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def each_day(first: int, last: int, key: str = SMALL, *, days: int = 28, units: str = "1") -> Iterator[Span]:
    """It ran between these hours of each day."""
    for day in range(days):
        midnight = MONDAY + day * DAY
        yield span(midnight + first * HOUR, midnight + last * HOUR, key, units=units)


def only(*spans: Span, begins: datetime = MONDAY, ends: datetime = WEEKS, timezone: str = "UTC") -> Baseline:
    (found,) = observed(spans, begins, ends, timezone)
    return found


def on_at(baseline: Baseline) -> dict[int, Decimal]:
    """The hours of the week in which it may be on."""
    return {hour: share for hour, share in enumerate(baseline.on) if share}


def test_what_never_stopped_is_on_around_the_clock() -> None:
    found = only(span(MONDAY, WEEKS))
    assert set(found.on) == {Decimal(1)}
    assert (found.basis, found.days, found.provisional, found.begins) == (Basis.OBSERVED, 28, False, WEEKS)
    assert found.draws == (Draw(SMALL),)


def test_hours_that_somebody_stopped_it_in_are_not_on() -> None:
    assert on_at(only(*each_day(8, 20))) == {day * 24 + hour: 1 for day in range(7) for hour in range(8, 20)}


def test_what_was_on_in_one_week_of_four_is_on_with_a_quarter() -> None:
    first_monday = span(at(2, 9), at(2, 10, 30))
    assert on_at(only(first_monday)) == {9: Decimal("0.25"), 10: Decimal("0.125")}


def test_an_hour_of_the_week_is_that_of_local_clocks() -> None:
    dubai = only(span(at(2, 5), at(2, 6)), timezone="Asia/Dubai", begins=MONDAY, ends=WEEKS)
    assert on_at(dubai) == {9: Decimal("0.25")}


def test_a_clock_change_moves_no_hour() -> None:
    where = ZoneInfo("America/New_York")
    first = datetime(2026, 10, 19, tzinfo=where)
    days = [first + day * DAY for day in range(28)]
    spans = [span((day + 8 * HOUR).astimezone(UTC), (day + 20 * HOUR).astimezone(UTC)) for day in days]
    found = only(*spans, begins=first, ends=first + 28 * DAY, timezone="America/New_York")
    assert on_at(found) == {day * 24 + hour: 1 for day in range(7) for hour in range(8, 20)}


@pytest.mark.parametrize("first", [datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)])
def test_28_days_are_enough_whether_they_have_an_hour_less_or_more(first: datetime) -> None:
    where = ZoneInfo("America/New_York")
    begins, ends = first.replace(tzinfo=where), (first + 28 * DAY).replace(tzinfo=where)
    found = only(span(begins, ends), begins=begins, ends=ends, timezone="America/New_York")
    assert (found.days, found.provisional) == (28, False)


def test_less_than_28_days_are_provisional() -> None:
    found = only(*each_day(8, 20, days=27), ends=MONDAY + 28 * DAY - timedelta(seconds=1))
    assert (found.days, found.provisional) == (27, True)


def test_a_resource_that_was_created_meanwhile_was_observed_since_then() -> None:
    created = MONDAY + 14 * DAY
    (found,) = observed([span(created, WEEKS)], MONDAY, WEEKS, "UTC", {"arn:1": created})
    assert set(found.on) == {Decimal(1)}
    assert (found.days, found.provisional) == (14, True)


def test_hours_that_nobody_saw_are_off() -> None:
    found = only(span(MONDAY, at(4)), ends=at(4))
    assert on_at(found) == dict.fromkeys(range(48), 1)


def test_its_size_is_what_it_drew_on_average_while_on_and_not_the_largest() -> None:
    found = only(*each_day(8, 20, units="2"), *each_day(8, 11, units="6"))
    assert found.draws == (Draw(SMALL, Decimal("3.5")),)


def test_spot_is_taken_at_on_demand_and_a_change_of_type_is_in_both() -> None:
    found = only(*each_day(8, 14), *each_day(14, 17, SPOT), *each_day(17, 20, LARGE))
    assert found.draws == (Draw(SMALL, Decimal("0.75")), Draw(LARGE, Decimal("0.25")))


def test_what_keeps_billing_has_no_baseline() -> None:
    assert observed([span(MONDAY, WEEKS, ADDRESS, keeps=True)], MONDAY, WEEKS, "UTC") == ()


def test_time_in_which_it_could_not_be_stopped_is_neither_on_nor_off() -> None:
    half = MONDAY + 14 * DAY
    later = [each for each in each_day(8, 20, LARGE) if each.begins >= half]
    found = only(span(MONDAY, half, keeps=True), *later)
    assert on_at(found) == {day * 24 + hour: 1 for day in range(7) for hour in range(8, 20)}
    assert (found.draws, found.days) == ((Draw(LARGE),), 14)


def test_what_ran_before_or_after_does_not_count() -> None:
    assert observed([span(at(1), MONDAY), span(WEEKS, WEEKS + DAY)], MONDAY, WEEKS, "UTC") == ()


def test_each_resource_has_its_own_and_says_where_it_is_from() -> None:
    found = observed(
        [span(MONDAY, WEEKS), span(at(2, 9), at(2, 10), arn="arn:2")], MONDAY, WEEKS, "UTC", source="a bill"
    )
    assert [(each.arn, int(each.on[0]), each.source) for each in found] == [
        ("arn:1", 1, "a bill"),
        ("arn:2", 0, "a bill"),
    ]
