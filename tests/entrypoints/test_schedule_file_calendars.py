"""iCal calendars that schedule files name: beside the file, by address, or as they were when last applied."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.core.closures import CalendarClosure, CalendarDay
from chalicelib.entrypoints.schedule_file.calendars import Fetched
from chalicelib.entrypoints.schedule_file.reading import Reading, SourceFile, read_schedules
from chalicelib.flows.calendars import Unreachable
from tests.entrypoints.schedule_texts import GOOD, ORGANISATION, TODAY

NOW = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
ADDRESS = "https://days.example/private-4711/basic.ics"
DAY = CalendarDay(date(2027, 3, 10), "Company day")


def days_text(*dates: str) -> str:
    events = "".join(
        f"BEGIN:VEVENT\nUID:{day}\nSUMMARY:Company day\nDTSTART;VALUE=DATE:{day}\nEND:VEVENT\n" for day in dates
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n"


def text_of(source: str, environment: str = "orders-dev") -> str:
    return f'{GOOD.replace("orders-dev", environment)}  closures: [{{ical: "{source}"}}]\n'


def read(
    source: str,
    *files: SourceFile,
    copies: tuple[CalendarClosure, ...] = (),
    fetched: Fetched | None = None,
    shared: str = ORGANISATION,
) -> Reading:
    sent = [SourceFile("a/organisation.yaml", shared), SourceFile("a/1.yaml", text_of(source), copies), *files]
    return read_schedules(sent, TODAY, fetched)


def closures(reading: Reading) -> tuple[object, ...]:
    assert reading.errors == ()
    return reading.definitions[0].definition.uptime[0].closures


def told(reading: Reading) -> list[str]:
    return [str(problem) for problem in reading.problems]


def answered(text: str | Unreachable) -> Fetched:
    return Fetched(NOW, {ADDRESS: text})


def test_a_file_beside_the_schedule_file_closes_its_dates() -> None:
    reading = read("days.ics", SourceFile("a/days.ics", days_text("20270310")))
    assert told(reading) == []
    assert closures(reading) == (CalendarClosure("days.ics", (DAY,), datetime(2026, 11, 1, tzinfo=UTC)),)


def test_recurring_days_are_worked_out_from_last_year_to_the_year_after_next() -> None:
    text = days_text("20150310").replace("END:VEVENT", "RRULE:FREQ=YEARLY\nEND:VEVENT")
    (calendar,) = closures(read("days.ics", SourceFile("a/days.ics", text)))
    assert isinstance(calendar, CalendarClosure)
    assert [each.day.year for each in calendar.days] == [2025, 2026, 2027, 2028]


def test_a_calendar_of_the_organisation_closes_dates_of_every_environment() -> None:
    shared = f"{ORGANISATION}closures: [{{ical: shared.ics}}]\n"
    files = SourceFile("a/days.ics", days_text("20270310")), SourceFile("a/shared.ics", days_text("20270311"))
    reading = read("days.ics", *files, shared=shared)
    assert [closure.source for closure in closures(reading) if isinstance(closure, CalendarClosure)] == [
        "days.ics",
        "shared.ics",
    ]
    assert [calendar.source for calendar in reading.organisation.calendars] == ["shared.ics"]


def test_a_missing_file_is_a_warning_offline_and_an_error_when_applied() -> None:
    said = "there is no days.ics beside this file; put it there"
    assert told(read("days.ics")) == [f"a/1.yaml:15: warning: {said}"]
    assert told(read("days.ics", fetched=Fetched(NOW, {}))) == [f"a/1.yaml:15: {said}"]


def test_a_file_that_was_not_sent_keeps_the_dates_it_had() -> None:
    copy = CalendarClosure("days.ics", (DAY,), NOW - timedelta(days=12))
    reading = read("days.ics", copies=(copy,), fetched=Fetched(NOW, {}))
    assert closures(reading) == (copy,)
    said = "days.ics was not sent: the copy fetched 12 days ago stays in force; put it beside this file"
    assert told(reading) == [f"a/1.yaml:15: warning: {said}"]


def test_a_broken_file_is_told_once_at_its_own_line() -> None:
    broken = SourceFile("a/days.ics", days_text("20270231"))
    other = SourceFile("a/2.yaml", text_of("days.ics", "orders-qa"))
    reading = read("days.ics", other, broken)
    assert reading.definitions == ()
    assert told(reading) == [
        "a/days.ics:6: DTSTART of this event cannot be read (Wrong date format 20270231); "
        "write e.g. DTSTART;VALUE=DATE:20271224"
    ]


def test_a_calendar_of_past_days_only_is_told() -> None:
    reading = read("days.ics", SourceFile("a/days.ics", days_text("20260310")))
    said = "days.ics closes no date from 2026-11-01 to 2028-12-31; bring it up to date"
    assert told(reading) == [f"a/1.yaml:15: warning: {said}"]


def test_an_address_is_not_asked_offline_and_its_secret_part_is_not_told() -> None:
    said = "the calendar of days.example is read when this file is applied: its dates are not known here"
    assert told(read(ADDRESS)) == [f"a/1.yaml:15: note: {said}"]


def test_an_address_that_answers_closes_its_dates() -> None:
    reading = read(ADDRESS, fetched=answered(days_text("20270310")))
    assert (told(reading), reading.dead) == ([], {})
    assert closures(reading) == (CalendarClosure(ADDRESS, (DAY,), NOW),)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Unreachable("it answered 404"), "it answered 404"),
        ("<html>", "line 1: this is no calendar: it does not begin with BEGIN:VCALENDAR, export the calendar again"),
    ],
)
def test_a_dead_address_keeps_its_last_good_copy_and_without_one_is_an_error(
    answer: str | Unreachable, why: str
) -> None:
    copy = CalendarClosure(ADDRESS, (DAY,), NOW - timedelta(days=1))
    kept = read(ADDRESS, copies=(copy,), fetched=answered(answer))
    assert closures(kept) == (copy,)
    assert list(kept.dead) == [ADDRESS]
    (warning,) = told(kept)
    assert warning.startswith(f"a/1.yaml:15: warning: the calendar of days.example cannot be read ({why}")
    assert warning.endswith("the copy fetched 1 day ago stays in force; mend the address")
    (error,) = told(read(ADDRESS, fetched=answered(answer)))
    assert error.startswith(f"a/1.yaml:15: the calendar of days.example cannot be read ({why}")
    assert error.endswith("; mend the address, or take the closure out")


def test_an_address_that_is_not_asked_now_keeps_its_copy_without_a_word() -> None:
    copy = CalendarClosure(ADDRESS, (DAY,), NOW - timedelta(days=40))
    reading = read(ADDRESS, copies=(copy,), fetched=Fetched(NOW, {}))
    assert (closures(reading), told(reading)) == ((copy,), [])


@pytest.mark.parametrize(
    ("source", "remedy"),
    [
        (
            "http://days.example/x.ics",
            '"http://days.example/x.ics" is not an https address; write {ical: "https://days.example/x.ics"}',
        ),
        (
            "webcal://days.example/x.ics",
            '"webcal://days.example/x.ics" is not an https address; write {ical: "https://days.example/x.ics"}',
        ),
        (
            "https:///x.ics",
            '"https:///x.ics" is not an https address; write {ical: "https://example.com/holidays.ics"}',
        ),
        (
            "../days.ics",
            '"../days.ics" is no .ics file beside the schedule file; put it there, and write e.g. {ical: days.ics}',
        ),
        (
            "/srv/days.ics",
            '"/srv/days.ics" is no .ics file beside the schedule file; put it there, and write e.g. {ical: days.ics}',
        ),
        (
            "days.txt",
            '"days.txt" is no .ics file beside the schedule file; put it there, and write e.g. {ical: days.ics}',
        ),
    ],
)
def test_what_names_no_calendar_is_told(source: str, remedy: str) -> None:
    assert told(read(source)) == [f"a/1.yaml:15: {remedy}"]
