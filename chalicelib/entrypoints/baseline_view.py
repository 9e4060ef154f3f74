"""Baselines as programs are shown them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from chalicelib.core.durations import format_instant
from chalicelib.core.money.baselines import Baseline
from chalicelib.flows.past import Past
from chalicelib.flows.standing import Standing, Stands

View = dict[str, Any]


def baseline_view(baseline: Baseline) -> View:
    """One baseline, with its probabilities."""
    return {
        "environment": baseline.environment,
        "resource": baseline.resource,
        "arn": baseline.arn,
        "basis": baseline.basis.value,
        "days": baseline.days,
        "provisional": baseline.provisional,
        "hours_a_week": str(sum(baseline.on, Decimal(0))),
        "draws": [{"rate": draw.rate, "units": str(draw.units)} for draw in baseline.draws],
        "on": [str(share) for share in baseline.on],
        "source": baseline.source,
    }


def standing_view(standing: Standing) -> View:
    """What stands for each resource, and what is kept of the time before Curfew acted."""
    return {
        "environment": standing.environment,
        "timezone": standing.timezone,
        "acting_since": standing.acting_since and format_instant(standing.acting_since),
        "known": [_past(past) for past in standing.pasts],
        "resources": [_stands(each, standing) for each in standing.resources],
    }


def _past(past: Past) -> View:
    return {
        "origin": past.origin.value,
        "source": past.source,
        "begins": format_instant(past.begins),
        "ends": format_instant(past.ends),
        "timezone": past.timezone,
        "at": format_instant(past.at),
        "by": past.by or None,
        "resources": len(past.baselines),
    }


def _stands(stands: Stands, standing: Standing) -> View:
    """Its baseline, None where nobody knows its size, under its own names."""
    chosen = stands.baseline
    return {
        "resource": stands.resource,
        "id": stands.id,
        "arn": stands.arn,
        "baseline": chosen and baseline_view(chosen),
        "since": chosen and standing.acting_since and format_instant(chosen.begins),
        "replaced_by": stands.instead,
    }
