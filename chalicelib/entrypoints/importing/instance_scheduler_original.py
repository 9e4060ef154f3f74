"""What Instance Scheduler on AWS itself wants at an instant, evaluated as it does, by the wall clock.

Every field of a period must hold on the present date; running wins over any, any over stopped. Between two periods
that leave a gap of at most a minute, nothing is stopped: one minute back and one ahead are looked at.
https://github.com/aws-solutions/instance-scheduler-on-aws (configuration/instance_schedule.py)
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.entrypoints.importing.clocks import MINUTE, moments
from chalicelib.entrypoints.importing.instance_scheduler_reading import Period
from chalicelib.entrypoints.importing.recurrence_words import ALL, MONTH_FIELD, WEEKDAY_FIELD, Field
from chalicelib.entrypoints.importing.rule import Wanted

WEEK = timedelta(weeks=1)
DAY_MINUTES = 24 * 60
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class InstanceScheduler:
    """One schedule: its periods, where, and what it overrides them with."""

    where: ZoneInfo
    periods: Sequence[Period]
    override_status: str | None = None

    def wants(self, at: datetime) -> Wanted:
        """What the schedule says at that instant."""
        local = at.astimezone(self.where).replace(tzinfo=None)
        now = self._strongest(local)
        if now == "down" and len(self.periods) > 1:
            around = {self._strongest(local - MINUTE), self._strongest(local + MINUTE)}
            return "up" if around == {"up"} else now
        return now

    def instants(self, begins: datetime, ends: datetime) -> Iterator[datetime]:
        """The edges of all periods and the midnights, with the minutes around them."""
        edges = {0, *(minute for period in self.periods for minute in _edges(period))}
        yield from moments(
            self.where, {(edge + step) % DAY_MINUTES for edge in edges for step in (-1, 0, 1)}, begins, ends
        )

    def _strongest(self, local: datetime) -> Wanted:
        if self.override_status:
            return "up" if self.override_status == "running" else "down"
        states = {_state(period, local) for period in self.periods}
        return "up" if "up" in states else "as-is" if "as-is" in states else "down"


def _state(period: Period, local: datetime) -> Wanted:
    if not _holds(period, local.date()):
        return "down"
    now, begins, ends = local.hour * 60 + local.minute, _minutes(period.begintime), _minutes(period.endtime)
    if begins is None:
        return "up" if ends is None else "as-is" if now < ends else "down"
    if ends is None:
        return "up" if now >= begins else "as-is"
    return "up" if begins <= now < ends else "down"


def _edges(period: Period) -> Iterator[int]:
    for minutes in (_minutes(period.begintime), _minutes(period.endtime)):
        if minutes is not None:
            yield minutes


def _minutes(text: str | None) -> int | None:
    if text is None:
        return None
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _holds(period: Period, day: date) -> bool:
    return (
        _any(period.weekdays, lambda word: _weekday_holds(word, day))
        and _any(period.monthdays, lambda word: _month_day_holds(word, day))
        and _any(period.months, lambda word: _in_range(word, day.month, MONTH_FIELD))
    )


def _any(words: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return not words or any(word in ALL or holds(word) for word in words)


def _weekday_holds(word: str, day: date) -> bool:
    name, hash_sign, nth = word.partition("#")
    if hash_sign:
        return day.weekday() == WEEKDAY_FIELD.number(name) and (day.day + 6) // 7 == int(nth)
    if len(word) > 1 and word.endswith("l"):
        return day.weekday() == WEEKDAY_FIELD.number(word[:-1]) and (day + WEEK).month != day.month
    return _in_range(word, day.weekday(), WEEKDAY_FIELD)


def _month_day_holds(word: str, day: date) -> bool:
    length = monthrange(day.year, day.month)[1]
    if word.endswith("w"):
        return int(word[:-1]) <= length and day.day == _nearest_weekday(day.replace(day=int(word[:-1])), length)
    return _in_range(word, day.day, Field("monthdays", 1, length))


def _nearest_weekday(day: date, length: int) -> int:
    """The Monday to Friday nearest to a date within its month."""
    if day.weekday() == SATURDAY:
        return day.day - 1 if day.day > 1 else day.day + 2
    if day.weekday() == SUNDAY:
        return day.day + 1 if day.day < length else day.day - 2
    return day.day


def _in_range(word: str, value: int, field: Field) -> bool:
    """Whether the value is one of a range's, on a circle if it wraps; one that begins outside holds nothing."""
    base, slash, step = word.partition("/")
    first_word, hyphen, last_word = base.partition("-")
    first = field.number(first_word.strip())
    last = field.number(last_word.strip()) if hyphen else field.last if slash else first
    if first > field.last or first < field.first:
        return False
    if first <= last:
        return first <= value <= last and (value - first) % int(step or 1) == 0
    size = field.last - field.first + 1
    offset = (value - first) % size
    return offset <= (last - first) % size and offset % int(step or 1) == 0
