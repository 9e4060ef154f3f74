"""Which dates the events of a calendar close, and what people are told of a text that is no good calendar."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.closures import CalendarDay
from chalicelib.core.ical import MOST_DATES, ICalError, closed_dates

FIRST, LAST = date(2027, 1, 1), date(2028, 12, 31)


def event(*lines: str) -> str:
    return "\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""])


def calendar(*events: str, also: str = "") -> str:
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//acme//days//EN\n{also}{''.join(events)}END:VCALENDAR\n"


def closed(*events: str, also: str = "") -> list[str]:
    """The dates closed, each with its title."""
    return [f"{each.day} {each.summary}" for each in closed_dates(calendar(*events, also=also), FIRST, LAST)]


DAY = ("UID:1", "SUMMARY:Company day")
WEEK = ("UID:1", "SUMMARY:Retreat", "DTSTART;VALUE=DATE:20270104", "RRULE:FREQ=WEEKLY;COUNT=3")


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (("DTSTART;VALUE=DATE:20270310",), ["2027-03-10"]),
        (("DTSTART;VALUE=DATE:20270310", "DTEND;VALUE=DATE:20270312"), ["2027-03-10", "2027-03-11"]),
        (("DTSTART;VALUE=DATE:20270310", "DURATION:P2D"), ["2027-03-10", "2027-03-11"]),
        (("DTSTART;VALUE=DATE:20261230", "DTEND;VALUE=DATE:20270102"), ["2027-01-01"]),
        (("DTSTART:20270310T090000", "DTEND:20270310T170000"), ["2027-03-10"]),
        (("DTSTART:20270310T220000", "DTEND:20270311T020000"), ["2027-03-10", "2027-03-11"]),
        (("DTSTART:20270310T220000", "DTEND:20270311T000000"), ["2027-03-10"]),
        (("DTSTART;TZID=Asia/Dubai:20270310T010000", "DTEND;TZID=Asia/Dubai:20270310T020000"), ["2027-03-10"]),
        (("DTSTART;VALUE=DATE:20270310", "RRULE:FREQ=YEARLY"), ["2027-03-10", "2028-03-10"]),
        (("DTSTART;VALUE=DATE:20150310", "RRULE:FREQ=YEARLY"), ["2027-03-10", "2028-03-10"]),
        (("DTSTART;VALUE=DATE:20270310", "RDATE;VALUE=DATE:20270401"), ["2027-03-10", "2027-04-01"]),
        (("DTSTART;VALUE=DATE:20270310", "STATUS:CANCELLED"), []),
        (("DTSTART;VALUE=DATE:20260310",), []),
        (("DTSTART;VALUE=DATE:20270310", "TRANSP:TRANSPARENT", "STATUS:TENTATIVE"), ["2027-03-10"]),
    ],
)
def test_an_event_closes_each_date_it_touches(lines: tuple[str, ...], days: list[str]) -> None:
    assert closed(event(*DAY, *lines)) == [f"{day} Company day" for day in days]


def test_a_weekly_event_leaves_out_its_excluded_its_cancelled_and_its_moved_dates() -> None:
    excluded = event(*WEEK, "EXDATE;VALUE=DATE:20270111")
    moved = event("UID:1", "RECURRENCE-ID;VALUE=DATE:20270118", "DTSTART;VALUE=DATE:20270119", "SUMMARY:Retreat")
    gone = event("UID:1", "RECURRENCE-ID;VALUE=DATE:20270104", "DTSTART;VALUE=DATE:20270104", "STATUS:CANCELLED")
    assert closed(excluded, moved, gone) == ["2027-01-19 Retreat"]


def test_a_calendar_that_names_its_zone_has_its_dates_there() -> None:
    late = event(*DAY, "DTSTART:20270310T210000Z", "DTEND:20270310T220000Z")
    assert closed(late, also="X-WR-TIMEZONE:Asia/Dubai\n") == ["2027-03-11 Company day"]
    assert closed(late) == ["2027-03-10 Company day"]


def test_a_date_is_closed_once_and_events_without_a_title_have_a_name() -> None:
    nameless = event("UID:2", "DTSTART;VALUE=DATE:20270311", "DTEND;VALUE=DATE:20270313")
    assert closed(event(*DAY, "DTSTART;VALUE=DATE:20270311"), nameless) == [
        "2027-03-11 Company day",
        "2027-03-12 unnamed day",
    ]


def test_lines_may_be_folded_and_end_as_on_windows() -> None:
    text = calendar(event("UID:1", "SUMMARY:Comp", " any day", "DTSTART;VALUE=DATE:20270310"))
    (day,) = closed_dates("\ufeff" + text.replace("\n", "\r\n"), FIRST, LAST)
    assert (day.day, day.summary) == (date(2027, 3, 10), "Company day")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1: this is no calendar: it does not begin with BEGIN:VCALENDAR; export the calendar again"),
        ("<html>404</html>", "line 1: this is no calendar"),
        (calendar("nonsense\n"), 'line 4: "nonsense" is no line of a calendar; export the calendar again'),
        (calendar(event(*DAY)).replace("END:VCALENDAR\n", ""), "line 7: the calendar does not end with one END"),
        (calendar(event(*DAY)), "line 4: this event has no DTSTART; write DTSTART;VALUE=DATE:20271224"),
        (
            calendar(event(*DAY, "DTSTART;VALUE=DATE:20270310"), event("UID:2", "DTSTART;VALUE=DATE:20270231")),
            "line 11: DTSTART of this event cannot be read (Wrong date format 20270231); "
            "write e.g. DTSTART;VALUE=DATE:20271224",
        ),
        (
            calendar(event(*DAY, "DTSTART;VALUE=DATE:20270310", "RRULE:FREQ=FORTNIGHTLY")),
            "line 8: RRULE of this event cannot be read (Expected frequency, got: FORTNIGHTLY); "
            "write e.g. RRULE:FREQ=YEARLY",
        ),
        (
            calendar(event(*DAY, "DTSTART;VALUE=DATE:20270310", "RRULE:FREQ=SECONDLY")),
            "line 8: this event recurs SECONDLY, or at several times of a day; write FREQ=DAILY or WEEKLY",
        ),
        (
            calendar(event(*DAY, "DTSTART:20270310T000000", "RRULE:FREQ=DAILY;BYSECOND=1,2,3")),
            "line 8: this event recurs DAILY, or at several times of a day",
        ),
        (
            calendar(event(*DAY, "DTSTART;VALUE=DATE:20270101", "RRULE:FREQ=DAILY")),
            f"line 1: the calendar closes 731 dates between {FIRST} and {LAST}; "
            f"name one that holds only holidays, at most {MOST_DATES}",
        ),
        (calendar(event("UID:1", "DTSTART;VALUE=DATE:20270101") * 3001), "line 1: the calendar has 3001 events"),
        (calendar(event(*WEEK) * 301), "line 1: more than 300 events of the calendar recur"),
    ],
)
def test_a_broken_calendar_is_told_with_its_line_and_a_remedy(text: str, told: str) -> None:
    with pytest.raises(ICalError) as error:
        closed_dates(text, FIRST, LAST)
    assert str(error.value).startswith(told)


GOOD = calendar(event(*DAY, "DTSTART;VALUE=DATE:20270310", "DTEND;VALUE=DATE:20270312"), event(*WEEK)).splitlines()
JUNK = st.sampled_from(
    ["", "x", ":", ";;;", "BEGIN:VEVENT", "END:VEVENT", "RRULE:COUNT=3", "DTSTART:20270310", "DTEND:1", "EXDATE:x"]
)


@given(st.integers(0, len(GOOD) - 1), JUNK)
def test_whatever_a_line_is_changed_into_the_calendar_is_read_or_told(place: int, junk: str) -> None:
    text = "\n".join([*GOOD[:place], junk, *GOOD[place + 1 :]])
    told: ICalError | None = None
    days: tuple[CalendarDay, ...] = ()
    try:
        days = closed_dates(text, FIRST, LAST)
    except ICalError as error:
        told = error
    assert all(FIRST <= each.day <= LAST for each in days)
    assert told is None or (1 <= told.line <= len(GOOD) and told.remedy)
