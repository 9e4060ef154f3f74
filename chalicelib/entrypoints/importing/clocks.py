"""At which instants the clocks of a place show given times, and when those clocks are changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.core.localtime import ZoneError, instants, zone
from chalicelib.entrypoints.importing.rule import SourceError

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
"""Clocks are changed on quarters of an hour (IANA tz database, every rule since 1990)."""


def place(name: str) -> ZoneInfo:
    """The zone of that name. Raises SourceError."""
    try:
        return zone(name)
    except ZoneError as error:
        raise SourceError(str(error)) from error


def dates(begins: datetime, ends: datetime, where: ZoneInfo) -> Iterator[date]:
    """The local dates that the range touches."""
    day, last = begins.astimezone(where).date(), ends.astimezone(where).date()
    while day <= last:
        yield day
        day += DAY


def wall(day: date, minutes: int) -> datetime:
    """So many minutes after that date's midnight, by a clock that nobody changes."""
    return datetime.combine(day, datetime.min.time()) + minutes * MINUTE


def moments(where: ZoneInfo, minutes: Iterable[int], begins: datetime, ends: datetime) -> Iterator[datetime]:
    """Every instant at which a clock there shows one of those minutes of a day, or is changed."""
    shown = sorted(set(minutes))
    for day in dates(begins, ends, where):
        for minute in shown:
            yield from instants(where, wall(day, minute))
        midnight = wall(day, 0).replace(tzinfo=UTC)
        if clocks_change(where, midnight - DAY, midnight + 2 * DAY):
            yield from _quarters(midnight - DAY, midnight + 2 * DAY)


def clocks_change(where: ZoneInfo, begins: datetime, ends: datetime) -> bool:
    """True when the clocks there show another offset at the second instant than at the first."""
    return begins.astimezone(where).utcoffset() != ends.astimezone(where).utcoffset()


def _quarters(begins: datetime, ends: datetime) -> Iterator[datetime]:
    while begins < ends:
        yield begins
        begins += QUARTER
