"""A report on a screen of any width: no number is broken, nothing is left out, nothing is wider than the screen."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from chalicelib.core.money.inputs import Budget, Inputs
from chalicelib.core.money.rates import Rate
from chalicelib.entrypoints.reporting.as_table import COLUMNS, show
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.formats import FORMATS
from tests.entrypoints.reporting.statements import INPUTS, stated

WIDTHS = (60, 80, 100, 120)


def dear(rate: Rate) -> Rate:
    return replace(rate, usd=rate.usd * 98_765)


LARGE = replace(
    INPUTS,
    rates=tuple(map(dear, INPUTS.rates)),
    budgets=(Budget("orders-qa", Decimal(1_234_567)), Budget("payments-qa", Decimal(70_000), "GBP")),
)
"""Figures of millions."""


def document(inputs: Inputs, by: By) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(FORMATS["json"].render(stated(inputs), by))
    return shown


def on_screen(shown: dict[str, Any], width: int, terminal: bool) -> list[str]:
    text = io.StringIO()
    show(Console(file=text, width=width, force_terminal=terminal, color_system=None, markup=False), shown)
    return text.getvalue().splitlines()


@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "pipe"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("by", By)
def test_every_number_of_a_report_is_whole_at_any_width(by: By, width: int, terminal: bool) -> None:
    shown = document(LARGE, by)
    lines = on_screen(shown, width, terminal)
    words = Counter(word for line in lines for word in line.split())
    figures = [key for key in COLUMNS if any(row[key] not in (None, "0.00") for row in shown["rows"])]
    amounts = Counter(
        f"{Decimal(row[key]):,}" for row in [*shown["rows"], shown["total"]] for key in figures if row[key]
    )
    assert {amount: words[amount] for amount in amounts if words[amount] < amounts[amount]} == {}
    assert max(map(cell_len, lines)) <= width


@pytest.mark.parametrize(("width", "tables"), [(60, 4), (80, 3), (100, 2), (120, 2), (200, 1)])
def test_what_does_not_fit_stands_below_with_the_names_again(width: int, tables: int) -> None:
    lines = on_screen(document(LARGE, By.ENVIRONMENT), width, terminal=False)
    heads = [line.split() for line in lines if line.startswith("Environment") and "Lacks" not in line]
    titles = [word for head in heads for word in head if word in ("Actual", "Avoided", "Commitment", "Baseline")]
    assert titles == ["Actual", "Avoided", "Commitment", "Baseline"]
    for name in ("Environment", "orders-qa ", "Total "):
        assert [line.startswith(name) and "Lacks" not in line for line in lines].count(True) == tables


def test_a_column_of_budgets_is_there_only_where_somebody_has_one() -> None:
    def heads(inputs: Inputs, by: By) -> str:
        return next(line for line in on_screen(document(inputs, by), 200, terminal=False) if "Actual" in line)

    assert "Budget" in heads(LARGE, By.TEAM)
    assert "Budget" not in heads(LARGE, By.RESOURCE)
    assert "Budget" not in heads(replace(LARGE, budgets=()), By.TEAM)
