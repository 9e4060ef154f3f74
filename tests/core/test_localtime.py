"""Which instant a wall clock means, on ordinary days and on those when clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.core.localtime import ZoneError, dates_that_occur, day_bounds, instants, zone


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "wall", "first", "last"),
    [
        ("Asia/Kolkata", "2026-03-29T08:00", "2026-03-29T02:30", "2026-03-29T02:30"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30", "2026-10-25T01:30"),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00", "2026-10-25T02:00"),
        ("America/Santiago", "2026-09-06T00:00", "2026-09-06T04:00", "2026-09-06T04:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30", "2026-10-03T15:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "2026-04-04T15:15"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00", "2011-12-30T10:00"),
    ],
)
def test_a_wall_clock_means_these_instants(name: str, wall: str, first: str, last: str) -> None:
    assert instants(zone(name), datetime.fromisoformat(wall)) == (utc(first), utc(last))


@pytest.mark.parametrize(
    ("name", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/Santiago", date(2026, 9, 6), 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Asia/Dubai", date(2026, 3, 29), 24),
    ],
)
def test_a_local_day_lasts_so_many_hours(name: str, day: date, hours: float) -> None:
    begins, ends = day_bounds(zone(name), day)
    assert ends - begins == timedelta(hours=hours)


def test_a_date_that_the_calendar_skipped_does_not_occur() -> None:
    days = (date(2011, 12, 29), date(2011, 12, 30), date(2011, 12, 31))
    assert list(dates_that_occur(zone("Pacific/Apia"), days)) == [days[0], days[2]]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Europe/Berln", "did you mean Europe/Berlin?"),
        ("Dubai", "write Asia/Dubai"),
        ("america/new york", "write America/New_York"),
        ("../etc", "write an IANA name"),
        ("", "write an IANA name"),
    ],
)
def test_an_unknown_zone_is_told_with_the_nearest(name: str, told: str) -> None:
    with pytest.raises(ZoneError) as error:
        zone(name)
    assert told in str(error.value)
