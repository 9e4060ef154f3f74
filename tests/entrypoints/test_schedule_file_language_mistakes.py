"""Each mistake of the schedule language: the file, the line, the offending words, and what to write instead."""

# ruff: noqa: E501 (messages are easier to judge in one piece)

import pytest

from tests.entrypoints.schedule_texts import GOOD, ORGANISATION, told

WINDOWS = '["mon-fri 08:00-20:00"]'
HEAD = GOOD[: GOOD.index("  timezone")]
IN_WINDOWS = [
    ("[08:00-20:00 mon-fri]", '"08:00-20:00 mon-fri" has no times of day; write dates and times, e.g. "mon-fri 08:00-20:00"'),
    ('["mon-fri 08:00"]', '"08:00" has no end; write both times, e.g. "mon-fri 08:00-20:00", or "from 08:00" or "to 08:00"'),
    ('["mon-fri 08:00-12:00,13:00-17:00"]', '"08:00-12:00,13:00-17:00" is more than one stretch of time; write one window for each, e.g. "mon-fri 08:00-20:00"'),
    ('["6th mon 08:00-20:00"]', '"6th" is no place in a month; write 1st, 2nd, 3rd, 4th, 5th, last, e.g. "1st mon"'),
    ('["1st mon-fri 08:00-20:00"]', '"1st mon-fri" can be read in two ways; write "1st mon,1st tue,1st wed,1st thu,1st fri"'),
    ('["day 32 08:00-20:00"]', '"32" is not within a month; write 1 to 31, 15W or last, e.g. "day 1-5,15W,last 08:00-12:00"'),
    ('["24:00-06:00"]', '"24:00-06:00" begins at 24:00; write 00:00 and the next day'),
    ('[{days: [mon]}]', 'a window needs an edge; write from, to or both, e.g. {from: "08:00", to: "20:00"}'),
    ('[{month_days: [15X], from: "08:00"}]', '"15x" names no days of the month; write 1 to 31, 15W or last, e.g. "day 1-5,15W,last 08:00-12:00"'),
    ('[{months: [jna], from: "08:00"}]', '"jna" is not a month; did you mean jun? write jan to dec, e.g. months: [jan-mar, dec]'),
    ('[{month_days: ["31"], months: [feb], from: "08:00"}]', '"day 31 in feb from 08:00" can never open: no date is "day 31 in feb"; change its days, month_days or months'),
    ('[{days: ["5th mon"], month_days: ["1-7"], from: "08:00"}]', '"5th mon on day 1-7 from 08:00" can never open: no date is "5th mon on day 1-7"; change its days, month_days or months'),
    ('[{days: [mon], every: 2, from: "08:00"}]', "every needs the date to count from; write e.g. {every: 2, starting: 2026-01-05}"),
    ('[{days: [mon], every: 0, starting: 2027-01-04, from: "08:00"}]', '"0" is not a number of weeks; write 1 to 52, e.g. every: 2'),
    ('[{days: [mon], every: 2, starting: 2027-02-31, from: "08:00"}]', '"2027-02-31" is not a date: 2027-02 has days 01 to 28; write e.g. 2026-12-24, or 2026-12-24..2027-01-01 for a range'),
    ('[{days: [mon], from: "08:00", timezone: Dubai}]', '"Dubai" is not a time zone; write Asia/Dubai'),
]  # fmt: skip
BESIDE_WINDOWS = [
    ("stop: by-hand", "stop cannot be by-hand; write one of automatic, manual"),
    ("start: ondemand", "start cannot be ondemand; write on-demand"),
    ("closures: [{dates: 2027-02-31}]", '"2027-02-31" is not a date: 2027-02 has days 01 to 28; write e.g. 2026-12-24, or 2026-12-24..2027-01-01 for a range'),
    ("closures: [{country: DE, subdivision: BZ}]", '"BZ" is not a known subdivision of DE; write e.g. {subdivision: BY}'),
    ("closures: [{country: DE, categories: [catholics]}]", '"catholics" is not a known category of holidays in DE; did you mean catholic? write e.g. {categories: [public]}'),
    ("exceptions: [{dates: 2027-02-08, windows: [], reason: x, mode: append}]", "mode cannot be append; write one of add, replace"),
    ("exceptions: [{dates: 2027-02-08, windows: [], reason: x, closures: ignored}]", "closures cannot be ignored; write ignore"),
    ("exceptions: [{dates: 2027-02-31, windows: [], reason: x}]", '"2027-02-31" is not a date: 2027-02 has days 01 to 28; write e.g. 2026-12-24, or 2026-12-24..2027-01-01 for a range'),
    ('exceptions: [{dates: 2027-02-08..2027-02-12, windows: ["sat-sun 09:00-16:00"], reason: fair}]', 'warning: exception "fair": "sat-sun 09:00-16:00" can never open on 2027-02-08..2027-02-12; change its dates or windows'),
    ("exceptions: [{dates: 2025-02-08, windows: [], reason: move}]", 'warning: exception "move" ended on 2025-02-08; remove it'),
    ("exceptions: [{dates: 2027-02-08..2027-02-12, windows: [], reason: fair}, {dates: 2027-02-12, windows: [], reason: audit}]", 'warning: exceptions "fair" and "audit" overlap on 2027-02-12..2027-02-12; part their dates'),
]  # fmt: skip
CALENDARS = [
    ("a: {calendar: a}", "calendars refer to each other in a circle: a -> a; take one step out, e.g. calendar: a from a"),
    ("a: {calendar: ofice-hours}", "there is no calendar in organisation.yaml called ofice-hours; write office-hours"),
    ('a: {timezone: Asia/Dubai, windows: ["25:00-26:00"]}', '"25:00" is not a time of day; write 00:00 to 24:00, e.g. "mon-fri 08:00-20:00"'),
    ("a: {exceptions: [{dates: 2025-02-08, windows: [], reason: move}]}", 'warning: exception "move" ended on 2025-02-08; remove it'),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "problem"), IN_WINDOWS)
