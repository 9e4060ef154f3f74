"""Over a whole year the timetable agrees with a scan of every minute, for random schedules in zones of every sort.

The rules as the scan reads them are those of tests/properties, which looks at a few days around changes of clocks;
here nothing is left out: 525,600 minutes a schedule. Seeded, so each run looks at the same schedules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, zip_longest
from random import Random

import pytest

from chalicelib.core.closures import DatesClosure
from chalicelib.core.localtime import zone
from chalicelib.core.recurrence import DayOfWeek, EveryWeeks, MonthDay, Recurrence
from chalicelib.core.timetable import Timetable, changes
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.core.windows import Window
from tests.properties.naive_clock import MINUTE, walk
from tests.properties.test_timetable_agrees_with_a_scan import DAY, MARGIN_DAYS, NIGHT, scan, scanned_changes

# Each zone with a year in which its clocks do what they do; Apia went without 2011-12-30, and gave up DST in 2021.
YEARS = [
    ("Asia/Kolkata", 2026),
    ("Asia/Dubai", 2026),
    ("Europe/Berlin", 2026),
    ("America/New_York", 2026),
    ("America/Santiago", 2026),
    ("Australia/Lord_Howe", 2026),
    ("Africa/Casablanca", 2026),
    ("Pacific/Apia", 2011),
    ("Pacific/Apia", 2021),
]
SEEDS = (1, 2)
FEWEST_CHANGES = 50
MARGIN = MARGIN_DAYS * DAY


@dataclass(frozen=True)
class Case:
    """A random environment: its entries, and the shortest rest it takes."""

    uptimes: tuple[Uptime, ...]
    rest: timedelta


def case(zone_name: str, year: int, seed: int) -> Case:
    chance = Random(f"{zone_name} {year} {seed}")
    others = sorted({name for name, _ in YEARS})
    zones = [zone_name, chance.choice(others)][: chance.choice([1, 2])]
    rest = chance.choice([timedelta(), timedelta(minutes=45), timedelta(hours=3)])
    return Case(tuple(entry(chance, name, year) for name in zones), rest)


def entry(chance: Random, zone_name: str, year: int) -> Uptime:
    automatic = Uptime(zone_name)
    bare = chance.choice(
        [automatic, automatic, automatic, replace(automatic, start="on-demand"), replace(automatic, stop="manual")]
    )
    nightly = Window(begins := chance.choice(NIGHT), begins + chance.choice([30, 60, 480]))
    return replace(
        bare,
        windows=(nightly, *pause(chance, zone_name, year), *(window(chance, year) for _ in range(chance.randrange(4)))),
        closures=tuple(DatesClosure(*dates(chance, year), "closed") for _ in range(6)),
        exceptions=tuple(exception(chance, year) for _ in range(4)),
    )


def pause(chance: Random, zone_name: str, year: int) -> tuple[Window, Window]:
    """Two windows with a short rest between them across midnight UTC, where the timetable's pages meet."""
    midnight = datetime(year, 1, 1, tzinfo=UTC).astimezone(zone(zone_name))
    rests = midnight.hour * 60 + midnight.minute - 20
    length, around = chance.choice([30, 40, 100]), 120
    before, after = (rests - around) % 1440, (rests + length) % 1440
    return Window(before, before + around), Window(after, after + around)


def window(chance: Random, year: int) -> Window:
    begins, length = chance.choice([*NIGHT, chance.randrange(1440)]), chance.choice([10, 60, 300, 720])
    own_zone = chance.choice([None, None, chance.choice(YEARS)[0]])
    side = chance.choice(["both", "both", "both", "from", "to"])
    first = None if side == "to" else begins
    last = None if side == "from" else begins + (1 if side == "to" else length)
    return Window(first, last, recurrence(chance, year), own_zone)


def recurrence(chance: Random, year: int) -> Recurrence:
    weekdays = {DayOfWeek(chance.randrange(7), chance.choice([0, 0, 1, 4, 5, -1])) for _ in range(3)}
    month_days = {MonthDay(chance.randrange(1, 32), chance.random() < 0.5), MonthDay(-1)}
    starting = date(year, 1, 1) + chance.randrange(-30, 60) * DAY
    shapes = [
        Recurrence(),
        Recurrence(days=tuple(sorted(weekdays))),
        Recurrence(month_days=tuple(sorted(month_days)), months=tuple(sorted(chance.sample(range(1, 13), 8)))),
        Recurrence(every=EveryWeeks(chance.randrange(1, 5), starting)),
    ]
    return chance.choice(shapes)


def dates(chance: Random, year: int) -> tuple[date, date]:
    """A stretch of up to a week, somewhere in the year."""
    first = date(year, 1, 1) + chance.randrange(364) * DAY
    return first, first + chance.randrange(7) * DAY


def exception(chance: Random, year: int) -> DateException:
    return DateException(
        *dates(chance, year),
        tuple(window(chance, year) for _ in range(chance.randrange(3))),
        "exception",
        closures=chance.choice(["hold", "ignore"]),
        mode=chance.choice(["replace", "add"]),
    )


def months(year: int) -> Iterator[tuple[datetime, datetime]]:
    firsts = [datetime(year, month, 1, tzinfo=UTC) for month in range(1, 13)]
    yield from pairwise([*firsts, datetime(year + 1, 1, 1, tzinfo=UTC)])


def scanned_year(asked: Case, year: int) -> list[str]:
    """What is wanted at each minute; month by month, so that the walks of the clocks fit into memory."""
    wanted: list[str] = []
    for begins, ends in months(year):
        minutes = (ends - begins + 2 * MARGIN) // MINUTE
        whole = scan(asked.uptimes, asked.rest, begins - MARGIN, minutes)
        wanted += whole[MARGIN // MINUTE : -(MARGIN // MINUTE)]
        walk.cache_clear()
    return wanted


def untils(wanted: list[str], begins: datetime) -> list[datetime | None]:
    """For each minute the one at which something else is wanted next; None when not within the year."""
    until: list[datetime | None] = [None]
    for place in range(len(wanted) - 1, 0, -1):
        turns = wanted[place] != wanted[place - 1]
        until.append(begins + place * MINUTE if turns else until[-1])
    return until[::-1]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("zone_name", "year"), YEARS)
def test_calendar_and_explain_agree_with_a_scan_of_every_minute_of_a_year(zone_name: str, year: int, seed: int) -> None:
    asked, begins, ends = case(zone_name, year, seed), *(datetime(each, 1, 1, tzinfo=UTC) for each in (year, year + 1))
    wanted = scanned_year(asked, year)
    expected = scanned_changes(wanted, begins)
    assert len(expected) > FEWEST_CHANGES, "a schedule that hardly changes proves little"
    told = [(row.at, row.desired) for row in changes(asked.uptimes, begins, ends, asked.rest)]
    assert [pair for pair in zip_longest(told, expected) if pair[0] != pair[1]][:3] == []
    assert disagreements(Timetable(asked.uptimes, asked.rest), wanted, begins, ends)[:3] == []


def disagreements(timetable: Timetable, wanted: list[str], begins: datetime, ends: datetime) -> list[datetime]:
    """The minutes at which the verdict, or the end it gives, is not what the scan found."""
    found = []
    for minute, (desired, until) in enumerate(zip(wanted, untils(wanted, begins), strict=True)):
        verdict = timetable.verdict(begins + minute * MINUTE)
        beyond = until is None and (verdict.until is None or verdict.until >= ends)
        if verdict.desired != desired or not (beyond or verdict.until == until):
            found.append(begins + minute * MINUTE)
    return found
