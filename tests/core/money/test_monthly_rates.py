"""What costs so much a month costs that in each month, whatever the month's length."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.monthly_rates import in_their_months
from chalicelib.core.money.prices import Prices
from chalicelib.core.money.rates import A_MONTH, Rate, book

KEY = "keep:us-east-1:ebs.gp3.gb"
STORED = Rate(KEY, Decimal("0.08"), "a test", date(2026, 11, 1), A_MONTH)
ADDRESS = Rate("keep:us-east-1:public-ipv4", Decimal("0.005"), "a test", date(2026, 11, 1))


def month(number: int, year: int = 2027) -> datetime:
    return datetime(year, number, 1, tzinfo=UTC)


@pytest.mark.parametrize("number", range(1, 12))
def test_a_whole_month_costs_what_the_month_costs(number: int) -> None:
    begins, ends = month(number), month(number + 1)
    rates = in_their_months([STORED], begins, ends)
    cost = Prices(book(rates)).cost(KEY, int(begins.timestamp()), int(ends.timestamp()))
    assert cost is not None
    assert (cost / 3600).quantize(Decimal("1e-12")) == Decimal("0.08")


def test_half_of_february_costs_half_of_it() -> None:
    begins, ends = month(2), month(2) + timedelta(days=14)
    cost = Prices(book(in_their_months([STORED], begins, ends))).cost(
        KEY, int(begins.timestamp()), int(ends.timestamp())
    )
    assert cost is not None
    assert (cost / 3600).quantize(Decimal("1e-12")) == Decimal("0.04")


def test_what_costs_so_much_an_hour_stays_as_it_is() -> None:
    assert in_their_months([ADDRESS], month(2), month(3)) == (ADDRESS,)


@pytest.mark.parametrize("days", [1, 2, 15, 28])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Asia/Dubai", "America/New_York", "Etc/GMT+12"])
def test_a_month_has_the_same_rates_in_every_time_zone_however_much_of_it_is_over(zone: str, days: int) -> None:
    begins, ends = month_bounds(zone, "2027-02")
    whole = in_their_months([STORED], month(2), month(3))
    assert [(rate.begins, rate.hours) for rate in whole] == [(month(1), 744), (month(2), 672), (month(3), 744)]
    assert in_their_months([STORED], begins, ends) == whole
    assert in_their_months([STORED], begins, begins + timedelta(days=days)) == whole


def test_a_time_of_several_months_has_each_of_them() -> None:
    found = in_their_months([STORED], month(11, 2026), month(3))
    assert [rate.begins for rate in found] == [
        month(10, 2026),
        month(11, 2026),
        month(12, 2026),
        month(1),
        month(2),
        month(3),
    ]


def test_an_instant_is_in_a_month_too() -> None:
    at = datetime(2027, 2, 10, 12, tzinfo=timezone(timedelta(hours=4)))
    assert (month(2), 672) in [(rate.begins, rate.hours) for rate in in_their_months([STORED], at, at)]
