"""Which API calls each handler made, counted between the driver and app.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.kinds import kinds
from chalicelib.local.functions import Functions
from chalicelib.local.house import House

Operations = Counter[tuple[str, str]]
"""How often each (service, operation) was called."""
OWN = frozenset({"dynamodb", "sqs"})
"""The services of Curfew's own store and queue."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass that looked: when, and what it called."""

    at: datetime
    calls: Operations

    @property
    def looks(self) -> int:
        """How many describes."""
        return sum(count for (_, operation), count in self.calls.items() if operation in looking())

    @property
    def own(self) -> int:
        """How many calls went to store and queue."""
        return sum(count for (service, _), count in self.calls.items() if service in OWN)


@dataclass(slots=True)
class Metered:
    """What the handlers did: `hurried` counts the pokes that events led to, `in_vain` those with nothing due."""

    calls: Operations = field(default_factory=Counter)
    passes: list[Pass] = field(default_factory=list)
    heard: int = 0
    hurried: int = 0
    in_vain: int = 0


class Meter(Functions):
    """The house's functions, metered; set `metered` anew to count from there."""

    def __init__(self, house: House) -> None:
        self._cloud, self._functions = house.cloud, house.functions
        self.metered = Metered()

    def tick(self, at: datetime) -> None:
        """The sweep ran."""
        self._meter(self._functions.tick, at)

    def heard(self, event: dict[str, Any]) -> None:
        """One AWS event was heard."""
        self.metered.heard += 1
        self.metered.hurried += self._meter(self._functions.heard, event)["sqs", "SendMessage"]

    def poke(self, event: dict[str, Any]) -> None:
        """One pass was made, or found nothing due."""
        at = self._cloud.clock.now()
        one = Pass(at, self._meter(self._functions.poke, event))
        if one.looks:
            self.metered.passes.append(one)
        else:
            self.metered.in_vain += 1

    def _meter(self, handler: Callable[[Any], None], argument: object) -> Operations:
        first = len(self._cloud.calls)
        handler(argument)
        made = Counter((call.service, call.operation) for call in self._cloud.calls[first:])
        self.metered.calls += made
        return made


def looking() -> frozenset[str]:
    """The operations with which the kinds look, and ask what is drawn."""
    return frozenset(name for kind in kinds().values() for _, name in (*kind.reading, *kind.metering))


def mutating() -> frozenset[str]:
    """The operations with which the kinds start and stop."""
    return frozenset(operation for kind in kinds().values() for _, operation in kind.mutating)
