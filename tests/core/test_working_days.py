"""Which days people work, and which is the third after a month."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.core.closures import CalendarClosure, CalendarDay, Closure, CountryClosure, DatesClosure
from chalicelib.core.working_days import WorkingDays, working_day_after

NEW_YEAR = DatesClosure(date(2026, 12, 31), date(2027, 1, 4), "New Year")
COMPANY_DAY = CalendarClosure("days.ics", (CalendarDay(date(2027, 3, 2), "Company day"),))
GERMANY = CountryClosure("DE")


@pytest.mark.parametrize(
    ("month", "closures", "third"),
    [
        ("2026-11", (), date(2026, 12, 3)),  # Tuesday to Thursday
        ("2027-01", (), date(2027, 2, 3)),  # begins on a Monday
        ("2026-12", (), date(2027, 1, 5)),  # Friday, Monday, Tuesday
        ("2027-04", (), date(2027, 5, 5)),  # begins on a Saturday
        ("2026-12", (GERMANY,), date(2027, 1, 6)),  # 1 January is a holiday
        ("2026-12", (NEW_YEAR,), date(2027, 1, 7)),
        ("2027-02", (COMPANY_DAY,), date(2027, 3, 4)),
        ("2028-02", (), date(2028, 3, 3)),
    ],
)
def test_the_third_working_day_leaves_out_weekends_and_closures(
    month: str, closures: tuple[Closure, ...], third: date
) -> None:
    assert working_day_after(WorkingDays(closures=closures), month, 3) == third


def test_where_nobody_works_for_a_year_there_is_none() -> None:
    closed = DatesClosure(date(2026, 1, 1), date(2030, 1, 1), "a long rest")
    assert working_day_after(WorkingDays(closures=(closed,)), "2026-11", 3) is None
