"""How fast a budget burns, and when that pulls spot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from chalicelib.core.budget import Budget
from chalicelib.core.burn import because, burn_rate, month_of, pulled, pulls
from chalicelib.core.mix import SpotPolicy
from chalicelib.core.prefer import Prefer

BEGAN = datetime(2027, 4, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MONTHLY = Decimal(3000)


@pytest.mark.parametrize(
    ("spent", "days", "rate"),
    [
        (1500, 15, "1.00"),
        (1950, 15, "1.30"),
        (750, 15, "0.50"),
        (2900, 29, "1.00"),
        (0, 15, "0.00"),
    ],
)
def test_a_burn_rate_of_1_spends_the_budget_exactly_by_the_end_of_the_month(spent: int, days: int, rate: str) -> None:
    assert burn_rate(Decimal(spent), MONTHLY, BEGAN, BEGAN + days * DAY) == Decimal(rate)


def test_a_month_begins_with_the_allowance_of_a_week_so_that_its_first_weekday_is_no_alarm() -> None:
    assert burn_rate(Decimal(140), MONTHLY, BEGAN, BEGAN + DAY) == Decimal("0.20")
    assert burn_rate(Decimal(700), MONTHLY, BEGAN, BEGAN) == Decimal("1.00")


def test_what_was_counted_from_within_a_month_is_held_against_the_time_since() -> None:
    assert burn_rate(Decimal(1300), MONTHLY, BEGAN + 15 * DAY, BEGAN + 25 * DAY) == Decimal("1.30")


def test_months_are_those_of_aws_that_is_in_utc() -> None:
    dubai = timezone(timedelta(hours=4))
    assert month_of(datetime(2027, 5, 1, 3, tzinfo=dubai)) == (BEGAN, datetime(2027, 5, 1, tzinfo=UTC))
    assert month_of(datetime(2027, 12, 31, 23, tzinfo=UTC))[1] == datetime(2028, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rate", "before", "after"),
    [
        ("1.10", False, False),
        ("1.11", False, True),
        ("1.05", True, True),
        ("1.00", True, True),
        ("0.99", True, False),
        ("1.05", False, False),
        ("9", True, True),
    ],
)
def test_it_pulls_from_a_tenth_over_until_spend_is_within_the_budget_again(
    rate: str, before: bool, after: bool
) -> None:
    assert pulls(Decimal(rate), before) is after


def test_what_nobody_knows_does_not_pull() -> None:
    assert not pulls(None, True)


def test_the_pull_asks_for_as_much_spot_as_the_policy_allows_and_no_more() -> None:
    policy = SpotPolicy(Prefer.STEADY, 2, 0.1, 0.8)
    assert pulled(policy) == SpotPolicy(Prefer.STEADY, 2, 0.8, 0.8)


def test_it_says_how_fast_and_how_much() -> None:
    said = because(Decimal("1.30"), SpotPolicy(highest_share=0.8))
    assert said == "spend burns 1.3 times as fast as the budget allows: spot up to 80%"


def test_a_budget_in_another_currency_says_why_it_pulls_nothing() -> None:
    assert Budget(MONTHLY, "EUR").unpriced == "it is in EUR, and prices are known in USD only"
    assert Budget(MONTHLY).unpriced is None
