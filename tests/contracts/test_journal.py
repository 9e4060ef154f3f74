"""What every Journal promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from chalicelib.adapters.journal import Subscribers
from chalicelib.core.model import Team
from chalicelib.flows.events import Event, What
from chalicelib.flows.ports import Journal
from tests.fakes import RecordingJournal

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
EVENTS = [Event(What.FALLING, "shop-qa", AT), Event(What.ASLEEP, "shop-qa", AT)]
TEAM = Team("shop-team")

Heard = Callable[[], list[Event]]


class Listening(RecordingJournal):
    """The recording journal as a listener."""

    def hear(self, owner: Team, events: Sequence[Event]) -> None:
        self.publish(owner, events)


@pytest.fixture(params=["recording", "subscribers"])
def journal(request: pytest.FixtureRequest) -> tuple[Journal, Heard]:
    """Each implementation in turn, with what was heard through it."""
    listening = Listening()
    subject: Journal = listening if request.param == "recording" else Subscribers([listening])
    return subject, lambda: listening.events


def test_events_are_heard_in_their_order(journal: tuple[Journal, Heard]) -> None:
    subject, heard = journal
    subject.publish(TEAM, EVENTS)
    assert heard() == EVENTS


def test_the_same_events_may_be_published_twice(journal: tuple[Journal, Heard]) -> None:
    subject, heard = journal
    subject.publish(TEAM, EVENTS)
    subject.publish(TEAM, EVENTS)
    assert heard() == EVENTS + EVENTS


def test_no_events_are_no_news(journal: tuple[Journal, Heard]) -> None:
    subject, heard = journal
    subject.publish(TEAM, [])
    assert heard() == []
