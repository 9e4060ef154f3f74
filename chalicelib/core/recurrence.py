"""On which local dates something recurs: weekdays, days of the month, months, every so many weeks.

Every condition that is given must hold; of the values within one condition any will do.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EVERY_WEEK = 0
LAST = -1
ORDINALS = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": LAST}
SATURDAY, SUNDAY = 5, 6

# In 28 years every date has fallen on every weekday (the Gregorian cycle between skipped leap years).
CALENDAR_CYCLE_DAYS = 28 * 365 + 7


@dataclass(frozen=True, slots=True, order=True)
class DayOfWeek:
    """A weekday (0 is Monday), each week or only the `nth` of its month: 1 to 5, or LAST."""

    weekday: int
    nth: int = EVERY_WEEK

    def falls_on(self, day: date) -> bool:
        """True on the dates that this names."""
        if day.weekday() != self.weekday:
            return False
        if self.nth == LAST:
            return (day + timedelta(weeks=1)).month != day.month
        return self.nth in (EVERY_WEEK, (day.day + 6) // 7)


@dataclass(frozen=True, slots=True, order=True)
class MonthDay:
    """A day of the month, 1 to 31 or LAST; or the Monday to Friday nearest to it within the month."""

    day: int
    nearest_weekday: bool = False

    def falls_on(self, day: date) -> bool:
        """True on the dates that this names; never in a month too short to have the day."""
        month_length = calendar.monthrange(day.year, day.month)[1]
        wanted = month_length if self.day == LAST else self.day
        if wanted > month_length:
            return False
        return day.day == (_nearest_weekday(day, wanted, month_length) if self.nearest_weekday else wanted)


@dataclass(frozen=True, slots=True)
class EveryWeeks:
    """The seven days from `starting` on, then the same seven days every `weeks` weeks; nothing before."""

    weeks: int
    starting: date

    def falls_on(self, day: date) -> bool:
        """True on the dates that this names."""
        days = (day - self.starting).days
        return days >= 0 and days // 7 % self.weeks == 0


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The dates on which all given conditions hold; without any, every date. Months are 1 to 12."""

    days: tuple[DayOfWeek, ...] = ()
    month_days: tuple[MonthDay, ...] = ()
    months: tuple[int, ...] = ()
    every: EveryWeeks | None = None

    def falls_on(self, day: date) -> bool:
        """True on the dates that this names."""
        return (
            (not self.days or any(rule.falls_on(day) for rule in self.days))
            and (not self.month_days or any(rule.falls_on(day) for rule in self.month_days))
            and (not self.months or day.month in self.months)
            and (self.every is None or self.every.falls_on(day))
        )


EVERY_DATE = Recurrence()


def ever_falls(recurrence: Recurrence) -> bool:
    """False for what the calendar can never meet: the 31st of February, a 1st Monday on the 20th."""
    start = recurrence.every.starting if recurrence.every else date(2024, 1, 1)
    return any(recurrence.falls_on(start + timedelta(days=n)) for n in range(CALENDAR_CYCLE_DAYS))


def describe_recurrence(recurrence: Recurrence) -> str:
    """The canonical text; what the short form of a window can say, it says in those words."""
    weekdays = ",".join(_weekday_words(recurrence.days))
    month_days = ",".join(_month_day_words(recurrence.month_days))
    parts = [weekdays] if weekdays else []
    if month_days:
        parts.append(f"{'on ' if weekdays else ''}day {month_days}")
    if recurrence.months:
        parts.append(f"in {','.join(_runs({month - 1 for month in recurrence.months}, MONTHS))}")
    if recurrence.every:
        parts.append(f"every {recurrence.every.weeks} weeks from {recurrence.every.starting}")
    return " ".join(parts) or "mon-sun"


def _nearest_weekday(day: date, wanted: int, month_length: int) -> int:
    weekday = day.replace(day=wanted).weekday()
    if weekday == SATURDAY:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == SUNDAY:
        return wanted + 1 if wanted < month_length else wanted - 2
    return wanted


def _weekday_words(days: Iterable[DayOfWeek]) -> Iterator[str]:
    yield from _runs({rule.weekday for rule in days if rule.nth == EVERY_WEEK}, WEEKDAYS)
    names = {number: name for name, number in ORDINALS.items()}
    yield from (f"{names[rule.nth]} {WEEKDAYS[rule.weekday]}" for rule in days if rule.nth != EVERY_WEEK)


def _month_day_words(month_days: Iterable[MonthDay]) -> Iterator[str]:
    plain = {rule.day for rule in month_days if rule.day != LAST and not rule.nearest_weekday}
    # 0 stands for no day: it keeps the 31st and the 1st from being neighbours.
    yield from _runs(plain, tuple(str(number) for number in range(32)))
    yield from (f"{rule.day}W" for rule in month_days if rule.nearest_weekday)
    yield from ("last" for rule in month_days if rule.day == LAST)


def _runs(present: set[int], names: tuple[str, ...]) -> Iterator[str]:
    """Words for a set of places on a circle of names: `mon-wed`, `fri`, `sun-thu`."""
    size = len(names)
    if len(present) == size:
        yield f"{names[0]}-{names[-1]}"
        return
    for first in sorted(place for place in present if (place - 1) % size not in present):
        last = first
        while (last + 1) % size in present:
            last = (last + 1) % size
        yield names[first] if first == last else f"{names[first]}-{names[last]}"
