"""What every store promises to those who keep reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.money.snapshot import Snapshot
from chalicelib.core.money.statement import Label
from chalicelib.flows.kept_reports import UNDERWAY, Current, KeptReport
from chalicelib.flows.ports import Store
from tests.contracts.test_books import booked

MONTH = "2027-03"
NOW = datetime(2027, 4, 2, 5, tzinfo=UTC)
STEP = "told#team#orders-team"


def kept(id: str = "2027-03-aaaa", month: str = MONTH, at: datetime = NOW, label: Label = Label.FINAL) -> KeptReport:
    total = {"actual": "48.00", "avoided": None}
    return KeptReport(month, Snapshot(id, f"hash of {id}", 1), label, "EUR", total, at, {"html": "reports/1.html"})


def test_a_report_comes_back_as_it_was_kept(store: Store) -> None:
    store.keep_report(kept(), "f1")
    assert store.kept_reports(MONTH) == (kept(),)
    assert store.current_report(MONTH) == Current("f1", "2027-03-aaaa")


def test_nothing_is_kept_of_a_month_before_it_is(store: Store) -> None:
    store.keep_report(kept(month="2027-02"), "f1")
    assert (store.kept_reports(MONTH), store.current_report(MONTH)) == ((), None)


def test_reports_come_in_the_order_in_which_they_were_kept(store: Store) -> None:
    later = kept("2027-03-0000", at=NOW + timedelta(days=1))
    store.keep_report(kept(), "f1")
    store.keep_report(later, "f2")
    assert store.kept_reports(MONTH) == (kept(), later)
    assert store.current_report(MONTH) == Current("f2", "2027-03-0000")


def test_a_snapshot_that_is_kept_again_stays_as_it_was_and_is_the_current_one(store: Store) -> None:
    store.keep_report(kept(), "f1")
    store.keep_report(kept("2027-03-bbbb", at=NOW + timedelta(hours=1)), "f2")
    store.keep_report(replace(kept(), label=Label.RESTATED, kept_at=NOW + timedelta(days=9)), "f3")
    assert store.kept_reports(MONTH)[0] == kept()
    assert store.current_report(MONTH) == Current("f3", "2027-03-aaaa")


def test_a_step_begins_once_and_is_done_once(store: Store) -> None:
    assert store.begin_step(MONTH, STEP, NOW)
    assert not store.begin_step(MONTH, STEP, NOW + timedelta(minutes=1))
    store.finish_step(MONTH, STEP)
    assert not store.begin_step(MONTH, STEP, NOW + timedelta(days=9))


@pytest.mark.parametrize(("later", "begins"), [(UNDERWAY, False), (UNDERWAY + timedelta(seconds=1), True)])
def test_a_step_that_was_cut_off_begins_again(store: Store, later: timedelta, begins: bool) -> None:
    store.begin_step(MONTH, STEP, NOW)
    assert store.begin_step(MONTH, STEP, NOW + later) is begins


def test_steps_of_other_months_and_names_are_others(store: Store) -> None:
    store.finish_step(MONTH, STEP)
    assert store.begin_step("2027-04", STEP, NOW)
    assert store.begin_step(MONTH, "told#finance", NOW)


def test_books_have_another_fingerprint_whenever_anything_of_them_changed(store: Store) -> None:
    seen = [store.fingerprint(MONTH)]
    for each in (booked(), booked(lines=3), booked(until=NOW), booked("billing")):
        store.book(MONTH, each)
        seen.append(store.fingerprint(MONTH))
    assert len(set(seen)) == len(seen)


def test_books_that_are_booked_alike_have_the_same_fingerprint(store: Store) -> None:
    store.book(MONTH, booked())
    before = store.fingerprint(MONTH)
    store.book(MONTH, booked())
    store.book("2027-02", booked())
    assert store.fingerprint(MONTH) == before
