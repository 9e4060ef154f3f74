"""Reports are kept as they were: once a snapshot, never written over, and made up for where that failed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.core.money.bill import Charge, CommitmentUse
from chalicelib.core.money.compute import compute
from chalicelib.core.money.statement import Label
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.entrypoints.reporting.inputs_files import names
from chalicelib.entrypoints.reporting.inputs_reading import imported
from chalicelib.flows.archive import ArchiveError
from chalicelib.flows.kept_ledger import KeptLedger
from chalicelib.flows.publishing import inputs_at, months, over
from chalicelib.flows.report import report
from tests.core.money.samples import MONTH, at
from tests.entrypoints.reporting.statements import BILL, INPUTS, RUNNING
from tests.flows.publishing_stage import Publishing

HOUR = timedelta(hours=1)
BILLED = tuple(
    Charge(each.environment, one.resource, one.ours, "nov.csv")
    for each in compute(replace(INPUTS, bill=BILL)).agreements
    for one in each.resources
)
WHEN = (at(25, month=10), at(5, month=12))
SURE = replace(
    INPUTS,
    baselines=tuple(replace(each, provisional=False) for each in INPUTS.baselines),
    bill=BILLED,
    commitment_use=(CommitmentUse(*WHEN, used=Decimal("0.05") * ((WHEN[1] - WHEN[0]) // HOUR), unused=Decimal(0)),),
)
"""A month that the bill bears out."""
DEARER = replace(SURE, own_cost=Decimal("2.5"))


def test_a_report_is_kept_in_the_formats_for_people_and_for_the_record() -> None:
    given = Publishing()
    given.publish()
    (kept,) = given.stage.store.kept_reports(MONTH)
    statement = report(given.world, MONTH)
    assert (kept.snapshot, kept.label, kept.currency) == (statement.snapshot, Label.PROVISIONAL, "USD")
    for name in ("html", "xlsx", "json"):
        key = f"reports/{MONTH}/{statement.snapshot.id}/report.{name}"
        assert kept.documents[name] == key
        assert given.archive.get(key) == FORMATS[name].render(statement, None)
        assert given.archive.documents[key].media == FORMATS[name].media
    assert dict(kept.total).items() <= json.loads(FORMATS["json"].render(statement, None))["total"].items()


def test_what_did_not_change_is_neither_computed_nor_kept_again() -> None:
    given = Publishing()
    given.publish()
    before = given.stage.store.calls["booked"]
    given.publish()
    assert given.stage.store.calls["booked"] == before
    assert len(given.stage.store.kept_reports(MONTH)) == 1


@pytest.mark.parametrize("changed", [RUNNING, DEARER, replace(INPUTS, commitments=())])
def test_whatever_changed_is_a_snapshot_of_its_own_beside_the_one_before(changed: object) -> None:
    given = Publishing()
    given.publish()
    documents = dict(given.archive.documents)
    given.books(changed)  # type: ignore[arg-type]
    given.clock.advance(timedelta(hours=1))
    given.publish()
    first, second = given.stage.store.kept_reports(MONTH)
    assert first.snapshot.hash != second.snapshot.hash
    assert documents.items() <= given.archive.documents.items()


def test_a_write_that_failed_is_made_up_for_by_the_next_run() -> None:
    given = Publishing()
    given.archive.broken = True
    with pytest.raises(ArchiveError):
        given.publish()
    assert given.stage.store.kept_reports(MONTH) == ()
    given.archive.broken = False
    given.publish()
    assert len(given.stage.store.kept_reports(MONTH)) == 1


def test_a_month_of_which_nothing_is_closed_has_no_report() -> None:
    given = Publishing()
    given.stage.store.months.clear()
    given.publish()
    assert given.archive.documents == {}


# ---- final and restated


def test_the_first_report_that_agrees_with_the_bill_is_final_and_stays_so() -> None:
    given = Publishing(SURE)
    for _ in range(2):
        given.publish()
        assert report(given.world, MONTH).label is Label.FINAL
    assert [each.label for each in given.stage.store.kept_reports(MONTH)] == [Label.FINAL]


def test_what_changes_after_a_final_report_is_restated_and_the_final_one_is_still_there() -> None:
    given = Publishing(SURE)
    given.publish()
    (final,) = given.stage.store.kept_reports(MONTH)
    given.books(DEARER)
    given.clock.advance(timedelta(days=1))
    assert report(given.world, MONTH).label is Label.RESTATED
    given.publish()
    first, second = given.stage.store.kept_reports(MONTH)
    assert (first, second.label) == (final, Label.RESTATED)
    given.books(replace(SURE, own_cost=Decimal(3)))
    assert report(given.world, MONTH).label is Label.RESTATED


def test_a_change_of_what_never_was_final_restates_nothing() -> None:
    given = Publishing()
    given.publish()
    given.books(replace(INPUTS, own_cost=Decimal(3)))
    assert report(given.world, MONTH).label is Label.PROVISIONAL


def test_what_reports_rest_on_in_a_deployment_names_the_first_final_one() -> None:
    given = Publishing(SURE)
    ledger = KeptLedger(given.stage.store, lambda: None)
    assert ledger.beside(MONTH).final is None
    given.publish()
    (final,) = given.stage.store.kept_reports(MONTH)
    given.books(DEARER)
    given.clock.advance(timedelta(days=1))
    given.publish()
    assert ledger.beside(MONTH).final == final.snapshot.hash


# ---- inputs


def test_once_the_month_is_over_the_inputs_are_kept_too_and_compute_to_the_kept_report() -> None:
    given = Publishing(SURE)
    given.publish()
    given.keep_inputs()
    (kept,) = given.stage.store.kept_reports(MONTH)
    texts = {name: given.archive.get(inputs_at(MONTH, kept.snapshot.id, name)) for name in names()}
    export = imported({name: text.decode() for name, text in texts.items() if text})
    assert export.cover.snapshot is not None
    assert export.cover.snapshot.hash == kept.snapshot.hash


def test_the_inputs_of_a_running_month_are_not_kept() -> None:
    given = Publishing(RUNNING, at=at(9, 12))
    given.publish()
    given.keep_inputs()
    assert not [key for key in given.archive.documents if "/inputs/" in key]


def test_inputs_are_gathered_once_a_snapshot() -> None:
    given = Publishing()
    given.publish()
    given.keep_inputs()
    before = given.stage.store.calls["booked"]
    given.keep_inputs()
    assert given.stage.store.calls["booked"] == before


def test_inputs_that_are_not_those_of_the_kept_report_are_not_kept_as_if() -> None:
    given = Publishing()
    given.publish()
    given.books(DEARER)
    given.keep_inputs()
    assert not [key for key in given.archive.documents if "/inputs/" in key]
    given.publish()
    given.keep_inputs()
    (place,) = {key.split("/")[2] for key in given.archive.documents if "/inputs/" in key}
    assert place == report(given.world, MONTH).snapshot.id


def test_inputs_that_could_not_be_kept_are_kept_an_hour_later() -> None:
    given = Publishing()
    given.publish()
    given.archive.broken = True
    with pytest.raises(ArchiveError):
        given.keep_inputs()
    given.archive.broken = False
    given.clock.advance(timedelta(hours=1))
    given.keep_inputs()
    assert [key for key in given.archive.documents if "/inputs/" in key]


# ---- which months


def test_this_month_and_three_before_it_are_looked_at() -> None:
    assert months(datetime(2027, 2, 28, tzinfo=UTC)) == ("2027-02", "2027-01", "2026-12", "2026-11")


@pytest.mark.parametrize(("hour", "is_over"), [(12, False), (13, True)])
def test_a_month_is_over_when_it_is_everywhere(hour: int, is_over: bool) -> None:
    assert over(MONTH, datetime(2026, 12, 1, hour, tzinfo=UTC)) is is_over
