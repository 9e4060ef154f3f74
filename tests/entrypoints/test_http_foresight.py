"""What a month would avoid, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.flows.people import Role
from chalicelib.flows.ports import Refusal
from tests.entrypoints.served import Served
from tests.entrypoints.test_http_apply import ORDERS, ORGANISATION
from tests.flows.stage import definition
from tests.flows.test_foresight import rates

KEYS = {
    "currency",
    "would_have",
    "will",
    "avoided_low",
    "avoided_high",
    "covered_by_commitments",
    "keeps_billing",
    "bases",
    "provisional",
    "not_computable",
    "keeps_billing_not_computable",
}


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    served.stage.cloud.add("rds-instance", "orders-db", DBInstanceClass="db.m5.large")
    served.stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(2, 6, 3))
    served.stage.apply(definition(ready_by_opening=False))
    served.stage.run_for(timedelta(minutes=2))
    wiring.use(replace(served.wired, rates=rates()))
    yield served
    wiring.use(None)


def sent(*texts: str, **more: object) -> dict[str, Any]:
    files = [{"name": "organisation.yaml", "text": ORGANISATION}]
    return {"files": [*files, *({"name": f"{n}.yaml", "text": text} for n, text in enumerate(texts))], **more}


def test_an_applied_environment_is_shown_in_hours_and_money(served: Served) -> None:
    row = served.answer("GET", "/environments/orders-qa/foresight?month=2027-03", role=Role.DEVELOPER)
    assert (row["environment"], row["month"], row["hours"], row["hours_up"]) == ("orders-qa", "2027-03", 744, 276)
    assert row["money"].keys() == KEYS
    assert (row["money"]["would_have"], row["money"]["will"], row["money"]["avoided_low"]) == ("372.00", "138.00", None)
    assert (row["money"]["avoided_high"], row["money"]["covered_by_commitments"]) == ("234.00", "0.00")
    assert (row["money"]["bases"], row["unseen"], row["notes"]) == (["24x7"], [], [])


def test_without_a_month_it_is_this_one(served: Served) -> None:
    assert served.answer("GET", "/environments/orders-qa/foresight")["month"] == "2027-03"


def test_files_are_shown_as_they_would_be_and_nothing_is_stored(served: Served) -> None:
    other = ORDERS.replace("orders-dev", "orders-qa").replace("08:00-20:00", "08:00-14:00") + "ready_by: none\n"
    (row,) = served.answer("POST", "/foresight", sent(other, month="2027-03"), role=Role.OPERATOR)
    assert (row["hours_up"], row["money"]["will"]) == (138, "69.00")
    assert served.answer("GET", "/environments/orders-qa/foresight")["hours_up"] == 276


def test_what_is_not_known_is_null_and_never_nothing(served: Served) -> None:
    served.stage.cloud.refusals["DescribeAutoScalingGroups"] = Refusal("AccessDenied", "no")
    served.stage.cloud.refusals["DescribeDBInstances"] = Refusal("AccessDenied", "no")
    (row,) = served.answer("POST", "/foresight", sent(ORDERS, month="2027-03"))
    assert row["money"]["would_have"] is row["money"]["avoided_high"] is row["money"]["will"] is None
    assert len(row["unseen"]) == 1
    assert {gap["resource"] for gap in row["money"]["not_computable"]} == {"database", "nodes"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("GET", "/environments/orders-qs/foresight", None, 404, "did you mean orders-qa"),
        ("GET", "/environments/orders-qa/foresight?month=march", None, 400, "is no month; write e.g. 2026-11"),
        ("GET", "/environments/orders-qa/foresight?day=1", None, 400, "write one of month"),
        ("POST", "/foresight", {"month": "2027-03"}, 400, "files"),
        ("POST", "/foresight", sent(ORDERS.replace("20:00", "25:00")), 422, "25:00"),
    ],
)
def test_what_cannot_be_is_told(served: Served, method: str, path: str, body: object, status: int, says: str) -> None:
    response = served.call(method, path, body)
    assert (response.status_code, says in str(response.json_body)) == (status, True)


def test_files_are_for_operators(served: Served) -> None:
    response = served.call("POST", "/foresight", sent(ORDERS), role=Role.DEVELOPER)
    assert response.status_code == 403


def test_only_ways_into_accounts_that_are_not_in_force_yet_are_made_anew(served: Served) -> None:
    served.answer("POST", "/apply", sent(ORDERS.replace("orders-dev", "orders-qa")))
    served.reached.clear()
    served.answer("POST", "/foresight", sent(ORDERS))
    assert served.reached == {}
    other = sent(ORDERS)
    other["files"][0]["text"] = ORGANISATION.replace("curfew-member", "curfew-other")
    served.answer("POST", "/foresight", other)
    assert served.reached["444455556666"].role.endswith("curfew-other")
