"""Who is told of reports, and on which days people work, in organisation.yaml."""

from __future__ import annotations

from datetime import date

import pytest

from chalicelib.core.closures import CountryClosure, DatesClosure
from chalicelib.core.model import Team
from chalicelib.core.working_days import WorkingDays
from chalicelib.flows.telling_reports import Reporting
from tests.entrypoints.schedule_texts import ORGANISATION, read, told

CLOSURES = "closures: [{country: AE}, {dates: 2026-12-24..2026-12-31, reason: code freeze}]\n"
NO_TEAMS = "defaults: {timezone: Europe/Berlin}\nreports: {finance: data-team}\n"


def test_nobody_is_named_where_nothing_is_said() -> None:
    assert read().organisation.reporting == Reporting(None, WorkingDays("Europe/Berlin"))
    assert read(organisation=None).organisation.reporting == Reporting()


def test_finance_is_a_team_with_its_addresses_and_people_work_but_on_closures() -> None:
    reading = read(organisation=f"{ORGANISATION}{CLOSURES}reports: {{finance: data-team}}\n")
    assert [str(problem) for problem in reading.problems] == []
    freeze = DatesClosure(date(2026, 12, 24), date(2026, 12, 31), "code freeze")
    assert reading.organisation.reporting == Reporting(
        Team("data-team", "data@example.com"), WorkingDays("Europe/Berlin", (CountryClosure("AE"), freeze))
    )


@pytest.mark.parametrize(
    ("organisation", "problem"),
    [
        (
            f"{ORGANISATION}reports: {{finance: data-teem}}\n",
            "organisation.yaml:18: there is no team in organisation.yaml called data-teem; write data-team",
        ),
        (
            NO_TEAMS,
            "organisation.yaml:2: no team is listed, so none is called data-team; write teams: {data-team: ",
        ),
        (f"{ORGANISATION}reports: {{finance: [data-team]}}\n", "organisation.yaml:18: finance must be text"),
    ],
)
def test_a_mistake_is_told(organisation: str, problem: str) -> None:
    (first, *_) = told(organisation=organisation)
    assert first.startswith(problem)
