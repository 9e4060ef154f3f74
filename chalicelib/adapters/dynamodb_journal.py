"""The journal in the table: events in the order of time, a bundle of them for each write.

A bundle's key is its last event's instant, then who wrote it, then a number. A writer is a claim (fence), a
change of wishes or definition (revision) or a random number; each is used once, so that no bundle replaces another.

What is for the ledger is in bundles of its own beside them, those of each instant apart, so that the ledger reads
nothing else, and people do not read that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from chalicelib.adapters.chunks import grouped
from chalicelib.adapters.codec import Codec
from chalicelib.adapters.dynamodb_table import Table, Write, put
from chalicelib.adapters.items import Item, checked, key, stamp
from chalicelib.flows.events import FOR_THE_LEDGER, Event

EVENT = Codec(Event)
EVENTS = Codec(tuple[Event, ...])
MOST_EVENTS = 1000
JOURNAL, READINGS = "journal", "readings"
READ_FOR = timedelta(days=100)
"""At least so long the ledger finds its events: for a month, its close, and a correction of it."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class EventBundles:
    """Writes for the journal; `days` is how long DynamoDB keeps them, None for ever."""

    def __init__(self, days: int | None = None) -> None:
        self._kept_for = None if days is None else timedelta(days=days)
        self._numbers = count()

    def by_claim(self, name: str, fence: int, events: Sequence[Event]) -> list[Write]:
        """Writes for events that a claimant stores."""
        return self._bundles(name, f"claim-{fence:010}", events)

    def by_change(self, name: str, revision: int, events: Sequence[Event]) -> list[Write]:
        """Writes for events that are stored with the change that made this revision."""
        return self._bundles(name, f"revision-{revision:010}", events)

    def by_itself(self, name: str, events: Sequence[Event]) -> list[Write]:
        """Writes for events that go with no claim and no revision."""
        return self._bundles(name, f"alone-{uuid4().hex}", events)

    def of_readings(self, name: str, writer: str, events: Sequence[Event]) -> list[Write]:
        """Writes for events that the ledger reads; the same events by the same writer replace each other."""
        return self._read(name, writer, events, count())

    def _bundles(self, name: str, writer: str, events: Sequence[Event]) -> list[Write]:
        told = [event for event in events if event.what not in FOR_THE_LEDGER]
        read = [event for event in events if event.what in FOR_THE_LEDGER]
        writes = self._keyed(name, JOURNAL, writer, told, self._numbers, self._kept_for)
        return writes + self._read(name, writer, read, self._numbers)

    def _read(self, name: str, writer: str, events: Sequence[Event], numbers: Iterator[int]) -> list[Write]:
        kept_for = self._kept_for and max(self._kept_for, READ_FOR)
        writes: list[Write] = []
        for at in sorted({event.at for event in events}):
            then = [event for event in events if event.at == at]
            writes += self._keyed(name, READINGS, writer, then, numbers, kept_for)
        return writes

    @staticmethod
    def _keyed(
        name: str,
        part: str,
        writer: str,
        events: Sequence[Event],
        numbers: Iterator[int],
        kept_for: timedelta | None,
    ) -> list[Write]:
        if not events:
            return []
        last = max(event.at for event in events)
        expires = {"expires": {"N": str(int((last + kept_for).timestamp()))}} if kept_for else {}
        return [
            put(key(f"ENV#{name}", f"{part}#{stamp(last)}#{writer}#{number:06}") | _texts(group) | expires)
            for group, number in zip(grouped(map(EVENT.encode, events), MOST_EVENTS), numbers, strict=False)
        ]


def newest_events(table: Table, name: str, since: datetime | None, limit: int) -> tuple[Event, ...]:
    """At most `limit` of the newest events from `since` on, oldest first. Reads no more than they need."""
    bundles: list[tuple[Event, ...]] = []
    found = 0
    for bundle in _backwards(table, name, since or BEGINNING):
        bundles.append(bundle)
        found += len(bundle)
        if found >= limit:
            break
    events = sorted((event for bundle in reversed(bundles) for event in bundle), key=lambda event: event.at)
    return tuple(events[-limit:])


def _backwards(table: Table, name: str, since: datetime) -> Iterator[tuple[Event, ...]]:
    items = table.query_backwards(
        "#pk = :pk AND #sk BETWEEN :first AND :last",
        pk=f"ENV#{name}",
        first=f"{JOURNAL}#{stamp(since)}",
        last=f"{JOURNAL}$",  # the character after "#"
    )
    for item in items:
        events = EVENTS.decode(checked(item)["events"]["S"])
        yield tuple(event for event in events if event.at >= since)


def _texts(group: list[str]) -> Item:
    return {"events": {"S": f"[{','.join(group)}]"}}
