"""iCalendar texts: which dates their events close.

The format is read by `icalendar`, recurrence worked out by `recurring-ical-events`. A timed event closes every
date it touches, in the zone it is written in, or in the calendar's own (X-WR-TIMEZONE).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.core.closures import CalendarDay

if TYPE_CHECKING:
    from icalendar import Calendar
    from icalendar.cal.component import Component

MOST_EVENTS = 3000
MOST_REPEATING = 300
MOST_DATES = 600
LONGEST_SUMMARY = 80
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WITHIN_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")

_SAVE_AS = "export the calendar again as iCalendar (.ics)"
_FOREIGN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What the libraries raise for texts that are no good calendar."""


class ICalError(ValueError):
    """A text that is no good calendar: at which line, what is wrong, what to write instead."""

    def __init__(self, line: int, what: str, remedy: str) -> None:
        self.line, self.what, self.remedy = line, what, remedy
        super().__init__(f"line {line}: {what}; {remedy}")


def closed_dates(text: str, first: date, last: date) -> tuple[CalendarDay, ...]:
    """The dates from `first` to `last` on which an event takes place that is not cancelled, in order.

    Each once, with the first title in alphabetical order. Raises ICalError.
    """
    calendar = _parsed(text)
    _check(calendar, text)
    days: dict[date, str] = {}
    for day, summary in sorted(_expanded(calendar, text, first, last)):
        days.setdefault(day, summary)
    if len(days) > MOST_DATES:
        what = f"the calendar closes {len(days)} dates between {first} and {last}"
        raise ICalError(1, what, f"name one that holds only holidays, at most {MOST_DATES}")
    return tuple(CalendarDay(day, summary) for day, summary in days.items())


def _parsed(text: str) -> Calendar:
    # Imported late: the library costs 110 ms, and most files name no calendar.
    from icalendar import Calendar

    if not text.lstrip("\ufeff \r\n").upper().startswith("BEGIN:VCALENDAR"):
        raise ICalError(1, "this is no calendar: it does not begin with BEGIN:VCALENDAR", _SAVE_AS)
    try:
        calendar = Calendar.from_ical(text.lstrip("\ufeff \r\n"))
    except _FOREIGN as error:
        raise _unparsed(text, error) from error
    assert isinstance(calendar, Calendar)
    return calendar


def _unparsed(text: str, error: Exception) -> ICalError:
    """What is wrong with a text as a whole: a line that is none, an end that is missing."""
    words, line = str(error), 0
    if "could not be parsed" in words:
        given = words.partition("'")[2].partition("':")[0]
        line = _line(text, given)
        return ICalError(line, f'"{given[:60]}" is no line of a calendar', _SAVE_AS)
    line = text.rstrip().count("\n") + 1
    return ICalError(line, "the calendar does not end with one END for each BEGIN", _SAVE_AS)


def _check(calendar: Calendar, text: str) -> None:
    """Every event can be understood, and none needs more work than a holiday does. Raises ICalError."""
    events = calendar.walk("VEVENT")
    if len(events) > MOST_EVENTS:
        what = f"the calendar has {len(events)} events"
        raise ICalError(1, what, f"name one that holds only holidays, at most {MOST_EVENTS}")
    for place, event in enumerate(events):
        problem = next(_event_problems(event), None)
        if problem:
            key, what, remedy = problem
            raise ICalError(_event_line(text, place, key), what, remedy)
    if sum("RRULE" in event for event in events) > MOST_REPEATING:
        what = f"more than {MOST_REPEATING} events of the calendar recur"
        raise ICalError(1, what, "name one that holds only holidays")


def _event_problems(event: Component) -> Iterator[tuple[str, str, str]]:
    """The property at fault, what is wrong, and a remedy."""
    for key, said in event.errors:
        words = str(said).partition(": 'Invalid")[0]
        yield key or "", f"{key or 'a line'} of this event cannot be read ({words})", "write e.g. " + _example(key)
    if "DTSTART" not in event:
        yield "", "this event has no DTSTART", "write DTSTART;VALUE=DATE:20271224"
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        frequency = str(rule.get("FREQ", ["nothing"])[0])
        if frequency not in FREQUENCIES or any(part in rule for part in WITHIN_A_DAY):
            what = f"this event recurs {frequency}, or at several times of a day"
            yield "RRULE", what, f"write FREQ={' or '.join(FREQUENCIES)} without {', '.join(WITHIN_A_DAY)}"


def _example(key: str | None) -> str:
    if key == "RRULE":
        return "RRULE:FREQ=YEARLY"
    return f"{key};VALUE=DATE:20271224" if key in ("DTSTART", "DTEND", "EXDATE", "RDATE") else "SUMMARY:Company day"


def _expanded(calendar: Calendar, text: str, first: date, last: date) -> Iterator[tuple[date, str]]:
    """Each date that an occurrence touches, with its title."""
    from recurring_ical_events import of

    try:
        occurrences = of(calendar).between(first, last + timedelta(days=1))
    except _FOREIGN as error:
        line = _event_line(text, 0, "RRULE")
        raise ICalError(line, f"its recurring events cannot be worked out ({error})", _SAVE_AS) from error
    for event in occurrences:
        if str(event.get("STATUS", "")).upper() != "CANCELLED":
            begins, ends = _touched(event.start, event.end)
            for day in _between(max(begins, first), min(ends, last)):
                yield day, _summary(event)


def _touched(start: date, end: date) -> tuple[date, date]:
    """The first and the last date of an event; its end is the first instant after it."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        ends = (end - timedelta(microseconds=1)).date() if end > start else start.date()
        return start.date(), ends
    return start, max(start, end - timedelta(days=1))


def _between(first: date, last: date) -> Iterator[date]:
    yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def _summary(event: Component) -> str:
    words = " ".join(str(event.get("SUMMARY", "")).split())
    return words[:LONGEST_SUMMARY] or "unnamed day"


def _line(text: str, given: str) -> int:
    """The line, counted from 1, that begins with these words; 1 when none does."""
    found = (number for number, line in enumerate(text.splitlines(), 1) if line.startswith(given[:60]))
    return next(found, 1)


def _event_line(text: str, place: int, key: str) -> int:
    """The line of that property of the event at that place; the event's first line when it has none such."""
    lines = [line.strip().upper() for line in text.splitlines()]
    begins = [number for number, line in enumerate(lines) if line == "BEGIN:VEVENT"]
    if place >= len(begins):
        return 1
    ends = lines.index("END:VEVENT", begins[place])
    own = range(begins[place], ends)
    return next((number for number in own if key and lines[number].startswith(key)), begins[place]) + 1
