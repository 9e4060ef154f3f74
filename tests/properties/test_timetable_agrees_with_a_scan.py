"""The timetable agrees with a scan by minutes that applies the rules as they are stated, naively.

The scan shares nothing with the algorithm but the zones: it walks the clock of a place minute by minute and
looks when it shows a window's begin and end. Random schedules, on days around changes of clocks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.closures import DatesClosure
from chalicelib.core.recurrence import DayOfWeek, EveryWeeks, MonthDay, Recurrence
from chalicelib.core.timetable import PAGE_DAYS, Timetable
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.core.windows import Window
from tests.properties.naive_clock import MINUTE, begins_on, walk

DAY = timedelta(days=1)
STRENGTH = {"down": 0, "as-is": 1, "up": 2}
LENGTH_DAYS, MARGIN_DAYS = 3, 5
PAGE_EDGE = date.fromordinal(739_802 // PAGE_DAYS * PAGE_DAYS)

# Each zone with UTC dates on or next to which its clocks change, and one quiet date.
INTERESTING_DATES = {
    "Asia/Kolkata": [date(2026, 2, 27)],
    "Asia/Dubai": [date(2026, 12, 31)],
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "America/Santiago": [date(2026, 4, 5), date(2026, 9, 6)],
    "Australia/Lord_Howe": [date(2026, 4, 4), date(2026, 10, 3)],
    "Africa/Casablanca": [date(2026, 2, 15), date(2026, 3, 22)],
    "Pacific/Apia": [date(2011, 12, 30), date(2020, 9, 26), date(2021, 4, 3)],
}


def windows_of(entry: Uptime, day: date) -> Iterator[Window]:
    """The windows in force on a date: of the entry, of the exception that replaces them, of those that add."""
    is_closed = any(isinstance(each, DatesClosure) and each.first <= day <= each.last for each in entry.closures)
    ours = [each for each in entry.exceptions if each.first <= day <= each.last]
    replacing = [each for each in ours if each.mode == "replace"][:1]
    if not replacing and not is_closed:
        yield from entry.windows
    for each in [*replacing, *(each for each in ours if each.mode == "add")]:
        if not is_closed or each.closures == "ignore":
            yield from each.windows


def says(window: Window) -> list[tuple[int, int, str]]:
    if window.begins is None:
        return [(0, window.ends or 0, "as-is")]
    if window.ends is None:
        return [(0, window.begins, "as-is"), (window.begins, 1440, "up")]
    return [(window.begins, window.ends, "up")]


def all_windows(entry: Uptime) -> list[Window]:
    return [*entry.windows, *(window for each in entry.exceptions for window in each.windows)]


def openings(entry: Uptime, begins: datetime, minutes: int) -> Iterator[tuple[int, int, str]]:
    """Every opening as a range of minutes, by walking the clocks of the window's own zone."""
    days = [begins.date() + n * DAY for n in range(2, minutes // 1440 - 1)]
    for zone_name in {window.timezone or entry.timezone for window in all_windows(entry)}:
        clocks = walk(zone_name, begins, minutes)
        for day in (each for each in days if clocks.has_date(each)):
            for window in windows_of(entry, day):
                if (window.timezone or entry.timezone) != zone_name or not begins_on(window, day):
                    continue
                for first, last, wanted in says(window):
                    if first == last:
                        continue
                    midnight = datetime.combine(day, datetime.min.time())
                    opens = clocks.first_minute(midnight + first * MINUTE)
                    closes = clocks.last_minute(midnight + last * MINUTE)
                    yield opens, closes if closes > opens else opens + last - first, wanted


def scan(entries: tuple[Uptime, ...], rest: timedelta, begins: datetime, minutes: int) -> list[str]:
    """What is wanted at each minute."""
    wanted = ["down"] * minutes
    for entry in entries:
        own = ["as-is" if entry.stop == "manual" else "down"] * minutes
        weakest_first = sorted(openings(entry, begins, minutes), key=lambda opening: STRENGTH[opening[2]])
        for opens, closes, what in weakest_first:
            inside = "as-is" if entry.start == "on-demand" else what
            own[opens:closes] = [inside] * (closes - opens)
        wanted = [one if STRENGTH[one] >= STRENGTH[two] else two for one, two in zip(wanted, own, strict=False)]
    return without_short_rests(wanted, rest)


def without_short_rests(wanted: list[str], rest: timedelta) -> list[str]:
    runs = [(what, len(list(run))) for what, run in groupby(wanted)]
    taken: list[str] = []
    for place, (what, length) in enumerate(runs):
        inner = 0 < place < len(runs) - 1
        if what == "down" and inner and length * MINUTE < rest:
            both_up = runs[place - 1][0] == runs[place + 1][0] == "up"
            what = "up" if both_up else "as-is"
        taken += [what] * length
    return taken


# Most edges lie where clocks change somewhere.
NIGHT = [0, 30, 60, 90, 120, 130, 150, 165, 180, 195, 240, 1380, 1410]
minutes_of_day = st.sampled_from(NIGHT) | st.sampled_from(NIGHT) | st.integers(0, 1439)
lengths = st.sampled_from([10, 30, 60, 480, 1439]) | st.integers(1, 1439)
zones = st.sampled_from(sorted(INTERESTING_DATES))
weekday_rules = st.builds(DayOfWeek, st.integers(0, 6), st.sampled_from([0, 0, 0, 1, 4, 5, -1]))
month_day_rules = st.builds(MonthDay, st.integers(1, 31), st.booleans()) | st.just(MonthDay(-1))


@st.composite
def recurrences(draw: st.DrawFn, near: date) -> Recurrence:
    shape = draw(st.sampled_from(["every date", "every date", "every date", "weekdays", "month days", "weeks"]))
    if shape == "weekdays":
        return Recurrence(days=tuple(draw(st.sets(weekday_rules, min_size=1, max_size=5))))
    if shape == "month days":
        several = st.sets(month_day_rules, min_size=1, max_size=4)
        return Recurrence(month_days=tuple(draw(several)), months=draw(st.sampled_from([(), (near.month,)])))
    if shape == "weeks":
        starting = near - timedelta(days=draw(st.integers(-10, 30)))
        return Recurrence(every=EveryWeeks(draw(st.integers(1, 4)), starting))
    return Recurrence()


@st.composite
def windows(draw: st.DrawFn, near: date) -> Window:
    own_zone = draw(st.none() | st.none() | zones)
    recurrence = draw(recurrences(near))
    begins = draw(minutes_of_day)
    one_sided = draw(st.sampled_from(["no", "no", "no", "no", "to", "from"]))
    if one_sided == "to":
        return Window(None, begins + 1, recurrence, own_zone)
    return Window(begins, None if one_sided == "from" else begins + draw(lengths), recurrence, own_zone)


@st.composite
def ranges(draw: st.DrawFn, near: date) -> tuple[date, date]:
    first = near + timedelta(days=draw(st.integers(-1, 1)))
    return first, first + timedelta(days=draw(st.integers(0, 1)))


@st.composite
def exceptions(draw: st.DrawFn, near: date) -> DateException:
    return DateException(
        *draw(ranges(near)),
        draw(st.lists(windows(near), max_size=2).map(tuple)),
        "exception",
        closures=draw(st.sampled_from(["hold", "ignore"])),
        mode=draw(st.sampled_from(["replace", "add"])),
    )


@st.composite
def entries(draw: st.DrawFn, zone_name: str, near: date) -> Uptime:
    return Uptime(
        zone_name,
        tuple(draw(st.lists(windows(near), max_size=3))),
        tuple(DatesClosure(*dates, "closed") for dates in draw(st.lists(ranges(near), max_size=1))),
        tuple(draw(st.lists(exceptions(near), max_size=2))),
        start=draw(st.sampled_from(["automatic", "automatic", "automatic", "on-demand"])),
        stop=draw(st.sampled_from(["automatic", "automatic", "automatic", "manual"])),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[tuple[Uptime, ...], timedelta, datetime]:
    zone_name = draw(zones)
    near = draw(st.sampled_from([PAGE_EDGE, *INTERESTING_DATES[zone_name]]))
    several = tuple(draw(st.lists(entries(zone_name, near), min_size=1, max_size=2)))
    rest = draw(st.sampled_from([timedelta(), timedelta(minutes=45), timedelta(hours=3)]))
    return several, rest, first_instant(near)


def first_instant(near: date) -> datetime:
    return datetime.combine(near - DAY, datetime.min.time(), UTC)


def scanned_days(several: tuple[Uptime, ...], rest: timedelta, begins: datetime) -> list[str]:
    """The scan of LENGTH_DAYS, cut out of a longer one so that nothing at its edges is missed."""
    whole = scan(several, rest, begins - MARGIN_DAYS * DAY, (LENGTH_DAYS + 2 * MARGIN_DAYS) * 1440)
    return whole[MARGIN_DAYS * 1440 : (MARGIN_DAYS + LENGTH_DAYS) * 1440]


def scanned_changes(scanned: list[str], begins: datetime) -> list[tuple[datetime, str]]:
    turns = [n for n in range(1, len(scanned)) if scanned[n] != scanned[n - 1]]
    return [(begins + n * MINUTE, scanned[n]) for n in [0, *turns]]


def told_changes(timetable: Timetable, begins: datetime) -> list[tuple[datetime, str]]:
    return [(row.at, row.desired) for row in timetable.changes(begins, begins + LENGTH_DAYS * DAY)]


@settings(max_examples=250, deadline=None)
@given(cases())
def test_verdict_and_changes_agree_with_a_scan_of_every_minute(
    case: tuple[tuple[Uptime, ...], timedelta, datetime],
) -> None:
    several, rest, begins = case
    scanned = scanned_days(several, rest, begins)
    timetable = Timetable(several, rest)
    told = told_changes(timetable, begins)
    assert told == scanned_changes(scanned, begins)
    asked = [timetable.verdict(begins + n * MINUTE) for n in range(len(scanned))]
    assert [answer.desired for answer in asked] == scanned
    turns = [at for at, _ in told[1:]]
    for n, answer in enumerate(asked):
        place = bisect_right(turns, begins + n * MINUTE)
        end = begins + LENGTH_DAYS * DAY
        assert answer.until == turns[place] if place < len(turns) else answer.until is None or answer.until >= end


@pytest.mark.parametrize(
    ("zone_name", "day"), [(name, day) for name, days in INTERESTING_DATES.items() for day in days]
)
def test_every_window_near_a_change_of_clocks_opens_and_closes_as_the_clocks_show(zone_name: str, day: date) -> None:
    begins = first_instant(day)
    for opens, length in product(NIGHT, [10, 30, 60, 120, 1439]):
        entry = Uptime(zone_name, (Window(opens, opens + length),))
        scanned = scanned_days((entry,), timedelta(), begins)
        assert told_changes(Timetable((entry,)), begins) == scanned_changes(scanned, begins), entry


@settings(deadline=None)
@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.data())
def test_a_recurrence_falls_where_counting_the_dates_of_the_month_says(near: date, data: st.DataObject) -> None:
    window = Window(0, 60, data.draw(recurrences(near)))
    for day in (near + n * DAY for n in range(-15, 16)):
        assert window.recurrence.falls_on(day) == begins_on(window, day), day
