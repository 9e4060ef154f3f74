"""Local time and instants: which instant a wall clock means, in every zone and on DST days.

The rule: a time in the gap (the clock jumps over it) is the first real instant after the gap; a time in the
repeated hour is two instants, and the caller says which of them it means.

Zone rules come from the pinned `tzdata` package and never from the machine, so that an answer does not
depend on where it was asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

NOON = timedelta(hours=12)
SECOND = timedelta(seconds=1)


class ZoneError(ValueError):
    """A time zone that does not exist; the message names the nearest that does."""


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name, with the rules of the pinned tzdata.

    Raises ZoneError for a name that tzdata does not know.
    """
    if name not in zone_names():
        raise ZoneError(_unknown_zone(name))
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


@cache
def zone_names() -> frozenset[str]:
    """All IANA names that `zone` knows."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text(encoding="ascii").split())


def instants(where: ZoneInfo, wall: datetime) -> tuple[datetime, datetime]:
    """The first and the last instant (UTC) at which clocks there show `wall` (naive).

    They differ in the repeated hour only. In the gap both are the first real instant after it.
    """
    offset_before = _offset(wall.replace(tzinfo=where))
    offset_after = _offset(wall.replace(tzinfo=where, fold=1))
    first, last = ((wall - offset).replace(tzinfo=UTC) for offset in (offset_before, offset_after))
    if first <= last:
        return first, last
    gap_end = _first_with_offset(where, offset_after, last, first)
    return gap_end, gap_end


def day_bounds(where: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    """The instants between which that local date lasts: its first midnight and the last one that ends it."""
    midnight = datetime.combine(day, datetime.min.time())
    return instants(where, midnight)[0], instants(where, midnight + timedelta(days=1))[1]


def dates_that_occur(where: ZoneInfo, days: Iterator[date] | tuple[date, ...]) -> Iterator[date]:
    """Those of the dates which the zone's calendar has (Pacific/Apia went without 2011-12-30)."""
    for day in days:
        noon = datetime.combine(day, datetime.min.time(), where) + NOON
        if _offset(noon) >= _offset(noon.replace(fold=1)):
            yield day


def _offset(local: datetime) -> timedelta:
    offset = local.utcoffset()
    assert offset is not None
    return offset


def _first_with_offset(where: ZoneInfo, offset: timedelta, without: datetime, having: datetime) -> datetime:
    """Bisects, to the second, for the instant at which the zone's offset becomes `offset`."""
    while having - without > SECOND:
        middle = without + (having - without) // 2
        middle = middle.replace(microsecond=0)
        if _offset(middle.astimezone(where)) == offset:
            having = middle
        else:
            without = middle
    return having


def _unknown_zone(name: str) -> str:
    by_city = {each.rpartition("/")[2].lower(): each for each in sorted(zone_names())}
    city = by_city.get(name.rpartition("/")[2].lower().replace(" ", "_"))
    if city:
        return f'"{name}" is not a time zone; write {city}'
    near = get_close_matches(name, zone_names(), n=1, cutoff=0.5)
    write = f"did you mean {near[0]}?" if near else "write an IANA name, e.g. Europe/Berlin or Asia/Dubai"
    return f'"{name}" is not a time zone; {write}'
