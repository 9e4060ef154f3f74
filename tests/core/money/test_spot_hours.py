"""Spot prices by pool and hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from chalicelib.core.money.rates import list_key, zone_to_region
from chalicelib.core.money.spot_hours import SpotPool, hourly, months, pool_of


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def usd(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        ([(at(3), "0.1")], [(at(6), "0.1")]),
        ([(at(3), "0.1"), (at(5, 59), "0.2")], [(at(6), "0.2")]),
        ([(at(6), "0.1")], [(at(6), "0.1")]),
        ([(at(3), "0.1"), (at(6, 1), "0.2")], [(at(6), "0.1"), (at(7), "0.2")]),
        ([(at(3), "0.1"), (at(7, 10), "0.2"), (at(7, 50), "0.3")], [(at(6), "0.1"), (at(8), "0.3")]),
        ([(at(3), "0.1"), (at(7, 10), "0.2"), (at(7, 50), "0.1")], [(at(6), "0.1")]),
        ([(at(8, 30), "0.2"), (at(3), "0.1")], [(at(6), "0.1"), (at(9), "0.2")]),
        ([(at(9, 30), "0.2")], []),
        ([(at(7, 30), "0.2")], [(at(8), "0.2")]),
        ([], []),
    ],
    ids=[
        "before",
        "last before",
        "at once",
        "within",
        "two",
        "there and back",
        "unsorted",
        "after",
        "from then",
        "none",
    ],
)
def test_an_hour_costs_what_was_in_force_when_it_began(
    changes: list[tuple[datetime, str]], hours: list[tuple[datetime, str]]
) -> None:
    told = [(when, usd(price)) for when, price in changes]
    assert hourly(told, at(6, 20), at(10)) == tuple((when, usd(price)) for when, price in hours)


def test_what_was_worked_out_before_and_what_was_told_since_give_the_same_as_all_at_once() -> None:
    changes = [(at(3), usd("0.1")), (at(7, 10), usd("0.2")), (at(7, 40), usd("0.3")), (at(9, 5), usd("0.2"))]
    for cut in (at(7, 5), at(7, 30), at(8), at(9, 5), at(9, 30)):
        first = hourly([change for change in changes if change[0] < cut], at(0), cut)
        in_force = max(change for change in changes if change[0] <= cut)
        since = [in_force, *(change for change in changes if change[0] >= cut)]
        assert hourly([*first, *since], at(0), at(12)) == hourly(changes, at(0), at(12))


@pytest.mark.parametrize(
    ("key", "pool"),
    [
        ("ec2:us-east-1a:m5.large:linux:shared:spot", SpotPool("", "us-east-1a", "m5.large", "Linux/UNIX")),
        (
            "ec2:ap-south-1b@444455556666:m5.large:windows:shared:spot",
            SpotPool("444455556666", "ap-south-1b", "m5.large", "Windows"),
        ),
    ],
)
def test_a_key_names_a_pool_as_its_account_does(key: str, pool: SpotPool) -> None:
    assert pool_of(key) == pool


@pytest.mark.parametrize(
    "key",
    [
        "ec2:us-east-1:m5.large:linux:shared:on-demand",
        "ec2:us-east-1a:m5.large:linux:dedicated:spot",
        "ec2:us-east-1a:m5.large:linux-sql-std:shared:spot",
        "fargate:us-east-1:vcpu:linux:spot",
    ],
)
def test_other_keys_have_no_price_history(key: str) -> None:
    assert isinstance(pool_of(key), str)


def test_the_account_behind_a_zone_is_no_part_of_what_it_is_compared_with() -> None:
    assert zone_to_region("us-east-1a@444455556666") == "us-east-1"
    spot = "ec2:us-east-1a@444455556666:m5.large:linux:shared:spot"
    assert list_key(spot) == "ec2:us-east-1:m5.large:linux:shared:on-demand"


def test_months_are_those_of_utc_that_the_time_touches() -> None:
    kolkata = timezone(timedelta(hours=5, minutes=30))
    begins, ends = datetime(2026, 12, 1, tzinfo=kolkata), datetime(2027, 1, 1, tzinfo=kolkata)
    assert [(f"{first:%Y-%m-%d}", f"{after:%Y-%m-%d}") for first, after in months(begins, ends)] == [
        ("2026-11-01", "2026-12-01"),
        ("2026-12-01", "2027-01-01"),
    ]
    assert list(months(at(5), at(5))) == [(at(0, day=1), datetime(2026, 12, 1, tzinfo=UTC))]
