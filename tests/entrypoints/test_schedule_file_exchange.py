"""What organisation.yaml says for reports: its name, and their currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chalicelib.core.money.inputs import Exchange
from tests.entrypoints.schedule_texts import GOOD, ORGANISATION, read, told

EUROS = "reports: {currency: EUR, per_usd: 0.92, source: ECB reference rate, dated: 2026-11-01}"


def with_reports(text: str) -> str:
    return f"{ORGANISATION}{text}\n"


def test_reports_name_the_organisation_as_its_file_does() -> None:
    (unnamed,) = read(GOOD).definitions
    (named,) = read(GOOD, organisation=f"organisation: Acme\n{ORGANISATION}").definitions
    assert (unnamed.definition.organisation, named.definition.organisation) == ("", "Acme")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ('""', 'organisation cannot be "" (String should have at least 1 character); write organisation: Acme'),
        ("5", 'organisation: 5 is a number here, not text; write "5"'),
    ],
)
def test_the_name_of_an_organisation_is_a_text(name: str, problem: str) -> None:
    assert told(organisation=f"organisation: {name}\n{ORGANISATION}") == [f"organisation.yaml:1: {problem}"]


def test_reports_are_in_dollars_where_nothing_is_said() -> None:
    assert read().organisation.exchange is None
    assert read(organisation=with_reports("reports: {currency: USD}")).organisation.exchange is None


def test_an_exchange_rate_is_exact_and_has_its_source_and_date() -> None:
    reading = read(organisation=with_reports(EUROS))
    assert [str(problem) for problem in reading.problems] == []
    assert reading.organisation.exchange == Exchange("EUR", Decimal("0.92"), "ECB reference rate", date(2026, 11, 1))


@pytest.mark.parametrize(
    ("reports", "problem"),
    [
        (
            "{currency: EUR}",
            "reports in EUR need per_usd and source and dated; "
            "write per_usd: 0.92, source: ECB reference rate, dated: 2026-11-01",
        ),
        (
            "{currency: EUR, per_usd: 0.92, dated: 2026-11-01}",
            "reports in EUR need source; write source: ECB reference rate",
        ),
        (
            "{per_usd: 0.92}",
            "reports are in USD, which needs no exchange rate; "
            "take per_usd out, or write the currency, e.g. currency: EUR",
        ),
        (
            "{currency: euro, per_usd: 0.92, source: ECB, dated: 2026-11-01}",
            '"euro" is not a currency; write its three capital letters, e.g. USD',
        ),
        (
            "{currency: EUR, per_usd: 0.92, source: ECB, dated: 2026-11-31}",
            '"2026-11-31" is not a date: 2026-11 has days 01 to 30; '
            "write e.g. 2026-12-24, or 2026-12-24..2027-01-01 for a range",
        ),
        (
            "{currency: EUR, per_usd: 0.92, source: ECB, dated: 2026-11-02}",
            "warning: the exchange rate is dated 2026-11-02, which is to come; write the day on which it was read",
        ),
    ],
)
def test_a_mistake_is_told(reports: str, problem: str) -> None:
    assert told(organisation=with_reports(f"reports: {reports}")) == [f"organisation.yaml:18: {problem}"]


@pytest.mark.parametrize(
    ("right", "wrong"), [("0.92", "0"), ("0.92", "-1"), ("0.92", "much"), ("ECB reference rate", '""')]
)
def test_a_rate_is_above_0_and_its_source_is_named(right: str, wrong: str) -> None:
    [problem] = told(organisation=with_reports(EUROS.replace(right, wrong)))
    assert problem.startswith("organisation.yaml:18: ")
