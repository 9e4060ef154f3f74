"""The simulated spot price history: prices by pool that move a little, always the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.core.due import RESYNC
from chalicelib.core.money.rates import book
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.house import at_home

ACCOUNT, REGION = "111122223333", "ap-south-1"
ON_DEMAND = Decimal("0.202")


@pytest.fixture
def ec2(cloud: EmbeddedCloud) -> Any:
    return cloud.client("ec2", ACCOUNT, REGION)


def history(ec2: Any, begins: datetime, ends: datetime, instance_type: str = "m5.xlarge") -> list[dict[str, Any]]:
    answer = ec2.describe_spot_price_history(
        StartTime=begins, EndTime=ends, InstanceTypes=[instance_type], ProductDescriptions=["Linux/UNIX"]
    )
    found: list[dict[str, Any]] = answer["SpotPriceHistory"]
    return found


def test_it_begins_with_the_price_in_force_and_ends_now(cloud: EmbeddedCloud, ec2: Any) -> None:
    now = cloud.clock.now()
    rows = history(ec2, now - timedelta(days=2), now + timedelta(days=2))
    zones = {row["AvailabilityZone"] for row in rows}
    for zone in zones:
        times = sorted(row["Timestamp"] for row in rows if row["AvailabilityZone"] == zone)
        assert times[0] <= now - timedelta(days=2) < times[1]
        assert now - timedelta(hours=12) < times[-1] <= now
    assert len(zones) == 3


def test_spot_costs_less_than_on_demand_and_pools_differ(cloud: EmbeddedCloud, ec2: Any) -> None:
    now = cloud.clock.now()
    prices = [Decimal(row["SpotPrice"]) for row in history(ec2, now, now)]
    assert len(set(prices)) > 1
    assert all(ON_DEMAND * Decimal("0.3") <= price <= ON_DEMAND * Decimal("0.5") for price in prices)


def test_a_price_that_was_told_is_told_again(cloud: EmbeddedCloud, ec2: Any) -> None:
    now = cloud.clock.now()
    assert history(ec2, now - timedelta(days=9), now) == history(ec2, now - timedelta(days=9), now)


def test_types_that_no_book_knows_have_no_history(ec2: Any) -> None:
    at = datetime(2026, 11, 2, tzinfo=UTC)
    assert history(ec2, at, at, "p3.2xlarge") == []


def test_at_home_rates_are_those_of_the_book_and_spot_is_the_simulated_history(cloud: EmbeddedCloud) -> None:
    listed, spot = "ec2:ap-south-1:m5.xlarge:linux:shared:on-demand", "ec2:ap-south-1a:m5.xlarge:linux:shared:spot"
    now = cloud.clock.now()
    with at_home(cloud, [], RESYNC) as house:
        found = house.wired.rates.rates([listed, spot], now - timedelta(days=3), now)
    assert found.missing == {}
    by_key = book(found.rates)
    assert [rate.dated for rate in by_key[listed]] == [date(2026, 7, 5)]
    assert all(rate.usd < ON_DEMAND / 2 for rate in by_key[spot])
    assert 2 < len(by_key[spot]) <= 7
