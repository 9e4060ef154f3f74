"""The report of a month from the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.money.compute import compute, roll_ups
from chalicelib.core.money.grouping import Grain
from chalicelib.core.money.inputs import Inputs
from chalicelib.core.money.snapshot import Snapshot
from chalicelib.core.money.statement import Label, Statement, statement
from chalicelib.flows.beside import Beside
from chalicelib.flows.errors import UnknownError
from chalicelib.flows.ports import World
from chalicelib.flows.report import exported, report
from tests.core.money.samples import MONTH, at
from tests.entrypoints.reporting.statements import BILL, EVERY, INPUTS, RUNNING
from tests.flows.books import KeptLedger, keep
from tests.flows.stage import Stage


def world(inputs: Inputs = INPUTS) -> World:
    stage = Stage()
    keep(stage.store, inputs)
    return replace(stage.world, ledger=KeptLedger(inputs))


def figures(found: Statement) -> object:
    return found.total, found.label, found.by(Grain.ENVIRONMENT, Grain.RESOURCE, Grain.DAY), found.gaps, found.coverage


@pytest.mark.parametrize("inputs", EVERY.values(), ids=EVERY)
def test_a_report_from_the_books_is_what_its_inputs_compute_to(inputs: Inputs) -> None:
    assert figures(report(world(inputs), MONTH)) == figures(compute(inputs))


@pytest.mark.parametrize("inputs", EVERY.values(), ids=EVERY)
def test_what_is_exported_computes_to_the_same_report(inputs: Inputs) -> None:
    billed = world(replace(inputs, bill=BILL))
    found = exported(billed, MONTH)
    again = statement(found.inputs, roll_ups(found.inputs))
    assert again == found.statement
    assert found.statement == report(billed, MONTH)


def test_each_environment_is_known_up_to_its_own_instant() -> None:
    """Days end at other instants in other zones, and the export still computes to the report."""
    until = {"orders-qa": at(8, 20), "payments-qa": at(9, 5), "stray": at(9)}
    stage = Stage()
    for name, instant in until.items():
        only = replace(
            INPUTS,
            belongs=tuple(each for each in INPUTS.belongs if each.environment == name),
            spans=tuple(each for each in INPUTS.spans if each.environment == name),
            baselines=tuple(each for each in INPUTS.baselines if each.environment == name),
            until=instant,
        )
        keep(stage.store, only)
    found = exported(replace(stage.world, ledger=KeptLedger(INPUTS)), MONTH)
    assert {each.environment: each.until for each in found.inputs.belongs} == until
    assert found.statement.label is Label.ESTIMATE
    assert compute(found.inputs) == found.statement


def test_what_agrees_with_the_bill_is_told() -> None:
    assert report(world(replace(INPUTS, bill=BILL)), MONTH).coverage.reconciled.resources == 2


def test_environments_asked_for_have_the_figures_that_they_have_in_the_whole() -> None:
    whole, part = report(world(), MONTH), report(world(), MONTH, ["stray", "orders-qa"])
    groups = {group.keys: group for group in whole.by(Grain.ENVIRONMENT)}
    assert part.by(Grain.ENVIRONMENT) == (groups["orders-qa",], groups["stray",])
    assert part.snapshot == whole.snapshot


def test_a_name_that_is_not_in_the_month_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownError, match="2026-11: 'order-qa'; did you mean orders-qa"):
        report(world(), MONTH, ["order-qa"])


def test_a_month_of_which_no_day_is_closed_is_told() -> None:
    with pytest.raises(UnknownError, match="no day of 2026-10 is in the books"):
        report(world(), "2026-10")


def test_the_books_are_read_once() -> None:
    stage = Stage()
    keep(stage.store, INPUTS)
    report(stage.world, MONTH)
    assert stage.store.calls["booked"] == 1


def test_without_anything_beside_the_books_figures_are_in_dollars_at_list_rates() -> None:
    stage = Stage()
    keep(stage.store, RUNNING)
    found = report(stage.world, MONTH)
    plain = replace(RUNNING, commitments=(), own_cost=RUNNING.own_cost * 0)
    assert (found.currency, found.total) == ("USD", compute(plain).total)
    assert stage.world.ledger.beside(MONTH) == Beside()
    assert not list(stage.world.ledger.spans(MONTH, "stray"))


def test_a_snapshot_stands_for_what_the_books_keep() -> None:
    def snapshot(inputs: Inputs) -> Snapshot:
        return report(world(inputs), MONTH).snapshot

    first, *others = INPUTS.spans
    longer = replace(first, ends=first.ends + timedelta(seconds=1))
    assert snapshot(INPUTS) == snapshot(replace(INPUTS, rates=INPUTS.rates[::-1]))
    assert snapshot(INPUTS) != snapshot(replace(INPUTS, spans=(longer, *others)))
