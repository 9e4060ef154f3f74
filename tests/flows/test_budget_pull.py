"""A budget that burns too fast pulls spot, pass by pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.core.accrual import Spend
from chalicelib.core.budget import Budget
from chalicelib.core.prefer import Prefer
from tests.flows.mixed_stage import POLICY, POOLS, MixedStage, at, minutes
from tests.flows.twin_stage import POLICY as OF_TWINS
from tests.flows.twin_stage import POOLS as OF_BOTH
from tests.flows.twin_stage import TwinStage

STEADY = replace(POLICY, prefer=Prefer.STEADY)
DEAR = "0.099"
"""At that price such an owner has no spot by choice."""
AN_HOUR = Decimal("1.00")
"""What ten on-demand members cost an hour; a month of 744 hours costs 744."""


def staged(monthly: str = "100", currency: str = "USD", price: str = DEAR) -> MixedStage:
    """Ten members around the clock, by default for much more than the budget allows."""
    stage = MixedStage()
    stage.cloud.prices = dict.fromkeys(POOLS, price)
    stage.start(STEADY, windows="24/7", budget=Budget(Decimal(monthly), currency))
    return stage


def spent(stage: MixedStage, usd: str) -> None:
    """The stage's month has cost that since its beginning."""
    kept = stage.store.kept["orders-qa"]
    now = stage.clock.now()
    began = now.replace(day=1, hour=0, minute=0)
    kept.head = replace(kept.head, notes=replace(kept.head.notes, spend=Spend(began, now, Decimal(usd))))


def because(stage: MixedStage) -> str:
    told = stage.memory.told
    assert told is not None
    return told.because


def test_the_spend_of_a_month_is_the_hours_times_what_runs() -> None:
    stage = staged("744")
    stage.run_for(timedelta(hours=24))
    notes = stage.head().notes
    assert notes.spend is not None
    assert abs(notes.spend.usd - 24 * AN_HOUR) < 1
    assert (notes.spend.uncounted, notes.pulled) == ((), False)


def test_spot_rises_to_the_highest_share_once_spend_burns_too_fast_and_it_says_so() -> None:
    stage = staged()
    stage.run_for(timedelta(hours=3))
    assert stage.mix == (10, 0)
    stage.run_for(timedelta(days=2))
    assert stage.mix == (4, 6)
    assert because(stage).startswith("spend burns 2.2")
    assert " times as fast as the budget allows: spot up to 75%; " in because(stage)
    assert "spend burns" in stage.switched[-1].text


def test_a_budget_that_is_kept_pulls_nothing() -> None:
    stage = staged("1000")
    stage.run_for(timedelta(days=3))
    assert stage.mix == (10, 0)
    assert "budget" not in because(stage)


def test_the_pull_ends_only_once_spend_is_within_the_budget_and_takes_no_spot_away_that_pays() -> None:
    stage = staged("500", price="0.05")
    stage.run_for(minutes(20))
    for usd, pulled in (("100", False), ("160", True), ("125", True), ("60", False), ("120", False)):
        spent(stage, usd)
        stage.run_for(minutes(20))
        assert (usd, stage.head().notes.pulled) == (usd, pulled)
    assert stage.mix == (4, 6)


def test_a_new_month_begins_without_a_pull() -> None:
    stage = staged()
    stage.run_for(timedelta(days=3))
    assert stage.head().notes.pulled
    stage.clock.set(stage.clock.now().replace(month=4, day=1, hour=0, minute=1))
    stage.run_for(minutes(20))
    notes = stage.head().notes
    assert (notes.pulled, notes.spend and notes.spend.since) == (False, at(stage, 0, day=1))


def test_a_pull_respects_holds_and_asks_again_when_they_end() -> None:
    stage = staged()
    stage.cloud.dry = set(POOLS)
    stage.run_for(timedelta(days=3))
    assert stage.mix == (10, 0)
    stage.cloud.dry.clear()
    stage.run_for(timedelta(hours=5))
    assert stage.mix == (4, 6)


@pytest.mark.parametrize("currency", ["EUR", "AED"])
def test_a_budget_in_another_currency_is_not_counted_and_pulls_nothing(currency: str) -> None:
    stage = staged(currency=currency)
    stage.run_for(timedelta(days=3))
    notes = stage.head().notes
    assert (stage.mix, notes.spend, notes.burn, notes.pulled) == ((10, 0), None, None, False)


def test_what_has_no_price_is_named_and_a_budget_that_is_taken_away_is_forgotten() -> None:
    stage = staged()
    stage.cloud.on_demand = None
    stage.run_for(timedelta(hours=3))
    spend = stage.head().notes.spend
    assert spend is not None
    assert (spend.usd, spend.uncounted) == (Decimal(0), ("nodes",))
    stage.start(STEADY, windows="24/7")
    stage.run_for(minutes(20))
    assert stage.head().notes.spend is None


def test_twins_are_pulled_and_counted_too() -> None:
    stage = TwinStage()
    stage.cloud.prices = dict.fromkeys(OF_BOTH, DEAR)
    stage.start(replace(OF_TWINS, prefer=Prefer.STEADY), windows="24/7", budget=Budget(Decimal(100)))
    stage.run_for(timedelta(hours=3))
    assert stage.mix == (10, 0)
    stage.run_for(timedelta(days=2))
    assert stage.mix == (4, 6)
    assert "spend burns" in stage.switched[-1].text
    spend = stage.head().notes.spend
    assert spend is not None
    assert (abs(spend.usd - 51) < 2, spend.uncounted) == (True, ())
