"""The hours of local months, also where clocks change or are half an hour off."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from chalicelib.core.localtime import day_bounds, zone
from chalicelib.core.money.cells import cells, day_seconds, frame, month_bounds
from tests.core.money.samples import at

HOUR = 3600


@pytest.mark.parametrize(
    ("timezone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Asia/Dubai", date(2026, 3, 29), 24),
    ],
)
def test_a_day_has_the_hours_its_zone_gives_it(timezone: str, day: date, hours: float) -> None:
    assert day_seconds(timezone, f"{day:%Y-%m}")[day] == hours * HOUR


@pytest.mark.parametrize("month", ["2026-02", "2026-03", "2026-04", "2026-10", "2026-11"])
@pytest.mark.parametrize("timezone", ["UTC", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Berlin"])
def test_cells_fill_a_month_without_gap_or_overlap(timezone: str, month: str) -> None:
    found = cells(timezone, month)
    begins, ends = month_bounds(timezone, month)
    assert (found[0].begins, found[-1].ends) == (begins.timestamp(), ends.timestamp())
    assert all(one.ends == other.begins for one, other in pairwise(found))
    assert all(cell.hour <= cell.begins < cell.ends <= cell.hour + HOUR for cell in found)


@pytest.mark.parametrize("timezone", ["Asia/Kolkata", "Europe/Berlin", "Pacific/Kiritimati"])
def test_a_cell_is_in_its_day(timezone: str) -> None:
    for cell in cells(timezone, "2026-10"):
        begins, ends = day_bounds(zone(timezone), cell.day)
        assert begins.timestamp() <= cell.begins < cell.ends <= ends.timestamp()


def test_the_week_begins_on_monday_on_local_clocks() -> None:
    monday = [cell for cell in cells("Asia/Dubai", "2026-11") if cell.day == date(2026, 11, 2)]
    assert [cell.week_hour for cell in monday] == list(range(24))
    assert monday[0].begins == at(1, 20).timestamp()


def test_the_hour_that_clocks_repeat_is_two_cells_of_one_hour_of_the_week() -> None:
    sunday = [cell.week_hour % 24 for cell in cells("Europe/Berlin", "2026-10") if cell.day == date(2026, 10, 25)]
    assert sunday == [0, 1, 2, *range(2, 24)]


def test_where_clocks_are_half_an_hour_off_a_day_begins_in_the_middle_of_an_hour() -> None:
    last, first = (cell for cell in cells("Asia/Kolkata", "2026-11") if cell.hour == at(2, 18).timestamp())
    assert (last.day.day, last.week_hour, first.day.day, first.week_hour) == (2, 23, 3, 24)


def test_nothing_is_known_of_what_lies_after_until() -> None:
    known = frame("UTC", "2026-11", at(2, 10, 20))
    assert [end - begin for _, begin, end in known.parts(int(at(2, 9).timestamp()), int(at(9).timestamp()))] == [
        HOUR,
        HOUR // 3,
    ]
    assert list(frame("UTC", "2026-11", at(9, month=10)).parts(0, 2**40)) == []
