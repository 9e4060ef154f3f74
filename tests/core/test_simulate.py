"""A month simulated: true hours, starts, rests, and what closures and exceptions change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.core.closures import DatesClosure
from chalicelib.core.decide import Facts, Pace
from chalicelib.core.model import Definition, Location, Mode, Resource, Team
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.choosing import days_in
from chalicelib.core.simulate import Simulation, simulate
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.core.windows import parse_window

FACTS = Facts(needed={"servers": ()})
OFFICE = Uptime("Europe/Berlin", (parse_window("mon-fri 08:00-20:00"),))
FEBRUARY, MARCH, OCTOBER = "2027-02", "2027-03", "2027-10"


def definition(*uptime: Uptime) -> Definition:
    return Definition(
        environment="orders-qa",
        owner=Team("orders-team"),
        locations=(Location("111122223333", "eu-central-1"),),
        resources=(Resource("servers", "ec2-instance", ids=("i-1",)),),
        uptime=uptime or (OFFICE,),
        ready_by_opening=False,
    )


def month(subject: Definition, of: str, facts: Facts = FACTS) -> Simulation:
    return simulate(subject, facts, *month_bounds(days_in(subject), of))


def hours(length: timedelta) -> float:
    return length / timedelta(hours=1)


def test_a_february_of_four_weeks_has_twenty_days_of_twelve_hours() -> None:
    found = month(definition(), FEBRUARY)
    assert (hours(found.length), hours(found.up), hours(found.asleep)) == (672, 240, 432)
    assert (found.starts, found.mornings, hours(found.longest_rest)) == (20, 20, 60)


@pytest.mark.parametrize(("of", "expected"), [(MARCH, 743), (OCTOBER, 745), (FEBRUARY, 672)])
def test_a_month_has_as_many_hours_as_its_clocks_give_it(of: str, expected: int) -> None:
    found = month(definition(), of)
    assert hours(found.length) == expected
    assert found.up + found.asleep + found.as_is == found.length


def test_the_rest_over_the_change_of_clocks_is_an_hour_shorter_in_spring() -> None:
    subject = definition(
        replace(OFFICE, windows=(parse_window("fri-sat 08:00-20:00"), parse_window("mon 08:00-20:00")))
    )
    bounds = (
        month_bounds(days_in(subject), MARCH)[1] - timedelta(days=5),
        month_bounds(days_in(subject), MARCH)[1] - timedelta(days=2),
    )
    assert hours(simulate(subject, FACTS, *bounds).longest_rest) == 35


def test_a_closure_takes_its_day_from_the_hours_up() -> None:
    closed = replace(OFFICE, closures=(DatesClosure(date(2027, 2, 8), date(2027, 2, 9), "office moves"),))
    found = month(definition(closed), FEBRUARY)
    assert (hours(found.up), hours(found.closed), hours(found.excepted)) == (216, 24, 0)
    assert found.starts == 18


def test_a_closed_weekend_takes_nothing() -> None:
    closed = replace(OFFICE, closures=(DatesClosure(date(2027, 2, 6), date(2027, 2, 7), "weekend"),))
    assert month(definition(closed), FEBRUARY).closed == timedelta()


@pytest.mark.parametrize(("window", "expected"), [("mon 09:00-16:00", -5), ("mon 06:00-22:00", 4)])
def test_an_exception_adds_hours_or_takes_them(window: str, expected: int) -> None:
    exception = DateException(date(2027, 2, 8), date(2027, 2, 8), (parse_window(window),), "release")
    assert hours(month(definition(replace(OFFICE, exceptions=(exception,))), FEBRUARY).excepted) == expected


def test_what_only_observes_is_simulated_as_if_it_acted() -> None:
    subject = definition()
    assert month(replace(subject, mode=Mode.OBSERVE), FEBRUARY) == month(subject, FEBRUARY)


def test_starting_early_enough_to_be_ready_costs_hours() -> None:
    early = replace(definition(), ready_by_opening=True)
    facts = replace(FACTS, pace=Pace(start=timedelta(minutes=27)))
    assert hours(month(early, FEBRUARY, facts).up) == 240 + 20 * 0.5


def test_an_evening_start_is_no_morning() -> None:
    night = definition(replace(OFFICE, windows=(parse_window("mon-fri 22:00-06:00"),)))
    found = month(night, FEBRUARY)
    assert (found.starts, found.mornings) == (20, 0)


def test_what_is_started_on_demand_is_neither_up_nor_asleep_in_its_windows() -> None:
    found = month(definition(replace(OFFICE, start="on-demand")), FEBRUARY)
    assert (hours(found.up), hours(found.as_is), hours(found.asleep)) == (0, 240, 432)
    assert found.starts == 0


def test_what_is_always_up_starts_never_and_rests_never() -> None:
    found = month(definition(replace(OFFICE, windows=(parse_window("24/7"),))), FEBRUARY)
    assert (found.up, found.starts, found.longest_rest) == (found.length, 0, timedelta())
