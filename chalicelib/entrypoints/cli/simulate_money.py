"""The money of `curfew simulate`: what a month would avoid, from a bill of the past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from chalicelib.entrypoints.cli.answers import CommandError, View
from chalicelib.entrypoints.cli.screen import table

if TYPE_CHECKING:
    from chalicelib.core.model import Definition
    from chalicelib.core.money.foreseeing import Foreseen

CENT = Decimal("0.01")
HOUR_SECONDS = 3600


def money(definition: Definition, month: date, bills: Sequence[Path]) -> View | None:
    """What the bill lets foresee of the month, None where it has nothing of the environment. Raises CommandError."""
    from chalicelib.adapters.price_book import PriceBook
    from chalicelib.core.simulate import month_bounds
    from chalicelib.entrypoints.backfill.reading import BillError, usages
    from chalicelib.flows.backfill import backfilled
    from chalicelib.flows.foresee import foresee

    source = f"bill: {', '.join(path.name for path in bills)}"
    begins, ends = month_bounds(definition, month)
    try:
        found = backfilled(definition, usages(bills), None, source)
    except BillError as error:
        raise CommandError(str(error), "broken-file") from error
    if not found.baselines:
        return None
    seen = foresee(definition, found, PriceBook(), f"{month:%Y-%m}", begins, ends)
    return _view(seen, found.kept * _hours(begins, ends))


def _hours(begins: datetime, ends: datetime) -> Decimal:
    return Decimal(int((ends - begins).total_seconds())) / HOUR_SECONDS


def _view(seen: Foreseen, kept: Decimal) -> View:
    return {
        "currency": "USD",
        "would_have": str(seen.would_have),
        "will": str(seen.will),
        "avoided_low": None if seen.ceiling else str(seen.low),
        "avoided_high": str(seen.high),
        "covered_by_commitments": str(seen.covered),
        "keeps_billing": str(kept.quantize(CENT)),
        "bases": [basis.value for basis in seen.bases],
        "provisional": seen.provisional,
        "not_computable": [{"resource": resource, "lacks": lacks} for resource, lacks in seen.unknown],
    }


def show_money(console: Console, rows: Sequence[View]) -> None:
    """A table of money came out; a line for what is not computable."""
    console.print()
    console.print("In USD at list prices. Committed: avoided only if what was paid for is used elsewhere")
    columns = ("Would cost", "Will cost", "Avoided", "Committed", "Keeps billing", "Rests on")
    shown = table(console, "Environment", *columns, folds="Rests on")
    for row in rows:
        shown.add_row(row["environment"], *_cells(row["money"]))
    console.print(shown)
    for row in rows:
        for gap in row["money"]["not_computable"] if row["money"] else ():
            console.print(f"{row['environment']}: {gap['resource']} is not computable: {gap['lacks']}", soft_wrap=True)


def _cells(money: View | None) -> tuple[str, ...]:
    if money is None:
        return ("not in the bill", *("-",) * 5)
    rests_on = ", ".join(money["bases"]) + (", provisional" if money["provisional"] else "")
    covered, kept = money["covered_by_commitments"], money["keeps_billing"]
    return money["would_have"], money["will"], _range(money), covered, kept, rests_on


def _range(money: View) -> str:
    """From low to high; where nobody knows what would have run there is only a high end."""
    low, high = money["avoided_low"], money["avoided_high"]
    if low is None:
        return f"at most {high}"
    return high if low == high else f"{low} to {high}"
