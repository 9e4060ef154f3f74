"""The hours of a local month: each instant of it is in exactly one cell, and so in one day and one hour of the week.

A cell is at most an hour, and is cut where an hour begins in UTC or on local clocks: where clocks are half an hour off,
each of two cells is half an hour. A day on which clocks change has 23 or 25 hours, or whatever its zone gives it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from chalicelib.core.localtime import day_bounds, zone
from chalicelib.core.money.intervals import Interval
from chalicelib.core.months import first_after, first_day

QUARTER = timedelta(minutes=15)
"""Offsets from UTC are whole quarters of an hour everywhere, and clocks change at whole quarters.
https://data.iana.org/time-zones/theory.html"""

HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of an hour, in seconds since 1970: from `begins` until before `ends`.

    `hour` is the hour in UTC in which it lies, `day` the local date, `week_hour` 0 to 167 from Monday 00:00, local.
    """

    begins: int
    ends: int
    hour: int
    day: date
    week_hour: int

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return self.ends - self.begins


def month_bounds(timezone: str, month: str) -> tuple[datetime, datetime]:
    """The instants between which that month ("2026-11") lasts in the zone."""
    first, where = first_day(month), zone(timezone)
    return day_bounds(where, first)[0], day_bounds(where, first_after(first))[0]


@lru_cache(maxsize=64)
def cells(timezone: str, month: str) -> tuple[Cell, ...]:
    """The cells of the month, in order and without a gap."""
    return tuple(_cell(*each) for each in _merged(timezone, month))


@lru_cache(maxsize=64)
def day_seconds(timezone: str, month: str) -> dict[date, int]:
    """How long each day of the month lasts."""
    lasts: dict[date, int] = {}
    for cell in cells(timezone, month):
        lasts[cell.day] = lasts.get(cell.day, 0) + cell.seconds
    return lasts


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of a local month that is known: from `begins` until before `ends`, in seconds since 1970."""

    cells: tuple[Cell, ...]
    begins: int
    ends: int

    def within(self, begins: int, ends: int) -> Interval:
        """What of the stretch is in the frame; it may be empty."""
        return max(begins, self.begins), min(ends, self.ends)

    def parts(self, begins: int, ends: int) -> Iterator[tuple[Cell, int, int]]:
        """The stretch in parts, each with the cell that it lies in."""
        begins, ends = self.within(begins, ends)
        number = bisect_right(self.cells, begins, key=_begins) - 1
        while begins < ends:
            cell = self.cells[number]
            yield cell, begins, min(cell.ends, ends)
            begins, number = cell.ends, number + 1


_begins = attrgetter("begins")


def frame(timezone: str, month: str, until: datetime | None = None) -> Frame:
    """The month, or what of it lies before `until`."""
    known = cells(timezone, month)
    ends = known[-1].ends if until is None else int(until.timestamp() // 1)
    return Frame(known, known[0].begins, min(max(ends, known[0].begins), known[-1].ends))


Place = tuple[int, date, int]


def _merged(timezone: str, month: str) -> Iterator[tuple[Place, int, int]]:
    quarter = int(QUARTER.total_seconds())
    for place, quarters in groupby(_quarters(timezone, month), key=lambda each: each[0]):
        begins = [each[1] for each in quarters]
        yield place, begins[0], begins[-1] + quarter


def _quarters(timezone: str, month: str) -> Iterator[tuple[Place, int]]:
    where = zone(timezone)
    at, end = month_bounds(timezone, month)
    while at < end:
        local = at.astimezone(where)
        hour = at.astimezone(UTC).replace(minute=0)
        yield (int(hour.timestamp()), local.date(), local.weekday() * HOURS_A_DAY + local.hour), int(at.timestamp())
        at += QUARTER


def _cell(place: Place, begins: int, ends: int) -> Cell:
    hour, day, week_hour = place
    return Cell(begins, ends, hour, day, week_hour)
