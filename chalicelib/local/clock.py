"""A clock that somebody else moves, so that a fortnight fits into seconds."""

from datetime import UTC, datetime, timedelta
from time import monotonic


class SimulatedClock:
    """The one clock of the embedded cloud; it moves only when told, and only forward."""

    def __init__(self, start: datetime) -> None:
        self._now = _as_utc(start)

    def now(self) -> datetime:
        """The current instant, aware and in UTC."""
        return self._now

    def elapsed(self) -> timedelta:
        """Real time since some fixed instant: whoever waits for an answer does not live in simulated time."""
        return timedelta(seconds=monotonic())

    def advance_to(self, instant: datetime) -> None:
        """The clock shows `instant`. Raises ValueError when that lies in the past."""
        target = _as_utc(instant)
        if target < self._now:
            raise ValueError(f"the clock shows {self._now} and cannot go back to {target}")
        self._now = target


def _as_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone; give an aware datetime, for example in UTC")
    return instant.astimezone(UTC)
