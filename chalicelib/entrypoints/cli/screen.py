"""What people see: tables and colours on a terminal, plain columns in a pipe."""

from __future__ import annotations

import os
import sys
from decimal import Decimal

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Column, Table
from rich.text import Text

PIPE_WIDTH = 1000
"""Wide enough that nothing is cut or folded where a program reads."""

GAP, ROOM_TO_FOLD = 2, 4
"""Blanks between two columns (one more where there are lines), and what is left at least to a column that folds."""

PHASES = {
    "up": "green",
    "down": "blue",
    "starting": "yellow",
    "stopping": "yellow",
    "blocked": "magenta",
    "slow": "magenta",
    "stuck": "bold red",
    "held": "cyan",
    "paused": "bold yellow",
    "as-is": "yellow",
    "rising": "yellow",
    "falling": "yellow",
    "missing": "bold red",
    "broken": "bold red",
    "error": "bold red",
    "warning": "yellow",
    "note": "dim",
}


def screen(stderr: bool = False) -> Console:
    """A console on stdout or stderr that takes texts as they are; NO_COLOR and COLUMNS are respected."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(stderr=stderr, width=width, markup=False, highlight=False, emoji=False)


def table(console: Console, *columns: str, folds: str = "") -> WholeTable:
    """An empty table with these columns; only the one that `folds` may take several lines."""
    lines = box.SIMPLE_HEAD if console.is_terminal else None
    empty = WholeTable(box=lines, pad_edge=False, show_edge=False, header_style="bold")
    for column in columns:
        empty.add_column(column, no_wrap=column != folds, overflow="fold")
    return empty


class WholeTable(Table):
    """A table of which nothing is cut: on a screen too narrow for it, every column folds."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self.fits(options.max_width):
            for column in self.columns:
                column.no_wrap = False
        return super().__rich_console__(console, options)

    def fits(self, width: int) -> bool:
        """Only the column that folds need take several lines on a screen so wide."""
        return self._narrowest() <= width

    def _narrowest(self) -> int:
        gap = GAP + 1 if self.box else GAP
        return sum(gap + (_longest(each) if each.no_wrap else ROOM_TO_FOLD) for each in self.columns) - gap


def _longest(column: Column) -> int:
    return max(cell_len(str(cell)) for cell in (column.header, *column.cells))


def amount(text: str) -> str:
    """An exact amount for people: with commas at the thousands, and whole cents."""
    return f"{Decimal(text):,.2f}"


def coloured(word: str | None) -> Text:
    """A phase, a state or a severity in its colour."""
    return Text(word or "-", style=PHASES.get(word or "", ""))
