"""Uptimes of py-kube-downscaler as windows: `Mon-Fri 08:00-18:00 Europe/Berlin`, spans of instants, several of them.

https://github.com/caas-team/py-kube-downscaler (kube_downscaler/helper.py)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby, pairwise

from chalicelib.core.recurrence import WEEKDAYS
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.core.windows import DAY_MINUTES, Window
from chalicelib.entrypoints.importing.clocks import DAY, dates, moments, place, wall
from chalicelib.entrypoints.importing.events import Piece, weekly
from chalicelib.entrypoints.importing.rule import Rule, Selection, SourceError, Unsaid, Wanted

EXAMPLE = '"Mon-Fri 08:00-18:00 Europe/Berlin" or "2027-01-01T00:00:00+00:00-2027-01-02T12:00:00+00:00"'
MONDAY = date(2024, 1, 1)
"""Some Monday: times recur weekly, whichever week they are read from."""
HALF_HOUR = 30
"""How long a time without an end lasts."""
NO_RESOURCES = Unsaid("which resources follow it", "write the node groups of that cluster under resources:")
_TIMES = re.compile(
    r"(?:(?P<first>[a-z]{3})-(?P<last>[a-z]{3}) )?"
    r"(?P<begins>\d\d:\d\d)(?:-(?P<ends>\d\d:\d\d))?"
    r"(?: (?P<zone>[a-z/_]+))?",
    re.IGNORECASE,
)
_INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[-+]\d\d:\d\d)"
_SPAN = re.compile(rf"({_INSTANT})-({_INSTANT})")


@dataclass(frozen=True, slots=True)
class Times:
    """Minutes of the day on some weekdays (0 is Monday) in a zone; what ends before it begins is empty."""

    weekdays: frozenset[int]
    begins: int
    ends: int
    timezone: str

    def holds(self, local: datetime) -> bool:
        """Whether a clock in the zone shows such a time."""
        return local.weekday() in self.weekdays and self.begins <= local.hour * 60 + local.minute < self.ends


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant to another; the original counts the last microsecond in as well."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Spec:
    """A whole text: any of its times, any of its spans."""

    times: tuple[Times, ...] = ()
    spans: tuple[Span, ...] = ()

    def holds(self, at: datetime) -> bool:
        """Whether that instant is in it."""
        return any(span.begins <= at < span.ends for span in self.spans) or any(
            times.holds(at.astimezone(place(times.timezone))) for times in self.times
        )

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones of its times, each once, in the order of the text."""
        return tuple(dict.fromkeys(times.timezone for times in self.times))


@dataclass(frozen=True, slots=True)
class Downscaler:
    """Up in the uptime, unless in the downtime."""

    uptime: Spec
    downtime: Spec

    def wants(self, at: datetime) -> Wanted:
        """Up or down at that instant."""
        return "up" if self.uptime.holds(at) and not self.downtime.holds(at) else "down"

    def instants(self, begins: datetime, ends: datetime) -> Iterator[datetime]:
        """The edges of all times and spans."""
        for spec in (self.uptime, self.downtime):
            yield from (edge for span in spec.spans for edge in (span.begins, span.ends))
            for times in spec.times:
                minutes = (0, times.begins % DAY_MINUTES, times.ends % DAY_MINUTES)
                yield from moments(place(times.timezone), minutes, begins, ends)


def translate(uptime: str, downtime: str = "never", name: str = "imported", timezone: str | None = None) -> Rule:
    """The rule for what both texts say; `timezone` is for times without one. Raises SourceError."""
    up, down = parse(uptime, timezone), parse(downtime, timezone)
    zones = tuple(dict.fromkeys((*up.zones, *down.zones))) or ("UTC",)
    foreign = len(zones) > 1 and bool(down.times)
    said = Spec(spans=down.spans) if foreign else down
    entries = [_entry(up, said, where, where == zones[0]) for where in zones]
    uptimes = tuple(entry for entry in entries if entry.windows or entry.exceptions)
    if not any(entry.windows for entry in uptimes):
        raise SourceError(f'"{uptime}" is never up in an ordinary week; write e.g. {EXAMPLE}')
    source = f'py-kube-downscaler, uptime "{uptime}"' + (f', downtime "{downtime}"' if downtime != "never" else "")
    return Rule(
        name=name,
        source=source,
        uptimes=tuple(entry for entry in uptimes if entry.windows),
        original=Downscaler(up, down),
        selections=(Selection("nodes", "auto-scaling-group", ids=("write-me",)),),
        unsaid=(NO_RESOURCES, *_empty(up, down), *_across(down, foreign)),
    )


def parse(text: str, timezone: str | None = None) -> Spec:
    """What a text says. Raises SourceError."""
    plain = text.strip().lower()
    if plain == "always":
        return Spec((Times(frozenset(range(7)), 0, DAY_MINUTES, place(timezone or "UTC").key),))
    if plain == "never":
        return Spec()
    items = [" ".join(item.split()) for item in text.split(",")]
    spans = [_span(item) for item in items if _SPAN.fullmatch(item)]
    return Spec(tuple(_times(item, timezone) for item in items if not _SPAN.fullmatch(item)), tuple(spans))


def _times(item: str, timezone: str | None) -> Times:
    match = _TIMES.fullmatch(item)
    if match is None:
        raise SourceError(f'"{item}" is no time; write e.g. {EXAMPLE}')
    where = match["zone"] or timezone
    if where is None:
        raise SourceError(f'"{item}" has no time zone; add one, or say --timezone Europe/Berlin')
    begins = _minutes(match["begins"])
    ends = _minutes(match["ends"]) if match["ends"] else _without_end(begins)
    return Times(_weekdays(match["first"], match["last"]), begins, ends, place(where).key)


