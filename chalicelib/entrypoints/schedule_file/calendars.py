"""The iCal calendars that schedule files name: found, read, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import PurePath

from chalicelib.core.closures import CalendarClosure, CalendarDay, ClosureError, parse_closure
from chalicelib.core.ical import ICalError, closed_dates
from chalicelib.entrypoints.schedule_file.document import Document, Path
from chalicelib.entrypoints.schedule_file.problems import Problem, Severity
from chalicelib.flows.calendars import Unreachable, age

SUFFIX = ".ics"
YEARS_AHEAD = 2

Copies = Mapping[str, CalendarClosure]
"""Calendars with their dates, by what the files call them."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an apply could get: the text at each address, or why there is none, at that instant."""

    at: datetime
    texts: Mapping[str, str | Unreachable]


@dataclass(slots=True)
class Shelf:
    """The calendars at hand: those sent as files, by name, and those fetched (None: offline, nobody asked).

    `dead` gathers the addresses that gave no calendar.
    """

    files: Mapping[str, str]
    today: date
    fetched: Fetched | None
    dead: dict[str, Unreachable] = field(default_factory=dict)
    _read: dict[str, tuple[CalendarDay, ...]] = field(default_factory=dict)

    def look_up(self, document: Document, copies: Sequence[CalendarClosure]) -> tuple[Copies, list[Problem]]:
        """The calendars that a document names, as far as they are known, and what is wrong with each.

        `copies` are those last used for this document; they stand in for what cannot be read now.
        """
        known = {copy.source: copy for copy in copies}
        found: dict[str, CalendarClosure] = {}
        problems: list[Problem] = []
        for where, closure in named_in(document):
            line, copy = document.line(where), known.get(closure.source)
            look = self._remote if closure.remote else self._beside
            calendar, problem = look(document.file, line, closure.source, copy)
            found |= {closure.source: calendar} if calendar else {}
            problems += [problem] if problem else []
        return found, problems

    def _beside(
        self, file: str, line: int, source: str, copy: CalendarClosure | None
    ) -> tuple[CalendarClosure | None, Problem | None]:
        """A file beside the schedule file."""
        name = beside(file, source)
        if name not in self.files:
            return copy, self._absent(file, line, source, copy)
        try:
            return self._dated(file, line, source, self.files[name])
        except ICalError as error:
            return None, Problem(name, error.line, error.what, error.remedy)

    def _absent(self, file: str, line: int, source: str, copy: CalendarClosure | None) -> Problem:
        if copy:
            what = f"{source} was not sent: the copy {age(copy, self._at)} stays in force"
            return Problem(file, line, what, "put it beside this file", Severity.WARNING)
        severity = Severity.ERROR if self.fetched else Severity.WARNING
        return Problem(file, line, f"there is no {source} beside this file", "put it there", severity)

    def _remote(
        self, file: str, line: int, source: str, copy: CalendarClosure | None
    ) -> tuple[CalendarClosure | None, Problem | None]:
        """An address. One that was not asked now keeps its copy."""
        text = self.fetched.texts.get(source) if self.fetched else None
        if text is None:
            return copy, None if copy else _unasked(file, line, source)
        try:
            if isinstance(text, str):
                return self._dated(file, line, source, text)
        except ICalError as error:
            text = Unreachable(str(error).replace(";", ","))
        assert isinstance(text, Unreachable)
        self.dead[source] = text
        return copy, self._dead(file, line, CalendarClosure(source).label, text, copy)

    def _dead(self, file: str, line: int, label: str, found: Unreachable, copy: CalendarClosure | None) -> Problem:
        what = f"the calendar of {label} cannot be read ({found.why})"
        if copy is None or copy.fetched_at is None:
            return Problem(file, line, what, "mend the address, or take the closure out")
        what = f"{what}: the copy {age(copy, self._at)} stays in force"
        return Problem(file, line, what, "mend the address", Severity.WARNING)

    def _dated(self, file: str, line: int, source: str, text: str) -> tuple[CalendarClosure, Problem | None]:
        """The calendar with its dates, each text read once. Raises ICalError."""
        first, last = date(self.today.year - 1, 1, 1), date(self.today.year + YEARS_AHEAD, 12, 31)
        if text not in self._read:
            self._read[text] = closed_dates(text, first, last)
        calendar = CalendarClosure(source, self._read[text], self._at)
        if calendar.days and calendar.days[-1].day >= self.today:
            return calendar, None
        what = f"{calendar.label} closes no date from {self.today} to {last}"
        return calendar, Problem(file, line, what, "bring it up to date", Severity.WARNING)

    @property
    def _at(self) -> datetime:
        return self.fetched.at if self.fetched else datetime.combine(self.today, time.min, UTC)


def is_calendar(name: str) -> bool:
    """True for the name of a calendar's file."""
    return PurePath(name).suffix == SUFFIX


def beside(file: str, source: str) -> str:
    """The name of a calendar's file that a schedule file names."""
    return str(PurePath(file).parent / source)


def named_in(document: Document) -> Iterator[tuple[Path, CalendarClosure]]:
    """Each calendar that closures of the document name, with its place; what is no calendar's name is left out."""
    for where in _closure_lists(document):
        for at, form in document.each(*where):
            if "ical" in form:
                try:
                    closure = parse_closure(form)
                except ClosureError:
                    continue
                assert isinstance(closure, CalendarClosure)
                yield (*at, "ical"), closure


def _closure_lists(document: Document) -> Iterator[Path]:
    yield ("closures",)
    for key in ("uptime", "calendars"):
        for where, entry in document.each(key):
            yield (*where, "closures")
            yield from ((*where, name, "closures") for name, each in entry.items() if isinstance(each, dict))


def _unasked(file: str, line: int, source: str) -> Problem:
    label = CalendarClosure(source).label
    what = f"the calendar of {label} is read when this file is applied: its dates are not known here"
    return Problem(file, line, what, severity=Severity.NOTE)
