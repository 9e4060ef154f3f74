from __future__ import annotations

from datetime import date

import pytest

from chalicelib.core.months import first_after, first_day, month_before, month_name


@pytest.mark.parametrize(
    ("month", "before", "after"),
    [
        ("2026-11", "2026-10", date(2026, 12, 1)),
        ("2026-12", "2026-11", date(2027, 1, 1)),
        ("2027-01", "2026-12", date(2027, 2, 1)),
        ("2028-02", "2028-01", date(2028, 3, 1)),
    ],
)
def test_a_month_stands_between_its_neighbours(month: str, before: str, after: date) -> None:
    first = first_day(month)
    assert (first.day, month_name(first), month_before(month)) == (1, month, before)
    assert first_after(first) == first_after(first.replace(day=28)) == after


def test_the_last_of_a_long_month_leads_into_the_short_one_that_follows() -> None:
    assert first_after(date(2027, 1, 31)) == date(2027, 2, 1)
