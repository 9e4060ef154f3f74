"""The price list behind the port Rates: asked rarely, kept in the table, and never the only thing to stand on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.flows.ledger_ports import Rates, RatesFound
from chalicelib.flows.ports import Refusal
from tests.contracts.rates import deployed
from tests.fakes import FakeClock
from tests.fakes.priced_cloud import PricedCloud

BEGINS, ENDS = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
LINUX = "ec2:ap-south-1:m5.xlarge:linux:shared:on-demand"
VCPU, GB = "fargate:us-east-1:vcpu:linux:on-demand", "fargate:us-east-1:gb:linux:on-demand"
STORED = "keep:ap-south-1:ebs.gp2.gb"
RARE = "rds:us-east-1:db.r6g.large:sqlserver-se:included:multi-az"
DENIED = Refusal("AccessDeniedException", "not authorized to perform: pricing:GetProducts")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(ENDS)


@pytest.fixture
def cloud() -> PricedCloud:
    return PricedCloud()


@pytest.fixture
def rates(cloud: PricedCloud, clock: FakeClock, table: str, dynamodb: Any) -> Rates:
    return deployed(cloud, clock, table, dynamodb)


def ask(rates: Rates, *keys: str) -> RatesFound:
    return rates.rates(keys, BEGINS, ENDS)


def test_the_list_is_asked_in_the_own_account_where_it_is_nearest(rates: Rates, cloud: PricedCloud) -> None:
    [rate] = ask(rates, LINUX).rates
    assert (rate.usd, rate.source, rate.dated) == (
        Decimal("0.202"),
        "AWS Price List API, AmazonEC2 EC2LINUX",
        ENDS.date(),
    )
    [(location, look)] = cloud.asked
    assert (location.account, location.region) == ("111122223333", "eu-central-1")
    assert look.service == "pricing"


def test_the_list_is_asked_once_a_week(rates: Rates, cloud: PricedCloud, clock: FakeClock) -> None:
    ask(rates, LINUX)
    clock.advance(timedelta(days=6))
    ask(rates, LINUX)
    assert len(cloud.asked) == 1
    clock.advance(timedelta(days=1))
    [rate] = ask(rates, LINUX).rates
    assert len(cloud.asked) == 2
    assert rate.dated == date(2026, 12, 8)


def test_only_a_new_key_is_asked_for(rates: Rates, cloud: PricedCloud) -> None:
    ask(rates, LINUX)
    ask(rates, LINUX, RARE)
    assert len(cloud.asked) == 2


def test_keys_that_one_request_answers_share_it(rates: Rates, cloud: PricedCloud) -> None:
    assert [rate.usd for rate in ask(rates, VCPU, GB).rates] == [Decimal("0.004445"), Decimal("0.04048")]
    assert len(cloud.asked) == 1


def test_when_the_list_does_not_answer_the_last_good_rate_stays_with_its_date(
    rates: Rates, cloud: PricedCloud, clock: FakeClock
) -> None:
    before = ask(rates, LINUX)
    clock.advance(timedelta(days=8))
    cloud.refusal = DENIED
    assert ask(rates, LINUX) == before
    cloud.refusal = None
    [rate] = ask(rates, LINUX).rates
    assert rate.dated == clock.now().date()


def test_a_price_that_changed_leaves_the_days_before_as_they_were(
    rates: Rates, cloud: PricedCloud, clock: FakeClock
) -> None:
    ask(rates, LINUX)
    clock.advance(timedelta(days=8))
    cloud.changed = {"0.2020000000": "0.1900000000", "2026-11-01T00:00:00Z": "2026-12-05T00:00:00Z"}
    found = ask(rates, LINUX).rates
    assert [rate.usd for rate in found] == [Decimal("0.202"), Decimal("0.19")]
    assert found[1].begins == datetime(2026, 12, 5, tzinfo=UTC)


def test_the_book_stands_in_for_a_list_that_never_answered(rates: Rates, cloud: PricedCloud) -> None:
    cloud.refusal = DENIED
    found = ask(rates, LINUX, RARE)
    [rate] = found.rates
    assert (rate.key, rate.dated) == (LINUX, date(2026, 7, 5))
    assert found.missing == {
        RARE: f"the AWS price list does not answer: {DENIED}; the embedded price book has no rate for it"
    }


def test_the_book_does_not_stand_in_for_a_list_that_has_no_such_product(rates: Rates) -> None:
    booked = "ec2:us-east-1:m5.xlarge:linux:shared:on-demand"
    found = ask(rates, booked)
    assert (found.rates, found.missing) == ((), {booked: "the AWS price list has no product for it"})


def test_after_a_refusal_the_rest_is_not_asked(rates: Rates, cloud: PricedCloud) -> None:
    cloud.refusal = DENIED
    ask(rates, *(f"ec2:ap-south-1:m5.{size}xlarge:linux:shared:on-demand" for size in range(40)))
    assert len(cloud.asked) <= 4


def test_what_keeps_billing_is_asked_for_as_well(rates: Rates, cloud: PricedCloud) -> None:
    found = ask(rates, "keep:ap-south-1:nat-gateway", "keep:eu-west-1:nat-gateway", "keep:eu-west-1:not-told")
    assert [(rate.key, rate.usd) for rate in found.rates] == [("keep:ap-south-1:nat-gateway", Decimal("0.056"))]
    assert sorted(found.missing) == ["keep:eu-west-1:nat-gateway", "keep:eu-west-1:not-told"]
    assert len(cloud.asked) == 2


def test_the_book_stands_in_for_what_keeps_billing_too(rates: Rates, cloud: PricedCloud) -> None:
    cloud.refusal = DENIED
    found = ask(rates, "keep:us-east-1:nat-gateway", "keep:eu-west-1:nat-gateway")
    assert [(rate.key, rate.usd) for rate in found.rates] == [("keep:us-east-1:nat-gateway", Decimal("0.045"))]
    assert list(found.missing) == ["keep:eu-west-1:nat-gateway"]


def test_a_price_by_the_month_that_changed_within_it_has_the_hours_of_that_month(
    rates: Rates, cloud: PricedCloud, clock: FakeClock
) -> None:
    ask(rates, STORED)
    clock.advance(timedelta(days=8))
    cloud.changed = {"0.1140000000": "0.1000000000", "2026-11-01T00:00:00Z": "2026-12-05T00:00:00Z"}
    found = rates.rates([STORED], ENDS, ENDS + timedelta(days=31)).rates
    assert [(rate.begins, rate.usd, rate.hours) for rate in found] == [
        (datetime(2026, 11, 1, tzinfo=UTC), Decimal("0.114"), 720),
        (datetime(2026, 12, 1, tzinfo=UTC), Decimal("0.114"), 744),
        (datetime(2026, 12, 5, tzinfo=UTC), Decimal("0.1"), 744),
        (datetime(2027, 1, 1, tzinfo=UTC), Decimal("0.1"), 744),
    ]
