from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from chalicelib.adapters.journal import (
    EventBusListener,
    LogListener,
    MetricsListener,
    NoticeListener,
    Subscribers,
)
from chalicelib.adapters.notices import Notice
from chalicelib.core.model import Team
from chalicelib.flows.events import Event, What

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TEAM = Team("shop-team", webhook="https://chat.example/hooks/very-secret")


def event(what: What, environment: str = "shop-qa", **fields: Any) -> Event:
    return Event(what, environment, AT, **fields)


class Ears:
    """A listener and a sender that remember."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self.sent: list[Notice] = []

    def hear(self, owner: Team, events: Sequence[Event]) -> None:
        self.heard += events

    def send(self, owner: Team, notice: Notice) -> None:
        self.sent.append(notice)


class Deaf:
    def hear(self, owner: Team, events: Sequence[Event]) -> None:
        raise RuntimeError("cannot hear")

    def send(self, owner: Team, notice: Notice) -> None:
        raise RuntimeError("cannot send")


def test_a_listener_that_fails_is_logged_and_does_not_stop_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ears = Ears()
    Subscribers([Deaf(), ears]).publish(TEAM, [event(What.READY)])
    assert ears.heard == [event(What.READY)]
    assert "Deaf could not hear" in caplog.text


def test_nothing_is_not_told() -> None:
    Subscribers([Deaf()]).publish(TEAM, [])


def test_the_log_has_one_structured_line_an_event() -> None:
    lines = io.StringIO()
    listener = LogListener(lambda: Logger(service="curfew-test", stream=lines))
    listener.hear(TEAM, [event(What.READY), event(What.STUCK, resource="nodes", id="shop-nodes", text="no luck")])
    ready, stuck = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (ready["message"], ready["level"], ready["owner"]) == ("ready", "INFO", "shop-team")
    assert (stuck["level"], stuck["resource"], stuck["id"]) == ("WARNING", "nodes", "shop-nodes")
    assert (stuck["text"], stuck["at"]) == ("no luck", "2026-03-02T08:00:00Z")
    assert "secret" not in lines.getvalue()


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "curfew-test")


def test_metrics_count_events_by_type_and_never_by_environment(capsys: pytest.CaptureFixture[str]) -> None:
    MetricsListener().hear(TEAM, [event(What.SEEN), event(What.SEEN, "orders-qa"), event(What.STUCK)])
    (line,) = capsys.readouterr().out.splitlines()
    written = json.loads(line)
    assert (written["seen"], written["stuck"]) == ([2.0], [1.0])
    (metrics,) = written["_aws"]["CloudWatchMetrics"]
    assert (metrics["Namespace"], metrics["Dimensions"]) == ("Curfew", [["service"]])
    assert "shop-qa" not in line


def test_each_pass_counts_for_itself(capsys: pytest.CaptureFixture[str]) -> None:
    listener = MetricsListener()
    listener.hear(TEAM, [event(What.SEEN)])
    listener.hear(TEAM, [event(What.READY)])
    assert "seen" not in json.loads(capsys.readouterr().out.splitlines()[1])


def test_an_owner_gets_one_message_for_each_environment() -> None:
    ears = Ears()
    events = [event(What.STUCK), event(What.KEPT, "orders-qa"), event(What.NOT_READY), event(What.SEEN, "lab")]
    NoticeListener([ears]).hear(TEAM, events)
    assert [notice.environment for notice in ears.sent] == ["orders-qa", "shop-qa"]


def test_a_sender_that_fails_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    ears = Ears()
    NoticeListener([Deaf(), ears]).hear(TEAM, [event(What.STUCK)])
    assert len(ears.sent) == 1
    assert "Deaf could not hear" in caplog.text


class Bus:
    def __init__(self, failed: int = 0) -> None:
        self.failed = failed
        self.entries: list[list[dict[str, Any]]] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, int]:  # noqa: N803
        self.entries.append(Entries)
        return {"FailedEntryCount": self.failed}


def test_the_bus_gets_what_others_may_follow() -> None:
    bus = Bus()
    EventBusListener(lambda: bus).hear(TEAM, [event(What.SEEN), event(What.ASLEEP, text="after hours")])
    ((entry,),) = bus.entries
    assert (entry["Source"], entry["DetailType"], entry["Time"]) == ("curfew", "Environment asleep", AT)
    assert json.loads(entry["Detail"]) == {
        "owner": "shop-team",
        "what": "asleep",
        "environment": "shop-qa",
        "at": "2026-03-02T08:00:00Z",
        "text": "after hours",
    }


def test_the_bus_gets_at_most_ten_at_once() -> None:
    bus = Bus()
    events = [Event(What.READY, "shop-qa", AT + timedelta(minutes=minute)) for minute in range(21)]
    EventBusListener(lambda: bus).hear(TEAM, events)
    assert [len(entries) for entries in bus.entries] == [10, 10, 1]


def test_an_entry_that_the_bus_refused_is_told() -> None:
    with pytest.raises(RuntimeError, match="refused 1 entries"):
        EventBusListener(lambda: Bus(failed=1)).hear(TEAM, [event(What.READY)])


def test_with_nothing_to_put_the_bus_is_not_asked() -> None:
    def fail() -> Any:
        raise AssertionError("asked for a client")

    EventBusListener(fail).hear(TEAM, [event(What.SEEN)])
