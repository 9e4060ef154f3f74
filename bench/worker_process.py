"""Inside a worker: events come by stdin, go through app.py, and what each cost goes back by stdout.

The embedded cloud lives in another process, so memory and CPU here are the worker's own.
"""

from __future__ import annotations

import importlib
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

from bench.memory import peak_mib
from bench.worker import Begin, Cost, Frame, Told, send
from chalicelib import wiring
from chalicelib.adapters.cloud import AT_ONCE
from chalicelib.adapters.journal import Subscribers
from chalicelib.adapters.pacer import Pacer
from chalicelib.core.model import Team
from chalicelib.flows.events import Event
from chalicelib.local.clock import SimulatedClock
from chalicelib.local.waits import SkippedWaits


class SlowClock:
    """The clock of whoever sent the event, and how long AWS took since: looks one by one, other calls side by side."""

    def __init__(self, clock: SimulatedClock, latency: timedelta) -> None:
        self.taken, self._clock, self._latency = timedelta(), clock, latency

    def now(self) -> datetime:
        """The present instant."""
        return self._clock.now() + self.taken

    def elapsed(self) -> timedelta:
        """How long AWS took so far."""
        return self.taken

    def count(self, event_name: str, **_: Any) -> None:
        """One more call was made: `event_name` is botocore's, the operation at its end."""
        looks = event_name.rpartition(".")[2].startswith("Describe")
        self.taken += self._latency / (1 if looks else AT_ONCE)


class SlowPacer(Pacer):
    """A pacer whose clients count their calls on a slow clock."""

    slow: SlowClock

    def pace(self, client: Any, account: str, region: str) -> None:
        """As in Pacer; each request counts."""
        super().pace(client, account, region)
        client.meta.events.register("before-send", self.slow.count)


def main() -> None:
    """Serves events until stdin ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the functions print must not get between the answers
    begin: Begin = pickle.load(sys.stdin.buffer)
    clock = SimulatedClock(begin.at)
    slow = SlowClock(clock, begin.latency)
    told: Told = []
    app = _app(begin, slow, told)
    send(out, peak_mib())
    for name, event, at in _asked():
        clock.advance_to(at)
        slow.taken = timedelta()
        told.clear()
        send(out, _cost(getattr(app, name), event, slow, told))


def _app(begin: Begin, clock: SlowClock, told: Told) -> ModuleType:
    """app.py with these settings, on this clock."""

    class Listener:
        """Keeps what is told."""

        def hear(self, owner: Team, events: Sequence[Event]) -> None:
            """It is kept."""
            told.append((owner, events))

    pacer = SlowPacer(SkippedWaits(clock))
    pacer.slow = clock
    wired = wiring.wire(begin.settings, clock, pacer)
    world = replace(wired.world, journal=Subscribers([Listener()]), resync=begin.resync)
    wiring.use(replace(wired, world=world))
    return importlib.import_module("app")


def _cost(function: Callable[[Frame, None], None], event: Frame, clock: SlowClock, told: Told) -> Cost:
    began, used, at = time.perf_counter(), time.process_time(), clock.now()
    function(event, None)
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    return Cost(seconds, (clock.now() - at).total_seconds(), cpu, peak_mib(), list(told))


def _asked() -> Iterator[tuple[str, Frame, datetime]]:
    """Function, event and instant, until stdin ends."""
    with suppress(EOFError):
        while True:
            yield pickle.load(sys.stdin.buffer)


if __name__ == "__main__":
    main()
