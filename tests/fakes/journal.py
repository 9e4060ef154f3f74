"""A journal that remembers what it heard."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.core.model import Team
from chalicelib.flows.events import Event, What


class RecordingJournal:
    """All events in the order in which they were published, and who was their owner."""

    def __init__(self) -> None:
        self.published: list[tuple[Team, tuple[Event, ...]]] = []

    def publish(self, owner: Team, events: Sequence[Event]) -> None:
        self.published.append((owner, tuple(events)))

    @property
    def events(self) -> list[Event]:
        return [event for _, events in self.published for event in events]

    def of(self, *what: What) -> list[Event]:
        return [event for event in self.events if event.what in what]
