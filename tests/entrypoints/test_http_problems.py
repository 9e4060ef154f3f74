"""Errors over HTTP: RFC 9457, in words for people, without internals."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib import wiring
from chalicelib.adapters import dynamodb_table
from chalicelib.entrypoints.bodies import BadRequestError, Mistake
from chalicelib.entrypoints.problems import BrokenFilesError, problem_of
from chalicelib.entrypoints.schedule_file.problems import Problem
from chalicelib.flows.errors import BusyError, ForbiddenError, RefusedError, UnknownError
from chalicelib.flows.people import Role
from tests.entrypoints.served import Served

ORDERS = "/environments/orders-qa"


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    served.stage.orders()
    yield served
    wiring.use(None)


@pytest.mark.parametrize(
    ("error", "status", "word"),
    [
        (UnknownError("there is no environment 'x'"), 404, "unknown"),
        (ForbiddenError("dev1 is developer"), 403, "forbidden"),
        (RefusedError("held by ops1"), 409, "refused"),
        (BusyError("try again"), 503, "busy"),
        (dynamodb_table.BusyError("TransactionConflict"), 503, "busy"),
        (BadRequestError([Mistake("for", "write 2h")]), 400, "bad-request"),
        (BrokenFilesError([Problem("a.yaml", 3, "no owner")], 1), 422, "broken-files"),
    ],
)
def test_each_error_has_its_status_and_word(error: Exception, status: int, word: str) -> None:
    problem = problem_of(error)
    assert problem is not None
    response = problem.response()
    assert response.status_code == status == response.body["status"]
    assert response.body["type"] == f"urn:curfew:problem:{word}"
    assert response.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(response.body)
    assert ("Retry-After" in response.headers) == (status == 503)


def test_what_a_busy_table_says_stays_inside() -> None:
    problem = problem_of(dynamodb_table.BusyError("TransactionCanceledException on curfew-table"))
    assert problem is not None
    assert "curfew-table" not in problem.detail


def test_an_unexpected_error_tells_only_a_request_id(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(name: str) -> None:
        raise KeyError("arn:aws:dynamodb:secret")

    monkeypatch.setattr(served.stage.store, "head", fail)
    response = served.call("GET", ORDERS)
    assert response.status_code == 500
    assert "secret" not in response.body.decode()
    assert response.headers["Content-Type"] == "application/problem+json"
    (record,) = caplog.records
    assert record.__dict__["request_id"] == response.json_body["request_id"]
    assert "KeyError" in caplog.text


def test_errors_that_chalice_answers_are_problem_details_too(served: Served) -> None:
    response = served.call("POST", f"{ORDERS}/leases", b"<x/>", headers={"Content-Type": "text/xml"})
    assert response.status_code == 415
    assert response.json_body["type"] == "urn:curfew:problem:http"
    assert response.headers["Content-Type"] == "application/problem+json"


READS = ["", "/decision", "/calendar", "/plan?target=up", "/journal", "/capacity", "/capacity/what-if"]
LEAST = [
    *((Role.FINANCE, "GET", f"{ORDERS}{rest}", None) for rest in READS),
    (Role.FINANCE, "GET", "/environments", None),
    (Role.DEVELOPER, "POST", f"{ORDERS}/leases", {}),
    (Role.DEVELOPER, "PATCH", f"{ORDERS}/leases", {}),
    (Role.DEVELOPER, "DELETE", f"{ORDERS}/leases", None),
    (Role.DEVELOPER, "POST", f"{ORDERS}/sleep", {}),
    (Role.OPERATOR, "POST", f"{ORDERS}/sleep", {"insist": True}),
    (Role.DEVELOPER, "POST", f"{ORDERS}/retry", None),
    (Role.OPERATOR, "PUT", f"{ORDERS}/hold", {"desired": "up", "reason": "show"}),
    (Role.OPERATOR, "DELETE", f"{ORDERS}/hold", None),
    (Role.OPERATOR, "PUT", f"{ORDERS}/pause", {"reason": "incident"}),
    (Role.OPERATOR, "DELETE", f"{ORDERS}/pause", None),
    (Role.OPERATOR, "PUT", "/pause", {"reason": "incident"}),
    (Role.OPERATOR, "DELETE", "/pause", None),
    (Role.OPERATOR, "POST", f"{ORDERS}/retire", {}),
    (Role.OPERATOR, "POST", "/apply", {"files": [{"name": "a.yaml", "text": ""}], "dry_run": True}),
    (Role.ADMIN, "POST", "/tokens", {"person": "qa1", "role": "developer"}),
    (Role.ADMIN, "GET", "/tokens", None),
    (Role.ADMIN, "DELETE", "/tokens/000000000000", None),
]
RANKED = [Role.FINANCE, Role.DEVELOPER, Role.OPERATOR, Role.ADMIN]


@pytest.mark.parametrize(("least", "method", "path", "body"), LEAST)
def test_a_role_below_the_least_is_forbidden_and_the_least_is_not(
    served: Served, least: Role, method: str, path: str, body: object
) -> None:
    allowed = {role: served.call(method, path, body, role).status_code != 403 for role in RANKED}
    assert allowed == {role: RANKED.index(role) >= RANKED.index(least) for role in RANKED}


def test_who_changed_something_is_in_the_log_without_the_token(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="curfew")
    served.call("POST", f"{ORDERS}/retry", role=Role.DEVELOPER)
    served.call("GET", ORDERS, role=Role.DEVELOPER)
    (record,) = caplog.records
    logged = record.__dict__
    assert (logged["person"], logged["role"], logged["status"]) == ("dev1", "developer", 200)
    assert record.getMessage() == "POST /environments/{name}/retry"
    assert "secret-of" not in str(logged)
