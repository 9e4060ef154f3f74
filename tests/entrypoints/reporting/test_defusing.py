"""No cell is one that a spreadsheet would execute; no name is one that a page would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from chalicelib.core.money.inputs import Inputs
from chalicelib.entrypoints.reporting.cells import defused, read_back
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.entrypoints.reporting.inputs_writing import exported
from tests.core.money.samples import at, baseline, span
from tests.entrypoints.reporting.read_back import tables
from tests.entrypoints.reporting.statements import BASELINES, FORMULA, INPUTS, SPANS, of, stated, would

EXECUTED = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1+1", "\0=1", FORMULA)
HARMLESS = ("", "orders-qa", "i-1=2", "1.5", "a@example.com", "arn:aws:ec2:::-x", "5 - 3")


@pytest.mark.parametrize("text", EXECUTED)
def test_what_would_be_executed_begins_with_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


@pytest.mark.parametrize("text", [*EXECUTED, *HARMLESS, "'quoted", "''", "'=1"])
def test_what_was_defused_is_read_back_as_it_was(text: str) -> None:
    assert read_back(defused(text)) == text


def hostile(text: str) -> Inputs:
    """Whatever people may name is named so."""
    spans = (*SPANS, of("orders-qa", span(at(4), at(5), text, arn=text), text))
    baselines = (*BASELINES, would("orders-qa", replace(baseline(arn=text), source=text), text))
    belongs = tuple(replace(each, organisation=text, cost_center=text, team=text) for each in INPUTS.belongs)
    rates = tuple(replace(each, source=text) for each in INPUTS.rates)
    return replace(INPUTS, spans=spans, baselines=baselines, belongs=belongs, rates=rates)


def cells(text: str) -> Iterator[str]:
    return (cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row)


def is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()


@pytest.mark.parametrize("name", ["csv", "focus", "x_focus"])
@pytest.mark.parametrize("text", EXECUTED)
def test_no_cell_of_a_report_in_csv_is_executed_and_numbers_stay_numbers(text: str, name: str) -> None:
    found = list(cells(FORMATS[name].render(stated(hostile(text)), None).decode()))
    assert f"'{text}" in found
    assert not [cell for cell in found if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not is_number(cell)]
    assert any(cell.startswith("-") and is_number(cell) for cell in found) or name == "focus"


@pytest.mark.parametrize("text", EXECUTED[:4])
def test_no_cell_of_an_export_is_executed(text: str) -> None:
    inputs = hostile(text)
    files = exported(inputs, stated(inputs))
    found = [cell for name, file in files.items() if name.endswith(".csv") for cell in cells(file)]
    assert f"'{text}" in found
    assert text not in found


@pytest.mark.parametrize("text", EXECUTED[:4])
def test_no_cell_of_a_workbook_is_a_formula_or_becomes_one(text: str) -> None:
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].render(stated(hostile(text)), None)))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in found} == {"s", "n", "d"}
    assert f"'{text}" in {cell.value for cell in found}
    assert not [cell for cell in found if str(cell.value).startswith(("=", "+", "@"))]
    assert not [cell for cell in found if cell.hyperlink]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "</td><img src=x>", '" onload="x', "{{ 7*7 }}", "a & b"])
def test_a_name_is_text_on_the_page_and_nothing_else(text: str) -> None:
    page = FORMATS["html"].render(stated(hostile(text)), None)
    assert b"<script" not in page
    assert b"<img" not in page
    by_team = tables(page)["By team"]
    assert text in [row[0] for row in by_team]
