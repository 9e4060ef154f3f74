"""An environment on the test fakes whose resources announce their arrival as AWS would.

Time jumps to the next tick, poke or arrival. Every message and every event can be delivered several times.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.flows.hear import hear
from chalicelib.flows.ports import Clock
from chalicelib.flows.reconcile import reconcile
from chalicelib.flows.tick import tick
from chalicelib.local import events
from chalicelib.local.events import Place
from tests.fakes.queue import MemoryQueue
from tests.fakes.things import Thing
from tests.flows.stage import Stage

MINUTE = timedelta(minutes=1)
SELDOM = timedelta(hours=12)


class CountingQueue(MemoryQueue):
    """Remembers how many messages were alive after each send."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.alive: list[int] = []

    def poke(self, name: str, delay: timedelta = timedelta()) -> None:
        """As in MemoryQueue; `alive` grows by one figure."""
        super().poke(name, delay)
        self.alive.append(len(self.pokes))


class Simulation(Stage):
    """A stage with events; `copies` is how often each message and event arrives, `cpu` the seconds of its passes."""

    queue: CountingQueue

    def __init__(self, copies: int = 1, resync: timedelta = SELDOM) -> None:
        super().__init__()
        self.copies = copies
        self.queue = CountingQueue(self.clock)
        self.world = replace(self.world, queue=self.queue, resync=resync)
        self.delivered, self.cpu = 0, 0.0
        self._ticked = self.clock.now()
        self._moving: dict[str, str] = {}

    def run_until(self, end: datetime) -> None:
        """All that happens up to `end` has happened, in time order."""
        while (at := self._next()) <= end:
            self.clock.set(max(at, self.clock.now()))
            self._announce()
            if at >= self._ticked + MINUTE:
                self._ticked += MINUTE
                tick(self.world)
            self._deliver()
        self.clock.set(end)

    def _next(self) -> datetime:
        arriving = [thing.arrives_at for thing in self.cloud.things.values() if thing.arrives_at]
        return min([self._ticked + MINUTE, *(arrives for _, arrives in self.queue.pokes), *arriving])

    def _deliver(self) -> None:
        for name in self.queue.take(self.clock.now()):
            self.delivered += self.copies
            used = time.thread_time()
            for _ in range(self.copies):
                reconcile(self.world, name)
            self.cpu += time.thread_time() - used

    def _announce(self) -> None:
        """Each arrival of this instant is heard."""
        for arn, thing in self.cloud.things.items():
            if thing.arrives_at and thing.arrives_at <= self.clock.now():
                self.cloud.status(arn)
                for event in _news(thing, self.clock.now()):
                    for _ in range(self.copies):
                        hear(self.world, event)


def _news(thing: Thing, at: datetime) -> Iterator[dict[str, Any]]:
    """What AWS sends when it has arrived in the state it is in now."""
    place = Place(thing.location.account, thing.location.region)
    rose = thing.status == thing.words.up
    if thing.kind == "ec2-instance":
        yield events.instance_state_changed(place, thing.id, thing.status, at)
    elif thing.kind == "rds-instance":
        yield events.database_event(place, thing.id, events.INSTANCE_STARTED if rose else events.INSTANCE_STOPPED, at)
    else:
        what = "EC2 Instance Launch Successful" if rose else "EC2 Instance Terminate Successful"
        yield events.group_activity(what, place, thing.arn, "i-0", "", at, {})
