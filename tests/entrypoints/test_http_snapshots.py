"""Kept reports over HTTP, with a token; and a link to one, without."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from chalice.test import HTTPResponse

from chalicelib import wiring
from chalicelib.entrypoints.http.exchange import Request
from chalicelib.entrypoints.publishing import after_close
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.entrypoints.reporting.inputs_reading import imported
from chalicelib.flows.commitments import Commitments
from chalicelib.flows.errors import ForbiddenError
from chalicelib.flows.events import What
from chalicelib.flows.people import Role
from chalicelib.flows.report import report
from chalicelib.flows.rollout import Shared
from chalicelib.flows.telling_reports import Publication
from tests.core.money.samples import MONTH
from tests.entrypoints.served import Served
from tests.entrypoints.test_http_reports import BINARY
from tests.flows.publishing_stage import ADDRESS, Publishing

SNAPSHOTS = f"/reports/{MONTH}/snapshots"


class Office:
    """The served world after the third working day, when everything was kept and told."""

    def __init__(self) -> None:
        self.given = Publishing()
        self.served = Served(self.given.stage)
        self.served.organisation.keep(Shared("", {}, reporting=self.given.reporting))
        publication = Publication(self.given.archive, self.given.links, self.given.herald, ADDRESS)
        self.served.wired = replace(self.served.wired, world=self.given.world, publication=publication)
        wiring.use(self.served.wired)
        self.failed = after_close(self.served.wired)

    @property
    def id(self) -> str:
        return report(self.given.world, MONTH).snapshot.id

    @property
    def link(self) -> str:
        """The path that finance was told."""
        (line,) = [line for line in self.given.herald.letters[0].text.splitlines() if line.startswith("Read it: ")]
        return line.removeprefix(f"Read it: {ADDRESS}")

    def opened(self, path: str) -> HTTPResponse:
        """What a mail program gets, which has no token."""
        return self.served.client.http.get(path)


@pytest.fixture
def office() -> Iterator[Office]:
    yield Office()
    wiring.use(None)


def test_everything_was_kept_and_told(office: Office) -> None:
    assert office.failed == {}
    assert [letter.team.name for letter in office.given.herald.letters] == ["finance", "@SUM(1)", "orders-team"]


@pytest.mark.parametrize("role", Role)
def test_everybody_may_see_what_was_kept(office: Office, role: Role) -> None:
    (kept,) = office.served.answer("GET", SNAPSHOTS, role=role)
    assert (kept["id"], kept["status"], kept["currency"]) == (office.id, "provisional", "USD")
    assert set(kept) == {"id", "hash", "method", "status", "currency", "total", "kept_at", "documents"}


@pytest.mark.parametrize("name", ["html", "xlsx", "json"])
def test_a_kept_report_comes_byte_for_byte(office: Office, name: str) -> None:
    was, id = FORMATS[name].render(report(office.given.world, MONTH), None), office.id
    office.given.books(replace(office.given.inputs, budgets=()))
    response = office.served.call("GET", f"{SNAPSHOTS}/{id}?format={name}", headers=BINARY)
    assert (response.status_code, response.body) == (200, was)


def test_the_inputs_of_a_kept_report_compute_to_it(office: Office) -> None:
    files = office.served.answer("GET", f"{SNAPSHOTS}/{office.id}/inputs")["files"]
    snapshot = imported(files).cover.snapshot
    assert snapshot is not None
    assert snapshot.id == office.id


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        (f"{SNAPSHOTS}/2026-11-000000000000", 404, "curfew report --month 2026-11 --snapshots lists them"),
        ("/reports/2026-13/snapshots", 400, "is no month"),
        (f"{SNAPSHOTS}/ID?format=csv", 400, "'json', 'xlsx' or 'html'"),
        (f"{SNAPSHOTS}?by=team", 400, "is not known here"),
    ],
)
def test_what_cannot_be_shown_is_a_problem(office: Office, path: str, status: int, told: str) -> None:
    response = office.served.call("GET", path)
    assert response.status_code == status
    assert told in response.body.decode()


def test_inputs_that_are_not_kept_yet_are_told(office: Office) -> None:
    office.given.archive.documents.clear()
    response = office.served.call("GET", f"{SNAPSHOTS}/{office.id}/inputs")
    assert response.status_code == 404
    assert "once its month is over" in response.json_body["detail"]


def test_a_month_without_kept_reports_has_an_empty_list(office: Office) -> None:
    assert office.served.answer("GET", "/reports/2026-10/snapshots") == []


# ---- without a token


@pytest.mark.parametrize(("query", "name"), [("", "html"), ("?format=html", "html"), ("?format=xlsx", "xlsx")])
def test_a_link_leads_to_the_document_without_a_token(office: Office, query: str, name: str) -> None:
    response = office.opened(office.link + query)
    assert response.status_code == 303
    place = f"reports/{MONTH}/{office.id}/report.{name}"
    assert response.headers["Location"].startswith(f"https://bucket.example.com/{place}?")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_a_link_that_is_unknown_or_expired_is_not_found(office: Office) -> None:
    link = office.link
    unknown = office.opened(f"/shared-reports/{'A' * 43}")
    office.given.clock.advance(timedelta(days=90))
    expired = office.opened(link)
    for response in (unknown, expired):
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"
    assert unknown.json_body == expired.json_body


def test_an_opened_link_is_on_record_without_its_key(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    key = office.link.rpartition("/")[2]
    with caplog.at_level(logging.DEBUG):
        office.opened(office.link)
        office.opened(f"{office.link}x")
    (event,) = office.given.stage.journal.of(What.OPENED)
    assert f"the savings report of {MONTH} for finance was opened by link" in event.text
    assert key not in event.text + caplog.text


def test_each_key_has_256_bits_of_chance(office: Office) -> None:
    keys = {
        line.rpartition("/")[2]
        for each in office.given.herald.letters
        for line in each.text.splitlines()
        if "Read it" in line
    }
    assert len(keys) == 3
    assert {len(key) for key in keys} == {43}


def test_who_has_no_token_has_no_role_either(office: Office) -> None:
    with pytest.raises(ForbiddenError, match="this takes a token"):
        _ = Request(office.served.wired, bearer=None).actor


def test_without_a_bucket_there_is_nothing_behind_a_link(office: Office) -> None:
    wiring.use(replace(office.served.wired, publication=None))
    assert office.opened(office.link).status_code == 404
    assert office.served.call("GET", f"{SNAPSHOTS}/{office.id}").status_code == 404


def test_what_failed_is_named_and_the_rest_goes_on(office: Office) -> None:
    office.given.books(replace(office.given.inputs, budgets=()))
    office.given.archive.broken = True
    assert after_close(office.served.wired) == {
        f"report of {MONTH}": f"reports/{MONTH}/{office.id}/report.html in the bucket: SlowDown"
    }


def test_an_answer_of_aws_that_nobody_expected_keeps_no_report_back(office: Office) -> None:
    def odd() -> tuple[str, ...]:
        raise KeyError("savingsPlanId")

    office.given.books(replace(office.given.inputs, budgets=()))
    failed = after_close(replace(office.served.wired, commitments=Commitments(odd)))
    assert failed == {"asking for commitments": "KeyError, see the log"}
    assert len(office.served.answer("GET", SNAPSHOTS)) == 2
