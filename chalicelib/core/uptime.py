"""Uptime: one entry of an environment's timetable, with its zone, windows, closures and exceptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Literal

from chalicelib.core.closures import Closure, closed_days
from chalicelib.core.dates import DateError, parse_date_range
from chalicelib.core.windows import Window, WindowError, describe, long_window, parse_window

EXCEPTION_KEYS = ("dates", "windows", "reason", "owner", "closures", "mode")
LONGEST_LOOK = 400
"""Days of an exception that are looked through; a longer one holds every date that matters."""
_EXAMPLE = '{dates: 2027-02-08..2027-03-09, windows: ["mon-fri 09:00-16:00"], reason: Ramadan hours}'


class ExceptionError(ValueError):
    """An exception (other windows for some dates) that cannot be; the message shows one that can."""


@dataclass(frozen=True, slots=True)
class DateException:
    """Other windows on the dates from `first` to `last`, both included.

    They replace the ordinary windows or add to them. Closures hold within them, or are ignored by them:
    ordinary windows that an exception adds to stay closed on closed dates either way.
    """

    first: date
    last: date
    windows: tuple[Window, ...]
    reason: str
    owner: str | None = None
    closures: Literal["hold", "ignore"] = "hold"
    mode: Literal["replace", "add"] = "replace"

    def covers(self, day: date) -> bool:
        """True on its dates."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Uptime:
    """When an environment should be up, in one time zone.

    `start` on-demand leaves it as it is inside its windows; `stop` manual leaves it as it is outside them.
    `label` says what the windows are where they are not the owner's own.
    """

    timezone: str
    windows: tuple[Window, ...] = ()
    closures: tuple[Closure, ...] = ()
    exceptions: tuple[DateException, ...] = ()
    start: Literal["automatic", "on-demand"] = "automatic"
    stop: Literal["automatic", "manual"] = "automatic"
    label: str = ""

    @property
    def opens(self) -> bool:
        """It has windows, of its own or on some dates."""
        return bool(self.windows or self.exceptions)

    def replacing(self, day: date) -> DateException | None:
        """The exception whose windows replace the ordinary ones on that date: the first in the file."""
        replacements = (each for each in self.exceptions if each.mode == "replace")
        return next((each for each in replacements if each.covers(day)), None)


def parse_exception(form: Mapping[str, object]) -> DateException:
    """The exception that a form from a file names. Raises ExceptionError, WindowError."""
    for key in form:
        if key not in EXCEPTION_KEYS:
            keys = ", ".join(EXCEPTION_KEYS)
            raise ExceptionError(f'"{key}" is not a key of an exception; the keys are {keys}')
    for key in ("dates", "windows", "reason"):
        if key not in form:
            raise ExceptionError(f"an exception needs {key}; write e.g. {_EXAMPLE}")
    first, last = _dates(form)
    closures, mode = form.get("closures", "hold"), form.get("mode", "replace")
    if closures != "hold" and closures != "ignore":
        raise ExceptionError(f'"{closures}" says nothing about closures; write closures: hold or ignore')
    if mode != "replace" and mode != "add":
        raise ExceptionError(f'"{mode}" is not a mode; write mode: replace or add')
    windows = tuple(_windows(form["windows"]))
    owner = str(form["owner"]) if "owner" in form else None
    return DateException(first, last, windows, str(form["reason"]), owner, closures, mode)


def exception_findings(uptime: Uptime, today: date) -> Iterator[str]:
    """What the author of the exceptions should know: overlaps, those past, the closed dates they touch."""
    for one, other in combinations(uptime.exceptions, 2):
        if one.first <= other.last and other.first <= one.last:
            first, last = max(one.first, other.first), min(one.last, other.last)
            both = f'"{one.reason}" and "{other.reason}"'
            yield f"exceptions {both} overlap on {first}..{last}; part their dates"
    for each in uptime.exceptions:
        if each.last < today:
            yield f'exception "{each.reason}" ended on {each.last}; remove it'
            continue
        if each.windows and not any(_opens(each, window) for window in each.windows):
            words = ", ".join(f'"{describe(window)}"' for window in each.windows)
            when = f"{each.first}..{each.last}"
            yield f'exception "{each.reason}": {words} can never open on {when}; change its dates or windows'
        for closed in closed_days(uptime.closures, max(each.first, today), each.last).values():
            stays = "stays closed" if each.closures == "hold" else "is not kept closed"
            yield f'exception "{each.reason}" touches {closed.day}, {closed.reason}, which {stays}'


def _opens(exception: DateException, window: Window) -> bool:
    """One of its dates is one of the window's."""
    days = (exception.last - exception.first).days + 1
    return days > LONGEST_LOOK or any(
        window.recurrence.falls_on(exception.first + timedelta(days=n)) for n in range(days)
    )


def _dates(form: Mapping[str, object]) -> tuple[date, date]:
    try:
        return parse_date_range(str(form["dates"]))
    except DateError as error:
        raise ExceptionError(str(error)) from error


def _windows(given: object) -> Iterator[Window]:
    for each in given if isinstance(given, list | tuple) else [given]:
        if isinstance(each, Mapping):
            yield long_window(each)
        elif isinstance(each, str):
            yield parse_window(each)
        else:
            raise WindowError(f'"{each}" is not a window; write e.g. "mon-fri 08:00-20:00"')
