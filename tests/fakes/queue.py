"""A queue as a list: nothing is lost, doubled or reordered unless a test does it."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.flows.ports import Clock

LONGEST = timedelta(seconds=900)


class MemoryQueue:
    """Pokes with the instant at which each arrives."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.pokes: list[tuple[str, datetime]] = []

    def poke(self, name: str, delay: timedelta = timedelta()) -> None:
        clamped = max(timedelta(), min(delay, LONGEST))
        self.pokes.append((name, self._clock.now() + clamped))

    def take(self, now: datetime) -> tuple[str, ...]:
        """The names of the pokes that have arrived, earliest first; they are gone from the queue."""
        arrived = sorted((poke for poke in self.pokes if poke[1] <= now), key=lambda poke: poke[1])
        self.pokes = [poke for poke in self.pokes if poke[1] > now]
        return tuple(name for name, _ in arrived)
