"""What each format says beside its figures: how sure they are, what they rest on, and what is not computable."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import datetime
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from chalicelib.core.money.inputs import Inputs
from chalicelib.core.money.narrowing import narrowed
from chalicelib.core.money.sheet import BASELINE
from chalicelib.core.money.statement import ITSELF, TITLE
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.document import report
from chalicelib.entrypoints.reporting.facts import facts
from chalicelib.entrypoints.reporting.formats import FORMATS
from tests.core.money.samples import UNKNOWN
from tests.entrypoints.reporting.read_back import lines, tables
from tests.entrypoints.reporting.statements import ARN, FORMULA, IN_EUROS, INPUTS, RUNNING, agreed, stated

PEOPLE = ("csv", "xlsx", "html")


def texts(name: str, inputs: Inputs = INPUTS) -> str:
    """All that can be read in it."""
    content = FORMATS[name].render(stated(inputs), None)
    if name != "xlsx":
        return content.decode()
    cells = (cell.value for sheet in load_workbook(io.BytesIO(content)) for row in sheet.iter_rows() for cell in row)
    return "\n".join(str(cell) for cell in cells)


@pytest.mark.parametrize("name", [*PEOPLE, "json"])
@pytest.mark.parametrize(("inputs", "status"), [(INPUTS, "provisional"), (RUNNING, "estimate")])
def test_a_report_says_how_sure_it_is(name: str, inputs: Inputs, status: str) -> None:
    assert status in texts(name, inputs)


@pytest.mark.parametrize("name", [*PEOPLE, "json"])
def test_a_report_says_what_it_is_a_snapshot_of(name: str) -> None:
    snapshot = stated().snapshot
    assert snapshot.id in texts(name)
    assert snapshot.hash in texts(name)
    assert TITLE in texts(name)


@pytest.mark.parametrize("name", [*PEOPLE, "json"])
def test_another_currency_comes_with_its_rate_source_and_date(name: str) -> None:
    assert all(word in texts(name, IN_EUROS) for word in ("EUR", "0.8567", "European Central Bank", "2026-12-01"))
    assert "EUR" not in texts(name)


@pytest.mark.parametrize("name", [*PEOPLE, "json"])
def test_what_is_not_known_of_commitments_is_said(name: str) -> None:
    told = "AWS does not tell Savings Plans of account 111122223333 (AccessDenied)"
    assert told in texts(name, replace(INPUTS, unknown=(told,)))
    assert "Not known" not in texts(name)


@pytest.mark.parametrize("name", [*PEOPLE, "json"])
def test_what_is_not_computable_is_named_with_what_it_lacks(name: str) -> None:
    assert all(word in texts(name) for word in (UNKNOWN, "odd", "bare", BASELINE))


@pytest.mark.parametrize("name", [*PEOPLE, "json"])
def test_curfew_itself_is_a_row_of_every_grouping(name: str) -> None:
    assert all(ITSELF in FORMATS["csv"].render(stated(), by).decode() for by in By if by is not By.DAY)
    assert ITSELF in texts(name)


def rows(by: By) -> dict[str, dict[str, object]]:
    shown = json.loads(FORMATS["json"].render(stated(), by))
    return {str(row[by.replace("-", "_")]): row for row in shown["rows"]}


def test_every_figure_names_what_its_baseline_is() -> None:
    named = {name: (row["baseline"], row["provisional"]) for name, row in rows(By.ENVIRONMENT).items()}
    assert named == {
        "orders-qa": (["observed"], False),
        "payments-qa": (["observed"], True),
        "stray": (["24x7"], False),
        ITSELF: ([], False),
    }
    page = tables(FORMATS["html"].render(stated(), By.ENVIRONMENT))["By environment"]
    assert [row[-2] for row in page[1:]] == [
        "24x7",
        "observed",
        "observed, provisional",
        "none",
        "24x7 + observed, provisional",
    ]


def test_what_is_not_known_is_not_nothing() -> None:
    by_resource = rows(By.RESOURCE)
    assert {by_resource["odd"][key] for key in ("actual", "would_have", "avoided", "hours")} == {None}
    bare = by_resource["-1+1"]
    assert (bare["actual"], bare["would_have"], bare["avoided"]) == ("2.40", "2.40", None)
    page = tables(FORMATS["html"].render(stated(), By.RESOURCE))["By resource"]
    (odd,) = (row for row in page if "odd" in row)
    assert odd.count("not computable") == 9


def test_what_commitments_leave_open_is_a_range() -> None:
    total = json.loads(FORMATS["json"].render(stated(), None))["total"]
    assert float(total["avoided_at_most"]) == pytest.approx(float(total["avoided"]) - float(total["commitment"]))
    assert float(total["commitment"]) < 0 < float(total["unused_commitment"]) < -float(total["commitment"])
    assert "Avoided at most" in texts("html")


def test_coverage_is_told_in_resources_and_in_their_time() -> None:
    said = {fact.key: fact.text for fact in facts(report(agreed(), []))}
    assert said["computable"].startswith("4 of 6 resources, ")
    assert said["allocated"].startswith("4 of 6 resources, ")
    assert said["reconciled"].startswith("2 of 6 resources, ")
    assert "100.0 %" not in said["computable"]


@pytest.mark.parametrize("format", ["csv", "html", "json", "xlsx"])
def test_a_part_of_a_report_says_that_it_is_one(format: str) -> None:
    part = narrowed(stated(), ["orders-qa"])
    assert part.only == ("orders-qa",)
    told = {fact.key: fact.text for fact in facts(report(part, []))}
    assert told["only"] == "orders-qa"
    assert "only" not in {fact.key for fact in facts(report(stated(), []))}
    assert FORMATS[format].render(part, None) != FORMATS[format].render(replace(part, only=()), None)


def test_what_the_baselines_mean_is_said_beside_the_figures() -> None:
    told = {fact.key: fact.text for fact in facts(report(stated(), []))}
    assert "observed: what ran before Curfew acted" in told["baseline"]
    assert "24x7: nobody said what would have run: a ceiling, no more than that was avoided" in told["baseline"]


def test_an_empty_month_is_a_report_of_nothing() -> None:
    empty = stated(Inputs("2026-11", ()))
    assert report(empty, [By.TEAM]).tables[0].entries == ()
    for shape in FORMATS.values():
        assert shape.render(empty, None)


def test_a_page_needs_nothing_from_elsewhere_and_can_be_read_aloud() -> None:
    page = FORMATS["html"].render(stated(), None).decode()
    assert f"<title>{TITLE}</title>" in page
    assert not re.search(r"""(?:src|href|url)\s*[=(](?!"(?:#|data:,"))|@import""", page)
    assert '<html lang="en">' in page
    assert page.count("<table>") == page.count("<caption>") == len(By) + 3
    assert page.count('<th scope="row"') > page.count("<tr>") / 2
    assert "@media print" in page


def test_a_workbook_says_that_it_was_made_when_its_month_began() -> None:
    content = FORMATS["xlsx"].render(stated(), None)
    book = load_workbook(io.BytesIO(content))
    assert book.properties.created == datetime(2026, 11, 1)  # noqa: DTZ001 workbooks know no zones
    assert {entry.date_time[0] for entry in ZipFile(io.BytesIO(content)).infolist()} == {1980}
    assert book.sheetnames[0] == "Summary"
    assert book.sheetnames[-1] == "Not computable"


def test_a_charge_says_where_it_was_and_on_which_local_day() -> None:
    first, second = (line for line in lines(FORMATS["focus"].render(stated(), By.DAY)) if line["ResourceId"] == ARN)
    assert (first["ServiceName"], first["ServiceCategory"]) == ("Amazon Elastic Compute Cloud", "Compute")
    assert (first["RegionId"], first["SubAccountId"]) == ("us-east-1", "111122223333")
    assert (first["ChargePeriodStart"], first["ChargePeriodEnd"]) == ("2026-11-01T20:00:00Z", "2026-11-02T20:00:00Z")
    assert (first["PricingQuantity"], first["PricingUnit"]) == ("12.000000", "Hours")
    assert second["ChargePeriodStart"] == first["ChargePeriodEnd"]


def test_charges_are_for_the_month_unless_days_are_asked_for() -> None:
    (month,) = (line for line in lines(FORMATS["focus"].render(stated(), None)) if line["ResourceId"] == ARN)
    assert (month["ChargePeriodStart"], month["ChargePeriodEnd"]) == ("2026-10-31T20:00:00Z", "2026-11-30T20:00:00Z")
    assert (month["PricingQuantity"], month["BilledCost"]) == ("24.125278", "1.57")


def test_what_is_not_computable_is_no_charge() -> None:
    charges = lines(FORMATS["focus"].render(stated(), None))
    assert "odd" not in {line["ResourceId"] for line in charges}
    beside = next(line for line in lines(FORMATS["x_focus"].render(stated(), None)) if line["ResourceId"] == "odd")
    assert {beside[column] for column in ("x_ActualCost", "x_WouldHaveCost", "x_AvoidedCost")} == {""}


def test_a_charge_names_its_resource_as_its_file_does() -> None:
    assert FORMULA in {
        line["ResourceName"].removeprefix("'") for line in lines(FORMATS["focus"].render(stated(), None))
    }


def test_a_report_shows_how_far_each_environment_agrees_with_the_bill() -> None:
    told = [
        ("orders-qa", "1.56", "1.57", "-0.01", "0.01", True),
        ("payments-qa", "58.22", "0.00", "58.22", "58.22", False),
        ("stray", "2.40", "5.00", "-2.60", "2.60", False),
    ]
    shown = json.loads(FORMATS["json"].render(agreed(), None))["bill"]
    assert [tuple(each.values()) for each in shown] == told
    sheet = load_workbook(io.BytesIO(FORMATS["xlsx"].render(agreed(), None)))["Bill"]
    rows = list(sheet.iter_rows(min_row=2, max_row=4, values_only=True))
    assert rows == [(name, *map(float, amounts), "yes" if agrees else "no") for name, *amounts, agrees in told]
    page = FORMATS["html"].render(agreed(), None).decode()
    for name, *amounts, _ in told:
        cells = "".join(f'<td class="n">{amount}</td>' for amount in amounts)
        assert f'<tr><th scope="row">{name}</th>{cells}' in page


def test_without_a_bill_nothing_is_said_of_one() -> None:
    assert json.loads(FORMATS["json"].render(stated(), None))["bill"] is None
    assert "Bill" not in load_workbook(io.BytesIO(FORMATS["xlsx"].render(stated(), None))).sheetnames
    assert "Agreement with the bill" not in texts("html")
