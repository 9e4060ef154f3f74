"""Days as rows of half hours: when an environment is up, down or left as it is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import groupby

from rich.console import Console
from rich.text import Text

CELL = timedelta(minutes=30)
CELLS = timedelta(days=1) // CELL
MARKS = {"up": ("#", "green on green"), "down": (".", "dim"), "as-is": ("~", "yellow on yellow")}
"""A sign and a style for each desired state; the sign alone is enough where there is no colour."""
HOURS = "".join(f"{hour:<6}" for hour in range(0, 24, 3))


@dataclass(frozen=True, slots=True)
class Grid:
    """What is desired between two instants: changes in order of time, and a remark for some dates.

    `zone` None is this terminal's.
    """

    begins: datetime
    ends: datetime
    changes: Sequence[tuple[datetime, str]]
    remarks: Mapping[date, str]
    zone: tzinfo | None


def days(begins: datetime, ends: datetime, zone: tzinfo | None) -> list[date]:
    """The local dates that the range touches."""
    first = begins.astimezone(zone).date()
    last = (ends - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def noon(day: date, zone: tzinfo | None) -> datetime:
    """The middle of a local date."""
    return _local(datetime.combine(day, time(12)), zone)


def show(console: Console, grid: Grid) -> None:
    """The grid is on the console: a line a day, its remark behind it."""
    console.print(f"{'':15}{HOURS}".rstrip())
    for day in days(grid.begins, grid.ends, grid.zone):
        remark = grid.remarks.get(day, "")
        console.print(
            Text.assemble(f"{day:%a %Y-%m-%d} ", *_cells(grid, day), f"  {remark}" if remark else ""), soft_wrap=True
        )
    console.print(
        Text.assemble(" " * 15, *(part for word, mark in MARKS.items() for part in (mark, f" {word}   ")))
        if console.color_system
        else f"{'':15}# up   . down   ~ as-is"
    )


def _cells(grid: Grid, day: date) -> Iterator[tuple[str, str]]:
    """The signs of one day, neighbours of one style together."""
    for style, run in groupby(_half_hours(grid, day), key=lambda cell: cell[1]):
        yield "".join(sign for sign, _ in run), style


def _half_hours(grid: Grid, day: date) -> Iterator[tuple[str, str]]:
    instants = [at for at, _ in grid.changes]
    for number in range(CELLS):
        middle = _local(datetime.combine(day, time()) + CELL * number + CELL / 2, grid.zone)
        if grid.begins <= middle < grid.ends:
            yield MARKS[grid.changes[max(0, bisect_right(instants, middle) - 1)][1]]
        else:
            yield " ", ""


def _local(wall: datetime, zone: tzinfo | None) -> datetime:
    """The instant of a wall clock's time; a time that the clocks skip is as long after midnight."""
    return wall.replace(tzinfo=zone) if zone else wall.astimezone()
