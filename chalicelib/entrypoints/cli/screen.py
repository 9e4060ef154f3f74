"""What people see: tables and colours on a terminal, plain columns in a pipe."""

from __future__ import annotations

import os
import sys

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_WIDTH = 1000
"""Wide enough that nothing is cut or folded where a program reads."""

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


def table(console: Console, *columns: str, folds: str = "") -> Table:
    """An empty table with these columns; only the one that `folds` may take several lines."""
    lines = box.SIMPLE_HEAD if console.is_terminal else None
    empty = Table(box=lines, pad_edge=False, show_edge=False, header_style="bold")
    for column in columns:
        empty.add_column(column, no_wrap=column != folds, overflow="fold")
    return empty


def coloured(word: str | None) -> Text:
    """A phase, a state or a severity in its colour."""
    return Text(word or "-", style=PHASES.get(word or "", ""))
