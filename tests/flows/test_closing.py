"""Days that are over are in the books: what ran, what would have run, and what was avoided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.core.model import Mode
from chalicelib.core.money.baselines import Basis
from chalicelib.core.money.compute import compute
from chalicelib.core.money.rates import KEEP, Rate
from chalicelib.core.money.reading import Step
from chalicelib.core.money.spans import Draw, Edge, Span
from chalicelib.core.uptime import Uptime
from chalicelib.flows.baselines import usual_draws
from chalicelib.flows.booked import Booked
from chalicelib.flows.closing import close
from chalicelib.flows.kept_ledger import KeptLedger
from chalicelib.flows.metering import Whose, left, metered_event
from chalicelib.flows.report import exported, report
from tests.fakes.rates import MemoryRates
from tests.flows.pasts import ARN, LARGE, RATES, Past
from tests.flows.stage import NODES, Stage, definition

ADDRESS = "keep:eu-central-1:public-ipv4"
PRICES = MemoryRates([*RATES.known, Rate(ADDRESS, Decimal("0.005"), "price list", date(2027, 1, 1))])
KEY = "ec2:eu-central-1:m5.large:linux:shared:on-demand"
NIGHTLY = "mon-fri 08:00-20:00"


def at(day: int, hour: int = 0, month: int = 3) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=UTC)


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
    found = exported(world, "2027-03")
    assert compute(found.inputs).snapshot == found.statement.snapshot == report(world, "2027-03").snapshot


def test_a_month_whose_last_days_were_never_closed_is_closed_whenever_closing_works_again() -> None:
    past = Past()
    past.acts((at(1, month=2), None))
    past.runs(at(1, month=2), at(28, 20, month=2))
    past.closed(at(20, 2, month=2))
    past.stage.clock.set(at(9, 2))
    assert close(past.stage.world, PRICES).names == ("orders-qa",)
    (booked,) = past.stage.store.booked("2027-02")
    assert (booked.until, booked.roll_up.closed_until) == (at(1), None)
    assert sum(line.seconds for line in booked.roll_up.lines) == 27 * 86_400 + 20 * 3600


def test_a_month_of_which_no_day_was_ever_closed_is_closed_in_the_next() -> None:
    past = Past()
    past.runs(at(1, month=2), at(28, 20, month=2))
    past.stage.clock.set(at(9, 2))
    close(past.stage.world, PRICES)
    assert past.stage.store.closed("2027-02") == {"orders-qa": at(1)}


def test_a_month_that_is_closed_in_full_is_left_alone_after_the_first_days_of_the_next() -> None:
    past = Past()
    past.runs(at(1, month=2), at(28, 20, month=2))
    past.closed(at(1, 2))
    before = list(past.stage.store.booked("2027-02"))
    past.reads(at(15, month=2), 7)  # too late
    past.stage.clock.set(at(9, 2))
    close(past.stage.world, PRICES)
    assert list(past.stage.store.booked("2027-02")) == before


def test_what_was_read_after_the_close_is_not_in_what_the_export_computes_again() -> None:
    past = Past()
    past.runs(at(1), at(8, 23))
    past.closed(at(9, 2))
    late = Step(at(8, 12), (), Edge.TOLD)
    past.stage.store.note(
        "orders-qa", [metered_event(Whose("orders-qa", "nodes", "orders-nodes", ARN), late, at(8, 11), at(9, 3))]
    )
    world = replace(past.stage.world, ledger=KeptLedger(past.stage.store, lambda: None))
    found = exported(world, "2027-03")
    assert compute(found.inputs).snapshot == found.statement.snapshot
    past.closed(at(10, 2))
    assert exported(world, "2027-03").statement.total.actual < found.statement.total.actual


def test_environments_closed_at_different_times_are_computed_again_from_one_list_of_rates() -> None:
    """In Dubai a day ends four hours earlier; in between rates were read again, and there is a new price."""
    past = Past()
    past.runs(at(1), at(8))
    past.stage.apply(definition(NODES, environment="shop-qa", uptime=(Uptime("Asia/Dubai"),)))
    whose = Whose("shop-qa", "nodes", "shop-nodes", ARN.replace("orders", "shop"))
    draws = (Draw(LARGE),)
    for day in range(1, 10):
        past.stage.store.note("shop-qa", [metered_event(whose, Step(at(day), draws, Edge.OPEN), at(day), at(day))])
    past.stage.clock.set(at(9, 2))
    close(past.stage.world, PRICES)
    later = [replace(each, dated=date(2027, 3, 9)) for each in PRICES.known]
    past.stage.clock.set(at(9, 22))
    close(past.stage.world, MemoryRates([*later, replace(later[0], usd=Decimal(9), begins=at(9, 18))]))
    assert past.stage.store.closed("2027-03") == {"orders-qa": at(9), "shop-qa": at(9, 20)}
    world = replace(past.stage.world, ledger=KeptLedger(past.stage.store, lambda: None))
    found = exported(world, "2027-03")
    assert compute(found.inputs).snapshot == found.statement.snapshot


# Environments that have left


def left_at(leaves: datetime) -> Past:
    """Two members ran from the first day on; on the 10th an address was kept; then it left."""
    past = Past()
    past.acts((at(1), None))
    past.runs(at(1), leaves)
    past.closed(at(9, 2))
    store = past.stage.store
    kept = Whose("orders-qa", "", "eip", "arn:eip")
    step = Step(at(9, 2), (Draw(ADDRESS),), Edge.OPEN)
    store.note("orders-qa", [metered_event(kept, step, at(9, 2), at(9, 2), **{KEEP: "yes"})])
    states = {ARN: replace(store.kept["orders-qa"].states[ARN], metered=None)}
    store.remove(past.stage.head(), left("orders-qa", states, leaves))
    return past


def test_the_last_days_of_what_has_left_are_in_the_books() -> None:
    past = left_at(at(10, 6))
    past.stage.clock.set(at(12, 2))
    assert close(past.stage.world, PRICES).names == ("orders-qa",)
    (booked,) = past.stage.store.booked("2027-03")
    assert booked.until == at(12)
    ran = {line.day.day: line.seconds for line in booked.roll_up.lines if line.seconds}
    kept = {line.day.day: line.residual for line in booked.roll_up.lines if line.residual}
    assert ran == dict.fromkeys(range(1, 10), 86_400) | {10: 6 * 3600}
    assert kept == {9: Decimal("0.11"), 10: Decimal("0.03")}
    assert all(each.ends and each.ends <= at(10, 6) for each in booked.baselines)


def test_what_has_left_keeps_no_month_from_being_over() -> None:
    past = left_at(at(10, 6))
    past.stage.clock.set(at(20, 2, month=4))
    assert close(past.stage.world, PRICES).names == ("orders-qa",)
    (booked,) = past.stage.store.booked("2027-03")
    assert (booked.until, booked.roll_up.closed_until) == (at(1, month=4), None)
    assert "2027-04" not in past.stage.store.months
    assert close(past.stage.world, PRICES).names == ()


def test_what_left_on_the_first_of_a_month_is_in_the_books_of_both() -> None:
    past = left_at(at(1, 6, month=4))
    past.stage.clock.set(at(3, 2, month=4))
    close(past.stage.world, PRICES)
    (booked,) = past.stage.store.booked("2027-04")
    assert [(line.day, line.seconds) for line in booked.roll_up.lines if line.seconds] == [(date(2027, 4, 1), 6 * 3600)]
    assert past.stage.store.closed("2027-03") == {"orders-qa": at(1, month=4)}


def test_what_the_books_keep_of_what_has_left_is_what_the_export_computes_again() -> None:
    past = left_at(at(10, 6))
    past.stage.clock.set(at(12, 2))
    close(past.stage.world, PRICES)
    world = replace(past.stage.world, ledger=KeptLedger(past.stage.store, lambda: None))
    found = exported(world, "2027-03")
    assert compute(found.inputs).snapshot == found.statement.snapshot


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
