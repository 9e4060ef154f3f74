"""Moves time from one thing that happens to the next, and calls Curfew's functions as AWS would.

Things that happen: a change in the embedded cloud arrives, a message can be received, a tick finds something
due, a scripted person acts. A minute in which none of these falls is skipped; the night's journal is the same
as with a tick every minute (tests/slow/test_driver.py shows it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.functions import Functions
from chalicelib.local.mailman import Mailman

MINUTE = timedelta(minutes=1)
Ticks = Callable[[datetime], datetime | None]
"""When the next tick is worth calling, after an instant; None for never."""


@dataclass(order=True, slots=True)
class Act:
    """What a scripted person does at an instant."""

    at: datetime
    do: Callable[[], object] = field(compare=False)


def every_minute(after: datetime) -> datetime:
    """The next full minute."""
    return _whole_minute(after + timedelta(microseconds=1))


def when_due(earliest: Callable[[], datetime | None]) -> Ticks:
    """The first full minute in which `earliest` (the oldest sweep instant in the store) has come."""

    def next_tick(after: datetime) -> datetime | None:
        due = earliest()
        return None if due is None else max(_whole_minute(due), every_minute(after))

    return next_tick


class Driver:
    """Drives the embedded cloud and Curfew's functions through simulated time; `watch` is called after each step."""

    def __init__(
        self,
        cloud: EmbeddedCloud,
        functions: Functions,
        mailman: Mailman,
        ticks: Ticks,
        script: Iterable[Act] = (),
        watch: Callable[[], object] = lambda: None,
    ) -> None:
        self._cloud, self._functions, self._mailman = cloud, functions, mailman
        self._ticks, self._script, self._watch = ticks, sorted(script), watch
        self._ticked = cloud.clock.now()

    def run_until(self, end: datetime) -> None:
        """All that happens up to `end` has happened, in order, and the clock shows `end`."""
        while (step := self._next()) is not None and step <= end:
            self._cloud.advance_to(max(step, self._cloud.clock.now()))
            self._happen()
            self._watch()
        self._cloud.advance_to(end)
        self._watch()

    def run_for(self, length: timedelta) -> None:
        """So much time has passed."""
        self.run_until(self._cloud.clock.now() + length)

    def _next(self) -> datetime | None:
        """When the next thing happens."""
        instants = [self._cloud.next_change_at(), self._mailman.next_at(), self._ticks(self._ticked)]
        instants += [self._script[0].at if self._script else None]
        return min((instant for instant in instants if instant is not None), default=None)

    def _happen(self) -> None:
        now = self._cloud.clock.now()
        while self._script and self._script[0].at <= now:
            self._script.pop(0).do()
        for event in self._cloud.take_events():
            self._functions.heard(event)
        tick = self._ticks(self._ticked)
        if tick is not None and tick <= now:
            self._ticked = now
            self._functions.tick(now)
        while (ready := self._mailman.next_at()) is not None and ready <= now:
            self._mailman.deliver()


def _whole_minute(at: datetime) -> datetime:
    """The instant itself if it is a full minute, else the next one."""
    floor = at.astimezone(UTC).replace(second=0, microsecond=0)
    return floor if floor == at else floor + MINUTE
