"""The report for programs: one JSON document, amounts as exact texts ("-1234.05"), null where not computable."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from chalicelib.core.money.coverage import Share
from chalicelib.core.money.inputs import Exchange
from chalicelib.core.money.statement import TITLE, Gap, Statement
from chalicelib.entrypoints.reporting.agreeing import views
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.budgets import BudgetShown
from chalicelib.entrypoints.reporting.document import Entry, Report, Table, report
from chalicelib.entrypoints.reporting.facts import COVERED
from chalicelib.entrypoints.reporting.figures import FIGURES, money

View = dict[str, Any]


def as_json(statement: Statement, by: By | None) -> bytes:
    """The document as text."""
    return (json.dumps(view(report(statement, [by or By.ENVIRONMENT])), indent=2) + "\n").encode()


def view(shown: Report) -> View:
    """The document of a report with one table."""
    statement, (table,) = shown.statement, shown.tables
    return {
        "title": TITLE,
        "month": statement.month,
        "only": list(statement.only),
        "status": statement.label.value,
        "currency": statement.currency,
        "exchange": _exchange(statement.exchange),
        "snapshot": {
            "id": statement.snapshot.id,
            "hash": statement.snapshot.hash,
            "method": statement.snapshot.method,
        },
        "total": _entry(shown.total),
        "coverage": {name: _share(getattr(statement.coverage, name)) for name in COVERED},
        "bill": views(statement.agreements) or None,
        "not_computable": _gaps(statement.gaps),
        "unknown": list(statement.unknown),
        "by": table.by.value,
        "rows": [_row(table, entry) for entry in table.entries],
    }


def totals(shown: Report) -> dict[str, str | None]:
    """The figures of the total, by name."""
    return _figures(shown.total)


def _row(table: Table, entry: Entry) -> View:
    keys = {grain.value: key or None for grain, key in zip(table.grains, entry.keys, strict=True)}
    return {**keys, **_entry(entry), "curfew_itself": entry.itself}


def _entry(entry: Entry) -> View:
    return {
        **_figures(entry),
        "baseline": [basis.value for basis in entry.bases],
        "provisional": entry.provisional,
        "computable_rows": entry.computable,
        "rows": entry.rows,
        **_budget(entry.budget),
    }


def _figures(entry: Entry) -> dict[str, str | None]:
    cents = zip(FIGURES, entry.figures, strict=True)
    return {figure.key: None if amount is None else money(amount) for figure, amount in cents}


def _budget(budget: BudgetShown | None) -> View:
    """All null where there can be none."""
    cents = budget.cents if budget else None
    return {
        "budget": None if cents is None else money(cents),
        "budget_used": str(budget.used) if budget and budget.used is not None else None,
        "budget_note": (budget.said or None) if budget else None,
    }


def _exchange(exchange: Exchange | None) -> View | None:
    if exchange is None:
        return None
    return {
        "currency": exchange.currency,
        "per_usd": f"{exchange.per_usd:f}",
        "source": exchange.source,
        "date": exchange.dated.isoformat(),
    }


def _share(share: Share) -> View:
    return {
        "resources": share.resources,
        "of_resources": share.of_resources,
        "seconds": share.seconds,
        "of_seconds": share.of_seconds,
    }


def _gaps(gaps: Iterable[Gap]) -> list[View]:
    return [
        {"environment": gap.environment, "resource": gap.resource, "arn": gap.arn, "lacks": gap.lacks, "days": gap.days}
        for gap in gaps
    ]
