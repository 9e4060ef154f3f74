"""What would have run, as the books have it: what slept all month, newcomers, what is gone, and when Curfew acted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.core.model import Mode, Resource
from chalicelib.core.money.baselines import WEEK, Baseline, Basis
from chalicelib.core.money.choosing import CEILING
from chalicelib.core.money.spans import Draw
from chalicelib.flows.closing import close
from chalicelib.flows.past import Origin
from chalicelib.flows.past import Past as Kept
from chalicelib.flows.watched import SOURCE
from tests.flows.pasts import ARN, DAY, HOUR, LARGE, RATES, Past, claimed, days_claimed, line_of
from tests.flows.stage import Stage, definition

OTHER = ARN.replace("orders-nodes", "orders-more")
ALL_DAY = Decimal("4.80")
"""Two members at 0.10 for 24 hours."""


def at(day: int, hour: int = 0, month: int = 3) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=UTC)


def slept_since_the_second() -> Past:
    """Two members ran until the evening of 2 February, and not since; Curfew acts from the first day on."""
    past = Past()
    past.runs(at(1, month=2), at(2, 20, month=2))
    past.acts((at(1, month=2), None))
    past.closed(at(1, 2))
    return past


def told(days: int, ends: datetime, *, on: str = "0.5", arn: str = "orders-nodes", zone: str = "UTC") -> Kept:
    """A bill told of so many days before that."""
    draws = (Draw(LARGE, Decimal(1)),)
    share = (Decimal(on),) * WEEK
    found = Baseline("orders-qa", "nodes", arn, Basis.OBSERVED, share, draws, days, days < 28, "bill: a.csv")
    return Kept(Origin.TOLD, (found,), ends - days * DAY, ends, zone, "bill: a.csv", ends)


# What slept all month


def test_what_slept_all_month_is_claimed_at_the_size_it_had_in_the_month_before() -> None:
    booked = slept_since_the_second().closed(at(1, 2, month=4))
    assert dict(claimed(booked)) == {at(day).date(): ALL_DAY for day in range(1, 32)}
    (baseline,) = booked.baselines
    assert (baseline.draws, baseline.begins, baseline.ends) == ((Draw(LARGE, Decimal(2)),), at(1, month=2), None)


def test_month_after_month() -> None:
    past = slept_since_the_second()
    for month in (4, 5, 6):
        booked = past.closed(at(1, 2, month=month))
    assert len(days_claimed(booked)) == 31
    assert {value for _, value in claimed(booked)} == {ALL_DAY}


def test_until_it_was_deleted_in_its_sleep() -> None:
    past = slept_since_the_second()
    past.loses(at(10, 6))
    assert dict(claimed(past.closed(at(12, 2)))) == {
        **{at(day).date(): ALL_DAY for day in range(1, 10)},
        at(10).date(): Decimal("1.15"),  # it was last seen at 05:45
    }
    assert days_claimed(past.closed(at(1, 2, month=4))) == list(range(1, 11))
    assert days_claimed(past.closed(at(1, 2, month=5))) == []


def test_what_is_gone_without_a_word_of_it_is_not_claimed() -> None:
    past = slept_since_the_second()
    past.stage.store.kept["orders-qa"].states = {}
    assert past.closed(at(1, 2, month=4)).baselines == ()


def test_with_neither_books_nor_readings_of_the_month_before_nothing_is_claimed_until_it_is_seen_up() -> None:
    past = slept_since_the_second()
    del past.stage.store.months["2027-02"]
    past.stage.store.events.clear()
    assert past.closed(at(10, 2)).baselines == ()
    past.runs(at(12, 8), at(12, 20))
    assert days_claimed(past.closed(at(20, 2))) == list(range(12, 20))


def test_books_of_the_month_before_that_cannot_be_read_keep_the_day_open(monkeypatch: pytest.MonkeyPatch) -> None:
    past = slept_since_the_second()
    store = past.stage.store

    def broken(month: str, names: object = None) -> object:
        raise ValueError(f"BOOKS#{month} has schema 9; deploy a newer version")

    monkeypatch.setattr(store, "booked", broken)
    past.stage.clock.set(at(10, 2))
    done = close(past.stage.world, RATES)
    assert done.failed == {"orders-qa": "BOOKS#2027-02 has schema 9; deploy a newer version"}
    assert "2027-03" not in store.months


def test_the_month_before_closed_again_is_what_it_was() -> None:
    past = slept_since_the_second()
    before = past.closed(at(1, 3))
    past.loses(at(1, 12))
    past.closed(at(2, 3))
    (again,) = past.stage.store.booked("2027-02")
    assert list(claimed(again)) == list(claimed(before))


# What came, and what went


def test_a_newcomer_claims_nothing_before_it_was_first_seen() -> None:
    past = slept_since_the_second()
    past.runs(at(10, 9), at(10, 20), arn=OTHER)
    booked = past.closed(at(20, 2))
    assert [line.day.day for line in booked.roll_up.lines if line.arn == OTHER] == list(range(10, 20))
    (first,) = [line for line in booked.roll_up.lines if line.arn == OTHER and line.day.day == 10]
    assert first.would_have == Decimal("3.00")  # 15 hours


def test_what_was_deleted_while_it_ran_claims_nothing_after() -> None:
    past = Past()
    past.acts((at(1), None))
    past.runs(at(1), at(4, 20))
    past.reads(at(5, 8), 2)
    past.loses(at(5, 12))
    booked = past.closed(at(20, 2))
    assert max(line.day.day for line in booked.roll_up.lines) == 5
    assert booked.baselines[-1].ends == at(5, 12) - HOUR / 4


def test_what_comes_back_is_claimed_from_then_on_and_not_for_the_time_it_was_away() -> None:
    past = Past()
    past.acts((at(1), None))
    past.runs(at(1), at(4, 20))
    past.loses(at(5))
    past.runs(at(10), at(10, 12))
    booked = past.closed(at(13, 2))
    assert days_claimed(booked) == [4, 10, 11, 12]
    assert [each.begins for each in booked.baselines] == [at(1), at(10)]


def test_a_resource_under_another_key_is_claimed_once() -> None:
    past = Past()
    past.acts((at(1), None))
    past.runs(at(1), at(4, 20))
    past.reads(at(8, 8), 2, key="workers")
    past.reads(at(8, 20), 0, key="workers")
    booked = past.closed(at(10, 2))
    assert [(each.resource, each.begins, each.ends) for each in booked.baselines] == [
        ("nodes", at(1), at(8, 8)),
        ("workers", at(8, 8), None),
    ]
    assert sum(line.would_have or 0 for line in booked.roll_up.lines) == 9 * ALL_DAY


# When Curfew acted


def test_while_it_only_observes_again_nothing_is_claimed_and_what_it_acted_in_stays_claimed() -> None:
    past = Past()
    past.runs(at(1), at(1, 12))
    past.acts((at(1), at(5)), (at(9), None))
    assert days_claimed(past.closed(at(12, 2))) == [1, 2, 3, 4, 9, 10, 11]


def test_before_it_acted_is_before_the_first_time_ever() -> None:
    past = Past()
    past.runs(at(4, month=1), at(2, month=2))
    past.acts((at(2, month=2), at(3, month=2)), (at(15), None))
    past.closed(at(4, 2, month=2))
    past.runs(at(10, 9, month=2), at(14, 9))
    past.closed(at(1, 2))
    found = past.closed(at(20, 2)).baselines
    assert {(each.basis, each.days, each.source) for each in found} == {(Basis.OBSERVED, 29, SOURCE)}
    assert past.stage.store.pasts("orders-qa")[Origin.WATCHED].ends == at(2, month=2)


def test_what_was_watched_is_kept_longer_than_readings_are() -> None:
    past = Past()
    past.runs(at(1, month=1), at(2, month=2))
    past.acts((at(2, month=2), None))
    before = past.closed(at(4, 2, month=2)).baselines
    past.stage.store.events["orders-qa"] = [e for e in past.stage.store.events["orders-qa"] if e.at >= at(2, month=2)]
    assert {each.basis for each in before} == {Basis.OBSERVED}
    assert past.closed(at(6, 2, month=2)).baselines == before


def test_a_second_life_of_the_name_has_no_past_of_its_own() -> None:
    past = Past()
    past.runs(at(4, month=1), at(2, month=2))
    past.acts((at(2, month=2), None))
    past.closed(at(4, 2, month=2))
    past.runs(at(3, 9, month=2), at(3, 10, month=2))
    past.loses(at(20, month=2))
    past.acts((at(10), None))
    past.runs(at(11, 8), at(11, 20))
    (found,) = past.closed(at(20, 2)).baselines
    assert (found.basis, found.days, found.begins) == (Basis.OBSERVED, 29, at(11, 8))


# Which of what is known


def chosen(past: Past) -> Baseline:
    past.acts((at(2), None))
    (found,) = past.closed(at(5, 2)).baselines
    return found


def test_28_watched_days_go_before_a_bill() -> None:
    past = Past()
    past.stage.store.keep_past("orders-qa", told(60, at(2)))
    past.runs(at(2, month=2), at(2))
    assert chosen(past).source == SOURCE


@pytest.mark.parametrize(("days", "basis"), [(28, Basis.OBSERVED), (27, Basis.CEILING)])
def test_a_bill_of_28_days_goes_before_fewer_watched_ones_at_the_watched_size(days: int, basis: Basis) -> None:
    past = Past()
    past.stage.store.keep_past("orders-qa", told(days, at(1)))
    past.runs(at(1), at(2, 12))
    found = chosen(past)
    assert (found.basis, found.arn, found.draws) == (basis, ARN, (Draw(LARGE, Decimal(2)),))
    assert found.source == ("bill: a.csv" if basis is Basis.OBSERVED else CEILING)
    assert found.provisional is (basis is not Basis.OBSERVED)


def test_hours_of_another_zone_are_not_taken_for_those_of_the_environment() -> None:
    past = Past()
    past.stage.store.keep_past("orders-qa", told(60, at(1), zone="Asia/Dubai"))
    past.runs(at(1), at(2, 12))
    assert chosen(past).source == CEILING


def test_what_was_watched_by_the_hours_of_another_zone_is_counted_anew() -> None:
    past = Past()
    past.runs(at(2, month=2), at(2))
    past.acts((at(2), None))
    past.closed(at(4, 2))
    store = past.stage.store
    (kept,) = store.pasts("orders-qa").values()
    store.keep_past("orders-qa", replace(kept, timezone="Asia/Dubai", baselines=()))
    assert {each.basis for each in past.closed(at(6, 2)).baselines} == {Basis.OBSERVED}
    assert store.pasts("orders-qa")[Origin.WATCHED].timezone == "UTC"


def test_what_was_watched_under_the_former_name_counts() -> None:
    past = Past(previously="orders-old")
    old = Past()
    old.runs(at(2, month=2), at(20, month=2))
    former = [replace(event, environment="orders-old") for event in old.stage.store.events["orders-qa"]]
    past.stage.store.events["orders-old"] = former
    past.runs(at(20, 1, month=2), at(2))
    assert (chosen(past).basis, chosen(past).days) == (Basis.OBSERVED, 28)


def test_hours_that_a_person_would_have_stopped_it_in_are_not_claimed() -> None:
    past = Past()
    for day in range(31):  # somebody stopped it every evening and started it in the morning
        begins = at(29, 8, month=1) + day * DAY
        past.runs(begins, begins + 12 * HOUR)
    past.acts((at(1), None))
    past.runs(at(1, 8), at(1, 9))
    past.closed(at(1, 2))
    booked = past.closed(at(3, 2))
    assert line_of(booked, 2).would_have == Decimal("2.40")  # twelve hours, not 24
    assert {each.basis for each in booked.baselines} == {Basis.OBSERVED}


def test_sizes_are_the_observed_ones_and_not_the_largest() -> None:
    past = Past()
    past.runs(at(1, month=2), at(27, month=2), units=2)
    past.runs(at(27, 1, month=2), at(28, month=2), units=9)
    past.runs(at(28, 1, month=2), at(2), units=2)
    (draw,) = chosen(past).draws
    assert Decimal(2) < draw.units < Decimal(3)


# With real passes


MODES = [(Mode.OBSERVE, 29), (Mode.ACT, 3), (Mode.OBSERVE, 2), (Mode.ACT, 2)]


def test_four_weeks_of_observe_and_then_act_rest_on_what_was_observed() -> None:
    stage = Stage()
    stage.world = replace(stage.world, resync=timedelta(hours=6))
    stage.cloud.add("ec2-instance", "i-1")
    server = Resource("server", "ec2-instance", ids=("i-1",))
    for mode, days in MODES:
        stage.apply(definition(server, mode=mode))
        stage.run_for(timedelta(days=days))
    close(stage.world, RATES)
    (booked,) = stage.store.booked("2027-04")
    assert {(each.basis, each.provisional, each.source) for each in booked.baselines} == {
        (Basis.OBSERVED, False, SOURCE)
    }
    first, again = (each.begins.date() for each in booked.baselines)
    assert (first, again) == (date(2027, 4, 6), date(2027, 4, 11))
    assert stage.head().notes.acting_since == booked.baselines[0].begins
    assert [each.ends is None for each in stage.head().notes.acted] == [False, True]
