"""Whether AWS is short of on-demand capacity for a group: what its launches showed, and until when that is believed.

AWS goes on trying by itself, so a shortage is believed first for a short time, then for longer; one launch that
succeeds ends it. News may come late, twice or out of order: a failure within a hold is of the same attempt, and what
is older than the last success is no news.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.core.pools import FIRST_REFUSAL, LONGEST_REFUSAL, MOST_DOUBLINGS


@dataclass(frozen=True, slots=True, order=True)
class Launch:
    """One attempt to launch on-demand members; of two at one instant the one that succeeded holds."""

    at: datetime
    succeeded: bool


@dataclass(frozen=True, slots=True)
class Shortage:
    """What is known of a group's on-demand launches: failures in a row, the hold after the last, the last success."""

    failures: int = 0
    failed_at: datetime | None = None
    hold_until: datetime | None = None
    launched_at: datetime | None = None

    def until(self, now: datetime) -> datetime | None:
        """Until when AWS is taken to have no on-demand capacity; None when it may have some."""
        return self.hold_until if self.hold_until is not None and self.hold_until > now else None


def heard(known: Shortage, launches: Iterable[Launch]) -> Shortage:
    """What is known once these launches are, whatever their order."""
    for launch in sorted(launches):
        known = _launched(known, launch.at) if launch.succeeded else _failed(known, launch.at)
    return known


def _failed(known: Shortage, at: datetime) -> Shortage:
    """A hold that is twice as long as the last one, from 5 minutes to 4 hours."""
    before = known.launched_at is not None and at <= known.launched_at
    if before or (known.hold_until is not None and at < known.hold_until):
        return known
    hold = min(FIRST_REFUSAL * 2 ** min(known.failures, MOST_DOUBLINGS), LONGEST_REFUSAL)
    return replace(known, failures=known.failures + 1, failed_at=at, hold_until=at + hold)


def _launched(known: Shortage, at: datetime) -> Shortage:
    """All failures before it are forgotten."""
    if known.failed_at is not None and at < known.failed_at:
        return known
    return Shortage(launched_at=max(at, known.launched_at or at))
