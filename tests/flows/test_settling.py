"""What a month's reports rest on beside the books stays as it was once its days are closed for the last time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.inputs import Exchange
from chalicelib.core.money.statement import Statement
from chalicelib.flows.commitments import Commitments
from chalicelib.flows.kept_ledger import KeptLedger
from chalicelib.flows.ports import World
from chalicelib.flows.report import report
from chalicelib.flows.settling import settle
from tests.core.money.samples import MONTH
from tests.entrypoints.reporting.statements import BILL, EUROS, INPUTS, PLAN
from tests.flows.books import keep, kept_bill
from tests.flows.stage import Stage

SETTLED = datetime(2026, 12, 5, 13, tzinfo=UTC)
"""Four days after the first of December is there on all of Earth."""
DEARER = replace(EUROS, per_usd=Decimal("0.95"))


class Deployment:
    """A month in the books, and an organisation that changes its mind."""

    def __init__(self) -> None:
        self.stage = Stage()
        keep(self.stage.store, INPUTS)
        self.exchange: Exchange | None = EUROS
        self.commitments: tuple[Commitment, ...] = (PLAN,)

    @property
    def world(self) -> World:
        commitments = Commitments(declared=lambda: self.commitments)
        return replace(self.stage.world, ledger=KeptLedger(self.stage.store, lambda: self.exchange, commitments))

    def settled(self, at: datetime) -> Statement:
        self.stage.clock.set(at)
        settle(self.world)
        return report(self.world, MONTH)


@pytest.fixture
def given() -> Deployment:
    return Deployment()


def test_what_changes_later_changes_nothing_of_a_month_that_is_settled(given: Deployment) -> None:
    before = given.settled(SETTLED)
    given.exchange, given.commitments = DEARER, ()
    for later in (SETTLED, datetime(2027, 2, 20, tzinfo=UTC)):
        after = given.settled(later)
        assert (after.snapshot, after.exchange, after.total) == (before.snapshot, EUROS, before.total)


def test_until_its_days_are_closed_for_the_last_time_what_changes_counts(given: Deployment) -> None:
    given.settled(SETTLED.replace(hour=12, minute=59))
    given.exchange, given.commitments = DEARER, ()
    found = given.settled(SETTLED.replace(hour=12, minute=59))
    assert (found.exchange, found.total.unused) == (DEARER, 0)


def test_a_bill_counts_whenever_it_comes(given: Deployment) -> None:
    given.settled(SETTLED)
    given.stage.store.keep_bill(MONTH, kept_bill(replace(INPUTS, bill=BILL)), ())
    assert len(given.settled(SETTLED).agreements) == 3


def test_a_month_of_which_nothing_is_closed_is_not_settled(given: Deployment) -> None:
    given.stage.store.months.clear()
    given.stage.clock.set(SETTLED)
    settle(given.world)
    assert given.stage.store.kept_beside(MONTH) is None
