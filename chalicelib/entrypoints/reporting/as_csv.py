"""The report as one flat CSV file, which a pivot table can read: each line says in `record` what it is.

Texts are quoted and defused; numbers are numbers. An empty cell is one that does not apply, or is not computable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

from chalicelib.core.money.grouping import Grain
from chalicelib.core.money.statement import Statement
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.budgets import BudgetShown
from chalicelib.entrypoints.reporting.cells import defused
from chalicelib.entrypoints.reporting.document import Entry, Table, report
from chalicelib.entrypoints.reporting.facts import facts
from chalicelib.entrypoints.reporting.figures import FIGURES, number

Cell = str | int | Decimal | None
Line = dict[str, Cell]

COLUMNS = (
    "record",
    "month",
    "status",
    "currency",
    "snapshot",
    *(grain.value for grain in Grain),
    *(figure.key for figure in FIGURES),
    "baseline",
    "computable_rows",
    "rows",
    "budget",
    "budget_used",
    "budget_note",
    "arn",
    "lacks",
    "days",
    "name",
    "value",
)
"""Of the records `fact` has name and value; `row` and `total` have figures; `not-computable` arn, lacks and days."""


def as_csv(statement: Statement, by: By | None) -> bytes:
    """The file: facts, rows, their total, and what is not computable."""
    return written(COLUMNS, _lines(statement, by or By.ENVIRONMENT))


def written(columns: tuple[str, ...], lines: Iterable[Line]) -> bytes:
    """The lines under their columns. Texts are quoted (RFC 4180) and defused, numbers are bare."""
    rows = (",".join(_cell(line.get(column)) for column in columns) for line in lines)
    heads = ",".join(map(_cell, columns))
    return "".join(f"{row}\n" for row in (heads, *rows)).encode()


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return ""
    return _quoted(value) if isinstance(value, str) else f"{value}"


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    """Most texts of a file come many times in it."""
    return '"{}"'.format(defused(text).replace('"', '""'))


def _lines(statement: Statement, by: By) -> Iterator[Line]:
    shown = report(statement, [by])
    common: Line = {
        "month": statement.month,
        "status": statement.label.value,
        "currency": statement.currency,
        "snapshot": statement.snapshot.id,
    }
    for fact in facts(shown):
        yield {"record": "fact", **common, "name": fact.key, "value": fact.text}
    for entry in shown.tables[0].entries:
        yield {"record": "row", **common, **_keys(shown.tables[0], entry), **_figures(entry)}
    yield {"record": "total", **common, **_figures(shown.total)}
    for gap in statement.gaps:
        of: Line = {"environment": gap.environment, "resource": gap.resource, "arn": gap.arn}
        yield {"record": "not-computable", **common, **of, "lacks": gap.lacks, "days": gap.days}


def _keys(table: Table, entry: Entry) -> Line:
    return {grain.value: key for grain, key in zip(table.grains, entry.keys, strict=True)}


def _figures(entry: Entry) -> Line:
    cents = zip(FIGURES, entry.figures, strict=True)
    figures: Line = {figure.key: None if amount is None else number(amount) for figure, amount in cents}
    known: Line = {"baseline": entry.basis, "computable_rows": entry.computable, "rows": entry.rows}
    return {**figures, **known, **_budget(entry.budget)}


def _budget(budget: BudgetShown | None) -> Line:
    if budget is None:
        return {}
    cents = None if budget.cents is None else number(budget.cents)
    return {"budget": cents, "budget_used": budget.used, "budget_note": budget.said}
