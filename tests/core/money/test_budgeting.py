"""Budgets beside figures: of groups of which every environment has one, in the statement's currency."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chalicelib.core.money.amounts import Amounts
from chalicelib.core.money.budgeting import Allowed, allowed
from chalicelib.core.money.compute import compute
from chalicelib.core.money.grouping import Grain
from chalicelib.core.money.inputs import Belongs, Budget, Exchange, Inputs
from chalicelib.core.money.narrowing import narrowed
from tests.core.money.samples import MONTH

ONE, OTHER, THIRD = "orders-qa", "orders-dev", "payments-qa"
BELONGS = (
    Belongs(ONE, "acme", "CC-210", "orders-team"),
    Belongs(OTHER, "acme", "CC-210", "orders-team"),
    Belongs(THIRD, "acme", "CC-300", "payments-team"),
)
EUROS = Exchange("EUR", Decimal("0.9"), "a bank", date(2026, 11, 1))


def by(budgets: tuple[Budget, ...], *grains: Grain, exchange: Exchange | None = None) -> dict[tuple[str, ...], Allowed]:
    inputs = Inputs(MONTH, BELONGS, budgets=budgets, exchange=exchange, own_cost=Decimal(1))
    return dict(allowed(compute(inputs), grains))


def dollars(*names: str) -> tuple[Budget, ...]:
    return tuple(Budget(name, Decimal("100.005")) for name in names)


def test_an_environment_may_cost_what_its_file_says() -> None:
    assert by(dollars(ONE), Grain.ENVIRONMENT) == {
        (ONE,): Allowed(1, 10_000),
        (OTHER,): Allowed(1, None, 1),
        (THIRD,): Allowed(1, None, 1),
    }


def test_a_group_may_cost_what_its_environments_may_when_all_of_them_have_a_budget() -> None:
    assert by(dollars(ONE, OTHER), Grain.TEAM) == {
        ("orders-team",): Allowed(2, 20_000),
        ("payments-team",): Allowed(1, None, 1),
    }
    assert by(dollars(ONE), Grain.TEAM)["orders-team",] == Allowed(2, None, 1)
    assert by(dollars(ONE, OTHER), Grain.ORGANISATION) == {("acme",): Allowed(3, None, 1)}
    assert by(dollars(ONE, OTHER, THIRD)) == {(): Allowed(3, 30_000)}


@pytest.mark.parametrize(
    ("currency", "exchange", "cents", "foreign"),
    [
        ("USD", None, 10_000, ()),
        ("EUR", None, None, ("EUR",)),
        ("USD", EUROS, 9_000, ()),
        ("EUR", EUROS, 10_000, ()),
        ("GBP", EUROS, None, ("GBP",)),
    ],
)
def test_a_budget_is_compared_in_the_currency_of_the_report_or_not_at_all(
    currency: str, exchange: Exchange | None, cents: int | None, foreign: tuple[str, ...]
) -> None:
    found = by((Budget(ONE, Decimal(100), currency),), Grain.ENVIRONMENT, exchange=exchange)
    assert found[ONE,] == Allowed(1, cents, 0, foreign)


def test_budgets_that_cannot_be_compared_leave_their_group_without_a_sum() -> None:
    budgets = (Budget(ONE, Decimal(100)), Budget(OTHER, Decimal(100), "GBP"))
    assert by(budgets, Grain.TEAM)["orders-team",] == Allowed(2, None, 0, ("GBP",))


@pytest.mark.parametrize("grain", [Grain.RESOURCE, Grain.DAY])
def test_resources_and_days_have_no_budget(grain: Grain) -> None:
    assert by(dollars(ONE, OTHER, THIRD), Grain.ENVIRONMENT, grain) == {}


@pytest.mark.parametrize(
    ("actual", "residual", "used"),
    [(0, 0, "0.000"), (30_00, 20_00, "0.500"), (333_33, 0, "3.333"), (12_345, 0, "1.234")],
)
def test_what_runs_and_what_keeps_billing_use_the_budget(actual: int, residual: int, used: str) -> None:
    assert Allowed(1, 100_00).used(Amounts(actual, residual=residual)) == Decimal(used)


def test_nothing_is_part_of_a_budget_that_is_not_known_or_nothing() -> None:
    assert Allowed(1, None).used(Amounts(1)) is None
    assert Allowed(1, 0).used(Amounts(1)) is None


def test_a_part_of_a_report_has_the_budgets_of_its_environments() -> None:
    whole = compute(Inputs(MONTH, BELONGS, budgets=dollars(ONE, OTHER, THIRD)))
    assert dict(allowed(narrowed(whole, [ONE, THIRD]), ())) == {(): Allowed(2, 20_000)}


def test_no_figure_rests_on_a_budget() -> None:
    without = compute(Inputs(MONTH, BELONGS))
    beside = compute(Inputs(MONTH, BELONGS, budgets=dollars(ONE)))
    assert replace(beside, budgets=(), snapshot=without.snapshot) == without
    assert beside.snapshot != without.snapshot
