"""The waits before retries, skipped: nobody sits through them on the embedded cloud, and each is remembered."""

from __future__ import annotations

from random import Random

from chalicelib.adapters.pacer import Pacer
from chalicelib.flows.ports import Clock


class SkippedWaits:
    """The time of a pacer: the clock's and all that would have been waited; `seconds` are the waits before retries."""

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self.seconds: list[float] = []
        self._clock, self._seed, self._skipped = clock, seed, 0.0

    def pacer(self) -> Pacer:
        """A pacer for this time; the same seed and the same trouble give the same waits."""
        return Pacer(self, Random(self._seed).random, self.seconds.append)

    def now(self) -> float:
        """Seconds of the clock, and those skipped."""
        return self._clock.now().timestamp() + self._skipped

    def wait(self, seconds: float) -> None:
        """So many seconds have passed for the pacer, and no time for anybody else."""
        self._skipped += seconds
