"""What must hold of any report: its export computes to the very same statement, and every format says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.money.compute import compute, roll_ups
from chalicelib.core.money.inputs import Exchange, Inputs
from chalicelib.core.money.statement import restated, statement
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.figures import FIGURES
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.entrypoints.reporting.inputs_reading import imported
from chalicelib.entrypoints.reporting.inputs_writing import exported
from tests.entrypoints.reporting.read_back import from_csv, from_html, from_json, from_xlsx
from tests.properties.ledgers import ledgers

few = settings(max_examples=40)
RATES = st.decimals("0.001", "300", places=6).map(lambda rate: Exchange("EUR", rate, "=a bank", date(2026, 12, 1)))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=8)


@st.composite
def months(draw: st.DrawFn) -> Inputs:
    inputs = draw(ledgers())
    belongs = tuple(replace(each, cost_center=draw(TEXTS), team=draw(TEXTS)) for each in inputs.belongs)
    named = {old: draw(TEXTS.filter(bool)) for old in {span.arn for span in inputs.spans}}
    spans = tuple(
        replace(span, arn=f"{named[span.arn]} {span.environment}", units=span.units * Decimal("1.10"))
        for span in inputs.spans
    )
    return replace(inputs, belongs=belongs, spans=spans, exchange=draw(st.none() | RATES))


@few
@given(months(), st.booleans())
def test_what_is_computed_from_an_export_is_the_report_that_was_exported(inputs: Inputs, other_was_final: bool) -> None:
    made = statement(inputs, roll_ups(inputs))
    said = restated(made) if other_was_final else made
    export = imported(exported(inputs, said))
    again = statement(export.inputs, roll_ups(export.inputs))
    again = restated(again) if export.cover.restated else again
    assert again == said
    assert export.cover.snapshot is not None
    assert export.cover.snapshot.hash == again.snapshot.hash


@few
@given(months(), st.sampled_from(By))
def test_every_format_adds_up_to_the_same_cents(inputs: Inputs, by: By) -> None:
    said, column = compute(inputs), by.replace("-", "_")
    truth = {figure.key: figure.of(said.total) for figure in FIGURES}
    readers = {"json": from_json, "csv": from_csv, "xlsx": from_xlsx, "html": from_html}
    for name, reader in readers.items():
        read = reader(FORMATS[name].render(said, by), column)
        unknown = {key for key, cents in read.total.items() if cents is None}
        assert {key: cents for key, cents in read.total.items() if cents is not None} == {
            key: cents for key, cents in truth.items() if key not in unknown
        }
        assert {key: sum(values[key] or 0 for _, values in read.rows) for key in truth} == truth
