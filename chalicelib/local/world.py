"""What all simulated services share: time, changes under way, bad luck, and the events sent so far."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from chalicelib.local.clock import SimulatedClock
from chalicelib.local.durations import Durations, Journey
from chalicelib.local.events import Event
from chalicelib.local.faults import Faults
from chalicelib.local.spot_market import SpotMarket
from chalicelib.local.transitions import Change, Transitions


@dataclass(slots=True)
class World:
    """The state of the simulation beside moto's own. Whoever touches it holds `lock`."""

    clock: SimulatedClock
    durations: Durations
    transitions: Transitions = field(default_factory=Transitions)
    faults: Faults = field(default_factory=Faults)
    market: SpotMarket = field(default_factory=SpotMarket)
    events: list[Event] = field(default_factory=list)
    lock: Any = field(default_factory=RLock)
    _happening_at: datetime | None = None
    _timeless: bool = False

    def now(self) -> datetime:
        """The instant of the change that is being applied, else what the clock shows."""
        return self._happening_at or self.clock.now()

    @property
    def timeless_now(self) -> bool:
        """Whether the world is still being built."""
        return self._timeless

    def begin(self, journey: Journey, resource: str, arrive: Change) -> None:
        """`arrive` happens when `resource` has had its usual time for `journey`."""
        self.faults.parked.pop(resource, None)
        self.after(self.durations.of(journey, resource, self.now()), resource, arrive)

    def after(self, delay: timedelta, key: str, change: Change) -> None:
        """`change` happens in `delay`, instead of what was waiting under `key`."""
        if self._timeless:
            self.transitions.cancel(key)
            change()
        else:
            self.retry_after(delay, key, change)

    def retry_after(self, delay: timedelta, key: str, change: Change) -> None:
        """As `after`, but never at once: what failed while the world was built is tried again when time passes."""
        self.transitions.schedule(key, self.now() + delay, change)

    def park(self, resource: str, culprit: str, change: Change) -> None:
        """`change` of `resource` does not happen before somebody mends `culprit`."""
        self.transitions.cancel(resource)
        self.faults.parked[resource] = (culprit, change)

    def announce(self, event: Event) -> None:
        """`event` waits to be taken, unless the world is still being built."""
        if not self._timeless:
            self.events.append(event)

    def settle(self, until: datetime) -> None:
        """All that arrives by `until` has happened, in time order, each at its own instant."""
        with self.lock:
            while due := self.transitions.pop_due(until):
                self._happening_at, change = due
                try:
                    change()
                finally:
                    self._happening_at = None

    @contextmanager
    def timeless(self) -> Iterator[None]:
        """Within it everything happens at once and in silence: how a world that already runs is built."""
        self._timeless = True
        try:
            yield
        finally:
            self._timeless = False
