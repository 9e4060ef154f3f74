"""Days and months in the words of Instance Scheduler on AWS: `mon-fri`, `mon#1`, `friL`, `1-15`, `15W`, `L`.

Weekday numbers are 0 (Monday) to 6. Ranges of weekdays and months wrap; steps (`1-31/2`) are read.
https://docs.aws.amazon.com/solutions/latest/instance-scheduler-on-aws/operator-guide.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chalicelib.core.recurrence import LAST, MONTHS, WEEKDAYS, DayOfWeek, MonthDay
from chalicelib.entrypoints.importing.rule import SourceError

NAMES = {
    "weekdays": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "months": (
        *("january", "february", "march", "april", "may", "june"),
        *("july", "august", "september", "october", "november", "december"),
    ),
}
EXAMPLES = {
    "weekdays": "mon-fri, 0-4, mon#1 or friL",
    "monthdays": "1-15, 15W or L",
    "months": "jan-mar or 1-3",
}
ALL = ("*", "?")
_STEPPED = re.compile(r"(?P<range>.+)/(?P<step>\d+)")
_NTH = re.compile(r"(?P<day>\w+)#(?P<nth>[1-5])")
_LAST_OF = re.compile(r"(?P<day>\w+)l")
_NEAREST = re.compile(r"(?P<day>\d{1,2})w")


@dataclass(frozen=True, slots=True)
class Field:
    """One of the three fields of a period, and the numbers it may hold."""

    name: str
    first: int
    last: int
    wraps: bool = True

    def number(self, word: str) -> int:
        """The number that a word names: a number, a name of three letters or more in full, or L. Raises SourceError."""
        if word == "l":
            return self.last
        if word.isascii() and word.isdigit():
            return int(word)
        for place, name in enumerate(NAMES.get(self.name, ())):
            if word in (name, name[:3]):
                return place + self.first
        raise self.error(word)

    def error(self, word: str) -> SourceError:
        """What to say of a word that the field cannot hold."""
        return SourceError(f'"{word}" is nothing that {self.name} can hold; write e.g. {EXAMPLES[self.name]}')

    def numbers(self, word: str) -> Iterator[int]:
        """The numbers that a word names: one, a range, a range with a step. Raises SourceError."""
        stepped = _STEPPED.fullmatch(word)
        base, step = (stepped["range"], int(stepped["step"])) if stepped else (word, 1)
        first_word, hyphen, last_word = (part.strip() for part in base.partition("-"))
        first = self.number(first_word)
        last = self.number(last_word) if hyphen else self.last if stepped else first
        if step < 1 or (first > last and not self.wraps):
            raise self.error(word)
        size = self.last - self.first + 1
        reach = last - first if first <= last else last - first + size
        for number in range(first, first + reach + 1, step):
            inside = number if number <= self.last else number - size
            if self.first <= first <= self.last and self.first <= inside <= self.last:
                yield inside


WEEKDAY_FIELD = Field("weekdays", 0, len(WEEKDAYS) - 1)
MONTH_DAY_FIELD = Field("monthdays", 1, 31, wraps=False)
MONTH_FIELD = Field("months", 1, len(MONTHS))


def weekdays(words: Iterable[str]) -> tuple[DayOfWeek, ...] | None:
    """The weekdays that the words name, none for all of them; None when they name no day. Raises SourceError."""
    if _everything(words):
        return ()
    days = {day for word in words for day in _weekday(word)}
    if not days:
        return None
    return () if days >= {DayOfWeek(weekday) for weekday in range(7)} else tuple(sorted(days))


def month_days(words: Iterable[str]) -> tuple[MonthDay, ...] | None:
    """The days of the month that the words name, as `weekdays` does. Raises SourceError."""
    if _everything(words):
        return ()
    return tuple(sorted({day for word in words for day in _month_day(word)})) or None


def months(words: Iterable[str]) -> tuple[int, ...] | None:
    """The months that the words name, as `weekdays` does. Raises SourceError."""
    if _everything(words):
        return ()
    named = {number for word in words for number in MONTH_FIELD.numbers(word)}
    return () if len(named) == len(MONTHS) else tuple(sorted(named)) or None


def _everything(words: Iterable[str]) -> bool:
    return not words or any(word in ALL for word in words)


def _weekday(word: str) -> Iterator[DayOfWeek]:
    nth, last_of = _NTH.fullmatch(word), _LAST_OF.fullmatch(word)
    if nth:
        yield from _if_any(WEEKDAY_FIELD.number(nth["day"]), int(nth["nth"]))
    elif last_of:
        yield from _if_any(WEEKDAY_FIELD.number(last_of["day"]), LAST)
    else:
        yield from (DayOfWeek(number) for number in WEEKDAY_FIELD.numbers(word))


def _if_any(weekday: int, nth: int) -> Iterator[DayOfWeek]:
    if weekday <= WEEKDAY_FIELD.last:
        yield DayOfWeek(weekday, nth)


def _month_day(word: str) -> Iterator[MonthDay]:
    nearest = _NEAREST.fullmatch(word)
    if nearest:
        yield MonthDay(int(nearest["day"]), nearest_weekday=True)
    elif word == "l":
        yield MonthDay(LAST)
    else:
        yield from (MonthDay(number) for number in MONTH_DAY_FIELD.numbers(word))
