"""What everything that knows rates promises."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.adapters.price_book import PriceBook
from chalicelib.core.money.rates import A_MONTH, Rate, book, rate_at
from chalicelib.flows.ledger_ports import Rates
from tests.contracts.rates import deployed
from tests.fakes import FakeClock
from tests.fakes.priced_cloud import PricedCloud
from tests.fakes.rates import MemoryRates

BEGINS, ENDS = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
KNOWN = ("ec2:ap-south-1:m5.xlarge:linux:shared:on-demand", "rds:us-east-1:db.r6g.large:mysql:none:single-az")
MONTHLY = "keep:ap-south-1:ebs.gp2.gb"
UNKNOWN = ("ec2:ap-south-1:x99.large:linux:shared:on-demand", "keep:us-east-1:of-the-future", "nonsense:here")


@pytest.fixture(params=["memory", "book", "deployed"])
def rates(request: pytest.FixtureRequest) -> Rates:
    if request.param == "memory":
        monthly = Rate(MONTHLY, Decimal("0.114"), "a test", date(2026, 11, 1), A_MONTH)
        return MemoryRates([monthly, *(Rate(key, Decimal("0.2"), "a test", date(2026, 11, 1)) for key in KNOWN)])
    if request.param == "book":
        return PriceBook()
    client: Any = request.getfixturevalue("dynamodb")
    return deployed(PricedCloud(), FakeClock(ENDS), request.getfixturevalue("table"), client)


def test_every_key_has_a_rate_or_a_reason_and_no_other_key_has_either(rates: Rates) -> None:
    found = rates.rates([*KNOWN, *UNKNOWN], BEGINS, ENDS)
    assert {rate.key for rate in found.rates} == set(KNOWN)
    assert set(found.missing) == set(UNKNOWN)
    assert all(found.missing.values())


def test_a_rate_costs_something_and_says_where_and_when(rates: Rates) -> None:
    found = rates.rates(KNOWN, BEGINS, ENDS)
    assert found.missing == {}
    for rate in found.rates:
        assert rate.usd > 0
        assert rate.source
        assert rate.dated <= ENDS.date()
    assert all(rate_at(book(found.rates), key, BEGINS) for key in KNOWN)


def test_rates_come_in_the_order_of_keys_each_once(rates: Rates) -> None:
    found = rates.rates([*reversed(KNOWN), *KNOWN], BEGINS, ENDS)
    assert [rate.key for rate in found.rates] == sorted(KNOWN)
    assert rates.rates(KNOWN, BEGINS, ENDS) == found


def test_what_costs_so_much_a_month_costs_that_in_each_month(rates: Rates) -> None:
    known = book(rates.rates([MONTHLY], BEGINS, datetime(2027, 1, 1, tzinfo=UTC)).rates)
    for at, hours in ((BEGINS, 720), (ENDS, 744)):
        rate = rate_at(known, MONTHLY, at)
        assert rate is not None
        assert (rate.begins, rate.usd, rate.hours) == (at, Decimal("0.114"), hours)


def test_nothing_is_known_of_nothing(rates: Rates) -> None:
    found = rates.rates([], BEGINS, ENDS)
    assert (found.rates, dict(found.missing)) == ((), {})
