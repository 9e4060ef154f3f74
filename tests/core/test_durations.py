from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.durations import (
    DurationError,
    InstantError,
    format_duration,
    format_instant,
    parse_duration,
    parse_instant,
)

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90m", 90), ("2h30m", 150), ("1d", 1440), ("0m", 0), ("1d2h3m", 1563), ("120s", 2), ("36h", 2160)],
)
def test_a_duration_is_read(text: str, minutes: int) -> None:
    assert parse_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("3 hours", 'write "3h"'),
        ("2 hours and 30 minutes", 'write "2h30m"'),
        ("1 Day", 'write "1d"'),
        ("90 min", 'write "90m"'),
        ("30m2h", "such as 90m"),
        ("1.5h", "such as 90m"),
        ("soon", "such as 90m"),
        ("-2h", "such as 90m"),
        ("", "such as 90m"),
        ("999999999h", "such as 90m"),
    ],
)
def test_what_is_no_duration_is_refused_with_what_to_write(text: str, remedy: str) -> None:
    with pytest.raises(DurationError, match="is not a duration; write") as caught:
        parse_duration(text)
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(minutes=90), "1h30m"),
        (timedelta(days=1), "1d"),
        (timedelta(), "0m"),
        (timedelta(seconds=-90), "-1m30s"),
        (timedelta(milliseconds=-100), "0m"),
    ],
)
def test_a_duration_is_written_in_its_shortest_form(span: timedelta, text: str) -> None:
    assert format_duration(span) == text


@given(st.integers(min_value=0, max_value=10**9))
def test_what_is_written_is_read_back(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(format_duration(span)) == span


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-12-24T20:00", "2026-12-24T19:00:00Z"),
        ("2026-12-24 20:00:30", "2026-12-24T19:00:30Z"),
        ("2026-07-01T20:00", "2026-07-01T18:00:00Z"),
        ("2026-12-24T20:00:00+04:00", "2026-12-24T16:00:00Z"),
        ("2026-12-24T20:00:00Z", "2026-12-24T20:00:00Z"),
        ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
    ],
)
def test_an_instant_is_read_in_local_time_unless_it_has_an_offset(text: str, utc: str) -> None:
    assert format_instant(parse_instant(text, BERLIN)) == utc
    assert parse_instant(text, BERLIN).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tomorrow", "is not a date and time; write 2026-12-24T20:00"),
        ("2026-12-24", "is not a date and time"),
        ("20:00", "is not a date and time"),
        ("2026-02-30T10:00", "is no real date and time"),
        ("2026-03-29T02:30", "is skipped by the clocks of Europe/Berlin"),
        ("0001-01-01T00:00:00+10:00", "beyond the years 1900 to 9000"),
        ("9999-12-31T23:59:00Z", "beyond the years 1900 to 9000"),
    ],
)
def test_what_is_no_instant_is_refused_with_what_to_write(text: str, says: str) -> None:
    with pytest.raises(InstantError) as caught:
        parse_instant(text, BERLIN)
    assert says in str(caught.value)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_an_instant_written_is_read_back_to_the_second(at: datetime) -> None:
    instant = at.replace(tzinfo=UTC, microsecond=0)
    assert parse_instant(format_instant(instant), BERLIN) == instant
