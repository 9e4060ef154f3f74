"""A worker: the deployed functions in a process of their own, as Lambda has them, seen from the embedded cloud's."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from chalicelib.core.model import Team
from chalicelib.flows.events import Event
from chalicelib.flows.ports import Clock
from chalicelib.wiring import Settings

ROOT = Path(__file__).resolve().parents[1]
Frame = dict[str, Any]
Told = list[tuple[Team, Sequence[Event]]]
Listen = Callable[[Team, Sequence[Event]], None]


@dataclass(frozen=True, slots=True)
class Begin:
    """What a worker is told first. `latency`: how long AWS takes for each call, on the clock of the worker."""

    settings: Settings
    at: datetime
    resync: timedelta
    latency: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Cost:
    """What one event cost: seconds on the machine's clock and on the worker's, and of CPU, threads included."""

    seconds: float
    pass_seconds: float
    cpu: float
    peak_mib: float
    told: Told


@dataclass(slots=True)
class Worker:
    """An app whose functions run in the worker; what they told is heard by `listen`, what they cost is kept."""

    clock: Clock
    listen: Listen
    out: BinaryIO
    back: BinaryIO
    imported_mib: float
    costs: list[Cost] = field(default_factory=list)

    def __getattr__(self, name: str) -> Callable[[Frame, None], None]:
        """The function called so."""

        def function(event: Frame, context: None) -> None:
            cost = self._asked(name, event)
            self.costs.append(cost)
            for owner, events in cost.told:
                self.listen(owner, events)

        return function

    def _asked(self, name: str, event: Frame) -> Cost:
        send(self.out, (name, event, self.clock.now()))
        return cast(Cost, pickle.load(self.back))


@contextmanager
def working(begin: Begin, clock: Clock, listen: Listen) -> Iterator[Worker]:
    """Within it a worker waits for events; it reaches what this process's environment variables say."""
    command = [sys.executable, "-m", "bench.worker_process"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        out, back = cast(BinaryIO, process.stdin), cast(BinaryIO, process.stdout)
        send(out, begin)
        yield Worker(clock, listen, out, back, imported_mib=pickle.load(back))
        out.close()


def send(pipe: BinaryIO, what: object) -> None:
    """It is on its way to the other process."""
    pickle.dump(what, pipe)
    pipe.flush()
