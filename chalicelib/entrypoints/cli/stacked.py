"""A table that is too wide for the screen comes as several, one under the other: a number is never broken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console

from chalicelib.entrypoints.cli.screen import WholeTable, table


@dataclass(frozen=True, slots=True)
class Figures:
    """A column: its title, and a cell for each row. Numbers stand on the `right`."""

    title: str
    cells: Sequence[str]
    right: bool = False


def show_stacked(console: Console, names: Figures, groups: Sequence[Sequence[Figures]], folds: str = "") -> None:
    """All groups of columns came out side by side where the screen is wide enough, else each below the one before.

    Each table begins with the names. Only the column that `folds` may take several lines, in a table of its group.
    """
    whole = _table(console, [names, *(each for group in groups for each in group)], "")
    parts = [whole] if whole.fits(console.width) else [_table(console, [names, *group], folds) for group in groups]
    for number, part in enumerate(parts):
        if number:
            console.print()
        console.print(part)


def _table(console: Console, columns: Sequence[Figures], folds: str) -> WholeTable:
    shown = table(console, *(each.title for each in columns), folds=folds)
    for column, shape in zip(columns, shown.columns, strict=True):
        shape.justify = "right" if column.right else "left"
    for row in zip(*(each.cells for each in columns), strict=True):
        shown.add_row(*row)
    return shown
