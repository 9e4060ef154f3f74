"""What good files mean: everything inherited is filled in, nothing is left to look up."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.budget import Budget, Over
from chalicelib.core.closures import CountryClosure, DatesClosure
from chalicelib.core.model import Definition, Importance, Location, Mode, ReadyChecks, StopOrder, Team, WakeRule
from chalicelib.core.money.declaring import Declared
from chalicelib.core.timetable import verdict
from chalicelib.core.windows import parse_window
from chalicelib.entrypoints.schedule_file.problems import Severity
from chalicelib.entrypoints.schedule_file.reading import SourceFile, read_schedules
from tests.entrypoints.schedule_texts import GOOD, ORGANISATION, TODAY, read, told

SAMPLE = Path(__file__).with_name("design_sample.yaml").read_text(encoding="utf-8")


def definition(text: str = GOOD, organisation: str = ORGANISATION) -> Definition:
    reading = read(text, organisation=organisation)
    assert reading.errors == ()
    return reading.definitions[0].definition


def test_the_sample_of_the_design_is_read_without_an_organisation() -> None:
    reading = read(SAMPLE, organisation=None)
    assert reading.errors == ()
    sample = reading.definitions[0].definition
    assert sample.environment == "orders-qa"
    assert sample.locations == (Location("111122223333", "ap-south-1"),)
    nodes = sample.resources[1]
    assert nodes.needs == ("database",)
    assert nodes.ready == ReadyChecks(90, None, "https://orders.qa.example/healthz")
    assert sample.resources[2].importance is Importance.SUPPLEMENTARY
    assert (sample.stage, sample.cost_center, sample.mode) == ("qa", "CC-210", Mode.ACT)
    assert sample.wake == WakeRule(timedelta(hours=2), timedelta(hours=12))
    assert sample.uptime[0].exceptions[0].reason == "Ramadan hours"
    assert sample.budget == Budget(Decimal(1200), "USD", Over.INFORM)


def test_keys_acted_on_later_are_noted_and_never_an_error() -> None:
    notes = [problem for problem in read(SAMPLE).problems if problem.severity is Severity.NOTE]
    assert [str(note) for note in notes if "not yet" in note.what] == [
        "1.yaml:20: note: budget raises spot within capacity; that it limits wakes is not yet effective",
    ]


def test_an_exception_names_each_holiday_it_touches() -> None:
    touched = 'exception "Ramadan hours" touches 2027-03-09, Eid al-Fitr (AE, estimated), which stays closed'
    assert f"1.yaml:17: note: {touched}" in told(SAMPLE)


def test_what_a_file_leaves_out_comes_from_the_organisation() -> None:
    given = definition(GOOD.replace("  timezone: Europe/Berlin\n", ""))
    assert given.locations == (Location("111122223333", "eu-central-1"),)
    assert given.owner == Team("orders-team", "orders@example.com", "https://chat.example/orders", ("orders",))
    assert given.wake == WakeRule(timedelta(hours=3), timedelta(hours=10))
    assert given.uptime[0].timezone == "Europe/Berlin"
    assert given.production_marks == (("Billing", "live-customers"),)


def test_what_nobody_says_is_as_the_model_has_it() -> None:
    given = definition()
    assert (given.shortest_rest, given.stop_warning) == (timedelta(hours=1), timedelta(minutes=15))
    assert given.ready_by_opening is True
    assert given.stop_order is StopOrder.SAME


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("shortest_rest: 0m", "shortest_rest", timedelta()),
        ("stop_warning: 0m", "stop_warning", timedelta()),
        ("ready_by: none", "ready_by_opening", False),
        ("stop_order: reverse", "stop_order", StopOrder.REVERSE),
        ("wake: {longest: 6h}", "wake", WakeRule(timedelta(hours=3), timedelta(hours=6))),
        ("previously: old-name", "previously", "old-name"),
        ("mode: observe", "mode", Mode.OBSERVE),
    ],
)
@pytest.mark.parametrize("inherited", ["shortest_rest: 30m", "stop_warning: 5m", "ready_by: opening"])
def test_what_a_file_says_wins_over_the_defaults(line: str, field: str, value: object, inherited: str) -> None:
    organisation = ORGANISATION.replace("defaults:\n", f"defaults:\n  {inherited}\n")
    assert getattr(definition(GOOD.replace("stage: dev", line), organisation), field) == value


def test_a_default_of_nothing_is_not_mistaken_for_no_default() -> None:
    organisation = ORGANISATION.replace("defaults:\n", "defaults:\n  shortest_rest: 0m\n")
    assert definition(GOOD, organisation).shortest_rest == timedelta()


def test_an_entry_rests_on_its_calendar_and_adds_to_it() -> None:
    entry = "  calendar: office-hours\n  closures: [{dates: 2027-03-22, reason: moving}]\n  start: on-demand\n"
    organisation = f"{ORGANISATION}closures: [{{dates: 2027-01-01, reason: New Year}}]\n"
    uptime = definition(GOOD[: GOOD.index("  timezone")] + entry, organisation).uptime[0]
    assert (uptime.timezone, uptime.start) == ("Asia/Dubai", "on-demand")
    assert uptime.windows == (parse_window("mon-fri 08:00-20:00"),)
    assert uptime.closures == (
        DatesClosure(date(2027, 3, 22), date(2027, 3, 22), "moving"),
        CountryClosure("AE"),
        DatesClosure(date(2027, 1, 1), date(2027, 1, 1), "New Year"),
    )


def test_an_entry_may_replace_the_windows_and_the_zone_of_its_calendar() -> None:
    text = GOOD.replace("  timezone:", "  calendar: office-hours\n  timezone:").replace("08:00", "06:00")
    uptime = definition(text).uptime[0]
    assert (uptime.timezone, uptime.windows) == ("Europe/Berlin", (parse_window("mon-fri 06:00-20:00"),))


def test_a_calendar_without_windows_needs_them_from_the_entry() -> None:
    organisation = ORGANISATION.replace('    windows: ["mon-fri 08:00-20:00"]\n', "")
    text = GOOD[: GOOD.index("  timezone")] + "  calendar: office-hours\n"
    problems = told(text, organisation=organisation)
    assert problems == ['1.yaml:12: windows is missing; write windows: ["mon-fri 08:00-20:00"]']


def test_uptime_may_be_a_list_and_is_up_when_any_entry_says_so() -> None:
    more = '  - {timezone: Asia/Dubai, windows: ["mon-fri 08:00-20:00"]}\n  - calendar: office-hours\n'
    uptime = definition(GOOD[: GOOD.index("  timezone")] + more).uptime
    assert len(uptime) == 2
    assert verdict(uptime, datetime(2026, 11, 2, 5, tzinfo=UTC)).desired == "up"


@pytest.mark.parametrize(("line", "zone"), [("", "Europe/Berlin"), (", timezone: Asia/Dubai", "Asia/Dubai")])
def test_a_baseline_is_in_the_zone_of_the_environment_or_in_its_own(line: str, zone: str) -> None:
    given = definition(GOOD + f'baseline: {{windows: ["mon-fri 07:00-22:00"]{line}}}\n')
    assert given.baseline == Declared((parse_window("mon-fri 07:00-22:00"),), zone)
    assert definition().baseline is None


def test_a_second_entry_is_told_at_its_own_line() -> None:
    entries = '  - calendar: office-hours\n  - {timezone: Asia/Dubay, windows: ["mon-fri 08:00-20:00"]}\n'
    assert told(GOOD[: GOOD.index("  timezone")] + entries) == [
        '1.yaml:14: "Asia/Dubay" is not a time zone; did you mean Asia/Dubai?'
    ]


def test_the_organisation_tells_accounts_and_teams() -> None:
    organisation = read().organisation
    account = organisation.accounts["111122223333"]
    assert (account.role, account.external_id) == ("arn:aws:iam::111122223333:role/curfew", "acme")
    assert organisation.accounts["444455556666"].role is None
    assert organisation.teams["data-team"].email == "data@example.com"


def test_without_an_organisation_the_owner_cannot_be_told() -> None:
    text = GOOD.replace("stage: dev", 'locations: [{account: "111122223333", region: eu-central-1}]')
    reading = read(text, organisation=None)
    assert [problem.severity for problem in reading.problems] == [Severity.WARNING]
    assert reading.definitions[0].definition.owner == Team("orders-team")


def test_a_definition_comes_with_its_file_and_its_text() -> None:
    only = read(GOOD).definitions[0]
    assert (only.file, only.text) == ("1.yaml", GOOD)


def test_a_file_with_an_error_gives_no_definition_and_the_others_do() -> None:
    reading = read(GOOD.replace("stage", "stge"), GOOD.replace("orders-dev", "orders-qa"))
    assert [each.definition.environment for each in reading.definitions] == ["orders-qa"]


@pytest.mark.parametrize("broken", ["teams: [", "temas: {}", "a: 1\na: 2"])
def test_a_broken_organisation_lets_no_definition_through(broken: str) -> None:
    reading = read(GOOD, organisation=broken)
    assert reading.definitions == ()
    assert {problem.file for problem in reading.errors} == {"organisation.yaml"}


def test_there_is_one_organisation() -> None:
    files = [SourceFile("a/organisation.yaml", ORGANISATION), SourceFile("b/organisation.yaml", ORGANISATION)]
    problems = read_schedules(files, TODAY).problems
    said = "a/organisation.yaml already says what all share; keep one organisation.yaml"
    assert [str(problem) for problem in problems] == [f"b/organisation.yaml:1: {said}"]


LINES = GOOD.splitlines()
JUNK = st.sampled_from(
    ["", "x", "- x", "key: [", "  1: 2", "uptime: 3", "resources: []", "    needs: {a: b}", "owner:"]
)


@given(st.integers(0, len(LINES) - 1), JUNK, st.booleans())
def test_whatever_a_line_is_changed_into_the_file_is_read_or_told(place: int, junk: str, organised: bool) -> None:
    text = "\n".join([*LINES[:place], junk, *LINES[place + 1 :]])
    reading = read(text, organisation=ORGANISATION if organised else None)
    assert bool(reading.definitions) is not bool(reading.errors)
    assert all(problem.remedy for problem in reading.errors)
