"""The words for recurring dates: `mon-fri`, `1st mon`, days `1-5`, `15W`, `last`, months `jan-mar`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from chalicelib.core.recurrence import LAST, MONTHS, ORDINALS, WEEKDAYS, DayOfWeek, MonthDay

_WEEKDAY_ITEM = re.compile(r"(?:(?P<nth>\w+) )?(?P<first>[a-z]+)(?:-(?P<last>[a-z]+))?")
_MONTH_DAY_ITEM = re.compile(r"(?P<first>\d+)(?:-(?P<last>\d+)|(?P<nearest>w))?")
_WEEKDAY_HELP = 'write mon, tue, wed, thu, fri, sat, sun, e.g. "mon-fri 08:00-20:00" or "1st mon 08:00-20:00"'
_MONTH_DAY_HELP = 'write 1 to 31, 15W or last, e.g. "day 1-5,15W,last 08:00-12:00"'
_MONTH_HELP = "write jan to dec, e.g. months: [jan-mar, dec]"


class WindowError(ValueError):
    """A window that cannot be; the message names the offending words and shows some that work."""


def parse_weekdays(items: Iterable[str]) -> tuple[DayOfWeek, ...]:
    """The weekdays that the items name, sorted, each once; none for a whole week. Raises WindowError."""
    days = {day for item in items for day in _weekday_item(item)}
    whole_week = {DayOfWeek(weekday) for weekday in range(len(WEEKDAYS))}
    return () if days >= whole_week else tuple(sorted(days))


def parse_month_days(items: Iterable[str]) -> tuple[MonthDay, ...]:
    """The days of the month that the items name, sorted, each once. Raises WindowError."""
    return tuple(sorted({day for item in items for day in _month_day_item(item)}))


def parse_months(items: Iterable[str]) -> tuple[int, ...]:
    """The months that the items name, 1 to 12, sorted, each once. Raises WindowError."""
    return tuple(sorted({place + 1 for item in items for place in _month_item(item)}))


def split_items(text: str) -> list[str]:
    """The items of a comma-separated list: lower case, single spaces, none around hyphens."""
    return [re.sub(r"\s*-\s*", "-", " ".join(item.lower().split())) for item in text.split(",")]


def _weekday_item(item: str) -> Iterator[DayOfWeek]:
    match = _WEEKDAY_ITEM.fullmatch(item)
    if match is None:
        raise WindowError(f'"{item}" names no weekdays; {_WEEKDAY_HELP}')
    first = _place(match["first"], WEEKDAYS, "weekday", _WEEKDAY_HELP)
    last = _place(match["last"], WEEKDAYS, "weekday", _WEEKDAY_HELP) if match["last"] else first
    if match["nth"] is None:
        yield from (DayOfWeek(place) for place in _around(first, last, len(WEEKDAYS)))
        return
    if match["last"]:
        days = [WEEKDAYS[place] for place in _around(first, last, len(WEEKDAYS))]
        each = ",".join(f"{match['nth']} {day}" for day in days)
        raise WindowError(f'"{item}" can be read in two ways; write "{each}"')
    if match["nth"] not in ORDINALS:
        places = ", ".join(ORDINALS)
        raise WindowError(f'"{match["nth"]}" is no place in a month; write {places}, e.g. "1st mon"')
    yield DayOfWeek(first, ORDINALS[match["nth"]])


def _month_day_item(item: str) -> Iterator[MonthDay]:
    if item == "last":
        yield MonthDay(LAST)
        return
    match = _MONTH_DAY_ITEM.fullmatch(item)
    if match is None:
        raise WindowError(f'"{item}" names no days of the month; {_MONTH_DAY_HELP}')
    first, last = int(match["first"]), int(match["last"] or match["first"])
    if not 1 <= first <= last <= 31:
        raise WindowError(f'"{item}" is not within a month; {_MONTH_DAY_HELP}')
    yield from (MonthDay(day, match["nearest"] is not None) for day in range(first, last + 1))


def _month_item(item: str) -> Iterator[int]:
    first_name, _, last_name = item.partition("-")
    first = _place(first_name, MONTHS, "month", _MONTH_HELP)
    last = _place(last_name, MONTHS, "month", _MONTH_HELP) if last_name else first
    yield from _around(first, last, len(MONTHS))


def _around(first: int, last: int, size: int) -> Iterator[int]:
    """The places from first to last on a circle: ranges may wrap, as in `fri-mon`."""
    yield from ((first + step) % size for step in range((last - first) % size + 1))


def _place(word: str, names: tuple[str, ...], what: str, remedy: str) -> int:
    """The place of a name, by its first three letters or more of its full English name."""
    short = word[:3]
    if short in names and _FULL[short].startswith(word):
        return names.index(short)
    near = get_close_matches(word, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}? " if near else ""
    raise WindowError(f'"{word}" is not a {what}; {hint}{remedy}')


_FULL = {
    name[:3]: name
    for name in (
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("january", "february", "march", "april", "may", "june", "july"),
        *("august", "september", "october", "november", "december"),
    )
}
