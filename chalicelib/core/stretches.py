"""What each rule of a timetable says, laid out as stretches of time.

Every rule lays its stretches whether or not another one overrules it: a window of a closed date is laid as
*not in force*. So the winner and the losers of any instant can be read off the same picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from chalicelib.core.closures import ClosedDay, closed_days
from chalicelib.core.localtime import dates_that_occur, day_bounds, instants, zone
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.core.windows import DAY_MINUTES, Window, describe

Wanted = Literal["up", "as-is", "down"]
RuleName = Literal["exception", "closure", "window", "default"]

# A window ends at latest when the date after it does, and local dates run up to 14 h before or 12 h after UTC's.
DATES_BEFORE, DATES_AFTER = 2, 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """One rule says one thing from `begins` until `ends` (UTC); out of force it is only shown."""

    begins: datetime
    ends: datetime
    says: Wanted
    rule: RuleName
    because: str
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class _Dates:
    """One entry and the dates in question: which are closed, and which an exception replaces."""

    uptime: Uptime
    days: tuple[date, ...]
    closed: Mapping[date, ClosedDay]
    replaced: Mapping[date, DateException]


def lay(uptime: Uptime, begins: datetime, ends: datetime) -> Iterator[Stretch]:
    """Every stretch that a rule of this entry lays between the two instants; some reach beyond them."""
    dates = _dates(uptime, begins, ends)
    yield Stretch(begins, ends, _outside(uptime), "default", _default_because(uptime))
    yield from _ordinary_windows(dates)
    yield from _closures(dates)
    yield from _exceptions(dates)


def _dates(uptime: Uptime, begins: datetime, ends: datetime) -> _Dates:
    first = begins.date() - timedelta(days=DATES_BEFORE)
    last = ends.date() + timedelta(days=DATES_AFTER)
    days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
    replaced = {day: exception for day in days if (exception := uptime.replacing(day))}
    return _Dates(uptime, days, closed_days(uptime.closures, first, last), replaced)


def _ordinary_windows(dates: _Dates) -> Iterator[Stretch]:
    overruled = dates.closed.keys() | dates.replaced.keys()
    for window in dates.uptime.windows:
        because = f"{_headed(dates.uptime, 'window')} {_named(window, dates.uptime)}"
        yield from _openings(window, dates.uptime, dates.days, overruled, "window", because)


def _closures(dates: _Dates) -> Iterator[Stretch]:
    where = zone(dates.uptime.timezone)
    for day in dates_that_occur(where, tuple(dates.closed)):
        exception = dates.replaced.get(day)
        in_force = exception is None or exception.closures == "hold"
        because = f"closed: {dates.closed[day].reason}"
        yield Stretch(*day_bounds(where, day), _outside(dates.uptime), "closure", because, in_force)


def _exceptions(dates: _Dates) -> Iterator[Stretch]:
    rule: RuleName = "window" if dates.uptime.label else "exception"
    for exception in dates.uptime.exceptions:
        days = tuple(day for day in dates.days if exception.covers(day))
        overruled = {day for day in days if _is_overruled(exception, day, dates)}
        for window in exception.windows:
            headed = _headed(dates.uptime, f"exception {exception.reason}:")
            because = f"{headed} {_named(window, dates.uptime)}"
            yield from _openings(window, dates.uptime, days, overruled, rule, because)
        if exception.mode == "replace":
            yield from _outside_exception(exception, dates.uptime, days, overruled)


def _is_overruled(exception: DateException, day: date, dates: _Dates) -> bool:
    closed = day in dates.closed and exception.closures == "hold"
    return closed or (exception.mode == "replace" and dates.replaced[day] is not exception)


def _outside_exception(
    exception: DateException, uptime: Uptime, days: tuple[date, ...], overruled: set[date]
) -> Iterator[Stretch]:
    where = zone(uptime.timezone)
    because = f"exception {exception.reason}: outside its windows"
    for day in dates_that_occur(where, days):
        yield Stretch(*day_bounds(where, day), _outside(uptime), "exception", because, day not in overruled)


def _openings(
    window: Window,
    uptime: Uptime,
    days: tuple[date, ...],
    overruled: Iterable[date],
    rule: RuleName,
    because: str,
) -> Iterator[Stretch]:
    """The stretches of one window: one for each date on which it begins, two when it is open on one side."""
    where = zone(window.timezone or uptime.timezone)
    begun = tuple(day for day in days if window.recurrence.falls_on(day))
    for day in dates_that_occur(where, begun):
        for begins, ends, says in _edges(window):
            wanted: Wanted = "as-is" if uptime.start == "on-demand" else says
            yield Stretch(*_open_between(where, day, begins, ends), wanted, rule, because, day not in overruled)


def _edges(window: Window) -> Iterator[tuple[int, int, Wanted]]:
    """The minutes of the day between which a window says something, and what."""
    if window.begins is None:
        yield 0, window.ends or DAY_MINUTES, "as-is"
    elif window.ends is None:
        if window.begins:
            yield 0, window.begins, "as-is"
        yield window.begins, DAY_MINUTES, "up"
    else:
        yield window.begins, window.ends, "up"


def _open_between(where: ZoneInfo, day: date, begins: int, ends: int) -> tuple[datetime, datetime]:
    """Opens at the first instant of its begin and closes at the last one of its end.

    What lies wholly in the gap would shrink to nothing: it lasts its nominal length from after the gap.
    """
    midnight = datetime.combine(day, time.min)
    opens = instants(where, midnight + timedelta(minutes=begins))[0]
    closes = instants(where, midnight + timedelta(minutes=ends))[1]
    return opens, closes if closes > opens else opens + timedelta(minutes=ends - begins)


def _outside(uptime: Uptime) -> Wanted:
    return "as-is" if uptime.stop == "manual" else "down"


def _default_because(uptime: Uptime) -> str:
    if not uptime.opens:
        return "it has no windows"
    return "outside its windows" + (", stopped by hand" if uptime.stop == "manual" else "")


def _headed(uptime: Uptime, otherwise: str) -> str:
    """What its windows are, in words."""
    return f"{uptime.label}," if uptime.label else otherwise


def _named(window: Window, uptime: Uptime) -> str:
    zoned = describe(window) if window.timezone else f"{describe(window)} ({uptime.timezone})"
    return f"{zoned}, started on demand" if uptime.start == "on-demand" else zoned
