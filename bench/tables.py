"""How every benchmark prints: a table, and under it how its figures were measured."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table

Row = Sequence[object]


def show(title: str, columns: Sequence[str], rows: Sequence[Row], measured: str) -> None:
    """The table is on the screen, all but its first column flush right, with how it was measured below."""
    table = Table(title=title, title_justify="left", caption=measured, caption_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*(written(value) for value in row))
    console = Console(width=120)
    console.print(table)
    console.print()


def written(value: object) -> str:
    """Whole numbers with thousands marked, others with two places, None as a dash."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def spread(values: Sequence[float]) -> tuple[float, float, float]:
    """Median, 95th percentile and maximum."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    return median(values), quantiles(values, n=20, method="inclusive")[-1], max(values)


def say(text: str) -> None:
    """A line of progress on stderr, so that stdout holds only the tables."""
    print(text, file=sys.stderr, flush=True)
