"""When a group that got no spot anywhere asks for it again: each try in vain doubles the wait.

A hold is of one pool. Where holds end one after another, a group that is all on-demand would ask whenever one does, be
refused and fall back, all afternoon. So the group waits, too. Nothing waits while something is missing: neither a group
that begins, nor one for which AWS is short of on-demand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.core.durations import format_instant
from chalicelib.core.mix import Mix
from chalicelib.core.weighed import Weighed

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=1)
"""Ours: as a pool's first hold after a refusal, up to what it costs little to stay on-demand for."""
MOST_DOUBLINGS = 12


@dataclass(frozen=True, slots=True)
class Tries:
    """Of a group that runs no spot: whether it asked for some, how often in a row in vain, and until when it waits."""

    asked: bool = False
    in_vain: int = 0
    wait_until: datetime | None = None

    def seen(self, running: Mix) -> Tries:
        """The same once this was seen to run: a spot member ends all of it, a group that begins waits for nothing."""
        if running.on_spot:
            return Tries()
        return self if running.size else Tries(self.asked)

    def begun(self) -> Tries:
        """The same once spot is asked for."""
        return replace(self, asked=True)

    def ended(self, weighed: Weighed, target: Mix) -> Tries:
        """The same once this was decided: a try is over, in vain, when every pool refused and all is on-demand."""
        if not self.asked or target.on_spot or weighed.askable:
            return self
        wait = min(FIRST_WAIT * 2 ** min(self.in_vain, MOST_DOUBLINGS), LONGEST_WAIT)
        return Tries(False, self.in_vain + 1, weighed.present.now + wait)

    def waits(self, weighed: Weighed) -> datetime | None:
        """Until when no pool is asked that could be; None where none could, and where the group does not wait."""
        until = self.wait_until
        over = until is None or until <= weighed.present.now or weighed.short
        return until if not over and weighed.askable else None

    def because(self, until: datetime) -> str:
        """Why there is no spot meanwhile."""
        times = "once" if self.in_vain == 1 else f"{self.in_vain} times in a row"
        return f"spot was refused everywhere {times}: it is asked for again {format_instant(until)} at the earliest"


def held(weighed: Weighed, until: datetime) -> Weighed:
    """The same with every pool on hold until then at least."""
    known = {pool: weighed.memory.of(pool) for pool in weighed.costs}
    longer = {pool: replace(one, hold_until=max(one.hold_until or until, until)) for pool, one in known.items()}
    return replace(weighed, memory=replace(weighed.memory, pools={**weighed.memory.pools, **longer}))
