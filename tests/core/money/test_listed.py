"""What becomes of a rate when the list is asked again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.core.money.listed import Kept, Priced, must_ask, renewed
from chalicelib.core.money.rates import Rate, book, rate_at

KEY = "ec2:ap-south-1:m5.xlarge:linux:shared:on-demand"
ASKED = datetime(2026, 10, 1, 6, tzinfo=UTC)
LATER = datetime(2026, 10, 8, 6, tzinfo=UTC)


def said(usd: str, dated: datetime, effective: datetime) -> Priced:
    return Priced(Rate(KEY, Decimal(usd), "AWS Price List API, AmazonEC2 A", dated.date()), effective)


FIRST = renewed(None, said("0.202", ASKED, datetime(2026, 9, 1, tzinfo=UTC)), ASKED)


def price(kept: Kept, at: datetime) -> Decimal:
    found = rate_at(book(kept.rates), KEY, at)
    assert found is not None
    return found.usd


def test_the_first_rate_holds_for_all_time_before() -> None:
    assert price(FIRST, datetime(2020, 1, 1, tzinfo=UTC)) == Decimal("0.202")


def test_a_price_that_did_not_change_is_dated_anew() -> None:
    kept = renewed(FIRST, said("0.2020", LATER, datetime(2026, 10, 1, tzinfo=UTC)), LATER)
    assert [(rate.dated, rate.begins) for rate in kept.rates] == [(LATER.date(), FIRST.rates[0].begins)]
    assert kept.asked_at == LATER


def test_another_price_holds_from_its_effective_date() -> None:
    effective = datetime(2026, 10, 5, tzinfo=UTC)
    kept = renewed(FIRST, said("0.190", LATER, effective), LATER)
    assert price(kept, effective - timedelta(seconds=1)) == Decimal("0.202")
    assert price(kept, effective) == Decimal("0.190")


@pytest.mark.parametrize("effective", [datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, 12, tzinfo=UTC)])
def test_another_price_never_holds_on_a_day_when_the_former_was_still_read(effective: datetime) -> None:
    kept = renewed(FIRST, said("0.190", LATER, effective), LATER)
    assert price(kept, LATER.replace(hour=0)) == Decimal("0.190")
    assert price(kept, LATER.replace(hour=0) - timedelta(seconds=1)) == Decimal("0.202")


def test_the_last_good_rate_stays_with_its_date_when_the_list_gives_none() -> None:
    kept = renewed(FIRST, "the AWS price list has no product for it", LATER)
    assert kept.rates == FIRST.rates
    assert kept.rates[0].dated == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("kept", "after", "asked"),
    [
        (None, timedelta(), True),
        (FIRST, timedelta(days=6, hours=23), False),
        (FIRST, timedelta(days=7), True),
        (renewed(None, "no product", ASKED), timedelta(hours=23), False),
        (renewed(None, "no product", ASKED), timedelta(days=1), True),
    ],
    ids=["new", "fresh", "a week", "lately", "a day"],
)
def test_the_list_is_asked_for_new_keys_once_a_week_and_for_want_of_a_rate_once_a_day(
    kept: Kept | None, after: timedelta, asked: bool
) -> None:
    assert must_ask(kept, ASKED + after) is asked
