"""Reading over HTTP: status, decision, calendar, plan, journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib import wiring
from chalicelib.flows.people import Role
from tests.entrypoints.served import Served
from tests.flows.stage import definition

NOW = "2027-03-08T12:00:00Z"
TONIGHT = "2027-03-08T20:00:00Z"


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    served.stage.orders()
    yield served
    wiring.use(None)


def test_health_needs_no_token(served: Served) -> None:
    response = served.client.http.get("/healthz")
    assert response.status_code == 200
    assert response.json_body == {"status": "ok", "version": "0.1.0"}


def test_a_status_has_the_keys_of_the_contract(served: Served) -> None:
    served.stage.run_for(timedelta(minutes=2))
    status = served.answer("GET", "/environments/orders-qa", role=Role.FINANCE)
    assert {key: status[key] for key in ("environment", "owner", "phase", "desired", "until", "leases")} == {
        "environment": "orders-qa",
        "owner": "orders-team",
        "phase": "up",
        "desired": "up",
        "until": TONIGHT,
        "leases": [],
    }
    assert status["resources"][0] == {
        "resource": "database",
        "id": "orders-db",
        "observed": "up",
        "desired": "up",
        "size": None,
        "blocked_by": [],
        "note": None,
        "importance": "normal",
        "warnings": [],
    }
    assert (status["usable"], status["ready"]) == (True, True)
    assert status["next_change"]["at"] == TONIGHT
    assert status["next_change"]["desired"] == "down"


def test_a_list_is_paged_by_an_opaque_cursor_to_its_end(served: Served) -> None:
    for name in ("billing-dev", "search-qa"):
        served.stage.apply(definition(environment=name))
    names, cursor = [], ""
    for _ in range(3):
        page = served.answer("GET", f"/environments?limit=1{cursor}")
        names += [item["environment"] for item in page["items"]]
        cursor = f"&after={page['next']}"
    assert names == ["billing-dev", "orders-qa", "search-qa"]
    assert page["next"] is None


def test_an_environment_whose_definition_is_broken_is_shown_with_what_is_wrong(served: Served) -> None:
    served.stage.store.spoil("orders-qa", "resources: unknown kind")
    status = served.answer("GET", "/environments/orders-qa")
    assert status["phase"] is None
    assert status["desired"] is None
    assert "unknown kind" in status["because"]


def test_a_decision_is_for_now_when_nobody_says(served: Served) -> None:
    (decision,) = served.answer("GET", "/environments/orders-qa/decision")
    assert (decision["environment"], decision["at"], decision["desired"]) == ("orders-qa", NOW, "up")
    assert [rule["rule"] for rule in decision["rules"] if rule["wins"]] == ["window"]


def test_several_instants_are_decided_in_the_order_asked(served: Served) -> None:
    path = "/environments/orders-qa/decision?at=2027-03-08T22:00:00Z&at=2027-03-09T09:00:00%2B00:00"
    assert [each["desired"] for each in served.answer("GET", path)] == ["down", "up"]


def test_a_calendar_is_this_week_when_nobody_says(served: Served) -> None:
    rows = served.answer("GET", "/environments/orders-qa/calendar")
    assert rows[0] == {"at": "2027-03-08T00:00:00Z", "desired": "down", "because": rows[0]["because"]}
    assert rows[-1]["at"] == "2027-03-12T20:00:00Z"
    assert [row["desired"] for row in rows] == ["down", "up"] * 5 + ["down"]


def test_a_calendar_begins_where_it_is_asked_to(served: Served) -> None:
    path = "/environments/orders-qa/calendar?from=2027-03-08T10:00:00Z&to=2027-03-09T01:00:00Z"
    assert [(row["at"], row["desired"]) for row in served.answer("GET", path)] == [
        ("2027-03-08T10:00:00Z", "up"),
        (TONIGHT, "down"),
    ]


def test_a_plan_names_waves_blocks_and_lengths(served: Served) -> None:
    plan = served.answer("GET", "/environments/orders-qa/plan?target=down")
    assert plan["waves"] == [["database"], ["nodes"]]
    assert set(plan) == {
        "waves",
        "blocked",
        "estimated_seconds",
        "cost_per_hour",
        "without_database_seconds",
        "ineligible",
        "on_request",
        "warnings",
        "keeps_billing",
        "notes",
    }
    assert plan["estimated_seconds"] > 0
    assert plan["cost_per_hour"] is None


def test_the_journal_tells_who_asked_for_what(served: Served) -> None:
    served.answer("POST", "/environments/orders-qa/leases", {"for": "3h"}, Role.DEVELOPER)
    (event,) = served.answer("GET", "/environments/orders-qa/journal?limit=1")
    assert (event["what"], event["actor"], event["at"]) == ("wished", "dev1", NOW)
    assert set(event) == {"at", "what", "text", "resource", "id", "actor", "data"}


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/environments?limit=201", "limit"),
        ("/environments?limit=0", "limit"),
        ("/environments?limit=many", "limit"),
        ("/environments?after=%21", "after"),
        ("/environments?size=3", "size"),
        ("/environments/orders-qa?verbose=1", "verbose"),
        ("/environments/orders-qa/decision?at=tomorrow", "at.0"),
        ("/environments/orders-qa/decision?at=2027-03-08T22:00", "at.0"),
        ("/environments/orders-qa/calendar?from=2027-03-08T10:00:00Z&to=2027-03-08T10:00:00Z", "to"),
        ("/environments/orders-qa/calendar?from=2027-03-08T10:00:00Z&to=2028-05-08T10:00:00Z", "to"),
        ("/environments/orders-qa/plan", "target"),
        ("/environments/orders-qa/plan?target=sideways", "target"),
        ("/environments/orders-qa/journal?since=monday", "since"),
    ],
)
def test_a_wrong_parameter_is_named(served: Served, path: str, where: str) -> None:
    response = served.call("GET", path)
    assert response.status_code == 400
    assert [error["where"] for error in response.json_body["errors"]] == [where]


@pytest.mark.parametrize("rest", ["", "/decision", "/calendar", "/plan?target=up", "/journal"])
def test_an_unknown_name_is_told_with_the_nearest(served: Served, rest: str) -> None:
    response = served.call("GET", f"/environments/order-qa{rest}")
    assert response.status_code == 404
    assert "did you mean orders-qa?" in response.json_body["detail"]


class Shelf:
    """Keeps what is too large, and tells where."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def link(self, content: bytes, media: str, name: str | None) -> str:
        self.kept.append(content)
        return "https://bucket.example.com/answers/1.json"


def test_an_answer_too_large_for_the_gateway_is_behind_a_link(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.entrypoints.http.exchange.MOST_BYTES", 10)
    shelf = Shelf()
    wiring.use(replace(served.wired, large_answers=shelf))  # type: ignore[arg-type]
    response = served.call("GET", "/environments")
    assert response.status_code == 303
    assert response.headers["Location"] == "https://bucket.example.com/answers/1.json"
    assert set(json.loads(shelf.kept[0])) == {"items", "next"}
