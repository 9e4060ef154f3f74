"""The port `Readings` in DynamoDB: what the ledger is made from, beside the journal and in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256

from chalicelib.adapters.dynamodb_journal import EVENTS, READINGS, EventBundles
from chalicelib.adapters.dynamodb_table import Table
from chalicelib.adapters.items import checked, stamp
from chalicelib.flows.events import Event


class DynamoReadings:
    """Readings over one table."""

    def __init__(self, table: Table, bundles: EventBundles) -> None:
        self._table = table
        self._bundles = bundles

    def readings(self, name: str, begins: datetime, ends: datetime) -> Iterator[Event]:
        """The events of that time, bundle by bundle, page by page."""
        items = self._table.query(
            "#pk = :pk AND #sk BETWEEN :first AND :last",
            pk=f"ENV#{name}",
            first=f"{READINGS}#{stamp(begins)}",
            last=f"{READINGS}#{stamp(ends)}",  # before all that end then, as those have a writer
        )
        for item in items:
            yield from EVENTS.decode(checked(item)["events"]["S"])

    def note(self, name: str, events: Sequence[Event]) -> None:
        """The events are there, once. A write for each instant among them, and for each thousand."""
        writer = f"noted-{sha256(repr(events).encode()).hexdigest()[:16]}"
        for write in self._bundles.of_readings(name, writer, events):
            self._table.put(write)
