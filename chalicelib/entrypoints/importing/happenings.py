"""What a scheduler wants that only acts: after a start up, after a stop down, until the next of them.

Custodian's policies and cron jobs act at instants and look away in between. What they leave behind is taken for
what they want.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.entrypoints.importing.rule import Wanted

Happenings = Callable[[datetime, datetime], Iterator[datetime]]
"""The instants between two at which something is done, in order of time or not."""

LOOK_BACK = timedelta(days=400)
"""How far back the last thing done is looked for: beyond what happens once a year."""


@dataclass(slots=True)
class Acting:
    """Starts and stops that happen; of two at one instant the stop has the last word."""

    starts: Happenings
    stops: Happenings
    _known: list[tuple[datetime, Wanted]] = field(default_factory=list)
    _until: datetime | None = None

    def wants(self, at: datetime) -> Wanted:
        """What was done last; as it is when nothing ever was."""
        known = self._looked_up(at)
        place = bisect_right(known, at, key=lambda happened: happened[0]) - 1
        return known[place][1] if place >= 0 else "as-is"

    def instants(self, begins: datetime, ends: datetime) -> Iterator[datetime]:
        """Every start and stop between the two."""
        self._look_up(begins - LOOK_BACK, ends)
        yield from (at for at, _ in self._known if begins <= at < ends)

    def _looked_up(self, at: datetime) -> list[tuple[datetime, Wanted]]:
        if self._until is None or at >= self._until:
            self._look_up(at - LOOK_BACK, at + LOOK_BACK)
        return self._known

    def _look_up(self, begins: datetime, ends: datetime) -> None:
        starts: list[tuple[datetime, Wanted]] = [(at, "up") for at in self.starts(begins, ends)]
        stops: list[tuple[datetime, Wanted]] = [(at, "down") for at in self.stops(begins, ends)]
        self._known = sorted([*starts, *stops], key=lambda happened: (happened[0], happened[1] == "down"))
        self._until = ends
