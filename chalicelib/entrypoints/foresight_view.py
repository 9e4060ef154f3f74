"""A month that is only planned, as programs are shown it: hours and money. The rules of entrypoints.views hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from chalicelib.core.model import Definition
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.choosing import days_in
from chalicelib.core.money.foreseeing import Foreseen, Lacking
from chalicelib.core.simulate import simulate
from chalicelib.core.wishes import Switches
from chalicelib.flows.assess import facts
from chalicelib.flows.foresight import Foresight

View = dict[str, Any]


def hours_view(definition: Definition, month: str) -> View:
    """What the rules alone make of the month, in hours."""
    figures = simulate(definition, facts(definition, Switches()), *month_bounds(days_in(definition), month))
    return {
        "environment": definition.environment,
        "month": month,
        "hours": _hours(figures.length),
        "hours_up": _hours(figures.up),
        "hours_asleep": _hours(figures.asleep),
        "hours_as_is": _hours(figures.as_is),
        "starts": figures.starts,
        "mornings": figures.mornings,
        "longest_rest_hours": _hours(figures.longest_rest),
        "closed_hours": _hours(figures.closed),
        "exception_hours": _hours(figures.excepted),
    }


def money_view(seen: Foreseen) -> View:
    """Amounts are US dollars as text; null is not known, and never nothing."""
    keeps = None if seen.keeps_unknown and not seen.keeps else str(seen.keeps)
    return {
        "currency": "USD",
        "would_have": _usd(seen, seen.would_have),
        "will": _usd(seen, seen.will),
        "avoided_low": _usd(seen, seen.floor),
        "avoided_high": _usd(seen, seen.high),
        "covered_by_commitments": _usd(seen, seen.covered),
        "keeps_billing": keeps,
        "bases": [basis.value for basis in seen.bases],
        "provisional": seen.provisional,
        "not_computable": _lacking(seen.unknown),
        "keeps_billing_not_computable": _lacking(seen.keeps_unknown),
    }


def foresight_view(seen: Foresight, month: str) -> View:
    """Hours and money of one environment, what AWS would not show of it, and what else to know."""
    return hours_view(seen.definition, month) | {
        "money": money_view(seen.money) if seen.money else None,
        "unseen": list(seen.unseen),
        "notes": list(seen.notes),
    }


def _hours(length: timedelta) -> float:
    return round(length / timedelta(hours=1), 2)


def _usd(seen: Foreseen, amount: Decimal | None) -> str | None:
    return None if amount is None or not seen.computable else str(amount)


def _lacking(unknown: Sequence[Lacking]) -> list[View]:
    return [{"resource": resource, "lacks": lacks} for resource, lacks in unknown]
