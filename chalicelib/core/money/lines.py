"""Lines of the ledger: what one resource cost on one local day, what it would have cost, and why they differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from chalicelib.core.money.baselines import Basis

MICRO = Decimal("0.000001")
"""Amounts in lines are whole millionths of a dollar: what is stored, exported and added up is one and the same."""

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Parts:
    """Avoided cost by cause, in US dollars at list rates; each may be negative.

    In this order, each at what the ones before it left: `hours` is what did not run, at the baseline's size and the
    on-demand rate; `size` is what ran smaller (or larger); `spot` is what ran cheaper than on-demand.
    """

    hours: Decimal = NOTHING
    size: Decimal = NOTHING
    spot: Decimal = NOTHING

    @property
    def whole(self) -> Decimal:
        """All of them together, before commitments."""
        return self.hours + self.size + self.spot


@dataclass(frozen=True, slots=True)
class Line:
    """One resource on one day of its environment's time zone.

    `actual` is what ran x its rate, billed as its service bills. `residual` is what keeps billing whatever Curfew
    does; nothing of it is avoided, and it is no part of `actual`. `avoided` is None when it is not computable: a rate
    in `missing` is not known, or there is no baseline. `seconds` ran, of `day_seconds` (a day has 23 to 25 hours).

    `unclaimed` is the part of `actual` that ran while no baseline holds. `missing` are the rates for want of which
    `actual` and `avoided` are not known, `residual_missing` those that leave `residual` unknown. What is not known
    stands at 0 here; it is shown as not computable, and never as 0.
    """

    environment: str
    resource: str
    arn: str
    day: date
    day_seconds: int
    seconds: int = 0
    actual: Decimal = NOTHING
    residual: Decimal = NOTHING
    avoided: Parts | None = None
    basis: Basis | None = None
    provisional: bool = False
    missing: tuple[str, ...] = ()
    residual_missing: tuple[str, ...] = ()
    unclaimed: Decimal = NOTHING

    @property
    def would_have(self) -> Decimal | None:
        """What it would have cost without Curfew, at list rates."""
        return None if self.avoided is None else self.actual + self.avoided.whole


@dataclass(frozen=True, slots=True)
class Hourly:
    """What one environment's usage costs an hour at on-demand rates, by rate key: what commitments are set against.

    `ran` did run, `removed` would have run besides (less than nothing where more ran than would have).
    """

    at: datetime
    ran: Mapping[str, Decimal] = field(default_factory=dict)
    removed: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RollUp:
    """One environment's month, from which reports are made without its spans.

    `closed_until`: nothing after it is in its lines; None when the whole month is. `digest` stands for all it was
    computed from, so that two roll-ups of the same inputs and method have one digest.
    """

    environment: str
    month: str
    method: int
    lines: tuple[Line, ...] = ()
    hourly: tuple[Hourly, ...] = ()
    closed_until: datetime | None = None
    digest: str = ""
