"""Budgets in every format: how much, which part of it was used, or why there is nothing to compare with."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.core.money.inputs import Budget, Inputs
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.formats import FORMATS
from tests.entrypoints.reporting.read_back import lines, tables
from tests.entrypoints.reporting.statements import INPUTS, stated

BUDGETS = replace(INPUTS, budgets=(Budget("orders-qa", Decimal(4)), Budget("payments-qa", Decimal(7), "GBP")))
NONE = replace(INPUTS, budgets=())
Told = dict[str, tuple[Any, ...]]

ENVIRONMENTS: Told = {
    "orders-qa": ("4.00", "1.288", None),
    "payments-qa": (None, None, "not comparable: GBP"),
    "stray": (None, None, "none"),
    "Curfew itself": (None, None, None),
    "Total": (None, None, "not comparable: GBP"),
}


def told(inputs: Inputs, by: By) -> Told:
    shown = json.loads(FORMATS["json"].render(stated(inputs), by))
    names = [*(row[by.replace("-", "_")] for row in shown["rows"]), "Total"]
    rows = [*shown["rows"], shown["total"]]
    return {
        name: (row["budget"], row["budget_used"], row["budget_note"]) for name, row in zip(names, rows, strict=True)
    }


def test_programs_are_told_how_much_which_part_and_why_not() -> None:
    assert told(BUDGETS, By.ENVIRONMENT) == ENVIRONMENTS
    assert told(BUDGETS, By.ORGANISATION)["acme"] == (None, None, "not comparable: GBP")
    assert {budget for name, budget in told(BUDGETS, By.RESOURCE).items() if name != "Total"} == {(None, None, None)}


def test_a_group_without_all_of_its_budgets_says_so() -> None:
    one = replace(BUDGETS, budgets=BUDGETS.budgets[:1])
    assert told(one, By.ORGANISATION)["acme"] == (None, None, "not all have one")
    assert told(one, By.TEAM)["orders-team"] == ("4.00", "1.288", None)


def test_a_csv_says_the_same() -> None:
    found = lines(FORMATS["csv"].render(stated(BUDGETS), By.ENVIRONMENT))
    cells = {
        line["environment"] or "Total": tuple(line[key] or None for key in ("budget", "budget_used", "budget_note"))
        for line in found
        if line["record"] in ("row", "total")
    }
    assert cells == ENVIRONMENTS


def test_a_page_shows_amounts_and_percent() -> None:
    heads, *rows = tables(FORMATS["html"].render(stated(BUDGETS), By.ENVIRONMENT))["By environment"]
    first = heads.index("Budget")
    assert heads[first : first + 2] == ["Budget", "Used"]
    assert {row[0]: row[first : first + 2] for row in rows} == {
        "orders-qa": ["4.00", "128.8 %"],
        "payments-qa": ["not comparable: GBP", ""],
        "stray": ["none", ""],
        "Curfew itself": ["", ""],
        "Total": ["not comparable: GBP", ""],
    }


def test_a_workbook_holds_numbers() -> None:
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].render(stated(BUDGETS), By.ENVIRONMENT)))
    heads, *rows = list(book["By environment"].iter_rows())
    first = [cell.value for cell in heads].index("Budget")
    (orders,) = (row for row in rows if row[3].value == "orders-qa")
    assert (orders[first].value, orders[first + 1].value) == (4, 1.288)
    assert (orders[first].number_format[:8], orders[first + 1].number_format) == ("#,##0.00", "0.0%")


@pytest.mark.parametrize(("inputs", "by"), [(NONE, By.ENVIRONMENT), (BUDGETS, By.RESOURCE), (BUDGETS, By.DAY)])
def test_without_any_budget_there_is_no_column_of_them(inputs: Inputs, by: By) -> None:
    page = tables(FORMATS["html"].render(stated(inputs), by))
    assert "Budget" not in next(rows for title, rows in page.items() if title.startswith("By "))[0]
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].render(stated(inputs), by)))
    assert "Budget" not in [cell.value for cell in book.worksheets[1][1]]