def test_a_mistake_in_a_window_is_told(wrong: str, problem: str) -> None:
    (said,) = [each for each in told(GOOD.replace(WINDOWS, wrong)) if "not quoted" not in each]
    assert said.startswith(f"1.yaml:14: {problem}")


@pytest.mark.parametrize(("wrong", "problem"), BESIDE_WINDOWS)
def test_a_mistake_beside_the_windows_is_told(wrong: str, problem: str) -> None:
    (said,) = told(f"{GOOD}  {wrong}\n")
    assert said.startswith(f"1.yaml:15: {problem}")


@pytest.mark.parametrize(("wrong", "problem"), CALENDARS)
def test_a_mistake_in_a_calendar_is_told_in_the_file_of_the_organisation(wrong: str, problem: str) -> None:
    assert told(organisation=f"{ORGANISATION[: ORGANISATION.index('production:')]}  {wrong}\n") == [
        f"organisation.yaml:16: {problem}"
    ]


@pytest.mark.parametrize("calendar", ["a", "b", "c"])
def test_a_circle_of_calendars_is_told_with_its_path_and_lets_nobody_through(calendar: str) -> None:
    circle = "  a: {calendar: b}\n  b: {calendar: c}\n  c: {calendar: a}\n"
    text = f"{HEAD}  calendar: {calendar}\n"
    (said,) = told(text, organisation=ORGANISATION.replace("production:\n", f"{circle}production:\n"))
    path = said.partition("in a circle: ")[2].partition(";")[0].split(" -> ")
    assert path[0] == path[-1]
    assert sorted(path[1:]) == ["a", "b", "c"]


def test_a_chain_of_calendars_without_windows_is_told_where_it_is_used() -> None:
    chain = "  a: {calendar: b}\n  b: {timezone: Asia/Dubai}\n"
    organisation = ORGANISATION.replace("production:\n", f"{chain}production:\n")
    assert told(f"{HEAD}  calendar: a\n", organisation=organisation) == [
        '1.yaml:12: windows is missing; write windows: ["mon-fri 08:00-20:00"]'
    ]
