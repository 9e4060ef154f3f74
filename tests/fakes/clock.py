"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Tells the instant it was set to."""

    def __init__(self, at: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def elapsed(self) -> timedelta:
        return self.now() - datetime.min.replace(tzinfo=UTC)

    def set(self, at: datetime) -> None:
        self.at = at

    def advance(self, by: timedelta) -> datetime:
        self.at += by
        return self.at
