"""Days that are over are in the books: what ran, what would have run, and what was avoided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.core.model import Mode
from chalicelib.core.money.baselines import Basis
from chalicelib.core.money.rates import Rate
from chalicelib.core.money.spans import Draw, Span
from chalicelib.flows.baselines import usual_draws
from chalicelib.flows.booked import Booked
from chalicelib.flows.closing import close
from chalicelib.flows.kept_ledger import KeptLedger
from chalicelib.flows.report import exported, report
from tests.fakes.rates import MemoryRates
from tests.flows.stage import Stage, definition

KEY = "ec2:eu-central-1:m5.large:linux:shared:on-demand"
NIGHTLY = "mon-fri 08:00-20:00"


@pytest.fixture
def rates() -> MemoryRates:
    return MemoryRates([Rate(KEY, Decimal("0.10"), "price list", date(2027, 3, 1))])


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.orders()
    return stage


def test_days_that_are_over_are_in_the_books_and_today_is_not(stage: Stage, rates: MemoryRates) -> None:
    stage.run_for(timedelta(days=2))
    assert close(stage.world, rates).names == ("orders-qa",)
    (booked,) = stage.store.booked("2027-03")
    assert booked.until <= stage.clock.now()
    assert {line.day for line in booked.roll_up.lines} <= {
        date(2027, 3, day) for day in range(1, stage.clock.now().day)
    }


def test_what_was_closed_for_today_is_not_closed_again(stage: Stage, rates: MemoryRates) -> None:
    stage.run_for(timedelta(days=2))
    close(stage.world, rates)
    assert close(stage.world, rates).names == ()
    stage.run_for(timedelta(days=1))
    assert close(stage.world, rates).names == ("orders-qa",)


def test_on_the_first_of_a_month_what_was_closed_today_is_not_closed_again(stage: Stage, rates: MemoryRates) -> None:
    stage.run_until(datetime(2027, 4, 1, 6, tzinfo=UTC))
    assert close(stage.world, rates).names == ("orders-qa",)
    assert stage.store.closed("2027-03")["orders-qa"] <= stage.clock.now()
    assert close(stage.world, rates).names == ()


def test_what_the_books_keep_is_what_the_export_computes_again(stage: Stage, rates: MemoryRates) -> None:
    stage.run_for(timedelta(days=3))
    close(stage.world, rates)
    world = replace(stage.world, ledger=KeptLedger(stage.store, lambda: None))
    assert exported(world, "2027-03").statement.snapshot == report(world, "2027-03").snapshot


def test_what_an_environment_belongs_to_is_what_its_files_say(stage: Stage, rates: MemoryRates) -> None:
    orders = stage.store.kept["orders-qa"].stored.definition
    stage.apply(replace(orders, organisation="Acme", cost_center="CC-210"))
    stage.run_for(timedelta(days=2))
    close(stage.world, rates)
    (booked,) = stage.store.booked("2027-03")
    belongs = booked.belongs
    assert (belongs.organisation, belongs.cost_center, belongs.team) == ("Acme", "CC-210", orders.owner.name)


def test_an_environment_that_only_observes_has_no_baseline(stage: Stage, rates: MemoryRates) -> None:
    stage.apply(replace(stage.store.kept["orders-qa"].stored.definition, mode=Mode.OBSERVE))
    stage.run_for(timedelta(days=2))
    close(stage.world, rates)
    (booked,) = stage.store.booked("2027-03")
    assert booked.baselines == ()


def test_with_nothing_observed_or_declared_the_baseline_is_a_ceiling_and_named_so(
    stage: Stage, rates: MemoryRates
) -> None:
    stage.run_for(timedelta(days=2))
    close(stage.world, rates)
    (booked,) = stage.store.booked("2027-03")
    assert {each.basis for each in booked.baselines} == {Basis.CEILING}
    assert all(each.provisional for each in booked.baselines)


def test_a_definition_that_cannot_be_read_keeps_no_other_out_of_the_books(stage: Stage, rates: MemoryRates) -> None:
    stage.apply(definition(environment="broken-dev"))
    stage.store.kept["broken-dev"].broken = "its text is cut off"
    stage.run_for(timedelta(days=2))
    done = close(stage.world, rates)
    assert (done.names, set(done.failed)) == (("orders-qa",), {"broken-dev"})
    assert [booked.belongs.environment for booked in stage.store.booked("2027-03")] == ["orders-qa"]


def test_amounts_that_cannot_be_counted_keep_no_other_out_of_the_books(
    stage: Stage, rates: MemoryRates, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = stage.store.book

    def counted(month: str, booked: Booked) -> None:
        if booked.belongs.environment == "endless-dev":
            raise OverflowError("int too big to convert")
        book(month, booked)

    monkeypatch.setattr(stage.store, "book", counted)
    stage.apply(definition(environment="endless-dev"))
    stage.run_for(timedelta(days=2))
    done = close(stage.world, rates)
    assert (done.names, set(done.failed)) == (("orders-qa",), {"endless-dev"})


def test_the_usual_size_is_the_one_that_lasted_longest() -> None:
    noon = datetime(2027, 3, 8, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    wide = Span("orders-qa", "nodes", "arn", noon, noon + 8 * hour, KEY, Decimal(3))
    more = Span("orders-qa", "nodes", "arn", noon + 2 * hour, noon + 3 * hour, KEY, Decimal(9))
    assert usual_draws([wide, more]) == (Draw(KEY, Decimal(3)),)
    assert usual_draws([]) == ()
