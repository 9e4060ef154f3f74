"""A team is told by the topic, which must take it, and by its webhook, which may fail."""

from __future__ import annotations

import logging

import pytest

from chalicelib.adapters.herald import SendingHerald
from chalicelib.adapters.notices import Notice, SendError
from chalicelib.core.model import Team
from chalicelib.flows.telling_reports import NotToldError

TEAM = Team("finance")
SECRET = "https://api.example.com/shared-reports/k3y"


class Sender:
    """Takes notices, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.taken: list[tuple[Team, Notice]] = []
        self._error = error

    def send(self, owner: Team, notice: Notice) -> None:
        if self._error:
            raise self._error
        self.taken.append((owner, notice))


def test_every_way_is_told() -> None:
    topic, webhook = Sender(), Sender()
    SendingHerald(topic, [webhook]).tell(TEAM, "Savings report", SECRET)
    assert topic.taken == webhook.taken == [(TEAM, Notice("organisation", "Savings report", SECRET))]


def test_a_topic_that_refuses_is_told_to_who_sends_and_nobody_else_hears_before() -> None:
    webhook = Sender()
    with pytest.raises(NotToldError, match=r"^finance could not be told of its report: OSError$"):
        SendingHerald(Sender(OSError(SECRET)), [webhook]).tell(TEAM, "Savings report", SECRET)
    assert webhook.taken == []


def test_a_webhook_that_fails_is_logged_without_the_link(caplog: pytest.LogCaptureFixture) -> None:
    topic = Sender()
    with caplog.at_level(logging.ERROR):
        SendingHerald(topic, [Sender(SendError("it answered 500"))]).tell(TEAM, "Savings report", SECRET)
    assert len(topic.taken) == 1
    assert "Sender could not tell finance of its report" in caplog.text
    assert SECRET not in caplog.text


def test_a_subject_is_as_long_as_sns_takes() -> None:
    topic = Sender()
    SendingHerald(topic).tell(TEAM, "x" * 200, "text")
    assert len(topic.taken[0][1].subject) == 100
