"""The bill of a month over HTTP: what it is asked for, what it said, who may keep it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.flows.events import ORGANISATION
from chalicelib.flows.kept_ledger import KeptLedger
from chalicelib.flows.people import Role
from tests.core.money.samples import MONTH
from tests.entrypoints.reporting.statements import ARN, FORMULA
from tests.entrypoints.served import Served
from tests.entrypoints.test_http_reports import with_books

PATH = f"/reports/{MONTH}/bill"
CHARGE = {"environment": "orders-qa", "resource": "web", "usd": "1.57"}
USE = {"begins": "2026-11-01T00:00:00Z", "ends": "2026-12-01T00:00:00Z", "used": "0", "unused": "36.5"}
BODY: dict[str, Any] = {"files": ["november.csv"], "charges": [CHARGE], "commitment_use": [USE]}


@pytest.fixture
def served() -> Iterator[Served]:
    """Books of the month, and the ledger of a deployment, which keeps bills."""
    served = with_books(Served())
    ledger = KeptLedger(served.stage.store, lambda: None)
    wiring.use(replace(served.wired, world=replace(served.wired.world, ledger=ledger)))
    yield served
    wiring.use(None)


def test_a_bill_is_asked_for_what_ran_or_might_have(served: Served) -> None:
    found = served.answer("GET", PATH)
    assert (found["month"], found["kept"]) == (MONTH, None)
    assert next(each for each in found["resources"] if each["resource"] == "web") == {
        "environment": "orders-qa",
        "resource": "web",
        "arn": ARN,
        "timezone": "Asia/Dubai",
        "first": "2026-11-01",
        "last": "2026-11-30",
        "unknown": [],
        "tags": {},
    }
    assert {each["resource"]: each["unknown"] for each in found["resources"]} == {
        "web": [],
        FORMULA: [],
        "odd": ["2026-11-04", "2026-11-05"],
        "-1+1": [],
        "cache": [],
    }


def test_a_dry_run_compares_and_keeps_nothing(served: Served) -> None:
    found = served.answer("POST", PATH, {**BODY, "dry_run": True})
    assert (found["kept"], found["status"]) == (False, "provisional")
    assert found["environments"][0] == {
        "environment": "orders-qa",
        "ours": "1.56",
        "billed": "1.57",
        "difference": "-0.01",
        "off": "0.01",
        "agrees": True,
    }
    assert [each["resource"] for each in found["resources"]] == [FORMULA, "-1+1", "web"]
    assert served.answer("GET", PATH)["kept"] is None
    assert served.answer("GET", f"/reports/{MONTH}")["bill"] is None


def test_what_is_kept_is_in_every_report_from_then_on(served: Served) -> None:
    found = served.answer("POST", PATH, BODY, Role.FINANCE)
    assert found["kept"]
    assert served.answer("GET", PATH)["kept"] == {
        "files": ["november.csv"],
        "by": "finn",
        "at": "2027-03-08T12:00:00Z",
    }
    report = served.answer("GET", f"/reports/{MONTH}")
    assert [each["agrees"] for each in report["bill"]] == [True, False, False]
    assert report["coverage"]["reconciled"]["resources"] == 2


def test_who_kept_it_is_on_record(served: Served) -> None:
    served.answer("POST", PATH, BODY, Role.FINANCE)
    (event,) = served.stage.store.journal(ORGANISATION)
    assert (event.actor, event.text) == ("finn", f"keep the bill of {MONTH} (november.csv): 1 of 3 agree")


def test_another_bill_replaces_the_one_before(served: Served) -> None:
    served.answer("POST", PATH, BODY)
    served.answer("POST", PATH, {**BODY, "charges": [{**CHARGE, "usd": "9"}]})
    assert served.answer("GET", f"/reports/{MONTH}")["bill"][0]["billed"] == "9.00"


@pytest.mark.parametrize(
    ("role", "status"), [(Role.FINANCE, 200), (Role.DEVELOPER, 403), (Role.OPERATOR, 200), (Role.ADMIN, 200)]
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_finance_and_operators_may(served: Served, role: Role, status: int, dry_run: bool) -> None:
    response = served.call("POST", PATH, {**BODY, "dry_run": dry_run}, role)
    assert response.status_code == status
    if status == 403:
        assert "takes the role admin, finance or operator" in response.json_body["detail"]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({**BODY, "files": []}, 400, "files"),
        ({**BODY, "charges": [{**CHARGE, "usd": "-1"}]}, 400, "charges.0.usd"),
        ({**BODY, "charges": [{**CHARGE, "usd": "NaN"}]}, 400, "charges.0.usd"),
        ({**BODY, "charges": [{**CHARGE, "usd": "1000000001"}]}, 400, "charges.0.usd"),
        ({**BODY, "charges": [{**CHARGE, "usd": "1e-999999"}]}, 400, "12 decimal places"),
        ({**BODY, "commitment_use": [{**USE, "begins": "2026-11-01"}]}, 400, "commitment_use.0.begins"),
        ({**BODY, "commitment_use": [{**USE, "ends": USE["begins"]}]}, 400, "ends after it begins"),
        ({**BODY, "charges": [{**CHARGE, "environment": "order-qa"}]}, 404, "did you mean orders-qa?"),
        ({**BODY, "more": 1}, 400, "more"),
    ],
)
def test_what_cannot_be_kept_is_told_and_nothing_is(
    served: Served, body: dict[str, Any], status: int, told: str
) -> None:
    response = served.call("POST", PATH, body)
    assert response.status_code == status
    assert told in str(response.json_body)
    assert served.answer("GET", PATH)["kept"] is None


def test_a_month_that_is_not_in_the_books_has_no_bill(served: Served) -> None:
    assert served.call("GET", "/reports/2026-10/bill").status_code == 404
    assert served.call("POST", "/reports/2026-10/bill", BODY).status_code == 404
    assert served.call("GET", "/reports/2026-13/bill").status_code == 400
