"""Schedule files over HTTP: shown, stored, or refused as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.flows.events import What
from chalicelib.flows.ports import Refusal
from chalicelib.flows.rollout import Access
from tests.entrypoints.served import Served

ORGANISATION = """\
accounts:
  "111122223333": {name: own}
  "444455556666": {name: data, role: "arn:aws:iam::444455556666:role/curfew-member", external_id: e-1}
teams:
  orders-team: {email: orders@example.com}
defaults:
  locations: [{account: "111122223333", region: eu-central-1}]
"""
ORDERS = """\
environment: orders-dev
owner: orders-team
resources:
  database: {kind: rds-instance, ids: [orders-db]}
  nodes: {kind: auto-scaling-group, ids: [orders-nodes], needs: [database]}
uptime:
  timezone: UTC
  windows: ["mon-fri 08:00-20:00"]
"""


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    served.stage.cloud.add("rds-instance", "orders-db")
    served.stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(22, 55, 30))
    yield served
    wiring.use(None)


def body(*texts: str, organisation: str | None = ORGANISATION, **options: bool) -> dict[str, Any]:
    files = [{"name": f"{number}.yaml", "text": text} for number, text in enumerate(texts, 1)]
    shared = [{"name": "organisation.yaml", "text": organisation}] if organisation else []
    return {"files": [*shared, *files], **options}


def named(change: dict[str, Any], key: str) -> dict[str, Any]:
    """The one live resource under that key."""
    (resource,) = [each for each in change["resources"] if each["resource"] == key]
    return dict(resource)


def test_a_dry_run_shows_rules_and_live_resources_and_stores_nothing(served: Served) -> None:
    shown = served.answer("POST", "/apply", body(ORDERS, dry_run=True))
    assert shown["applied"] is False
    (change,) = shown["changes"]
    assert (change["environment"], change["new"], change["first_stop"]) == ("orders-dev", True, "2027-03-08T20:00:00Z")
    assert named(change, "database") == {
        "resource": "database",
        "id": "orders-db",
        "kind": "rds-instance",
        "observed": "up",
        "problem": None,
        "warnings": [],
    }
    assert served.answer("GET", "/environments")["items"] == []
    assert served.organisation.shared is None


def test_applied_files_are_in_force_and_a_repeat_changes_nothing(served: Served) -> None:
    assert served.answer("POST", "/apply", body(ORDERS))["applied"] is True
    revision = served.stage.head("orders-dev").revision
    (change,) = served.answer("POST", "/apply", body(ORDERS))["changes"]
    assert (change["new"], change["differences"]) == (False, [])
    assert served.stage.head("orders-dev").revision == revision


def test_a_changed_rule_is_named(served: Served) -> None:
    served.answer("POST", "/apply", body(ORDERS))
    (change,) = served.answer("POST", "/apply", body(f"{ORDERS}stop_order: reverse\n"))["changes"]
    assert change["differences"] == ["stop_order: same -> reverse"]


def test_a_file_sent_alone_inherits_from_the_organisation_as_last_applied(served: Served) -> None:
    served.answer("POST", "/apply", body(ORDERS))
    other = ORDERS.replace("orders-dev", "orders-qa")
    shown = served.answer("POST", "/apply", body(other, organisation=None, dry_run=True))
    assert shown["changes"][0]["environment"] == "orders-qa"


def test_the_ways_into_accounts_are_used_in_a_dry_run_and_kept_when_applied(served: Served) -> None:
    way = {"444455556666": Access("arn:aws:iam::444455556666:role/curfew-member", "e-1")}
    served.answer("POST", "/apply", body(ORDERS, dry_run=True))
    assert served.reached == way
    served.answer("POST", "/apply", body(ORDERS))
    assert served.organisation.shared is not None
    assert served.organisation.shared.access == way


def test_one_broken_file_keeps_all_from_being_applied(served: Served) -> None:
    broken = ORDERS.replace("orders-dev", "orders-qa").replace("20:00", "25:00")
    response = served.call("POST", "/apply", body(ORDERS, broken))
    assert response.status_code == 422
    problem = response.json_body
    assert problem["type"] == "urn:curfew:problem:broken-files"
    assert (problem["applied"], problem["changes"]) == (False, [])
    (error,) = [each for each in problem["problems"] if each["severity"] == "error"]
    assert set(error) == {"file", "line", "severity", "what", "remedy"}
    assert (error["file"], error["line"]) == ("2.yaml", 8)
    assert served.answer("GET", "/environments")["items"] == []


def test_the_owner_of_a_file_that_broke_is_told_and_the_old_rules_stay(served: Served) -> None:
    served.answer("POST", "/apply", body(ORDERS))
    broken = ORDERS.replace("20:00", "25:00")
    served.call("POST", "/apply", body(broken, dry_run=True))
    assert served.stage.journal.of(What.BROKEN_FILE) == []
    served.call("POST", "/apply", body(broken))
    (event,) = served.stage.journal.of(What.BROKEN_FILE)
    assert event.environment == "orders-dev"
    assert "the rules applied before stay in force" in event.text
    assert served.answer("GET", "/environments/orders-dev")["desired"] == "up"


def test_a_file_that_would_touch_production_stores_nothing_of_the_others_either(served: Served) -> None:
    served.stage.cloud.add("ec2-instance", "i-1", tags={"Environment": "prod"})
    other = ORDERS.replace("orders-dev", "search-dev").replace("auto-scaling-group", "ec2-instance")
    other = other.replace("orders-nodes", "i-1").replace("orders-db", "search-db")
    response = served.call("POST", "/apply", body(ORDERS, other))
    assert response.status_code == 409
    assert "production" in response.json_body["detail"]
    assert served.answer("GET", "/environments")["items"] == []
    assert served.organisation.shared is None


def test_an_account_that_cannot_be_looked_at_is_told_with_its_reason(served: Served) -> None:
    served.stage.cloud.refusals["DescribeDBInstances"] = Refusal("AccessDenied", "not allowed to look")
    (change,) = served.answer("POST", "/apply", body(ORDERS, dry_run=True))["changes"]
    assert "AccessDenied" in named(change, "database")["problem"]


@pytest.mark.parametrize(
    ("request_body", "where"),
    [
        ({}, ["files"]),
        ({"files": []}, ["files"]),
        ({"files": [{"name": "a.yaml"}], "dryrun": True}, ["files.0.text", "dryrun"]),
        ({"files": [{"name": "a.yaml", "text": "x" * 300_001}]}, ["files.0.text"]),
    ],
)
def test_a_wrong_request_to_apply_is_told(served: Served, request_body: object, where: list[str]) -> None:
    response = served.call("POST", "/apply", request_body)
    assert response.status_code == 400
    assert [error["where"] for error in response.json_body["errors"]] == where


def test_every_unknown_name_in_uses_is_told_at_its_line(served: Served) -> None:
    served.answer("POST", "/apply", body(ORDERS))
    qa = ORDERS.replace("orders-dev", "orders-qa").replace("[orders-", "[qa-") + "uses: [nowhere, orders-dve]\n"
    answer = served.call("POST", "/apply", body(qa, dry_run=True))
    assert answer.status_code == 422
    assert [(each["line"], each["what"], each["remedy"]) for each in answer.json_body["problems"]] == [
        (9, "there is no environment nowhere", "apply its file as well, or take it out of uses"),
        (9, "there is no environment orders-dve", "write orders-dev"),
    ]


@pytest.mark.parametrize("dry_run", [True, False])
def test_production_is_told_at_the_line_of_the_entry(served: Served, dry_run: bool) -> None:
    served.stage.cloud.add("auto-scaling-group", "live", tags={"Environment": "prod"})
    answer = served.call("POST", "/apply", body(ORDERS.replace("orders-nodes", "live"), dry_run=dry_run))
    assert answer.status_code == 409
    assert answer.json_body["detail"].startswith("1.yaml:5: orders-dev would touch production: ")
