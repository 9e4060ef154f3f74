"""Baselines: what of a resource would have run without Curfew, hour by hour of the week, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from chalicelib.core.money.rates import ALWAYS
from chalicelib.core.money.spans import Draw

WEEK = 168
ENOUGH = timedelta(days=28)
"""So long must have been observed before Curfew acted, for a baseline to count as observed: each hour of the week four
times. The rule is ours."""


class Basis(StrEnum):
    """Where a baseline comes from; named beside every figure."""

    OBSERVED = "observed"
    DECLARED = "declared"
    CEILING = "24x7"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What would have run of one resource.

    `on` has 168 probabilities, 0 to 1, of its being on in each hour of the local week, from Monday 00:00. `draws` is
    what it draws while on, at on-demand rates: its observed sizes, not its largest. `days` is how many were observed.
    `provisional`: fewer than 28 days were.

    It holds from `begins` until before `ends`: nothing would have run before the resource was created or Curfew came to
    act on it, nor after it was deleted or left the environment. Those of one resource do not overlap.
    """

    environment: str
    resource: str
    arn: str
    basis: Basis
    on: tuple[Decimal, ...]
    draws: tuple[Draw, ...]
    days: int = 0
    provisional: bool = False
    source: str = ""
    begins: datetime = ALWAYS
    ends: datetime | None = None
