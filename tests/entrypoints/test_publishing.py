"""What is kept of a report is inert wherever it is opened, and its lines say what the report says."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from chalicelib.core.money.inputs import Inputs
from chalicelib.core.money.statement import Statement
from chalicelib.entrypoints.publishing import ReportWriter
from tests.entrypoints.reporting.statements import INPUTS, NOTHING_RAN, stated

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


class Tags(HTMLParser):
    """Collects every tag, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture
def hostile() -> Statement:
    """A report in which everything that people write is markup."""
    belongs = tuple(replace(each, organisation=EVIL, cost_center=EVIL, team=EVIL) for each in INPUTS.belongs)
    spans = tuple(replace(each, resource=EVIL, arn=EVIL + each.arn) for each in INPUTS.spans)
    return stated(replace(INPUTS, belongs=belongs, spans=spans))


def page_of(statement: Statement) -> str:
    (page,) = [each for each in ReportWriter().documents(statement) if each.name == "report.html"]
    assert page.media == "text/html; charset=utf-8"
    return page.content.decode()


def test_a_kept_page_runs_nothing_and_fetches_nothing_whatever_is_in_it(hostile: Statement) -> None:
    found = Tags(page_of(hostile))
    assert {tag for tag, _ in found.tags} & {"script", "img", "iframe", "object", "form", "base"} == set()
    attributes = {name for _, given in found.tags for name in given}
    assert not {name for name in attributes if name.startswith("on") or name == "src"}
    leads = {given["href"] or "" for _, given in found.tags if "href" in given}
    assert {to for to in leads if not to.startswith("#")} == {"data:,"}  # an empty icon, so that none is asked for


def test_a_kept_page_forbids_the_browser_to_run_or_fetch_anything() -> None:
    policies = [given for tag, given in Tags(page_of(stated())).tags if tag == "meta" and "http-equiv" in given]
    assert policies == [
        {
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        }
    ]


def test_every_document_says_what_it_is() -> None:
    assert {each.name: each.media.partition(";")[0] for each in ReportWriter().documents(stated())} == {
        "report.html": "text/html",
        "report.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "report.json": "application/json",
    }


@pytest.mark.parametrize("inputs", [INPUTS, NOTHING_RAN])
def test_a_report_is_told_in_five_lines(inputs: Inputs) -> None:
    lines = ReportWriter().lines(stated(inputs))
    assert len(lines) == 5
    assert all("\n" not in line for line in lines)


def test_the_lines_have_the_figures_of_the_total() -> None:
    total, lines = ReportWriter().total(stated()), " ".join(ReportWriter().lines(stated())).replace(",", "")
    for key in ("actual", "would_have", "avoided", "avoided_at_most", "residual"):
        assert f"{total[key]} USD" in lines