def _without_end(begins: int) -> int:
    return begins + HALF_HOUR if begins < DAY_MINUTES - HALF_HOUR else DAY_MINUTES - 1


def _minutes(text: str) -> int:
    hours, minutes = int(text[:2]), int(text[3:])
    if minutes > 59 or hours * 60 + minutes > DAY_MINUTES:
        raise SourceError(f'"{text}" is not a time of day; write e.g. {EXAMPLE}')
    return hours * 60 + minutes


def _weekdays(first: str | None, last: str | None) -> frozenset[int]:
    if first is None or last is None:
        return frozenset(range(7))
    for word in (first, last):
        if word.lower() not in WEEKDAYS:
            raise SourceError(f'"{word}" is no weekday; write Mon to Sun, e.g. {EXAMPLE}')
    begins, ends = WEEKDAYS.index(first.lower()), WEEKDAYS.index(last.lower())
    return frozenset((begins + step) % 7 for step in range((ends - begins) % 7 + 1))


def _span(item: str) -> Span:
    match = _SPAN.fullmatch(item)
    assert match is not None
    try:
        begins, ends = (datetime.fromisoformat(text).astimezone(UTC) for text in match.groups())
    except ValueError as error:
        raise SourceError(f'"{item}" is no span of instants ({error}); write e.g. {EXAMPLE}') from error
    if begins >= ends:
        raise SourceError(f'"{item}" ends before it begins; write the earlier instant first, e.g. {EXAMPLE}')
    return Span(begins, ends)


def _empty(*specs: Spec) -> Iterator[Unsaid]:
    for times in (times for spec in specs for times in spec.times):
        if times.begins >= times.ends:
            shown = f"{times.begins // 60:02}:{times.begins % 60:02}-{times.ends // 60:02}:{times.ends % 60:02}"
            what = f"{shown} passes midnight: py-kube-downscaler never takes it for true"
            yield Unsaid(what, f'write the window "{shown}" if that was meant')


def _across(downtime: Spec, foreign: bool) -> Iterator[Unsaid]:
    if foreign:
        what = f"a downtime by the clocks of {', '.join(downtime.zones)} beside times in other zones"
        yield Unsaid(what, "write uptime and downtime in one time zone")


def _entry(uptime: Spec, downtime: Spec, where: str, home: bool) -> Uptime:
    """One entry of the timetable: times in its zone, less the downtime; spans as exceptions on their dates."""
    own = Spec(tuple(each for each in uptime.times if each.timezone == where), uptime.spans if home else ())
    windows = weekly(_pieces(own.times, downtime.times))
    return Uptime(where, windows, exceptions=tuple(_exceptions(Downscaler(own, downtime), where)))


def _pieces(up: Sequence[Times], down: Sequence[Times]) -> Iterator[Piece]:
    """A week of what is in the one and not in the other, by a clock that nobody changes."""
    edges = sorted({0, DAY_MINUTES, *(edge for times in (*up, *down) for edge in (times.begins, times.ends))})
    for day in (MONDAY + DAY * number for number in range(7)):
        yield from _of_day(day, [(edge, _in(up, day, edge) and not _in(down, day, edge)) for edge in edges])


def _in(some: Sequence[Times], day: date, minute: int) -> bool:
    return minute < DAY_MINUTES and any(times.holds(wall(day, minute)) for times in some)


def _of_day(day: date, states: Sequence[tuple[int, bool]]) -> Iterator[Piece]:
    """The pieces of a date from what holds since each of some minutes; the last of them is midnight."""
    for up, run in groupby(pairwise(states), key=lambda pair: pair[0][1]):
        if up:
            pairs = list(run)
            yield Piece(day, pairs[0][0][0], pairs[-1][1][0])


def _exceptions(original: Downscaler, where: str) -> Iterator[DateException]:
    """The dates that spans touch, with the windows those dates have all told; like neighbours together."""
    touched = sorted({day for span in _spans(original) for day in dates(span.begins, span.ends, place(where))})
    by_day = [(day, _windows_on(original, day, where)) for day in touched]
    for (_, windows), run in groupby(enumerate(by_day), key=lambda item: (item[1][0] - DAY * item[0], item[1][1])):
        days = [day for _, (day, _) in run]
        yield DateException(days[0], days[-1], windows, "span of py-kube-downscaler", closures="ignore")


def _spans(original: Downscaler) -> tuple[Span, ...]:
    return (*original.uptime.spans, *original.downtime.spans)


def _windows_on(original: Downscaler, day: date, where: str) -> tuple[Window, ...]:
    """The windows of one date: what the original wants at each of its edges that day."""
    here = place(where)
    begins, ends = wall(day, 0).replace(tzinfo=here), wall(day, DAY_MINUTES).replace(tzinfo=here)
    asked = {at.astimezone(here) for at in original.instants(begins, ends)}
    edges = sorted({begins, *(at for at in asked if at.date() == day)}, key=lambda at: at.astimezone(UTC))
    states = [(at.hour * 60 + at.minute, original.wants(at.astimezone(UTC)) == "up") for at in edges]
    return tuple(Window(piece.begins, piece.ends) for piece in _of_day(day, [*states, (DAY_MINUTES, False)]))
