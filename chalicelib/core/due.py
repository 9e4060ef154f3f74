"""When to look again: soon while something moves, seldom when all is settled, at the latest when rules change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zlib import crc32

RESYNC = timedelta(minutes=15)
JITTER = timedelta(minutes=2)
SOONEST = timedelta(seconds=30)
LATEST = timedelta(minutes=2)


def while_moving(began: datetime, usual: timedelta, now: datetime) -> datetime:
    """The next look at something that began to move at `began`: when it should arrive, within 30 s to 2 min.

    Once it is late, the interval grows from 30 s to 2 min with its lateness.
    """
    remaining = began + usual - now
    pause = remaining if remaining > timedelta() else -remaining
    return now + min(max(pause, SOONEST), LATEST)


def when_settled(name: str, fence: int, now: datetime) -> datetime:
    """The next look when nothing moves: in 13 to 15 minutes, spread by name and pass so that all do not meet."""
    spread = crc32(f"{name}{fence}".encode()) % int(JITTER.total_seconds())
    return now + RESYNC - timedelta(seconds=spread)


def earliest(instants: Iterable[datetime | None]) -> datetime | None:
    """The first of the instants that are known, or None."""
    return min((instant for instant in instants if instant is not None), default=None)
