"""What programs are shown of a month's bill: what it is to be asked for, and how far the month agrees with it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from chalicelib.core.durations import format_instant
from chalicelib.core.money.agreement import Agreement
from chalicelib.core.money.statement import Statement
from chalicelib.entrypoints.reporting.agreeing import rounded, views
from chalicelib.entrypoints.reporting.as_json import totals
from chalicelib.entrypoints.reporting.document import report
from chalicelib.flows.billed import Sought
from chalicelib.flows.kept_bill import KeptBill

View = dict[str, Any]


def sought_view(month: str, sought: Iterable[Sought], kept: KeptBill | None) -> View:
    """The resources with their local days, and who kept which files when (None: nobody yet)."""
    said = kept and {"files": list(kept.files), "by": kept.by, "at": format_instant(kept.at)}
    return {"month": month, "resources": [_sought(each) for each in sought], "kept": said}


def compared_view(statement: Statement, kept: bool) -> View:
    """How far the month agrees; `resources` are those that differ by a cent at least, the most first."""
    total = totals(report(statement, []))
    return {
        "month": statement.month,
        "status": statement.label.value,
        "currency": statement.currency,
        "avoided": total["avoided"],
        "avoided_at_most": total["avoided_at_most"],
        "environments": views(statement.agreements),
        "resources": _resources(statement.agreements),
        "kept": kept,
    }


def _sought(each: Sought) -> View:
    return {
        "environment": each.environment,
        "resource": each.resource,
        "arn": each.arn,
        "timezone": each.timezone,
        "first": each.first.isoformat(),
        "last": each.last.isoformat(),
        "unknown": [day.isoformat() for day in sorted(each.unknown)],
        "tags": dict(each.tags),
    }


def _resources(agreements: Iterable[Agreement]) -> list[View]:
    found = [
        {
            "environment": agreement.environment,
            "resource": each.resource,
            "ours": str(rounded(each.ours)),
            "billed": str(rounded(each.billed)),
            "difference": str(rounded(each.ours) - rounded(each.billed)),
        }
        for agreement in agreements
        for each in agreement.resources
        if rounded(each.ours) != rounded(each.billed)
    ]
    return sorted(found, key=lambda each: (-abs(Decimal(each["difference"])), each["environment"], each["resource"]))
