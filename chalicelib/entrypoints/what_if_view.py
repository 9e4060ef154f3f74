"""What programs are shown of other capacity policies; the rules of entrypoints.views hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from chalicelib.core.durations import format_instant
from chalicelib.core.what_if import CENT
from chalicelib.entrypoints.other_policy import written
from chalicelib.flows.what_if import GroupPriced, Row, WhatIf

View = dict[str, Any]

NO_MIX: View = {"on_demand_base": None, "spot_share": None, "prefer": None}
HUNDREDTH_OF_A_CENT = Decimal("0.0001")
NOTES = (
    "the history shows prices, not interruptions: switches are a lower bound, and so is what spot would have cost",
    "hours are those in which its calendar wanted it up; leases, holds and early starts are not among them",
    "each policy is replayed as passes decide, hour by hour, and remembers nothing at the beginning",
)


def what_if_view(shown: WhatIf) -> View:
    """Each policy of each group; amounts are USD, null where not computable, and `because` says why."""
    return {
        "environment": shown.environment,
        "currency": "USD",
        "from": format_instant(shown.begins),
        "to": format_instant(shown.ends),
        "groups": [_group(each) for each in shown.groups],
        "notes": list(NOTES),
    }


def _group(group: GroupPriced) -> View:
    return {
        "resource": group.resource,
        "id": group.id,
        "size": group.size,
        "hours": float(round(group.hours, 2)),
        "pools": [{"type": pool.instance_type, "zone": pool.zone} for pool in group.pools],
        "not_priced": list(group.unpriced),
        "policies": [_row(each) for each in group.rows],
    }


def _row(row: Row) -> View:
    return {
        "policy": row.policy,
        **(written(row.capacity) if row.capacity else NO_MIX),
        "cost": _amount(row.cost, CENT),
        "cost_per_hour": _amount(row.an_hour, HUNDREDTH_OF_A_CENT),
        "difference": _amount(row.difference, CENT),
        "switches": row.switches,
        "because": row.because,
    }


def _amount(amount: Decimal | None, to: Decimal) -> str | None:
    return None if amount is None else str(amount.quantize(to))
