"""Whatever a month is grouped by and however it is written: the same figures to the cent, and the same bytes twice."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from rich.console import Console

from chalicelib.core.money.inputs import Inputs
from chalicelib.core.money.statement import Statement
from chalicelib.entrypoints.reporting.as_table import show
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.figures import FIGURES
from chalicelib.entrypoints.reporting.formats import FORMATS
from tests.entrypoints.reporting.read_back import (
    Figures,
    Read,
    from_csv,
    from_html,
    from_json,
    from_table,
    from_xlsx,
    lines,
)
from tests.entrypoints.reporting.statements import EVERY, INPUTS, stated

READERS: dict[str, Callable[[bytes, str], Read]] = {
    "json": from_json,
    "csv": from_csv,
    "xlsx": from_xlsx,
    "html": from_html,
}


def truth(statement: Statement) -> Figures:
    return {figure.key: figure.of(statement.total) for figure in FIGURES}


def added(rows: list[tuple[str, Figures]]) -> Figures:
    return {figure.key: sum(values[figure.key] or 0 for _, values in rows) for figure in FIGURES}


@pytest.mark.parametrize("inputs", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("by", By)
def test_every_format_has_the_same_figures_and_rows_add_up_to_the_total(inputs: Inputs, by: By) -> None:
    statement = stated(inputs)
    column = by.replace("-", "_")
    read = {name: reader(FORMATS[name].render(statement, by), column) for name, reader in READERS.items()}
    assert all(each == read["json"] for each in read.values())
    assert read["json"].total == truth(statement)
    assert added(read["json"].rows) == truth(statement)


@pytest.mark.parametrize("name", ["xlsx", "html"])
def test_workbooks_and_pages_hold_every_grouping(name: str) -> None:
    statement = stated()
    whole = FORMATS[name].render(statement, None)
    for by in By:
        one = FORMATS[name].render(statement, by)
        column = by.replace("-", "_")
        assert READERS[name](whole, column) == READERS[name](one, column)


@pytest.mark.parametrize("inputs", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("by", By)
def test_a_table_shows_the_same_total(inputs: Inputs, by: By) -> None:
    statement = stated(inputs)
    text = io.StringIO()
    show(Console(file=text, width=1000, markup=False), json.loads(FORMATS["json"].render(statement, by)))
    shown, true = from_table(text.getvalue()), truth(statement)
    assert shown == {key: true[key] for key in shown}
    assert all(true[key] == 0 for key in true.keys() - shown.keys() - {"avoided_at_most", "unused_commitment"})


@pytest.mark.parametrize("by", [None, By.DAY])
@pytest.mark.parametrize("inputs", EVERY.values(), ids=EVERY)
def test_charges_and_counterfactuals_in_focus_add_up_to_the_total(inputs: Inputs, by: By | None) -> None:
    statement = stated(inputs)
    charges = lines(FORMATS["focus"].render(statement, by))
    for column in ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"):
        assert total(charges, column, "usage") == statement.total.actual
        assert total(charges, column, "keeps billing") == statement.total.residual
    beside = lines(FORMATS["x_focus"].render(statement, by))
    assert total(beside, "x_ActualCost") == statement.total.actual
    assert total(beside, "x_WouldHaveCost") == statement.total.would_have
    assert total(beside, "x_AvoidedCost") == statement.total.avoided
    causes = ("x_AvoidedByHours", "x_AvoidedBySize", "x_AvoidedBySpot", "x_AvoidedByCommitment")
    assert sum(total(beside, column) for column in causes) == statement.total.avoided


def total(found: list[dict[str, str]], column: str, charge: str | None = None) -> int:
    chosen = [line for line in found if charge is None or line["x_Charge"] == charge]
    return int(100 * sum(Decimal(line[column] or 0) for line in chosen))


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_inputs_give_the_same_bytes(name: str) -> None:
    shuffled = replace(INPUTS, spans=INPUTS.spans[::-1], rates=INPUTS.rates[::-1], belongs=INPUTS.belongs[::-1])
    assert FORMATS[name].render(stated(), None) == FORMATS[name].render(stated(shuffled), None)
