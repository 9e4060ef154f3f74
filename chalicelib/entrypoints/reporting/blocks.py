"""Columns on a screen that may be too narrow for all of them: what does not fit stands in a further table below.

Names come again in each of these tables. They fold, figures never do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from chalicelib.entrypoints.cli.screen import GAP, table

LEAST = 12
"""Characters that are left at least to a column that folds, if it needs as many."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, its head first. Who does not fold is as wide as its widest cell."""

    cells: tuple[str, ...]
    folds: bool = False
    right: bool = False

    @property
    def widest(self) -> int:
        """The characters of its widest cell."""
        return max(map(cell_len, self.cells))

    @property
    def least(self) -> int:
        """The characters that it needs."""
        return min(self.widest, LEAST) if self.folds else self.widest


def blocks(console: Console, names: Sequence[Column], others: Sequence[Column], bold_last: bool = False) -> list[Table]:
    """Tables no wider than the console, each with the names and at least one of the other columns."""
    gap = GAP + 1 if console.is_terminal else GAP
    room = console.width + gap  # nothing is behind the last column
    packed = _packed(others, room - _needed(names, gap), gap)
    return [_drawn(console, [*names, *some], room - _needed([*names, *some], gap), bold_last) for some in packed]


def _needed(columns: Iterable[Column], gap: int) -> int:
    return sum(column.least + gap for column in columns)


def _packed(columns: Iterable[Column], room: int, gap: int) -> Iterator[list[Column]]:
    block: list[Column] = []
    for column in columns:
        if block and _needed([*block, column], gap) > room:
            yield block
            block = []
        block.append(column)
    yield block


def _drawn(console: Console, columns: Sequence[Column], spare: int, bold_last: bool) -> Table:
    """Folding columns are given what is to spare, the first first."""
    drawn = table(console, *(column.cells[0] for column in columns))
    for column, shape in zip(columns, drawn.columns, strict=True):
        more = max(0, min(spare, column.widest - column.least))
        spare -= more
        shape.width, shape.no_wrap = column.least + more, not column.folds
        shape.justify = "right" if column.right else "left"
    rows = list(zip(*(column.cells[1:] for column in columns), strict=True))
    for number, cells in enumerate(rows, 1):
        drawn.add_row(*cells, style="bold" if bold_last and number == len(rows) else None)
    return drawn
