"""Every form of the schedule language, from a file on disk to what `curfew explain` answers for an instant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.entrypoints.cli.files import ORDERS, ORGANISATION, write_schedules
from tests.entrypoints.cli.terminal import Terminal

HEAD = f"ready_by: none\nshortest_rest: 0m\n{ORDERS[: ORDERS.index('uptime:')]}"
CALENDARS = """\
calendars:
  base: {timezone: Asia/Dubai, windows: ["mon-fri 08:00-20:00"], closures: [{dates: 2027-03-09, reason: base day}]}
  office: {calendar: base, closures: [{dates: 2027-03-10, reason: office day}]}
  late-office: {calendar: office, windows: ["mon-fri 12:00-23:00"]}
"""


def windows(*texts: str) -> str:
    listed = "".join(f"    - {text}\n" for text in texts)
    return f"uptime:\n  timezone: Asia/Dubai\n  windows:\n{listed}"


WORKDAYS = windows("mon-fri 08:00-20:00")
FREEZE = "  closures: [{dates: 2027-03-10..2027-03-11, reason: freeze}]\n"
SHORT = {
    "mon-fri 08:00-20:00": {"03-08T07:59": "down", "03-08T08:00": "up", "03-08T20:00": "down", "03-13T12:00": "down"},
    "sun-thu 22:00-06:00": {"03-07T22:00": "up", "03-12T05:59": "up", "03-12T06:00": "down", "03-12T23:00": "down"},
    "24/7": {"03-13T03:00": "up"},
    "mon,wed,fri 09:00-12:00": {"03-08T10:00": "up", "03-09T10:00": "down", "03-10T10:00": "up"},
    "fri-mon 09:00-12:00": {"03-12T10:00": "up", "03-14T10:00": "up", "03-15T10:00": "up", "03-16T10:00": "down"},
    "1st mon 09:00-17:00": {"03-01T10:00": "up", "03-08T10:00": "down"},
    "2nd mon 09:00-17:00": {"03-01T10:00": "down", "03-08T10:00": "up"},
    "5th mon 09:00-17:00": {"03-22T10:00": "down", "03-29T10:00": "up"},
    "last fri 09:00-17:00": {"03-19T10:00": "down", "03-26T10:00": "up"},
    "day 1-5 09:00-17:00": {"03-05T10:00": "up", "03-06T10:00": "down"},
    "last day 08:00-12:00": {"03-31T10:00": "up", "03-30T10:00": "down", "02-28T10:00": "up"},
    "mon 20:00-24:00": {"03-08T23:59": "up", "03-09T00:00": "down"},
    "mon-fri to 18:00": {"03-08T10:00": "as-is", "03-08T18:00": "down"},
    "mon-fri from 10:00": {"03-08T09:00": "as-is", "03-08T10:00": "up", "03-08T23:59": "up", "03-13T09:00": "down"},
}
LONG = {
    '{days: [mon-fri], from: "08:00", to: "20:00"}': {"03-08T08:00": "up", "03-13T08:00": "down"},
    '{days: ["1st mon", "last fri"], from: "08:00", to: "20:00"}': {"03-01T09:00": "up", "03-08T09:00": "down"},
    '{days: [mon-fri], months: [jan-mar], from: "08:00", to: "20:00"}': {"03-31T09:00": "up", "04-01T09:00": "down"},
    '{month_days: ["1-15"], from: "08:00", to: "20:00"}': {"03-15T09:00": "up", "03-16T09:00": "down"},
    '{month_days: [last], from: "08:00", to: "20:00"}': {"03-31T09:00": "up", "03-30T09:00": "down"},
    '{month_days: ["15W"], from: "08:00", to: "20:00"}': {
        "05-14T09:00": "up",
        "05-15T09:00": "down",
        "08-16T09:00": "up",
        "08-15T09:00": "down",
    },
    '{days: [mon], every: 2, starting: 2027-03-08, from: "08:00", to: "20:00"}': {
        "03-01T09:00": "down",
        "03-08T09:00": "up",
        "03-15T09:00": "down",
        "03-22T09:00": "up",
    },
    '{days: [mon-fri], to: "18:00"}': {"03-08T10:00": "as-is", "03-08T18:00": "down"},
    '{days: [mon-fri], from: "10:00"}': {"03-08T09:00": "as-is", "03-08T10:00": "up"},
    '{days: [mon], from: "22:00", to: "06:00"}': {"03-08T23:00": "up", "03-09T05:59": "up", "03-09T06:00": "down"},
    '{days: [mon], from: "20:00", to: "24:00"}': {"03-08T23:59": "up", "03-09T00:00": "down"},
    '{days: [mon], from: "08:00", to: "20:00", timezone: Europe/Berlin}': {"03-08T10:59": "down", "03-08T11:00": "up"},
}
ENTRIES = [
    (windows("mon 08:00-12:00", "mon 12:00-16:00", "mon 15:00-17:00"), {"03-08T12:00": "up", "03-08T17:00": "down"}),
    (f"{WORKDAYS}  start: on-demand\n", {"03-08T12:00": "as-is", "03-08T21:00": "down"}),
    (f"{WORKDAYS}  stop: manual\n", {"03-08T12:00": "up", "03-08T21:00": "as-is"}),
    (f"{WORKDAYS}{FREEZE}", {"03-09T12:00": "up", "03-10T12:00": "down", "03-11T12:00": "down"}),
    (f"{WORKDAYS}  closures: [{{country: AE}}]\n", {"12-02T12:00": "down"}),
    (f"{WORKDAYS}  closures: [{{country: DE}}]\n", {"01-06T12:00": "up"}),
    (f"{WORKDAYS}  closures: [{{country: DE, subdivision: BY}}]\n", {"01-06T12:00": "down"}),
    (
        f"{WORKDAYS}  closures: [{{country: DE, subdivision: TH, categories: [catholic]}}]\n",
        {"05-26T12:00": "up", "05-27T12:00": "down"},
    ),
    (
        f'{WORKDAYS}  exceptions: [{{dates: 2027-03-08..2027-03-09, windows: ["12:00-13:00"], reason: fair}}]\n',
        {"03-08T11:00": "down", "03-08T12:30": "up", "03-10T11:00": "up"},
    ),
    (
        f'{WORKDAYS}  exceptions: [{{dates: 2027-03-08, windows: ["22:00-23:00"], reason: fair, mode: add}}]\n',
        {"03-08T11:00": "up", "03-08T22:30": "up", "03-08T21:00": "down"},
    ),
    (
        f'{WORKDAYS}{FREEZE}  exceptions: [{{dates: 2027-03-10, windows: ["24/7"], reason: release, owner: qa}}]\n',
        {"03-10T12:00": "down"},
    ),
    (
        f'{WORKDAYS}{FREEZE}  exceptions: [{{dates: 2027-03-10, windows: ["24/7"], reason: r, closures: ignore}}]\n',
        {"03-10T12:00": "up", "03-11T12:00": "down"},
    ),
    (f"{WORKDAYS}  exceptions: [{{dates: 2027-03-08, windows: [], reason: fair}}]\n", {"03-08T12:00": "down"}),
    (
        'uptime:\n  - {timezone: Asia/Dubai, windows: ["mon 08:00-12:00"]}\n'
        '  - {timezone: Europe/Berlin, windows: ["mon 08:00-12:00"]}\n',
        {"03-08T08:00": "up", "03-08T14:30": "up", "03-08T15:00": "down"},
    ),
    (
        "uptime: {calendar: office, closures: [{dates: 2027-03-11, reason: ours}]}\n",
        {"03-08T12:00": "up", "03-09T12:00": "down", "03-10T12:00": "down", "03-11T12:00": "down", "03-12T12:00": "up"},
    ),
    ("uptime: {calendar: late-office}\n", {"03-08T09:00": "down", "03-08T22:00": "up", "03-10T15:00": "down"}),
]
FORMS = [
    *((windows(f'"{text}"'), says) for text, says in SHORT.items()),
    *((windows(text), says) for text, says in LONG.items()),
    *ENTRIES,
]


@pytest.mark.parametrize(("uptime", "says"), FORMS, ids=[uptime for uptime, _ in FORMS])
def test_a_form_does_what_it_says(curfew: Terminal, tmp_path: Path, uptime: str, says: dict[str, str]) -> None:
    write_schedules(tmp_path, organisation=ORGANISATION + CALENDARS, **{"orders-qa": HEAD + uptime})
    assert curfew("validate", "schedules").code == 0
    instants = [word for at in says for word in ("--at", f"2027-{at}+04:00")]
    rows = curfew("explain", "schedules/orders-qa.yaml", *instants, "--json").json
    assert {at: row["desired"] for at, row in zip(says, rows, strict=True)} == says


@pytest.mark.parametrize(
    ("at", "desired"),
    [
        ("2027-03-28T00:59:00Z", "down"),
        ("2027-03-28T01:00:00Z", "up"),  # 02:30 does not occur: it opens when the clock is put forward, at 03:00
        ("2027-10-31T00:29:00Z", "down"),
        ("2027-10-31T00:30:00Z", "up"),  # 02:30 occurs twice: it opens at the first
        ("2027-10-31T01:45:00Z", "up"),
        ("2027-10-31T03:00:00Z", "down"),
    ],
)
def test_clock_changes_follow_the_stated_rule(curfew: Terminal, tmp_path: Path, at: str, desired: str) -> None:
    uptime = 'uptime: {timezone: Europe/Berlin, windows: ["sun 02:30-04:00"]}\n'
    write_schedules(tmp_path, **{"orders-qa": HEAD + uptime})
    (row,) = curfew("explain", "orders-qa", "--at", at, "--json").json
    assert row["desired"] == desired


def test_the_losing_rules_are_shown(curfew: Terminal, tmp_path: Path) -> None:
    write_schedules(tmp_path, **{"orders-qa": HEAD + WORKDAYS + FREEZE})
    (row,) = curfew("explain", "orders-qa", "--at", "2027-03-10T12:00", "--json").json
    assert [(rule["rule"], rule["wins"]) for rule in row["rules"]] == [
        ("closure", True),
        ("window", False),
        ("default", False),
    ]


def test_a_rest_that_is_too_short_is_not_taken_and_explain_says_so(curfew: Terminal, tmp_path: Path) -> None:
    uptime = windows("mon 08:00-12:00", "mon 12:10-16:00")
    write_schedules(tmp_path, **{"orders-qa": HEAD + uptime})
    (row,) = curfew("explain", "orders-qa", "--at", "2027-03-08T12:05", "--json").json
    assert row["desired"] == "up"
    assert "rest of 10 min is shorter than" in row["because"]


def test_a_calendar_beside_the_file_closes_its_dates_and_says_since_when_they_are_known(
    curfew: Terminal, tmp_path: Path
) -> None:
    write_schedules(tmp_path, **{"orders-qa": f"{HEAD}{WORKDAYS}  closures: [{{ical: days/company.ics}}]\n"})
    (tmp_path / "schedules" / "days").mkdir()
    (tmp_path / "schedules" / "days" / "company.ics").write_text(
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nSUMMARY:Company day\nDTSTART;VALUE=DATE:20250310\n"
        "RRULE:FREQ=YEARLY\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    assert curfew("validate", "schedules").lines == ["3 files: all good"]
    (row,) = curfew("explain", "orders-qa", "--at", "2027-03-10T12:00", "--json").json
    assert row["because"] == "closed: Company day (days/company.ics, fetched 2027-03-08)"


def test_a_holiday_that_hangs_on_the_moon_is_marked_as_an_estimate(curfew: Terminal, tmp_path: Path) -> None:
    uptime = f"{WORKDAYS}  closures: [{{country: AE}}]\n"
    exception = '  exceptions: [{dates: 2027-03-08..2027-03-09, windows: ["10:00-12:00"], reason: fair}]\n'
    write_schedules(tmp_path, **{"orders-qa": HEAD + uptime + exception})
    (row,) = curfew("explain", "orders-qa", "--at", "2027-03-09T11:00", "--json").json
    assert row["because"] == "closed: Eid al-Fitr (AE, estimated)"
    rows = curfew("calendar", "orders-qa", "--from", "2027-03-09T00:00", "--to", "2027-03-10", "--json").json
    assert any("estimated)" in row["because"] for row in rows)
    assert "Eid al-Fitr (AE, estimated), which stays closed" in curfew("validate", "schedules").out
