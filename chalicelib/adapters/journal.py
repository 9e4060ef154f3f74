"""The Journal port: every event goes to every listener, and no listener can harm another."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from itertools import groupby
from typing import Any, Protocol

from chalicelib.adapters.notices import Sender, notice
from chalicelib.core.model import Team
from chalicelib.flows.events import NOTICED, Event, What

ANNOUNCED = {
    What.FALLING: "Environment falling",
    What.ASLEEP: "Environment asleep",
    What.RISING: "Environment rising",
    What.USABLE: "Environment usable",
    What.READY: "Environment ready",
}
"""What others may follow on the event bus, with its detail type."""

PUT_AT_ONCE = 10
"""Entries one PutEvents may hold.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
"""

log = logging.getLogger(__name__)


class Listener(Protocol):
    """Hears events of one pass; they may be of several environments and may come twice."""

    def hear(self, owner: Team, events: Sequence[Event]) -> None:
        """The events were taken in. May raise anything; the others hear them all the same."""


class Subscribers:
    """The Journal port over any number of listeners."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = listeners

    def publish(self, owner: Team, events: Sequence[Event]) -> None:
        """Every listener was given the events; a failure of one was logged."""
        if not events:
            return
        for listener in self._listeners:
            _isolated(listener, partial(listener.hear, owner, events))


def structured_logger() -> Any:
    """A logger that writes JSON lines, service `curfew`."""
    from aws_lambda_powertools import Logger

    return Logger(service="curfew")


class LogListener:
    """Writes one structured line an event, a warning where the owner is told."""

    def __init__(self, logger: Callable[[], Any] = structured_logger) -> None:
        self._make_logger = logger

    @cached_property
    def _logger(self) -> Any:
        return self._make_logger()

    def hear(self, owner: Team, events: Sequence[Event]) -> None:
        """Each event is a line in the log."""
        for event in events:
            level = logging.WARNING if event.what in NOTICED else logging.INFO
            self._logger.log(level, event.what.value, extra={"owner": owner.name, **as_fields(event)})


class MetricsListener:
    """Counts events by type in namespace Curfew, written as EMF lines.

    Never with the environment as a dimension: each combination would be a metric of its own, and cost.
    """

    def hear(self, owner: Team, events: Sequence[Event]) -> None:
        """One metric for each type of event, its value how many there were; and how long it took until ready."""
        from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

        metrics = EphemeralMetrics(namespace="Curfew")
        for what, count in Counter(event.what for event in events).items():
            metrics.add_metric(name=what.value, unit=MetricUnit.Count, value=count)
        for event in events:
            if "seconds" in event.data:
                name = f"seconds-to-{event.what.value}"
                metrics.add_metric(name=name, unit=MetricUnit.Seconds, value=float(event.data["seconds"]))
        metrics.flush_metrics()


class NoticeListener:
    """Tells the owner what the owner must know: one message for each environment, by every sender."""

    def __init__(self, senders: Sequence[Sender]) -> None:
        self._senders = senders

    def hear(self, owner: Team, events: Sequence[Event]) -> None:
        """Each sender was given the notices; a failure of one was logged."""
        for environment, noticed in _by_environment(event for event in events if event.what in NOTICED):
            message = notice(environment, noticed)
            for sender in self._senders:
                _isolated(sender, partial(sender.send, owner, message))


class EventBusListener:
    """Puts falling, asleep, rising and ready on an EventBridge bus, source `curfew`.

    `client` gives an EventBridge client and is asked when there is something to put.
    """

    def __init__(self, client: Callable[[], Any], bus: str = "default") -> None:
        self._client = client
        self._bus = bus

    def hear(self, owner: Team, events: Sequence[Event]) -> None:
        """The bus took every entry. Raises RuntimeError when it refused some."""
        entries = [self._entry(owner, event) for event in events if event.what in ANNOUNCED]
        for start in range(0, len(entries), PUT_AT_ONCE):
            answer = self._client().put_events(Entries=entries[start : start + PUT_AT_ONCE])
            if answer["FailedEntryCount"]:
                raise RuntimeError(f"the bus {self._bus} refused {answer['FailedEntryCount']} entries")

    def _entry(self, owner: Team, event: Event) -> dict[str, Any]:
        return {
            "Time": event.at,
            "Source": "curfew",
            "DetailType": ANNOUNCED[event.what],
            "Detail": json.dumps({"owner": owner.name, **as_fields(event)}),
            "EventBusName": self._bus,
        }


def as_fields(event: Event) -> dict[str, Any]:
    """The event for programs, without what it does not say; `at` is RFC 3339 UTC."""
    fields = {
        "what": event.what.value,
        "environment": event.environment,
        "at": event.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "text": event.text,
        "resource": event.resource,
        "id": event.id,
        "actor": event.actor,
        "data": dict(event.data),
    }
    return {name: value for name, value in fields.items() if value}


def _by_environment(events: Iterator[Event]) -> Iterator[tuple[str, list[Event]]]:
    def name(event: Event) -> str:
        return event.environment

    for environment, group in groupby(sorted(events, key=name), key=name):
        yield environment, list(group)


def _isolated(hearer: object, tell: Callable[[], None]) -> None:
    """`tell` was called, and what it raised was logged."""
    try:
        tell()
    except Exception:  # what has happened has happened: one that fails must not undo a pass
        log.exception("%s could not hear", type(hearer).__name__)
