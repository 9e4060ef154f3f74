"""The embedded price book: what it knows, what it does not, and how each rate says where and when."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from chalicelib.adapters.price_book import TABLE, PriceBook

BOOK = PriceBook()
AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "usd", "dated"),
    [
        ("ec2:ap-south-1:m5.xlarge:linux:shared:on-demand", "0.202", date(2026, 7, 5)),
        ("ec2:ap-south-1:m5a.xlarge:linux:shared:on-demand", "0.111", date(2026, 7, 5)),
        ("ec2:ap-south-1:m6i.xlarge:linux:shared:on-demand", "0.202", date(2026, 7, 5)),
        ("ec2:ap-south-1:m5.large:linux:shared:on-demand", "0.101", date(2026, 7, 5)),
        ("ec2:eu-central-1:m5.large:linux:shared:on-demand", "0.115", date(2026, 7, 5)),
        ("ec2:us-east-1:m5.large:linux:shared:on-demand", "0.096", date(2026, 7, 5)),
        ("rds:ap-south-1:db.r6g.xlarge:postgres:none:single-az", "0.513", date(2021, 3, 30)),
        ("rds:eu-central-1:db.m6g.large:mysql:none:single-az", "0.18", date(2021, 3, 30)),
        ("rds:eu-central-1:db.m6g.2xlarge:postgres:none:single-az", "0.757", date(2021, 3, 30)),
        ("rds:us-east-1:db.r6g.large:aurora-postgresql:none:member", "0.26", date(2021, 3, 30)),
    ],
)
def test_what_the_sample_organisation_runs_has_a_rate(key: str, usd: str, dated: date) -> None:
    rate = BOOK.rate(key)
    assert rate is not None
    assert (rate.key, rate.usd, rate.dated, rate.hours) == (key, Decimal(usd), dated, 1)


def test_of_two_dates_the_later_counts() -> None:
    rate = BOOK.rate("rds:us-east-1:db.m5.large:mysql:none:single-az")
    assert rate is not None
    assert rate.dated == date(2026, 5, 3)


def test_systems_and_licences_have_prices_of_their_own() -> None:
    systems = ("linux", "rhel", "suse", "windows")
    rates = [BOOK.rate(f"ec2:us-east-1:m5.large:{system}:shared:on-demand") for system in systems]
    assert [rate.usd for rate in rates if rate] == [Decimal(usd) for usd in ("0.096", "0.125", "0.152", "0.188")]
    oracle = [
        BOOK.rate(f"rds:us-east-1:db.t3.large:oracle-se2:{licence}:single-az") for licence in ("byol", "included")
    ]
    assert [rate.usd for rate in oracle if rate] == [Decimal("0.136"), Decimal("0.3")]


def test_a_standby_is_priced_only_where_its_price_was_read() -> None:
    known = BOOK.rate("rds:us-east-1:db.t3.large:mysql:none:multi-az")
    assert known is not None
    assert known.usd == Decimal("0.272")
    assert BOOK.rate("rds:ap-south-1:db.r6g.xlarge:postgres:none:single-az") is not None
    assert BOOK.rate("rds:ap-south-1:db.r6g.xlarge:postgres:none:multi-az") is None


@pytest.mark.parametrize(
    "key",
    [
        "ec2:ap-south-1a:m5.xlarge:linux:shared:spot",
        "ec2:ap-south-1:t4g.large:windows:shared:on-demand",
        "ec2:me-central-1:m5.large:linux:shared:on-demand",
        "keep:ap-south-1:nat-gateway",
        "rds:us-east-1:db.t3.large:oracle-ee:byol:single-az",
    ],
)
def test_what_is_not_in_the_book_is_missing_with_a_reason(key: str) -> None:
    found = BOOK.rates([key], AT, AT)
    assert found.rates == ()
    assert found.missing[key].startswith("the embedded price book has no ")


def test_every_line_gives_rates_above_nothing_and_no_key_is_there_twice() -> None:
    lines = [line.split(",") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    keys = Counter(
        pattern.replace("{}", each.partition("=")[0]) for pattern, _, _, each_of in lines for each in each_of.split()
    )
    assert {key for key, times in keys.items() if times > 1} == set()
    for rate in BOOK.rates(keys, AT, AT).rates:
        assert rate.usd > 0
        assert date(2021, 1, 1) < rate.dated < date(2027, 1, 1)
    assert BOOK.rates(keys, AT, AT).missing == {}


def test_it_is_small_and_read_only_when_it_is_asked() -> None:
    assert TABLE.stat().st_size < 100_000
    code = "import chalicelib.adapters.price_book as book; print(book._table.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "0\n"
