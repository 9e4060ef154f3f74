"""The report for people at a terminal, drawn from the document that programs get."""

from __future__ import annotations

from collections import Counter
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
    "would_have": "Would have",
    "avoided": "Avoided",
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
UNKNOWN, PARTLY = "?", "*"
ALWAYS = ("actual", "would_have", "avoided")
"""Other columns are shown only where something is in them."""


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
        console.print(f"{PARTLY} Not computable, and in no figure:")
        console.print(_gaps(console, shown["not_computable"]))


def _head(shown: View) -> Iterator[str]:
    total, currency = shown["total"], shown["currency"]
    month = date.fromisoformat(f"{shown['month']}-01")
    yield f"{shown['title']}, {month:%B %Y}, {currency}: {shown['status']}"
    most = total["avoided_at_most"]
    range_ = f", at most {_amount(most)}" if most != total["avoided"] else ""
    yield f"Avoided {_amount(total['avoided'])}{range_}; cost {_amount(total['actual'])}"


def _rows(console: Console, shown: View) -> Any:
    keys, figures = KEYS[shown["by"]], list(_figures(shown))
    heads = (*map(TITLES.__getitem__, keys), *map(COLUMNS.__getitem__, figures), "Baseline")
    drawn = table(console, *heads, folds="Baseline")
    for column in drawn.columns[len(keys) : -1]:
        column.justify = "right"
    for row in shown["rows"]:
        drawn.add_row(*_names(row, keys), *_cells(row, figures))
    drawn.add_row("Total", *[""] * (len(keys) - 1), *_cells(shown["total"], figures), style="bold")
    return drawn


def _names(row: View, keys: Sequence[Grain]) -> Iterator[str]:
    if row["curfew_itself"]:
        yield from (ITSELF, *[""] * (len(keys) - 1))
        return
    *above, last = (row[grain.value] or NO_NAME for grain in keys)
    yield from (*above, last if row["computable_rows"] == row["rows"] else f"{last}{PARTLY}")


def _cells(row: View, figures: Sequence[str]) -> Iterator[str]:
    yield from (_amount(row[key]) for key in figures)
    yield (" + ".join(row["baseline"]) or "none") + (", provisional" if row["provisional"] else "")


def _figures(shown: View) -> Iterator[str]:
    """Those of which something is not 0."""
    return (key for key in COLUMNS if key in ALWAYS or any(row[key] not in (None, "0.00") for row in shown["rows"]))


def _foot(shown: View) -> Iterator[str]:
    for name, share in shown["coverage"].items():
        yield f"{name.capitalize()}: {share['resources']} of {share['of_resources']} resources"
    for line in shown["unknown"]:
        yield f"Not known: {line}"
    if exchange := shown["exchange"]:
        yield f"1 USD = {exchange['per_usd']} {exchange['currency']}: {exchange['source']}, {exchange['date']}"
    snapshot = shown["snapshot"]
    yield f"Snapshot {snapshot['id']}, method {snapshot['method']}"


def _gaps(console: Console, gaps: Sequence[View]) -> Any:
    """One line for all that lack the same; each with its ARN is in every other format."""
    drawn = table(console, "Environment", "Resource", "Lacks", "Resources", folds="Lacks")
    alike = Counter((gap["environment"], gap["resource"], gap["lacks"]) for gap in gaps)
    for (environment, resource, lacks), count in alike.items():
        drawn.add_row(environment, resource, lacks, str(count))
    return drawn


def _amount(text: str | None) -> str:
    """With a comma at the thousands; a question mark where nothing is computable."""
    if text is None:
        return UNKNOWN
    whole, _, cents = text.lstrip("-").partition(".")
    return f"{'-' if text.startswith('-') else ''}{int(whole):,}.{cents}"
