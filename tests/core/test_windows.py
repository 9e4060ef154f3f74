"""The window language: what people write, what it means, and what they are told when it cannot be."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from chalicelib.core.recurrence import DayOfWeek, EveryWeeks, MonthDay, Recurrence
from chalicelib.core.windows import Window, WindowError, describe, long_window, parse_window

SHORT_FORMS = {
    "mon-fri 08:00-20:00": "mon-fri 08:00-20:00",
    "sun-thu 22:00-06:00": "sun-thu 22:00-06:00",
    "24/7": "24/7",
    "mon,wed,fri 09:00-12:00": "mon,wed,fri 09:00-12:00",
    "fri-mon 8:00-9:30": "fri-mon 08:00-09:30",
    "1st mon 09:00-17:00": "1st mon 09:00-17:00",
    "5th mon,last fri 09:00-17:00": "5th mon,last fri 09:00-17:00",
    "day 1-5 08:00-12:00": "day 1-5 08:00-12:00",
    "last day 08:00-12:00": "day last 08:00-12:00",
    "day last,15W,31,1 08:00-12:00": "day 1,31,15W,last 08:00-12:00",
    "08:00-20:00": "mon-sun 08:00-20:00",
    "mon-sun 00:00-24:00": "24/7",
    "mon 20:00-00:00": "mon 20:00-24:00",
    "Monday - Friday  08:00 - 20:00": "mon-fri 08:00-20:00",
    "mon\u2013fri 08:00\u201320:00": "mon-fri 08:00-20:00",
    "mon-fri from 08:00": "mon-fri from 08:00",
    "to 20:00": "mon-sun to 20:00",
}


@pytest.mark.parametrize(("text", "canonical"), SHORT_FORMS.items())
def test_a_short_form_is_read_and_told_back_in_canonical_words(text: str, canonical: str) -> None:
    window = parse_window(text)
    assert describe(window) == canonical
    assert parse_window(canonical) == window


def test_an_overnight_window_ends_on_the_date_after_it_begins() -> None:
    assert parse_window("sun-thu 22:00-06:00").ends == 30 * 60


WRONG_SHORT_FORMS = {
    "mon-fri 25:00-26:00": '"25:00" is not a time of day; write 00:00 to 24:00',
    "mon-fri 08:60-20:00": '"08:60" is not a time of day',
    "mon-fri 24:01-20:00": '"24:01" is not a time of day',
    "mon-fri": 'has no times of day; write dates and times, e.g. "mon-fri 08:00-20:00"',
    "": "has no times of day",
    "mon-fri 8-20": "has no times of day",
    "mon-fri 08:00": '"08:00" has no end; write both times',
    "mon 08:00-12:00,13:00-17:00": "is more than one stretch of time; write one window for each",
    "mun 08:00-20:00": '"mun" is not a weekday; did you mean sun?',
    "moan-fri 08:00-20:00": '"moan" is not a weekday; did you mean mon?',
    "montag 08:00-20:00": '"montag" is not a weekday',
    "6th mon 08:00-20:00": '"6th" is no place in a month; write 1st, 2nd, 3rd, 4th, 5th, last',
    "1st mon-tue 08:00-20:00": 'can be read in two ways; write "1st mon,1st tue"',
    "mon;tue 08:00-20:00": '"mon;tue" names no weekdays',
    "day 32 08:00-20:00": '"32" is not within a month; write 1 to 31, 15W or last',
    "day 5-1 08:00-20:00": '"5-1" is not within a month',
    "day x 08:00-20:00": '"x" names no days of the month',
    "08:00-08:00": "is empty; write an end after the begin, or 00:00-24:00 for a whole day",
    "to 00:00": "is empty",
    "24:00-08:00": "begins at 24:00; write 00:00 and the next day",
}


@pytest.mark.parametrize(("text", "told"), WRONG_SHORT_FORMS.items())
def test_a_wrong_short_form_is_told_with_the_offending_words_and_a_remedy(text: str, told: str) -> None:
    with pytest.raises(WindowError) as error:
        parse_window(text)
    assert told in str(error.value)


def test_the_long_form_says_everything() -> None:
    window = long_window(
        {
            "days": ["mon-fri", "1st sat"],
            "month_days": ["1-15", "last", "15W"],
            "months": ["jan-mar"],
            "from": "08:00",
            "to": "20:00",
            "timezone": "Europe/Berlin",
            "every": 2,
            "starting": date(2026, 1, 5),
        }
    )
    assert window.timezone == "Europe/Berlin"
    assert window.recurrence.months == (1, 2, 3)
    assert window.recurrence.every == EveryWeeks(2, date(2026, 1, 5))
    assert describe(window) == (
        "mon-fri,1st sat on day 1-15,15W,last in jan-mar every 2 weeks from 2026-01-05 08:00-20:00 (Europe/Berlin)"
    )


@pytest.mark.parametrize(
    ("form", "short"),
    [
        ({"days": "mon-fri", "from": "08:00", "to": "20:00"}, "mon-fri 08:00-20:00"),
        ({"days": ["sun-thu"], "from": "22:00", "to": "06:00"}, "sun-thu 22:00-06:00"),
        ({"month_days": [1, "last"], "from": "08:00", "to": "12:00"}, "day 1,last 08:00-12:00"),
        ({"to": "20:00"}, "to 20:00"),
        ({"days": "mon", "from": "08:00"}, "mon from 08:00"),
    ],
)
def test_the_long_form_means_what_the_short_form_means(form: dict[str, object], short: str) -> None:
    assert long_window(form) == parse_window(short)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"days": "mon"}, "a window needs an edge; write from, to or both"),
        ({"too": "20:00", "from": "08:00"}, '"too" is not a key of a window; did you mean to?'),
        ({"from": 8, "to": "20:00"}, '"8" is not a time of day'),
        ({"to": "20:00", "timezone": "Europe/Berln"}, "did you mean Europe/Berlin?"),
        ({"to": "20:00", "months": "smarch"}, '"smarch" is not a month; did you mean mar?'),
        ({"to": "20:00", "every": 2}, "every needs the date to count from"),
        ({"to": "20:00", "starting": "2026-01-05"}, "starting needs every"),
        ({"to": "20:00", "every": 0, "starting": "2026-01-05"}, "write 1 to 52"),
        ({"to": "20:00", "every": 2, "starting": "2026-02-31"}, "2026-02 has days 01 to 28"),
        ({"to": "20:00", "month_days": "31", "months": "feb"}, 'can never open: no date is "day 31 in feb"'),
        ({"to": "20:00", "month_days": "20-25", "days": "1st mon"}, "can never open"),
    ],
)
def test_a_wrong_long_form_is_told_with_a_remedy(form: dict[str, object], told: str) -> None:
    with pytest.raises(WindowError) as error:
        long_window(form)
    assert told in str(error.value)


def test_a_date_that_comes_only_in_leap_years_is_not_called_impossible() -> None:
    window = long_window({"month_days": 29, "months": "feb", "to": "20:00"})
    assert window.recurrence.falls_on(date(2028, 2, 29))


@pytest.mark.parametrize(
    ("recurrence", "month", "days"),
    [
        (Recurrence(days=(DayOfWeek(0, 1),)), (2026, 6), [1]),
        (Recurrence(days=(DayOfWeek(0, 5),)), (2026, 6), [29]),
        (Recurrence(days=(DayOfWeek(1, 5),)), (2026, 7), []),
        (Recurrence(days=(DayOfWeek(4, -1),)), (2026, 7), [31]),
        (Recurrence(month_days=(MonthDay(-1),)), (2027, 2), [28]),
        (Recurrence(month_days=(MonthDay(31),)), (2026, 6), []),
        (Recurrence(month_days=(MonthDay(15, nearest_weekday=True),)), (2026, 8), [14]),
        (Recurrence(month_days=(MonthDay(15, nearest_weekday=True),)), (2026, 11), [16]),
        (Recurrence(month_days=(MonthDay(1, nearest_weekday=True),)), (2026, 8), [3]),
        (Recurrence(month_days=(MonthDay(31, nearest_weekday=True),)), (2026, 5), [29]),
        (Recurrence(days=(DayOfWeek(0),), month_days=(MonthDay(1), MonthDay(8))), (2026, 6), [1, 8]),
        (Recurrence(months=(7,)), (2026, 6), []),
        (Recurrence(days=(DayOfWeek(2),), every=EveryWeeks(2, date(2026, 6, 3))), (2026, 6), [3, 17]),
        (
            Recurrence(days=(DayOfWeek(6), DayOfWeek(3)), every=EveryWeeks(3, date(2026, 6, 7))),
            (2026, 6),
            [7, 11, 28],
        ),
        (Recurrence(days=(DayOfWeek(0),), every=EveryWeeks(1, date(2026, 6, 10))), (2026, 6), [15, 22, 29]),
    ],
)
def test_a_recurrence_falls_on_these_days_of_the_month(
    recurrence: Recurrence, month: tuple[int, int], days: list[int]
) -> None:
    first = date(*month, 1)
    dates = (first + timedelta(days=n) for n in range(31))
    assert [day.day for day in dates if day.month == first.month and recurrence.falls_on(day)] == days


WEEKDAY_RULES = st.builds(DayOfWeek, st.integers(0, 6), st.sampled_from([0, 0, 1, 5, -1]))
MONTH_DAYS = st.one_of(st.builds(MonthDay, st.integers(1, 31), st.booleans()), st.just(MonthDay(-1)))


def sorted_tuple(items: set[DayOfWeek] | set[MonthDay]) -> tuple[DayOfWeek | MonthDay, ...]:
    return tuple(sorted(items))


@given(
    begins=st.integers(0, 1439),
    length=st.integers(1, 1439),
    days=st.sets(WEEKDAY_RULES, max_size=6).map(sorted_tuple),
    month_days=st.sets(MONTH_DAYS, min_size=1, max_size=6).map(sorted_tuple),
    by_month=st.booleans(),
)
def test_the_canonical_text_of_any_short_window_reads_back_as_the_same_window(
    begins: int, length: int, days: tuple[DayOfWeek, ...], month_days: tuple[MonthDay, ...], by_month: bool
) -> None:
    recurrence = Recurrence(month_days=month_days) if by_month else Recurrence(days=days)
    window = Window(begins, begins + length, recurrence)
    assert parse_window(describe(window)) == window


@pytest.mark.parametrize("text", SHORT_FORMS)
def test_a_window_survives_json(text: str) -> None:
    adapter = TypeAdapter(Window)
    window = parse_window(text)
    assert adapter.validate_json(adapter.dump_json(window)) == window
