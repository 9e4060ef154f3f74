"""The figures of a report: their names, in their order, what each means, and when it is not computable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.core.money.amounts import Amounts
from chalicelib.core.money.grouping import Group

Rows = Callable[[Group], int]


def _no_actual(group: Group) -> int:
    return group.no_actual


def _no_avoided(group: Group) -> int:
    return group.no_avoided


def _no_residual(group: Group) -> int:
    return group.no_residual


@dataclass(frozen=True, slots=True)
class Figure:
    """One column of amounts. `unknown` counts the rows of a group for which it is not computable."""

    key: str
    title: str
    means: str
    of: Callable[[Amounts], int]
    unknown: Rows


FIGURES = (
    Figure("actual", "Actual", "what ran, at its own rate", lambda cents: cents.actual, _no_actual),
    Figure(
        "would_have",
        "Would have cost",
        "actual and avoided; what has no baseline counts as it ran",
        lambda cents: cents.would_have,
        _no_actual,
    ),
    Figure("avoided", "Avoided", "hours, size, spot and commitment", lambda cents: cents.avoided, _no_avoided),
    Figure(
        "avoided_at_most",
        "Avoided at most",
        "if commitments that lie idle are used elsewhere",
        lambda cents: cents.avoided_at_most,
        _no_avoided,
    ),
    Figure("hours", "By hours", "what did not run", lambda cents: cents.hours, _no_avoided),
    Figure("size", "By size", "what ran smaller than it would have", lambda cents: cents.size, _no_avoided),
    Figure("spot", "By spot", "what ran below its on-demand rate", lambda cents: cents.spot, _no_avoided),
    Figure(
        "commitment",
        "Commitment",
        "taken back: Savings Plans and reservations had paid for it anyway",
        lambda cents: cents.commitment,
        _no_avoided,
    ),
    Figure(
        "unused_commitment",
        "Idle commitments",
        "what of commitments may lie idle because of what was avoided; nothing once a bill says",
        lambda cents: cents.unused,
        _no_avoided,
    ),
    Figure(
        "residual",
        "Keeps billing",
        "billed whatever Curfew does; no part of actual, and nothing of it is avoided",
        lambda cents: cents.residual,
        _no_residual,
    ),
)
"""All figures of a report. `would_have` is `actual` + `avoided`, `avoided` the sum of the four causes."""

CAUSES = ("hours", "size", "spot", "commitment")
"""What `avoided` is the sum of."""

NOT_COMPUTABLE = "not computable"


def money(cents: int) -> str:
    """Whole cents as programs read them: -1234.05."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def number(cents: int) -> Decimal:
    """Whole cents as an exact number."""
    return Decimal(cents).scaleb(-2)


def shown(cents: int | None) -> str:
    """Whole cents as people read them: -1,234.05, or that they are not computable."""
    return NOT_COMPUTABLE if cents is None else f"{number(cents):,.2f}"
