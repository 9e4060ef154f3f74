"""The spans of an environment, from what passes and AWS's events left for the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.core.money.folding import Heard, spans
from chalicelib.core.money.reading import Reading, parsed
from chalicelib.core.money.spans import Edge, Span
from chalicelib.flows.events import RUNS, Event, What
from chalicelib.flows.ledger_ports import Readings

BEFORE = timedelta(days=2)
"""So long before a time is read what ran when it began: every reading is told again once a day."""
AFTER = timedelta(days=1)
"""So long after a time is read what was seen late of it."""


def spans_of(
    store: Readings, name: str, begins: datetime, ends: datetime, known_at: datetime | None = None
) -> tuple[Span, ...]:
    """What ran of the environment from `begins` until before `ends`, neither of them in the future.

    As it was known at that instant; None: as it is known now.
    """
    read_until = min(ends + AFTER, known_at) if known_at else ends + AFTER
    return folded(tuple(store.readings(name, begins - BEFORE, read_until)), begins, ends)


def folded(events: Sequence[Event], begins: datetime, ends: datetime) -> tuple[Span, ...]:
    """What these events say ran in that time."""
    readings = (_reading(event) for event in events if event.what is What.METERED)
    heard = (Heard(event.data["arn"], event.at, event.text == RUNS) for event in events if event.what is What.HEARD)
    return spans(readings, heard, begins, ends)


def _reading(event: Event) -> Reading:
    data = event.data
    return Reading(
        environment=event.environment,
        resource=event.resource or "",
        arn=data["arn"],
        at=datetime.fromisoformat(data["since"]),
        draws=parsed(event.text),
        edge=Edge(data["edge"]),
        seen=event.at,
        after=datetime.fromisoformat(data["after"]),
    )
