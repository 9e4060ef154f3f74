"""Mistakes about time, with exactly what people are told: `file:line: what is wrong; what to write instead`."""

# ruff: noqa: E501 (messages are easier to judge in one piece)

import pytest

from tests.entrypoints.schedule_texts import GOOD, told

MISTAKES = [
    (
        '["mon-fri 08:00-20:00"]',
        '["mon-fri 08:00-25:00"]',
        ['14: "25:00" is not a time of day; write 00:00 to 24:00, e.g. "mon-fri 08:00-20:00"'],
    ),
    (
        '["mon-fri 08:00-20:00"]',
        '["mon-fri 08:00-08:00"]',
        ['14: "mon-fri 08:00-08:00" is empty; write an end after the begin, or 00:00-24:00 for a whole day'],
    ),
    (
        '["mon-fri 08:00-20:00"]',
        '["mon-fir 08:00-20:00"]',
        [
            '14: "fir" is not a weekday; did you mean fri? write mon, tue, wed, thu, fri, sat, sun, e.g. "mon-fri 08:00-20:00" or "1st mon 08:00-20:00"'
        ],
    ),
    (
        '["mon-fri 08:00-20:00"]',
        '[{month_days: ["31"], months: [feb], from: "08:00", to: "20:00"}]',
        [
            '14: "day 31 in feb 08:00-20:00" can never open: no date is "day 31 in feb"; change its days, month_days or months'
        ],
    ),
    (
        '["mon-fri 08:00-20:00"]',
        '[{days: [mon-fri], from: "08:00", until: "20:00"}]',
        [
            '14: "until" is not a key of a window; the keys are days, month_days, months, every, starting, from, to, timezone'
        ],
    ),
    (
        '["mon-fri 08:00-20:00"]',
        "[{days: [mon-fri], from: 18:00, to: 22:00}]",
        [
            '14: warning: 18:00 is not quoted: older YAML readers take it for the number 1080; write "18:00"',
            '14: warning: 22:00 is not quoted: older YAML readers take it for the number 1320; write "22:00"',
        ],
    ),
    ('["mon-fri 08:00-20:00"]', "[]", ['14: windows is empty; write windows: ["mon-fri 08:00-20:00"]']),
    (
        '["mon-fri 08:00-20:00"]',
        "mon-fri 08:00-20:00",
        ['14: windows must be a list, not "mon-fri 08:00-20:00"; write windows: ["mon-fri 08:00-20:00"]'],
    ),
    ('["mon-fri 08:00-20:00"]', "[8]", ['14: 8 is not text; write e.g. "mon-fri 08:00-20:00"']),
    ('["mon-fri 08:00-20:00"]', "", ['12: windows is missing; write windows: ["mon-fri 08:00-20:00"]']),
    ('  windows: ["mon-fri 08:00-20:00"]\n', "", ['12: windows is missing; write windows: ["mon-fri 08:00-20:00"]']),
    ("Europe/Berlin", "Europe/Berln", ['13: "Europe/Berln" is not a time zone; did you mean Europe/Berlin?']),
    ("Europe/Berlin", "Dubai", ['13: "Dubai" is not a time zone; write Asia/Dubai']),
    (
        "Europe/Berlin",
        "Nowhere",
        ['13: "Nowhere" is not a time zone; write an IANA name, e.g. Europe/Berlin or Asia/Dubai'],
    ),
    ("stage: dev", "wake: {default: 3 hours}", ['3: "3 hours" is not a duration; write "3h"']),
    ("stage: dev", "wake: {default: 90}", ["3: 90 has no unit; write 90m for minutes or 90h for hours"]),
    ("stage: dev", "wake: {default: 0m}", ["3: a duration of nothing ends at once; write a longer one, e.g. 2h"]),
    (
        "stage: dev",
        "wake: {default: 11h}",
        ["3: wake: default 11h is over longest 10h; shorten default, or raise longest"],
    ),
    (
        "stage: dev",
        "wake: {default: soon}",
        ['3: "soon" is not a duration; write days, hours and minutes, such as 90m, 2h30m or 1d'],
    ),
    (
        "stage: dev",
        "shortest_rest: 1.5h",
        ['3: "1.5h" is not a duration; write days, hours and minutes, such as 90m, 2h30m or 1d'],
    ),
    (
        "  timezone: Europe/Berlin",
        "  timezone: Europe/Berlin\n  closures: [{country: XX}]",
        [
            '14: "XX" is not a known country; write e.g. {country: AE} (known: AD, AE, AF, AG, AI, AL, AM, AO, AQ, AR, AS, AT, ...)'
        ],
    ),
    (
        "  timezone: Europe/Berlin",
        "  timezone: Europe/Berlin\n  closures: [{country: AE, reason: x}]",
        [
            '14: "reason" does not go with "country"; write {country: AE}, {dates: 2026-12-24..2027-01-01, reason: code freeze} or {ical: holidays.ics}'
        ],
    ),
    ("  timezone: Europe/Berlin", "  timezone: Europe/Berlin\n  closures: [{country: NO}]", []),
    (
        "  timezone: Europe/Berlin",
        "  timezone: Europe/Berlin\n  closures: [holidays]",
        ["14: holidays is not a closure; write e.g. {country: AE}"],
    ),
    (
        "  timezone: Europe/Berlin",
        "  timezone: Europe/Berlin\n  closures: [{dates: 2026-12-32}]",
        [
            '14: "2026-12-32" is not a date: 2026-12 has days 01 to 31; write e.g. 2026-12-24, or 2026-12-24..2027-01-01 for a range'
        ],
    ),
    (
        "  timezone: Europe/Berlin",
        "  timezone: Europe/Berlin\n  exceptions:\n    - dates: 2027-03-09..2027-02-08\n      windows: []\n      reason: x",
        ['15: "2027-03-09..2027-02-08" ends before it begins; write 2027-02-08..2027-03-09'],
    ),
    (
        "  timezone: Europe/Berlin",
        '  timezone: Europe/Berlin\n  exceptions:\n    - dates: 2027-02-30\n      windows: ["25:00"]',
        [
            '15: "2027-02-30" is not a date: 2027-02 has days 01 to 28; write e.g. 2026-12-24, or 2026-12-24..2027-01-01 for a range',
            "15: reason is missing; write reason: Ramadan hours",
            '16: "25:00" has no end; write both times, e.g. "mon-fri 08:00-20:00", or "from 25:00" or "to 25:00"',
        ],
    ),
    (
        "  timezone: Europe/Berlin",
        "  timezone: Europe/Berlin\n  closures: [{country: DE}]\n  exceptions:\n    - {dates: 2026-12-20..2026-12-31, windows: [], reason: one}\n    - {dates: 2026-12-31, windows: [], reason: two, closures: ignore}\n    - {dates: 2025-12-31, windows: [], reason: old}",
        [
            '16: note: exception "one" touches 2026-12-25, Christmas Day (DE), which stays closed',
            '16: note: exception "one" touches 2026-12-26, Second Day of Christmas (DE), which stays closed',
            '17: warning: exceptions "one" and "two" overlap on 2026-12-31..2026-12-31; part their dates',
            '18: warning: exception "old" ended on 2025-12-31; remove it',
        ],
    ),
]


@pytest.mark.parametrize(("right", "wrong", "problems"), MISTAKES)
def test_a_mistake_about_time_is_told_with_its_line_and_its_remedy(right: str, wrong: str, problems: list[str]) -> None:
    assert right in GOOD
    assert told(GOOD.replace(right, wrong)) == [f"1.yaml:{problem}" for problem in problems]
