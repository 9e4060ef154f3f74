"""The machine's clock as the Clock port."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic


class SystemClock:
    """Tells the machine's time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> timedelta:
        """Real time since some fixed instant."""
        return timedelta(seconds=monotonic())
