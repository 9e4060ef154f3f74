from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.core.localtime import zone
from chalicelib.core.nights import MOST_NIGHTS, Night, Tally, day_of, judged_at, tally, with_look

EVENING = datetime(2027, 3, 8, 20, 0, tzinfo=UTC)
MONDAY = date(2027, 3, 8)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("hours", "where", "day"),
    [
        (0, "UTC", MONDAY),
        (11, "UTC", MONDAY),
        (15.9, "UTC", MONDAY),
        (16, "UTC", date(2027, 3, 9)),
        (-9, "UTC", date(2027, 3, 7)),
        (12, "Asia/Dubai", date(2027, 3, 9)),
    ],
)
def test_a_night_lasts_from_noon_to_noon_local_time(hours: float, where: str, day: date) -> None:
    assert day_of(EVENING + hours * HOUR, zone(where)) == day


def test_what_others_stop_within_half_an_hour_would_not_have_been_stopped_by_us() -> None:
    nights = with_look((), MONDAY, EVENING, runs=True, used=None)
    assert nights == (Night(MONDAY, EVENING),)
    assert with_look(nights, MONDAY, EVENING + HOUR, runs=False, used=None) == nights
    assert with_look(nights, MONDAY, EVENING + HOUR, runs=True, used=None)[0].ran


def test_the_first_sign_of_use_stays_and_what_ran_has_run() -> None:
    nights = (Night(MONDAY, EVENING, ran=True, used="lease of dev"),)
    assert with_look(nights, MONDAY, EVENING + HOUR, runs=False, used="held up by ops") == nights


def test_a_new_day_is_a_new_night_and_the_oldest_is_forgotten() -> None:
    nights: tuple[Night, ...] = ()
    for number in range(MOST_NIGHTS + 3):
        nights = with_look(nights, MONDAY + timedelta(days=number), EVENING, runs=False, used=None)
    assert len(nights) == MOST_NIGHTS
    assert nights[0].day == MONDAY + timedelta(days=3)


def test_nights_are_quiet_in_use_or_had_nothing_to_stop() -> None:
    nights = [
        Night(MONDAY, EVENING, ran=True),
        Night(MONDAY, EVENING, ran=True, used="lease of dev"),
        Night(MONDAY, EVENING),
    ]
    assert tally(nights) == Tally(nights=3, would_have_stopped=1, in_use=1)


def test_a_night_is_judged_half_an_hour_after_its_rest_was_first_seen() -> None:
    night = Night(MONDAY, EVENING)
    assert judged_at((night,), MONDAY) == EVENING + HOUR / 2
    assert judged_at((replace(night, ran=True),), MONDAY) is None
    assert judged_at((night,), date(2027, 3, 9)) is None
    assert judged_at((), MONDAY) is None
