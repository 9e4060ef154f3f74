"""From starts and stops to windows: what runs from one start to the next stop, as recurring local times.

Starts and stops are read off a clock that nobody changes. What runs past a midnight for less than a day stays one
window; longer is cut at midnights. Windows of equal times are put together, and the dates they fall on are
said in the fewest words that name exactly those dates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeVar

from chalicelib.core.recurrence import LAST, DayOfWeek, MonthDay, Recurrence
from chalicelib.core.windows import Window

Name = TypeVar("Name", DayOfWeek, MonthDay)

DAY = timedelta(days=1)
MONTHS, MONTH_LENGTH, WEEKDAYS, ORDINALS = range(1, 13), range(1, 32), range(7), (1, 2, 3, 4, 5, LAST)


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """A start or a stop, by a clock that nobody changes."""

    at: datetime
    does: Literal["start", "stop"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Up from minute `begins` of a date to minute `ends`, over 1440 past midnight."""

    day: date
    begins: int
    ends: int


def runs(events: Iterable[Event]) -> Iterator[tuple[datetime, datetime]]:
    """The stretches from a start to the first stop after it; a start that is not stopped again is left out."""
    since: datetime | None = None
    for event in sorted(events):
        if event.does == "start" and since is None:
            since = event.at
        elif event.does == "stop" and since is not None:
            yield since, event.at
            since = None


def pieces(begins: datetime, ends: datetime) -> Iterator[Piece]:
    """The stretch as pieces that a window can say."""
    if ends - begins < DAY:
        yield Piece(begins.date(), _minute(begins), _minute(begins) + (ends - begins) // timedelta(minutes=1))
        return
    while begins < ends:
        midnight = datetime.combine(begins.date() + DAY, datetime.min.time())
        until = min(midnight, ends)
        yield Piece(begins.date(), _minute(begins), _minute(begins) + (until - begins) // timedelta(minutes=1))
        begins = until


def windows_of(found: Iterable[Piece], first: date, last: date) -> tuple[tuple[Window, ...], tuple[Piece, ...]]:
    """The windows that say these pieces from `first` to `last`, and the pieces that no window can say."""
    by_times: dict[tuple[int, int], set[date]] = defaultdict(set)
    for piece in found:
        if first <= piece.day <= last:
            by_times[piece.begins, piece.ends].add(piece.day)
    windows: list[Window] = []
    left: list[Piece] = []
    for (begins, ends), days in by_times.items():
        recurrences = fit(days, first, last)
        windows += [Window(begins, ends, recurrence) for recurrence in recurrences]
        unnamed = [day for day in sorted(days) if not any(recurrence.falls_on(day) for recurrence in recurrences)]
        left += [Piece(day, begins, ends) for day in unnamed]
    return tuple(windows), tuple(left)


def weekly(found: Iterable[Piece]) -> tuple[Window, ...]:
    """The windows that say these pieces, each of which is known to recur every week."""
    by_times: dict[tuple[int, int], set[int]] = defaultdict(set)
    for piece in sorted(found, key=lambda piece: (piece.day, piece.begins)):
        by_times[piece.begins, piece.ends].add(piece.day.weekday())
    return tuple(Window(*times, Recurrence(days=_weekdays(days))) for times, days in by_times.items())


def _weekdays(days: set[int]) -> tuple[DayOfWeek, ...]:
    return () if len(days) == len(WEEKDAYS) else tuple(DayOfWeek(day) for day in sorted(days))


def fit(days: set[date], first: date, last: date) -> tuple[Recurrence, ...]:
    """Recurrences that fall on these dates from `first` to `last` and on no others; on all of them if words can."""
    months = tuple(sorted({day.month for day in days}))
    within = [day for day in _between(first, last) if day.month in months]
    only = () if len(months) == len(MONTHS) else months
    if len(within) == len(days):
        return (Recurrence(months=only),)
    weekdays = _full([DayOfWeek(weekday) for weekday in WEEKDAYS], days, within)
    places = _full([DayOfWeek(weekday, nth) for nth in ORDINALS for weekday in WEEKDAYS], days, within)
    for named in (weekdays, places):
        if _covered(named) == days:
            return (Recurrence(days=tuple(named), months=only),)
    month_days = _full([MonthDay(day) for day in MONTH_LENGTH], days, within)
    for numbered in (month_days, _full([MonthDay(LAST)], days, within)):
        if _covered(numbered) == days:
            return (Recurrence(month_days=tuple(numbered), months=only),)
    either = (Recurrence(tuple(weekdays), months=only),) if weekdays else ()
    return (*either, Recurrence(month_days=tuple(month_days), months=only)) if month_days else either


def _full(names: Iterable[Name], wanted: set[date], within: Sequence[date]) -> dict[Name, set[date]]:
    """Those names all of whose dates are wanted, each with its dates."""
    falling = {name: {day for day in within if name.falls_on(day)} for name in names}
    return {name: dates for name, dates in falling.items() if dates and dates <= wanted}


def _covered(dates: Mapping[Name, set[date]]) -> set[date]:
    return {day for each in dates.values() for day in each}


def _between(first: date, last: date) -> list[date]:
    return [first + DAY * n for n in range((last - first).days + 1)]


def _minute(at: datetime) -> int:
    return at.hour * 60 + at.minute
