"""Holidays that may yet move are told a week ahead, once, with the line that moves them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.core.closures import Closure, CountryClosure, DatesClosure
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import parse_window
from chalicelib.flows.alerts import MOST_TOLD
from chalicelib.flows.alerts import told as told_of
from chalicelib.flows.events import Event, What
from chalicelib.flows.holidays_ahead import estimates_ahead
from chalicelib.flows.stored import Notes
from tests.flows.stage import Stage, definition

DUBAI = Uptime("Asia/Dubai", (parse_window("mon-fri 08:00-20:00"),), (CountryClosure("AE"),))
EID = (
    "Eid al-Fitr on 2027-03-09..2027-03-11 is an estimate; if it moves, add to the schedule file of orders-qa, "
    'under uptime: closures: [{dates: 2027-03-10..2027-03-12, reason: "Eid al-Fitr"}]'
)


def told(at: datetime, *uptimes: Uptime) -> list[str]:
    return [event.text for _, event in estimates_ahead(definition(uptime=uptimes or (DUBAI,)), at)]


@pytest.mark.parametrize(
    ("day", "texts"),
    [
        (date(2027, 3, 1), []),
        (date(2027, 3, 2), [EID]),
        (date(2027, 3, 8), [EID]),
        (date(2027, 3, 9), []),
        (date(2027, 3, 11), []),
    ],
)
def test_it_is_told_from_a_week_ahead_until_it_begins(day: date, texts: list[str]) -> None:
    assert told(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)) == texts


def test_the_day_is_that_of_the_environment() -> None:
    assert told(datetime(2027, 3, 1, 20, 30, tzinfo=UTC)) == [EID]
    assert told(datetime(2027, 3, 1, 20, 30, tzinfo=UTC), replace(DUBAI, timezone="Europe/Berlin")) == []


@pytest.mark.parametrize("closure", [CountryClosure("DE"), DatesClosure(date(2027, 3, 9), date(2027, 3, 9), "fair")])
def test_what_is_certain_is_not_told(closure: Closure) -> None:
    assert told(datetime(2027, 3, 5, tzinfo=UTC), replace(DUBAI, closures=(closure,))) == []


def test_two_entries_with_the_same_holiday_tell_it_under_one_key() -> None:
    both = definition(uptime=(DUBAI, replace(DUBAI, windows=())))
    keys = [key for key, _ in estimates_ahead(both, datetime(2027, 3, 5, tzinfo=UTC))]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_the_owner_is_told_once_as_soon_as_it_is_a_week_ahead() -> None:
    stage = Stage()
    stage.clock.set(datetime(2027, 3, 1, 12, tzinfo=UTC))
    stage.orders(uptime=(DUBAI,))
    stage.run_until(datetime(2027, 3, 4, 12, tzinfo=UTC))
    (event,) = stage.events(What.ESTIMATED_HOLIDAY)
    assert event.text == EID
    assert event.at - datetime(2027, 3, 1, 20, tzinfo=UTC) < timedelta(minutes=20)


def test_what_is_still_so_is_remembered_however_much_else_there_is_to_tell() -> None:
    key, event = next(iter(estimates_ahead(definition(uptime=(DUBAI,)), datetime(2027, 3, 5, tzinfo=UTC))))
    notes, times = Notes(), 0
    for number in range(3 * MOST_TOLD):
        stuck = f"stuck {number}", Event(What.STUCK, "orders-qa", event.at)
        notes, events = told_of(notes, iter([(key, event), stuck]))
        times += event in events
    assert times == 1
