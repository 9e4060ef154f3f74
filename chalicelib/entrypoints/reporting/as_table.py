"""The report for people at a terminal, drawn from the document that programs get."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from rich.console import Console

from chalicelib.core.money.grouping import Grain
from chalicelib.core.money.statement import ITSELF
from chalicelib.entrypoints.cli.screen import table
from chalicelib.entrypoints.reporting.document import NO_NAME, TITLES

View = dict[str, Any]

COLUMNS = {
    "actual": "Actual",
    "would_have": "Would have cost",
    "avoided": "Avoided",
    "avoided_at_most": "At most",
    "hours": "Hours",
    "size": "Size",
    "spot": "Spot",
    "commitment": "Commitment",
    "residual": "Keeps billing",
}
KEYS = {
    "organisation": (Grain.ORGANISATION,),
    "cost-center": (Grain.COST_CENTER,),
    "team": (Grain.TEAM,),
    "environment": (Grain.ENVIRONMENT,),
    "resource": (Grain.ENVIRONMENT, Grain.RESOURCE),
    "day": (Grain.DAY,),
}
"""What of a row's keys is shown for each grouping: a terminal is narrow."""
UNKNOWN = "?"


def show(console: Console, shown: View) -> None:
    """The report is on the console."""
    for line in _head(shown):
        console.print(line, soft_wrap=True)
    console.print()
    console.print(_rows(console, shown))
    console.print()
    for line in _foot(shown):
        console.print(line, soft_wrap=True)
    if shown["not_computable"]:
        console.print()
        console.print("Not computable, and in no figure:")
        console.print(_gaps(console, shown["not_computable"]))


def _head(shown: View) -> Iterator[str]:
    total, currency = shown["total"], shown["currency"]
    month = date.fromisoformat(f"{shown['month']}-01")
    yield f"{shown['title']}, {month:%B %Y}, {currency}: {shown['status']}"
    most = total["avoided_at_most"]
    range_ = f", at most {_amount(most)}" if most != total["avoided"] else ""
    yield f"Avoided {_amount(total['avoided'])}{range_}; cost {_amount(total['actual'])}"


def _rows(console: Console, shown: View) -> Any:
    keys = KEYS[shown["by"]]
    figures = [key for key in COLUMNS if key != "avoided_at_most" or _ranges(shown)]
    drawn = table(console, *map(TITLES.__getitem__, keys), *map(COLUMNS.__getitem__, figures), "Baseline", "Computable")
    for column in drawn.columns[len(keys) : -2]:
        column.justify = "right"
    for row in shown["rows"]:
        drawn.add_row(*_names(row, keys), *_cells(row, figures))
    drawn.add_row("Total", *[""] * (len(keys) - 1), *_cells(shown["total"], figures), style="bold")
    return drawn


def _names(row: View, keys: Sequence[Grain]) -> Iterator[str]:
    if row["curfew_itself"]:
        yield from (ITSELF, *[""] * (len(keys) - 1))
        return
    yield from (row[grain.value] or NO_NAME for grain in keys)


def _cells(row: View, figures: Sequence[str]) -> Iterator[str]:
    yield from (_amount(row[key]) for key in figures)
    yield (" + ".join(row["baseline"]) or "none") + (", provisional" if row["provisional"] else "")
    yield "all" if row["computable_rows"] == row["rows"] else f"{row['computable_rows']} of {row['rows']}"


def _ranges(shown: View) -> bool:
    return any(row["avoided_at_most"] != row["avoided"] for row in shown["rows"])


def _foot(shown: View) -> Iterator[str]:
    for name, share in shown["coverage"].items():
        yield f"{name.capitalize()}: {share['resources']} of {share['of_resources']} resources"
    if exchange := shown["exchange"]:
        yield f"1 USD = {exchange['per_usd']} {exchange['currency']}: {exchange['source']}, {exchange['date']}"
    snapshot = shown["snapshot"]
    yield f"Snapshot {snapshot['id']}, method {snapshot['method']}"


def _gaps(console: Console, gaps: Sequence[View]) -> Any:
    drawn = table(console, "Environment", "Resource", "ARN", "Lacks", "Days", folds="ARN")
    for gap in gaps:
        drawn.add_row(gap["environment"], gap["resource"], gap["arn"], gap["lacks"], str(gap["days"]))
    return drawn


def _amount(text: str | None) -> str:
    """With a comma at the thousands; a question mark where nothing is computable."""
    if text is None:
        return UNKNOWN
    whole, _, cents = text.lstrip("-").partition(".")
    return f"{'-' if text.startswith('-') else ''}{int(whole):,}.{cents}"
