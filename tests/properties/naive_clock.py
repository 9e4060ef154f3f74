"""Clocks and calendars read the naive way: minute by minute, date by date. Shares no code with the timetable."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from chalicelib.core.localtime import zone
from chalicelib.core.recurrence import DayOfWeek, MonthDay
from chalicelib.core.windows import Window

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Walk:
    """What clocks in a zone show at each UTC minute of some days."""

    begins: datetime
    shown: list[datetime]
    first: dict[datetime, int]
    last: dict[datetime, int]

    def first_minute(self, wall: datetime) -> int:
        """The first minute that shows it, or else the first that shows something later."""
        return self.first.get(wall, self._first_later(wall))

    def last_minute(self, wall: datetime) -> int:
        return self.last.get(wall, self._first_later(wall))

    def has_date(self, day: date) -> bool:
        return datetime.combine(day, datetime.min.time()) + timedelta(hours=12) in self.first

    def _first_later(self, wall: datetime) -> int:
        return next((n for n, shown in enumerate(self.shown) if shown > wall), len(self.shown))


@lru_cache(maxsize=64)
def walk(zone_name: str, begins: datetime, minutes: int) -> Walk:
    where = zone(zone_name)
    shown = [(begins + n * MINUTE).astimezone(where).replace(tzinfo=None, fold=0) for n in range(minutes)]
    last = {wall: n for n, wall in enumerate(shown)}
    first = {wall: n for n, wall in reversed(list(enumerate(shown)))}
    return Walk(begins, shown, first, last)


def dates_of_month(day: date) -> list[date]:
    return [day.replace(day=n) for n in range(1, calendar.monthrange(day.year, day.month)[1] + 1)]


def is_day_of_week(rule: DayOfWeek, day: date) -> bool:
    same = [each for each in dates_of_month(day) if each.weekday() == rule.weekday]
    if rule.nth == 0:
        return day in same
    place = rule.nth - 1 if rule.nth > 0 else -1
    return place < len(same) and same[place] == day


def is_month_day(rule: MonthDay, day: date) -> bool:
    month = dates_of_month(day)
    if rule.day > len(month):
        return False
    wanted = month[rule.day - 1 if rule.day > 0 else -1]
    if rule.nearest_weekday:
        weekdays = [each for each in month if each.weekday() < 5]
        wanted = min(weekdays, key=lambda each: abs(each - wanted))
    return day == wanted


def begins_on(window: Window, day: date) -> bool:
    rules = window.recurrence
    conditions = [
        any(is_day_of_week(rule, day) for rule in rules.days) if rules.days else True,
        any(is_month_day(rule, day) for rule in rules.month_days) if rules.month_days else True,
        day.month in rules.months if rules.months else True,
    ]
    if rules.every:
        weeks = range(0, 500, rules.every.weeks)
        starts = {rules.every.starting + timedelta(weeks=n) for n in weeks}
        conditions.append(any(day - timedelta(days=n) in starts for n in range(7)))
    return all(conditions)
