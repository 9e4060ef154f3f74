"""The report for people at a terminal, drawn from the document that programs get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from chalicelib.core.money.baselines import Basis
from chalicelib.core.money.grouping import Grain
from chalicelib.core.money.statement import ITSELF
from chalicelib.core.months import in_words
from chalicelib.entrypoints.reporting.blocks import Column, blocks
from chalicelib.entrypoints.reporting.budgets import BUDGET, NONE, USED, percent
from chalicelib.entrypoints.reporting.document import TITLES, named
from chalicelib.entrypoints.reporting.facts import RESTS_ON

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
    """The report is on the console; where that is narrow, its columns are in several tables below one another."""
    for line in _head(shown):
        console.print(line)
    _print(console, _rows(console, shown))
    console.print()
    for line in _foot(shown):
        console.print(line)
    if shown["not_computable"]:
        console.print()
        console.print(f"{PARTLY} Not computable; what is not known of it is in no figure:", end="")
        _print(console, _gaps(console, shown["not_computable"]))


def _print(console: Console, tables: Iterable[Table]) -> None:
    for drawn in tables:
        console.print()
        console.print(drawn)


def _head(shown: View) -> Iterator[str]:
    total, currency = shown["total"], shown["currency"]
    yield f"{shown['title']}, {in_words(shown['month'])}, {currency}: {shown['status']}"
    most = total["avoided_at_most"]
    range_ = f", at most {_amount(most)}" if most != total["avoided"] else ""
    if shown.get("only"):
        yield f"Only {', '.join(shown['only'])}"
    yield f"Avoided {_amount(total['avoided'])}{range_}; cost {_amount(total['actual'])}"


def _rows(console: Console, shown: View) -> list[Table]:
    keys, rows = KEYS[shown["by"]], [*shown["rows"], shown["total"]]
    words = [*(list(_names(row, keys)) for row in shown["rows"]), ["Total", *[""] * (len(keys) - 1)]]
    heads = map(TITLES.__getitem__, keys)
    names = [Column((head, *cells), folds=True) for head, *cells in zip(heads, *words, strict=True)]
    figures = [Column((COLUMNS[key], *(_amount(row[key]) for row in rows)), right=True) for key in _figures(shown)]
    others = [*figures, *_budgets(shown["rows"], rows), Column(("Baseline", *map(_baseline, rows)), folds=True)]
    return blocks(console, names, others, bold_last=True)


def _budgets(groups: Iterable[View], rows: Sequence[View]) -> Iterator[Column]:
    """Only where any group has one, in whatever currency."""
    if any(group["budget"] or group["budget_note"] not in (None, NONE) for group in groups):
        yield Column((BUDGET, *(_budget(row) for row in rows)), folds=True, right=True)
        yield Column((USED, *(percent(_decimal(row["budget_used"])) for row in rows)), right=True)


def _budget(row: View) -> str:
    return _amount(row["budget"]) if row["budget"] else row["budget_note"] or ""


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _names(row: View, keys: Sequence[Grain]) -> Iterator[str]:
    if row["curfew_itself"]:
        yield from (ITSELF, *[""] * (len(keys) - 1))
        return
    *above, last = (named(grain, row[grain.value] or "") for grain in keys)
    yield from (*above, last if row["computable_rows"] == row["rows"] else f"{last}{PARTLY}")


def _baseline(row: View) -> str:
    return (" + ".join(row["baseline"]) or "none") + (", provisional" if row["provisional"] else "")


def _figures(shown: View) -> Iterator[str]:
    """Those of which something is not 0."""
    return (key for key in COLUMNS if key in ALWAYS or any(row[key] not in (None, "0.00") for row in shown["rows"]))


def _foot(shown: View) -> Iterator[str]:
    for name, share in shown["coverage"].items():
        yield f"{name.capitalize()}: {share['resources']} of {share['of_resources']} resources"
    if Basis.CEILING in shown["total"]["baseline"]:
        yield f"{Basis.CEILING}: {RESTS_ON[Basis.CEILING]}"
    for line in shown["unknown"]:
        yield f"Not known: {line}"
    if exchange := shown["exchange"]:
        yield f"1 USD = {exchange['per_usd']} {exchange['currency']}: {exchange['source']}, {exchange['date']}"
    snapshot = shown["snapshot"]
    yield f"Snapshot {snapshot['id']}, method {snapshot['method']}"


def _gaps(console: Console, gaps: Sequence[View]) -> list[Table]:
    """One line for all that lack the same; each with its ARN is in every other format."""
    alike = Counter((gap["environment"], gap["resource"], gap["lacks"]) for gap in gaps)
    heads = ("Environment", "Resource", "Lacks", "Resources")
    columns = zip(heads, *((*gap, str(count)) for gap, count in alike.items()), strict=True)
    environment, resource, lacks, count = (Column(cells, folds=True) for cells in columns)
    return blocks(console, [environment, resource], [lacks, replace(count, folds=False)])


def _amount(text: str | None) -> str:
    """With a comma at the thousands; a question mark where nothing is computable."""
    if text is None:
        return UNKNOWN
    whole, _, cents = text.lstrip("-").partition(".")
    return f"{'-' if text.startswith('-') else ''}{int(whole):,}.{cents}"
