"""When to look again: soon while something moves, seldom when all is settled, at the latest when rules change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zlib import crc32

RESYNC = timedelta(minutes=15)
JITTER = 8
"""One part in so many of the resync is spread, so that environments do not all meet."""
SOONEST = timedelta(seconds=30)
LATEST = timedelta(minutes=2)


def while_moving(began: datetime, usual: timedelta, now: datetime) -> datetime:
    """The next look at something that began to move at `began`: when it should arrive, within 30 s to 2 min.

    Once it is late, the interval grows from 30 s to 2 min with its lateness.
    """
    remaining = began + usual - now
    pause = remaining if remaining > timedelta() else -remaining
    return now + min(max(pause, SOONEST), LATEST)


def when_settled(name: str, fence: int, resync: timedelta, now: datetime) -> datetime:
    """The next look when nothing moves: after `resync`, or up to an eighth earlier, spread by name and pass."""
    spread = crc32(f"{name}{fence}".encode()) % max(1, int(resync.total_seconds()) // JITTER)
    return now + resync - timedelta(seconds=spread)


def earliest(instants: Iterable[datetime | None]) -> datetime | None:
    """The first of the instants that are known, or None."""
    return min((instant for instant in instants if instant is not None), default=None)
