"""Everything that a report's figures rest on: what `curfew report --export` writes and `curfew recompute` reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from chalicelib.core.money import METHOD
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.bill import Charge, CommitmentUse
from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.rates import Rate
from chalicelib.core.money.spans import Span


@dataclass(frozen=True, slots=True)
class Belongs:
    """What an environment belongs to, and the zone its days are in.

    `until`: up to when this environment is known, where that is not what the inputs say for all of them: a day ends
    earlier in Dubai than in London.
    """

    environment: str
    organisation: str = ""
    cost_center: str = ""
    team: str = ""
    timezone: str = "UTC"
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What an environment may cost in a month."""

    environment: str
    monthly: Decimal
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Exchange:
    """So much of the currency for one US dollar, as its source said on that date. Reports in USD need none."""

    currency: str
    per_usd: Decimal
    source: str
    dated: date


@dataclass(frozen=True, slots=True)
class Inputs:
    """One month ("2026-11") of some environments. `own_cost` is what Curfew itself cost in it, in USD.

    `until`: up to when the month is known; nothing after it is in any figure. None when the whole of it is.
    `bill` and `commitment_use` are what a bill says of the month; both are empty where there is none yet.
    `unknown` says what of commitments nobody could tell, for people.
    """

    month: str
    belongs: tuple[Belongs, ...]
    spans: tuple[Span, ...] = ()
    rates: tuple[Rate, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    budgets: tuple[Budget, ...] = ()
    exchange: Exchange | None = None
    own_cost: Decimal = Decimal(0)
    until: datetime | None = None
    method: int = METHOD
    bill: tuple[Charge, ...] = ()
    commitment_use: tuple[CommitmentUse, ...] = ()
    unknown: tuple[str, ...] = ()
