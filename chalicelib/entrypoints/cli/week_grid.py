"""Days as rows of half hours: when an environment is up, down or left as it is."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from io import StringIO
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.text import Text

from chalicelib.entrypoints.cli.answers import CommandError

WIDE = 150
"""Columns of a drawing: the grid and room for remarks."""
CELL = timedelta(minutes=30)
DRAWING = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: monospace; font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: sans-serif; font-weight: bold; font-size: 18px; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g></g></svg>
"""
"""The drawing's frame, in Rich's placeholders; Rich's own would load a font from somebody's server."""
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


def draw(path: Path, show_on: Callable[[Console], None], title: str) -> None:
    """What `show_on` shows on a console is an SVG drawing at `path`. Raises CommandError where it cannot be written."""
    console = Console(record=True, file=StringIO(), width=WIDE, color_system="truecolor", force_terminal=True)
    show_on(console)
    try:
        path.write_text(console.export_svg(title=title, code_format=DRAWING), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error


def clock_change(day: date, zone: tzinfo | None) -> Iterator[str]:
    """How long the date is where clocks change on it; nothing on other dates."""
    begins, ends = (_local(datetime.combine(day + timedelta(days=n), time()), zone) for n in (0, 1))
    length = ends.astimezone(UTC) - begins.astimezone(UTC)
    if length != timedelta(days=1):
        yield f"clocks change: {length / timedelta(hours=1):g} hours"


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
