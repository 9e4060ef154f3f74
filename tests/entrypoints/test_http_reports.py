"""The savings report over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.core.money.inputs import Inputs
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.entrypoints.reporting.inputs_reading import imported
from chalicelib.flows.people import Role
from chalicelib.flows.report import report
from tests.core.money.samples import MONTH
from tests.entrypoints.reporting.statements import INPUTS
from tests.entrypoints.served import Served
from tests.flows.books import KeptLedger, keep

PATH = f"/reports/{MONTH}"
BINARY = {"Accept": "application/octet-stream, */*"}


def with_books(served: Served, inputs: Inputs = INPUTS) -> Served:
    """The served world, with that month in its books."""
    keep(served.stage.store, inputs)
    served.wired = replace(served.wired, world=replace(served.wired.world, ledger=KeptLedger(inputs)))
    wiring.use(served.wired)
    return served


@pytest.fixture
def served() -> Iterator[Served]:
    yield with_books(Served())
    wiring.use(None)


@pytest.mark.parametrize("role", Role)
def test_everybody_may_read_the_report(served: Served, role: Role) -> None:
    assert served.call("GET", PATH, role=role).status_code == 200


@pytest.mark.parametrize("by", [None, *By])
@pytest.mark.parametrize("name", FORMATS)
def test_a_report_comes_in_every_format(served: Served, name: str, by: By | None) -> None:
    query = f"?format={name}" + (f"&by={by.value}" if by else "")
    response = served.call("GET", PATH + query, headers=BINARY)
    assert response.status_code == 200
    assert response.body == FORMATS[name].render(report(served.wired.world, MONTH), by)


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("json", "application/json"),
        ("csv", "text/csv; charset=utf-8"),
        ("html", "text/html; charset=utf-8"),
        ("xlsx", "application/octet-stream"),
    ],
)
def test_a_report_says_what_it_is_and_what_its_file_is_called(served: Served, name: str, media: str) -> None:
    headers = served.call("GET", f"{PATH}?format={name}", headers=BINARY).headers
    assert headers["Content-Type"] == media
    assert headers["Content-Disposition"] == f'inline; filename="curfew-2026-11-{name}.{name}"'


class Shelf:
    """Keeps what no gateway passes on, and tells where."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, str, str | None]] = []

    def link(self, content: bytes, media: str, name: str | None) -> str:
        self.kept.append((content, media, name))
        return "https://bucket.example.com/answers/1"


def test_a_workbook_waits_in_the_bucket(served: Served) -> None:
    shelf = Shelf()
    wiring.use(replace(served.wired, large_answers=shelf))  # type: ignore[arg-type]
    response = served.call("GET", f"{PATH}?format=xlsx")
    assert (response.status_code, response.headers["Location"]) == (303, "https://bucket.example.com/answers/1")
    ((content, media, name),) = shelf.kept
    assert content == FORMATS["xlsx"].render(report(served.wired.world, MONTH), None)
    assert (media, name) == (FORMATS["xlsx"].media, "curfew-2026-11-xlsx.xlsx")


def test_a_page_too_large_for_the_gateway_waits_in_the_bucket(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.entrypoints.http.exchange.MOST_BYTES", 10)
    shelf = Shelf()
    wiring.use(replace(served.wired, large_answers=shelf))  # type: ignore[arg-type]
    assert served.call("GET", f"{PATH}?format=html").status_code == 303
    assert shelf.kept[0][1:] == ("text/html; charset=utf-8", "curfew-2026-11-html.html")


def test_only_environments_asked_for_are_shown(served: Served) -> None:
    rows = served.answer("GET", f"{PATH}?environment=stray&environment=orders-qa")["rows"]
    assert {row["environment"] for row in rows} == {"orders-qa", "stray"}


def problem(served: Served, path: str) -> dict[str, Any]:
    response = served.call("GET", path)
    assert response.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = response.json_body
    assert found["status"] == response.status_code
    return found


@pytest.mark.parametrize("month", ["2026-13", "november", "2026-1", "0001-01", "2026-11-01"])
def test_what_is_no_month_is_refused(served: Served, month: str) -> None:
    for path in (f"/reports/{month}", f"/reports/{month}/inputs"):
        found = problem(served, path)
        assert (found["status"], found["errors"][0]["where"]) == (400, "month")
        assert "write e.g. 2026-11" in found["detail"]


@pytest.mark.parametrize(
    ("query", "where"),
    [("by=region", "by"), ("format=pdf", "format"), ("month=2026-11", "month"), ("format=table", "format")],
)
def test_what_cannot_be_asked_is_refused(served: Served, query: str, where: str) -> None:
    found = problem(served, f"{PATH}?{query}")
    assert (found["status"], found["errors"][0]["where"]) == (400, where)


def test_a_month_that_is_not_in_the_books_is_not_found(served: Served) -> None:
    assert "no day of 2026-10 is in the books" in problem(served, "/reports/2026-10")["detail"]
    assert problem(served, "/reports/2026-10/inputs")["status"] == 404
    assert "did you mean stray" in problem(served, f"{PATH}?environment=strey")["detail"]


def test_inputs_are_files_from_which_the_report_can_be_computed_again(served: Served) -> None:
    found = served.answer("GET", f"{PATH}/inputs", role=Role.FINANCE)
    assert found["month"] == MONTH
    cover = imported(found["files"]).cover
    assert cover.snapshot is not None
    assert cover.snapshot.hash == report(served.wired.world, MONTH).snapshot.hash
