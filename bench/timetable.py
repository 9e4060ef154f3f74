"""How fast the timetable answers, on one core: `python -m bench.timetable`.

"Warm" asks random instants of a year of a timetable that has opened the pages of that year; "cold" builds a new one
for each question, as a worker does that just started. A verdict holds the next change, so one question answers both.
"""

from __future__ import annotations

import argparse
import random
import resource
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from time import perf_counter

from bench.tables import Row, show, spread
from chalicelib.core.closures import CountryClosure, DatesClosure
from chalicelib.core.timetable import Timetable, verdict
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.core.windows import long_window, parse_window

YEAR = datetime(2027, 1, 1, tzinfo=UTC)
QUESTIONS, COLD_QUESTIONS, ENDLESS_QUESTIONS = 200_000, 2_000, 100
ENVIRONMENTS = 10_000

ONE_WINDOW = (Uptime("Europe/Berlin", (parse_window("mon-fri 08:00-20:00"),)),)
COMPLEX_WINDOWS = (
    parse_window("sun-thu 22:00-06:00"),
    parse_window("1st mon,last fri 09:00-17:00"),
    long_window(
        {
            "days": "mon-fri",
            "month_days": ["1-15", "last", "15W"],
            "months": ["jan-jun", "sep-dec"],
            "from": "08:00",
            "to": "20:00",
            "timezone": "America/New_York",
        }
    ),
)
RAMADAN = DateException(date(2027, 2, 8), date(2027, 3, 9), (parse_window("mon-fri 09:00-16:00"),), "Ramadan hours")
FREEZE = DatesClosure(date(2027, 12, 24), date(2028, 1, 1), "code freeze")
THREE_COMPLEX = (Uptime("Europe/Berlin", COMPLEX_WINDOWS),)
YEAR_OF_HOLIDAYS = (Uptime("Asia/Dubai", COMPLEX_WINDOWS, (CountryClosure("AE"), FREEZE), (RAMADAN,)),)
ALWAYS_UP = (Uptime("Europe/Berlin", (parse_window("24/7"),)),)
CASES = {"one window": ONE_WINDOW, "three complex": THREE_COMPLEX, "year of holidays": YEAR_OF_HOLIDAYS}
TARGETS = (150_000, 50_000, 50_000)
NEXT_CHANGE_LIMIT = 100.0
"""Microseconds, typical."""
PEERS = (
    ("Instance Scheduler", "25,000-29,000", "5,000"),
    ("Cloud Custodian", "15,000-19,000", None),
    ("py-kube-downscaler", "46,000-63,000", "21,000-27,000"),
)
"""Decisions per second as the issue says; not measured here. The issue names no case for its second figures."""


def random_instants(number: int) -> list[datetime]:
    """Seeded instants of one year, so that two runs ask the same."""
    chance = random.Random(20_270_101)
    return [YEAR + timedelta(seconds=chance.randrange(365 * 86_400)) for _ in range(number)]


def seconds(ask: Callable[[datetime], object], instants: Sequence[datetime]) -> float:
    """How long all the questions take."""
    begun = perf_counter()
    for at in instants:
        ask(at)
    return perf_counter() - begun


def decisions() -> Iterator[Row]:
    """Decisions per second for each case, beside the targets and the peers' figures."""
    instants = random_instants(QUESTIONS)
    yield "timetable held, warm", *(_per_second(Timetable(each).verdict, instants) for each in CASES.values())
    yield "found by value, warm", *(_per_second(partial(verdict, each), instants) for each in CASES.values())
    yield "target", *TARGETS
    yield (
        "new timetable each time, cold",
        *(
            round(COLD_QUESTIONS / seconds(partial(_ask_cold, each), instants[:COLD_QUESTIONS]))
            for each in CASES.values()
        ),
    )
    yield from ((*peer, None) for peer in PEERS)


def _per_second(ask: Callable[[datetime], object], instants: Sequence[datetime]) -> int:
    """Asked once before, so that every page is open."""
    seconds(ask, instants)
    return round(len(instants) / seconds(ask, instants))


def _ask_cold(uptimes: tuple[Uptime, ...], at: datetime) -> object:
    return Timetable(uptimes).verdict(at)


def next_changes() -> Iterator[Row]:
    """Microseconds to the next change: warm, over a year from the first question on, and cold."""
    instants = random_instants(COLD_QUESTIONS)
    for name, uptimes in CASES.items():
        held = Timetable(uptimes)
        first, again = (seconds(held.verdict, instants) / len(instants) * 1e6 for _ in range(2))
        yield name, again, first, *_cold_spread(uptimes, instants), NEXT_CHANGE_LIMIT
    yield "24/7, never changes", None, None, *_cold_spread(ALWAYS_UP, instants[:ENDLESS_QUESTIONS]), NEXT_CHANGE_LIMIT


def _cold_spread(uptimes: tuple[Uptime, ...], instants: Sequence[datetime]) -> tuple[float, float]:
    """Median and 95th percentile."""
    median, p95, _ = spread([seconds(partial(_ask_cold, uptimes), [at]) * 1e6 for at in instants])
    return median, p95


def many_environments(number: int) -> Iterator[Row]:
    """Seconds, and growth of the process in MiB, for one decision of each of so many different environments."""
    before = _peak_mib()
    timetables = [Timetable(_environment(each)) for each in range(number)]
    at = YEAR + timedelta(days=40, hours=9)
    first = _pass_seconds(timetables, at)
    grown = _peak_mib() - before
    yield "first pass, cold", first, grown
    yield "next pass, warm", _pass_seconds(timetables, at), _peak_mib() - before - grown


def _pass_seconds(timetables: Sequence[Timetable], at: datetime) -> float:
    begun = perf_counter()
    for each in timetables:
        each.verdict(at)
    return perf_counter() - begun


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _environment(number: int) -> tuple[Uptime, ...]:
    begins, ends = 6 + number % 4, 17 + number % 6
    window = parse_window(f"mon-fri {begins:02}:{number % 60:02}-{ends:02}:{number // 60 % 60:02}")
    zone = ("Asia/Dubai", "Asia/Kolkata", "Europe/Berlin", "America/New_York")[number % 4]
    return (Uptime(zone, (window,), (CountryClosure(("AE", "IN", "DE", "US")[number % 4]),)),)


def main() -> None:
    """Prints all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--environments", type=int, default=ENVIRONMENTS)
    number = parser.parse_args().environments
    # Before the others: memory is told by how far the peak of the process moves.
    many = list(many_environments(number))
    show("Decisions per second", ("", *CASES), list(decisions()), DECISIONS)
    columns = ("", "warm us", "a year's mean us", "cold median us", "cold p95 us", "target us")
    show("Next change", columns, list(next_changes()), NEXT_CHANGES)
    show(f"{number:,} environments in one process", ("", "seconds", "peak grew by MiB"), many, MANY)


DECISIONS = (
    f"{QUESTIONS:,} seeded instants of 2027 (cold: {COLD_QUESTIONS:,}), one core. By value: the timetable is looked up "
    "by its entries, as decide does. Peers' figures are those of the issue; where it names no case for the second, it "
    "stands under three complex."
)
NEXT_CHANGES = (
    f"A year's mean: {COLD_QUESTIONS:,} instants of 2027 asked of one new timetable, pages opened on the way included. "
    "Cold: a new timetable for each question. 24/7 is looked through for 400 days before it is said never to change."
)
MANY = "One decision and its next change each: weekday windows in four zones with a country's holidays."

if __name__ == "__main__":
    main()
