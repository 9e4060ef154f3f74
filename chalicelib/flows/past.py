"""What is kept of an environment's past: what ran of it before Curfew first acted on it, as baselines.

It outlives the environment, as what was read of it does: a second life of one name has no other past.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.core.money.baselines import Baseline


class Origin(StrEnum):
    """How it is known."""

    WATCHED = "watched"
    """Passes looked at it."""
    TOLD = "told"
    """A bill or CloudTrail told of it, and somebody kept that."""


@dataclass(frozen=True, slots=True)
class Past:
    """What ran from `begins` until before `ends`, by the hours of the week of `timezone`.

    What was watched ends when Curfew first acted. `source` says in words where it is from; `by` is who kept it, ""
    where nobody had to, `at` when.
    """

    origin: Origin
    baselines: tuple[Baseline, ...]
    begins: datetime
    ends: datetime
    timezone: str
    source: str
    at: datetime
    by: str = ""
