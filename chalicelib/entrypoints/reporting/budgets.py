"""The budget beside the figures of a row: how much, which part of it was used, or why there is none to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from chalicelib.core.money.budgeting import Allowed
from chalicelib.core.money.grouping import Group

BUDGET, USED = "Budget", "Used"
MEANS = {
    BUDGET: "what the environments may cost in the month, by their own files",
    USED: "actual and keeps billing, as a part of the budget",
}
NONE, NOT_ALL = "none", "not all have one"
PERCENT = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class BudgetShown:
    """`cents` is None where there is nothing to compare with: `said` is why. `used` is the share of it, 1 is all.

    `given`: there is a budget, in whatever currency.
    """

    cents: int | None
    used: Decimal | None
    said: str
    given: bool


def budget_shown(budget: Allowed, group: Group) -> BudgetShown:
    """The budget of a group's environments. Nothing is said to be used where nothing of the cost is computable."""
    known = not group.rows or max(group.no_actual, group.no_residual) < group.rows
    used = budget.used(group.amounts) if known else None
    return BudgetShown(budget.cents, used, _said(budget), budget.without < budget.environments)


def percent(share: Decimal | None) -> str:
    """The share as people read it: 51.6 %; empty where it is not known."""
    return "" if share is None else f"{(100 * share).quantize(PERCENT, ROUND_HALF_EVEN):,} %"


def _said(budget: Allowed) -> str:
    if budget.cents is not None:
        return ""
    if budget.foreign:
        return f"not comparable: {', '.join(budget.foreign)}"
    return NONE if budget.without == budget.environments else NOT_ALL
