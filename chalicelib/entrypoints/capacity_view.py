"""What programs are shown of capacity mixes; the rules of entrypoints.views hold."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from chalicelib.core.durations import format_instant
from chalicelib.core.mix import Mix
from chalicelib.flows.events import Event
from chalicelib.flows.mixes import Mixes, MixShown, PoolShown

View = dict[str, Any]


def capacity_view(shown: Mixes) -> View:
    """The mixes of one environment; prices are USD an hour, null where not known."""
    return {
        "environment": shown.environment,
        "currency": "USD",
        "resources": list(shown.resources),
        "groups": [_group(each) for each in shown.groups],
    }


def _group(shown: MixShown) -> View:
    return {
        "resource": shown.resource,
        "id": shown.id,
        "now": _mix(shown.now),
        "wanted": {"on_demand": shown.wanted_on_demand, "spot": shown.wanted_spot},
        "because": shown.because,
        "until": _instant(shown.until),
        "refusal": shown.refusal,
        "saving_per_hour": _amount(shown.saving),
        "pools": [_pool(each) for each in shown.pools],
        "types_that_would_help": [{"type": each.name, "price": _amount(each.price)} for each in shown.advice],
        "switches": [_switch(each) for each in shown.switches],
    }


def _switch(event: Event) -> View:
    told = event.data
    return {
        "at": format_instant(event.at),
        "from": {"on_demand": int(told["on_demand_before"]), "spot": int(told["spot_before"])},
        "to": {"on_demand": int(told["on_demand"]), "spot": int(told["spot"])},
        "price_difference": told["price_difference"] or None,
        "because": event.text,
    }


def _mix(mix: Mix) -> View:
    return {"on_demand": mix.on_demand, "spot": mix.on_spot}


def _pool(shown: PoolShown) -> View:
    pool = shown.pool.pool
    return {
        "type": pool.instance_type,
        "zone": pool.zone,
        "state": "on hold" if shown.held_until else "in use" if shown.members else "free",
        "until": _instant(shown.held_until),
        "members": shown.members,
        "price": _amount(shown.pool.price),
    }


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else format_instant(instant)
