"""What the books keep of one environment's month once days of it are closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.inputs import Belongs, Budget
from chalicelib.core.money.lines import RollUp
from chalicelib.core.money.rates import Rate, list_key
from chalicelib.core.money.spans import Span


@dataclass(frozen=True, slots=True)
class Booked:
    """One environment's month: its roll-up, what it belonged to and could cost, and the rates it was billed at.

    `until`: all days before it are closed. `closed_at`: with what had been read of them by then.
    """

    until: datetime
    roll_up: RollUp
    belongs: Belongs
    budget: Budget | None = None
    rates: tuple[Rate, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    closed_at: datetime | None = None


def keys_of(spans: Iterable[Span], baselines: Iterable[Baseline]) -> set[str]:
    """The rate keys that a roll-up of these is computed with."""
    ran = {key for span in spans for key in (span.rate, list_key(span.rate))}
    return ran | {draw.rate for baseline in baselines for draw in baseline.draws}
