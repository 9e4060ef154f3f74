"""What an environment is estimated to have spent this month: hours times what it is known to cost an hour.

An estimate of what runs, not a bill: what has no known price is not counted, and is named; storage is not looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.core.burn import month_of
from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.model import ResourceState
from chalicelib.core.ran import ran, runs
from chalicelib.core.remix import cost

HOUR, MICROSECOND = timedelta(hours=1), timedelta(microseconds=1)
FRACTION = Decimal("0.000001")
"""Of a dollar: many short times add up to as much as one long one, to the cent."""


@dataclass(frozen=True, slots=True)
class Hourly:
    """What everything with a known price costs an hour together, in USD, and the keys of what has none."""

    usd: Decimal
    uncounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spend:
    """USD of one month, counted from `since` (its beginning, or when counting began) until `at`.

    `uncounted` are the keys of what was up meanwhile and has no known price.
    """

    since: datetime
    at: datetime
    usd: Decimal = Decimal()
    uncounted: tuple[str, ...] = ()


def hourly(states: Mapping[str, ResourceState]) -> Hourly:
    """What of these, by ARN, was up when it was last looked at costs; twins are counted once."""
    partners = {state.mix.twins.partner for state in states.values() if state.mix and state.mix.twins}
    costs = [(state.key, _cost(state, states)) for arn, state in states.items() if arn not in partners]
    uncounted = tuple(sorted({key for key, usd in costs if usd is None}))
    return Hourly(sum((usd for _, usd in costs if usd is not None), Decimal()), uncounted)


def _cost(state: ResourceState, states: Mapping[str, ResourceState]) -> Decimal | None:
    """None where it is up and its price is not known."""
    memory = state.mix or MixMemory()
    twin = states.get(memory.twins.partner) if memory.twins else None
    if not runs(state) and (twin is None or not runs(twin)):
        return Decimal()
    return cost(memory, ran(state, twin)) if memory.told else None


def accrued(known: Spend | None, costs: Hourly, now: datetime) -> Spend:
    """The spend of this month until now, if that is what it cost an hour since it was last counted."""
    began, _ = month_of(now)
    if known is None:
        return Spend(now, now, uncounted=costs.uncounted)
    month = known if known.at > began else Spend(began, began)
    usd = (month.usd + costs.usd * _hours(max(now - month.at, timedelta()))).quantize(FRACTION)
    uncounted = tuple(sorted({*month.uncounted, *costs.uncounted}))
    return Spend(month.since, max(now, month.at), usd, uncounted)


def _hours(span: timedelta) -> Decimal:
    return Decimal(span // MICROSECOND) / Decimal(HOUR // MICROSECOND)
