"""The timetable on the days when clocks change: edges in the gap, edges in the repeated hour, skipped dates."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.core.timetable import changes
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import parse_window


def uptime(*windows: str, zone: str) -> Uptime:
    return Uptime(zone, tuple(parse_window(text) for text in windows))


def rows(entry: Uptime, *, start: str, days: int) -> list[str]:
    """The changes as `day-of-month hour:minute desired`, in local time."""
    zone = ZoneInfo(entry.timezone)
    begins = datetime.fromisoformat(start).replace(tzinfo=zone)
    found = changes((entry,), begins, begins + timedelta(days=days))
    return [f"{row.at.astimezone(zone):%d %H:%M} {row.desired}" for row in found]


DST_DAYS = {
    "an edge in the gap moves to the first real instant after it": (
        "Europe/Berlin", "02:30-08:00", "2026-03-29", ["29 00:00 down", "29 03:00 up", "29 08:00 down"]),
    "an end in the gap too": (
        "Europe/Berlin", "01:00-02:30", "2026-03-29", ["29 00:00 down", "29 01:00 up", "29 03:00 down"]),
    "a window wholly in the gap lasts its length after it": (
        "Europe/Berlin", "02:10-02:40", "2026-03-29", ["29 00:00 down", "29 03:00 up", "29 03:30 down"]),
    "a window that ends with the gap does so too": (
        "Europe/Berlin", "02:30-03:00", "2026-03-29", ["29 00:00 down", "29 03:00 up", "29 03:30 down"]),
    "in the repeated hour it opens at the first and closes at the last": (
        "Europe/Berlin", "02:15-02:45", "2026-10-25", ["25 00:00 down", "25 02:15 up", "25 02:45 down"]),
    "a gap at midnight moves the opening to one o'clock": (
        "America/Santiago", "00:00-06:00", "2026-09-06", ["06 01:00 up", "06 06:00 down"]),
    "half an hour of daylight saving": (
        "Australia/Lord_Howe", "02:10-02:20", "2026-10-04", ["04 00:00 down", "04 02:30 up", "04 02:40 down"]),
    "a night that changes its clocks stays one stretch": (
        "America/New_York", "22:00-06:00", "2026-11-01", ["01 00:00 up", "01 06:00 down", "01 22:00 up"]),
}  # fmt: skip


@pytest.mark.parametrize(("zone", "window", "day", "expected"), DST_DAYS.values(), ids=DST_DAYS)
def test_clocks_change(zone: str, window: str, day: str, expected: list[str]) -> None:
    assert rows(uptime(window, zone=zone), start=day, days=1) == expected


def test_in_the_repeated_hour_a_short_window_lasts_an_hour_longer() -> None:
    entry = uptime("02:15-02:45", zone="Europe/Berlin")
    begins = datetime(2026, 10, 25, tzinfo=UTC)
    found = list(changes((entry,), begins, begins + timedelta(days=1)))
    assert found[2].at - found[1].at == timedelta(minutes=90)


def test_a_date_that_the_calendar_skipped_opens_no_windows() -> None:
    nights = uptime("fri 22:00-06:00", "thu,sat 10:00-11:00", zone="Pacific/Apia")
    assert rows(nights, start="2011-12-29", days=3) == [
        "29 00:00 down",
        "29 10:00 up",
        "29 11:00 down",
        "31 10:00 up",
        "31 11:00 down",
    ]
