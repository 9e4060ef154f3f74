"""What programs are shown of a budget and of how fast it burns; the rules of entrypoints.views hold."""

from __future__ import annotations

from typing import Any

from chalicelib.core.budget import Budget
from chalicelib.core.durations import format_instant
from chalicelib.flows.burning import Burning

View = dict[str, Any]


def budget_view(shown: Burning | None) -> View | None:
    """The budget, null where there is none; `spent` is an estimate of what `not_counted` does not name."""
    if shown is None:
        return None
    spend = shown.spend
    return _said(shown.budget) | {
        "spent": f"{spend.usd:.2f}" if spend else None,
        "since": format_instant(spend.since) if spend else None,
        "burn_rate": None if shown.rate is None else str(shown.rate),
        "raises_spot": shown.pulls,
        "not_counted": list(spend.uncounted) if spend else [],
    }


def _said(budget: Budget) -> View:
    """What its file says, and why that may come to nothing."""
    return {"monthly": str(budget.monthly), "currency": budget.currency, "ineffective": budget.unpriced}
