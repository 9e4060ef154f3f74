"""How fast the timetable answers, printed as a table: `python -m bench.timetable`.

"Warm" asks random instants of one year of a timetable that has seen them; "cold" builds a new one for each
question, as a worker does that just started.
"""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from time import perf_counter

from chalicelib.core.closures import CountryClosure, DatesClosure
from chalicelib.core.timetable import Timetable, verdict
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.core.windows import long_window, parse_window

YEAR = datetime(2027, 1, 1, tzinfo=UTC)
QUESTIONS = 200_000
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
CASES = {
    "one window": (ONE_WINDOW, 150_000),
    "three complex windows": (THREE_COMPLEX, 50_000),
    "three complex, a year of holidays": (YEAR_OF_HOLIDAYS, 50_000),
}


def random_instants(number: int) -> list[datetime]:
    """Seeded instants of one year, so that two runs ask the same."""
    chance = random.Random(20_270_101)
    return [YEAR + timedelta(seconds=chance.randrange(365 * 86_400)) for _ in range(number)]


def microseconds_each(ask: Callable[[datetime], object], instants: Sequence[datetime]) -> float:
    """How long one question takes on average."""
    begun = perf_counter()
    for at in instants:
        ask(at)
    return (perf_counter() - begun) / len(instants) * 1e6


def _ask_cold(uptimes: tuple[Uptime, ...], at: datetime) -> object:
    return Timetable(uptimes).verdict(at)


def decisions() -> None:
    """Prints decisions per second, warm, and what one costs cold."""
    print(f"{'decisions':36}{'warm /s':>12}{'by value /s':>14}{'target /s':>12}{'cold us':>10}")
    instants = random_instants(QUESTIONS)
    for name, (uptimes, target) in CASES.items():
        timetable = Timetable(uptimes)
        microseconds_each(timetable.verdict, instants)
        warm = microseconds_each(timetable.verdict, instants)
        by_value = microseconds_each(partial(verdict, uptimes), instants[: QUESTIONS // 10])
        cold = microseconds_each(partial(_ask_cold, uptimes), instants[:500])
        print(f"{name:36}{1e6 / warm:12,.0f}{1e6 / by_value:14,.0f}{target:12,}{cold:10,.0f}")


def next_changes() -> None:
    """Prints how long the next change takes to find: from a random instant, and year by year."""
    print(f"\n{'next change':36}{'warm us':>12}{'cold us':>14}{'a year, ms':>12}{'rows':>10}")
    instants = random_instants(2_000)
    for name, (uptimes, _) in CASES.items():
        timetable = Timetable(uptimes)
        microseconds_each(timetable.verdict, instants)
        warm = microseconds_each(timetable.verdict, instants)
        cold = microseconds_each(partial(_ask_cold, uptimes), instants[:500])
        begun = perf_counter()
        rows = sum(1 for _ in Timetable(uptimes).changes(YEAR, YEAR + timedelta(days=365)))
        year = (perf_counter() - begun) * 1e3
        print(f"{name:36}{warm:12.1f}{cold:14.0f}{year:12.1f}{rows:10,}")


def many_environments() -> None:
    """Prints time and memory of one decision and its next change for many different environments."""
    timetables = [Timetable(_environment(number)) for number in range(ENVIRONMENTS)]
    at = YEAR + timedelta(days=40, hours=9)
    first, again = _pass_seconds(timetables, at), _pass_seconds(timetables, at)
    print(f"\n{ENVIRONMENTS:,} environments: first pass {first:.1f} s, next pass {again * 1e3:.0f} ms,", end=" ")
    print(f"{_bytes_each() / 1024:.1f} KiB each")


def _pass_seconds(timetables: Sequence[Timetable], at: datetime) -> float:
    begun = perf_counter()
    for each in timetables:
        each.verdict(at)
    return perf_counter() - begun


def _environment(number: int) -> tuple[Uptime, ...]:
    begins, ends = 6 + number % 4, 17 + number % 6
    window = parse_window(f"mon-fri {begins:02}:{number % 60:02}-{ends:02}:{number // 60 % 60:02}")
    zone = ("Asia/Dubai", "Asia/Kolkata", "Europe/Berlin", "America/New_York")[number % 4]
    return (Uptime(zone, (window,), (CountryClosure(("AE", "IN", "DE", "US")[number % 4]),)),)


def _bytes_each(sample: int = 500) -> float:
    """Memory of a timetable that answered once, on a sample: tracing all of them would take a minute."""
    entries = [_environment(number) for number in range(sample)]
    at = YEAR + timedelta(days=40, hours=9)
    tracemalloc.start()
    timetables = [Timetable(each) for each in entries]
    for each in timetables:
        each.verdict(at)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return used / sample


def main() -> None:
    """Prints all tables."""
    decisions()
    next_changes()
    many_environments()


if __name__ == "__main__":
    main()
