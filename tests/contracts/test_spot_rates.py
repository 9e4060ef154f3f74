"""Spot prices behind the port Rates: by pool and hour, of the account that has the zone, kept by month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.core.money.rates import Rate, book, rate_at
from chalicelib.flows.ledger_ports import Rates
from chalicelib.flows.ports import Refusal
from tests.contracts.rates import deployed
from tests.fakes import FakeClock
from tests.fakes.priced_cloud import PricedCloud

BEGINS, ENDS = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
SPOT = "ec2:ap-south-1a:m5.xlarge:linux:shared:spot"
THEIRS = "ec2:ap-south-1a@444455556666:m5.xlarge:linux:shared:spot"
OWN, OTHER = "111122223333", "444455556666"
DENIED = Refusal("UnauthorizedOperation", "not authorized")


def on(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(on(16, 9, 30))


@pytest.fixture
def cloud() -> PricedCloud:
    cloud = PricedCloud()
    cloud.spot[OWN] = [
        ("ap-south-1a", "m5.xlarge", on(28, month=10), "0.080000"),
        ("ap-south-1a", "m5.xlarge", on(10, 14, 20), "0.090000"),
        ("ap-south-1a", "m5.xlarge", on(16, 9, 40), "0.100000"),
        ("ap-south-1b", "m5.xlarge", on(28, month=10), "0.070000"),
    ]
    cloud.spot[OTHER] = [("ap-south-1a", "m5.xlarge", on(28, month=10), "0.070000")]
    return cloud


@pytest.fixture
def rates(cloud: PricedCloud, clock: FakeClock, table: str, dynamodb: Any) -> Rates:
    return deployed(cloud, clock, table, dynamodb)


def price(rates: tuple[Rate, ...], at: datetime, key: str = SPOT) -> str | None:
    found = rate_at(book(rates), key, at)
    return str(found.usd.normalize()) if found else None


def test_an_hour_costs_what_its_pool_cost_when_it_began(rates: Rates) -> None:
    found = rates.rates([SPOT], BEGINS, ENDS)
    assert found.missing == {}
    assert [price(found.rates, at) for at in (BEGINS, on(10, 14, 59), on(10, 15), on(16, 9))] == [
        "0.08",
        "0.08",
        "0.09",
        "0.09",
    ]
    assert price(found.rates, BEGINS - timedelta(seconds=1)) is None
    assert {rate.dated for rate in found.rates} == {on(16).date()}


def test_the_same_zone_of_another_account_is_another_pool(rates: Rates, cloud: PricedCloud) -> None:
    found = rates.rates([SPOT, THEIRS], BEGINS, ENDS)
    assert price(found.rates, BEGINS, THEIRS) == "0.07"
    assert price(found.rates, BEGINS, SPOT) == "0.08"
    assert {location.account for location, _ in cloud.asked} == {OWN, OTHER}
    assert {location.region for location, _ in cloud.asked} == {"ap-south-1"}


def test_pools_of_one_region_share_a_request(rates: Rates, cloud: PricedCloud) -> None:
    found = rates.rates([SPOT, SPOT.replace("1a", "1b")], BEGINS, ENDS)
    assert price(found.rates, BEGINS, SPOT.replace("1a", "1b")) == "0.07"
    assert len(cloud.asked) == 1


def test_within_an_hour_nothing_is_asked_again_and_then_only_what_is_new(
    rates: Rates, cloud: PricedCloud, clock: FakeClock
) -> None:
    rates.rates([SPOT], BEGINS, ENDS)
    clock.advance(timedelta(minutes=59))
    rates.rates([SPOT], BEGINS, ENDS)
    assert len(cloud.asked) == 1
    clock.advance(timedelta(minutes=2))
    found = rates.rates([SPOT], BEGINS, ENDS)
    assert cloud.asked[-1][1].parameters["StartTime"] == on(16, 9, 30)
    assert [price(found.rates, at) for at in (BEGINS, on(12), on(16, 9), on(16, 10))] == ["0.08", "0.09", "0.09", "0.1"]


def test_a_month_that_is_over_outlives_the_history(rates: Rates, cloud: PricedCloud, clock: FakeClock) -> None:
    clock.advance(timedelta(days=20))
    rates.rates([SPOT], BEGINS, ENDS)
    cloud.spot.clear()
    cloud.asked.clear()
    clock.advance(timedelta(days=200))
    found = rates.rates([SPOT], BEGINS, ENDS)
    assert (price(found.rates, on(5)), price(found.rates, on(30)), found.missing) == ("0.08", "0.1", {})
    assert cloud.asked == []


def test_what_is_older_than_the_history_has_no_price(rates: Rates, cloud: PricedCloud, clock: FakeClock) -> None:
    """But for the last change before it: that price was in force since then."""
    clock.advance(timedelta(days=80))
    cloud.spot[OWN].append(("ap-south-1a", "m5.xlarge", on(3, 12), "0.085"))
    found = rates.rates([SPOT], BEGINS, ENDS)
    asked = cloud.asked[0][1].parameters["StartTime"]
    assert asked == clock.now() - timedelta(days=90)
    assert [price(found.rates, at) for at in (on(3, 11), on(3, 12), on(30))] == [None, "0.085", "0.1"]
    assert found.missing == {SPOT: "AWS tells spot prices of it only since 2026-11-03 12:00Z; it keeps 90 days"}


def test_a_price_never_stands_in_for_a_time_that_aws_no_longer_tells(
    rates: Rates, cloud: PricedCloud, clock: FakeClock
) -> None:
    clock.advance(timedelta(days=20))
    rates.rates([SPOT], BEGINS, ENDS)
    cloud.spot.clear()
    clock.advance(timedelta(days=200))
    found = rates.rates([SPOT], BEGINS, on(15, month=12))
    assert found.rates == ()
    assert found.missing == {SPOT: "AWS tells no spot price of it for the time after 2026-12-01 00:00Z"}


def test_without_an_answer_there_is_no_price_but_a_reason(rates: Rates, cloud: PricedCloud, clock: FakeClock) -> None:
    rates.rates([SPOT], BEGINS, ENDS)
    clock.advance(timedelta(days=1))
    cloud.refusal = DENIED
    found = rates.rates([SPOT], BEGINS, ENDS)
    assert (found.rates, found.missing) == ((), {SPOT: f"AWS does not show spot prices: {DENIED}"})


@pytest.mark.parametrize("key", [SPOT.replace("m5.xlarge", "x99.large"), SPOT.replace("linux", "windows-sql-std")])
def test_a_pool_without_a_history_has_no_price(rates: Rates, key: str) -> None:
    found = rates.rates([key], BEGINS, ENDS)
    assert found.rates == ()
    assert set(found.missing) == {key}


def test_a_month_of_local_time_takes_the_hours_of_both_months_of_utc(rates: Rates) -> None:
    begins = on(31, 18, 30, month=10)
    found = rates.rates([SPOT], begins, ENDS)
    assert [price(found.rates, at) for at in (begins, on(1), on(12))] == ["0.08", "0.08", "0.09"]
    assert found.missing == {}


def test_time_to_come_has_no_price(rates: Rates) -> None:
    found = rates.rates([SPOT], ENDS, ENDS + timedelta(days=1))
    assert (found.rates, set(found.missing)) == ((), {SPOT})


def test_prices_are_exact(rates: Rates) -> None:
    [first, *_] = rates.rates([SPOT], BEGINS, ENDS).rates
    assert first.usd == Decimal("0.08")
