"""What every keeper of the organisation promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.adapters.dynamodb_organisation import ACCESS, KEY, DynamoOrganisation, StoredRoles
from chalicelib.adapters.dynamodb_table import Table, put
from chalicelib.adapters.sessions import Role
from chalicelib.core.closures import CalendarClosure, CalendarDay, CountryClosure, DatesClosure
from chalicelib.core.model import Team
from chalicelib.core.money.commitments import Reservation, SavingsPlan
from chalicelib.core.money.inputs import Exchange
from chalicelib.core.working_days import WorkingDays
from chalicelib.flows.rollout import Access, Organisations, Shared
from chalicelib.flows.telling_reports import Reporting
from tests.fakes.organisation import MemoryOrganisation

WAY = Access("arn:aws:iam::444455556666:role/curfew-member", "e-1")
SHARED = Shared("accounts: {}\n", {"444455556666": WAY})


@pytest.fixture
def stored(request: pytest.FixtureRequest) -> DynamoOrganisation:
    client: Any = request.getfixturevalue("dynamodb")
    return DynamoOrganisation(request.getfixturevalue("table"), lambda: client)


@pytest.fixture(params=["memory", "dynamodb"])
def organisations(request: pytest.FixtureRequest) -> Organisations:
    if request.param == "memory":
        return MemoryOrganisation()
    kept: DynamoOrganisation = request.getfixturevalue("stored")
    return kept


def test_before_anything_is_kept_there_is_no_source(organisations: Organisations) -> None:
    assert organisations.source() is None


def test_the_last_that_was_kept_is_there(organisations: Organisations) -> None:
    organisations.keep(SHARED)
    organisations.keep(Shared("teams: {}\n", {}))
    assert organisations.source() == "teams: {}\n"


def test_calendars_are_those_last_applied_with_their_dates(organisations: Organisations) -> None:
    assert organisations.calendars() == ()
    fetched_at = datetime(2027, 3, 8, 12, tzinfo=UTC)
    calendar = CalendarClosure("days.ics", (CalendarDay(date(2027, 3, 10), "Company day"),), fetched_at)
    organisations.keep(replace(SHARED, calendars=(calendar,)))
    assert organisations.calendars() == (calendar,)
    organisations.keep(SHARED)
    assert organisations.calendars() == ()


def test_the_exchange_rate_is_the_one_last_applied(organisations: Organisations) -> None:
    assert organisations.exchange() is None
    exchange = Exchange("EUR", Decimal("0.92"), "ECB reference rate", date(2026, 11, 1))
    organisations.keep(replace(SHARED, exchange=exchange))
    assert organisations.exchange() == exchange
    organisations.keep(SHARED)
    assert organisations.exchange() is None


def test_commitments_and_the_ways_into_accounts_are_those_last_applied(organisations: Organisations) -> None:
    assert (organisations.commitments(), organisations.access()) == ((), {})
    begins, ends = datetime(2026, 4, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
    plan = SavingsPlan("sp", Decimal("4.20"), Decimal("0.27"), ("ec2:*",), begins, ends)
    reserved = Reservation("ri", Decimal(2), Decimal("0.335"), ("rds:*",), begins, ends)
    organisations.keep(replace(SHARED, commitments=(plan, reserved)))
    assert (organisations.commitments(), organisations.access()) == ((plan, reserved), SHARED.access)
    organisations.keep(SHARED)
    assert organisations.commitments() == ()


def test_who_is_told_of_reports_and_when_is_as_last_applied(organisations: Organisations) -> None:
    assert organisations.reporting() == Reporting()
    freeze = DatesClosure(date(2026, 12, 24), date(2026, 12, 31), "code freeze")
    days = WorkingDays("Asia/Dubai", (CountryClosure("AE"), freeze, CalendarClosure("days.ics")))
    reporting = Reporting(Team("finance", "finance@example.com", groups=("money",)), days)
    organisations.keep(replace(SHARED, reporting=reporting))
    assert organisations.reporting() == reporting
    organisations.keep(SHARED)
    assert organisations.reporting() == Reporting()


def test_what_was_kept_before_there_were_calendars_and_figures_for_reports_has_none(dynamodb: Any, table: str) -> None:
    before = {**KEY, "source": {"S": "teams: {}"}, "access": {"S": ACCESS.encode({})}}
    Table(table, lambda: dynamodb).transact([put(before)])
    kept = DynamoOrganisation(table, lambda: dynamodb)
    assert (kept.calendars(), kept.exchange(), kept.commitments(), kept.reporting()) == ((), None, (), Reporting())


def test_roles_are_those_last_applied(stored: DynamoOrganisation) -> None:
    roles = StoredRoles(stored)
    assert roles.get("444455556666") is None
    stored.keep(SHARED)
    assert dict(roles) == {"444455556666": Role(WAY.role, "e-1")}
    assert roles.get("111122223333") is None
