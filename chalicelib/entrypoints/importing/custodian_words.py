"""Off-hours in Cloud Custodian's words: `off=(M-F,19);on=(M-F,7);tz=et`, its zone names and its defaults.

https://cloudcustodian.io/docs/quickstart/offhours.html, and c7n/filters/offhours.py for what that leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.core.localtime import zone_names
from chalicelib.entrypoints.importing.clocks import place
from chalicelib.entrypoints.importing.rule import SourceError

EXAMPLE = "off=(M-F,19);on=(M-F,7);tz=et"
ON_HOUR, OFF_HOUR, DEFAULT_ZONE, DEFAULT_TAG = 7, 19, "et", "maid_offhours"
DAYS = {"m": 0, "t": 1, "w": 2, "h": 3, "f": 4, "s": 5, "u": 6}
ZONES = {
    **dict.fromkeys(("pdt", "pt", "pst"), "America/Los_Angeles"),
    **dict.fromkeys(("ast", "at"), "America/Phoenix"),
    **dict.fromkeys(("est", "edt", "et"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt", "ct"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt", "mt"), "America/Denver"),
    **dict.fromkeys(("gmt", "gt"), "Etc/GMT"),
    "bst": "Europe/London",
    "ist": "Europe/Dublin",
    "cet": "Europe/Berlin",
    "it": "Asia/Kolkata",
    "jst": "Asia/Tokyo",
    "kst": "Asia/Seoul",
    "sgt": "Asia/Singapore",
    "aet": "Australia/Sydney",
    "brt": "America/Sao_Paulo",
    "nzst": "Pacific/Auckland",
    "utc": "Etc/UTC",
}
"""Custodian's short names; they stand for places, so that summer time is kept."""
_HOUR = re.compile(r"\(([a-z](?:-[a-z])?),([0-9]{1,2})\)")


@dataclass(frozen=True, slots=True, order=True)
class Hour:
    """One hour of one weekday, 0 is Monday."""

    weekday: int
    hour: int


@dataclass(frozen=True, slots=True)
class OffHours:
    """When resources are started and stopped, in which zone; `on` or `off` is None when no policy does it."""

    on: frozenset[Hour] | None
    off: frozenset[Hour] | None
    timezone: str


def zone_of(name: str) -> str:
    """The IANA name that a short name or an IANA name in any case stands for. Raises SourceError."""
    lower = name.lower()
    by_lower = {known.lower(): known for known in zone_names()}
    return ZONES.get(lower) or by_lower.get(lower) or place(name).key


def default_hours(hour: int, weekends: bool = True, weekends_only: bool = False, first: int = 0) -> frozenset[Hour]:
    """A policy's own hour: Monday to Friday; every day without `weekends`; only `first` with `weekends_only`."""
    weekdays = [first] if weekends_only else range(5) if weekends else range(7)
    return frozenset(Hour(weekday, hour) for weekday in weekdays)


def tagged(value: str, defaults: OffHours) -> OffHours | None:
    """What a tag's value asks for, the rest by the defaults; None when it opts out. Raises SourceError."""
    plain = value.strip().strip("'\"").lower()
    if plain == "off":
        return None
    parts = dict(_parts(plain)) if "=" in plain else {}
    return OffHours(
        on=_hours(parts["on"], value) if "on" in parts and defaults.on is not None else defaults.on,
        off=_hours(parts["off"], value) if "off" in parts and defaults.off is not None else defaults.off,
        timezone=zone_of(parts["tz"]) if parts.get("tz") else defaults.timezone,
    )


def _parts(value: str) -> Iterator[tuple[str, str]]:
    for piece in filter(None, value.split(";")):
        key, equals, content = piece.partition("=")
        if not equals or key not in ("on", "off", "tz") or "=" in content:
            what = f'"{piece}" is not on=, off= or tz=, with semicolons between them and no blanks'
            raise SourceError(f"{what}; write e.g. {EXAMPLE}")
        yield key, content


def _hours(text: str, value: str) -> frozenset[Hour]:
    plain = text.removeprefix("[").removesuffix("]")
    found = _HOUR.findall(plain)
    if not found or ",".join(f"({days},{hour})" for days, hour in found) != plain:
        raise SourceError(f'"{text}" in "{value}" is not (days,hour) or a list of them; write e.g. {EXAMPLE}')
    return frozenset(Hour(day, _hour(hour)) for days, hour in found for day in _weekdays(days))


def _hour(text: str) -> int:
    if int(text) > 23:
        raise SourceError(f'"{text}" is not an hour; write 0 to 23, e.g. {EXAMPLE}')
    return int(text)


def _weekdays(text: str) -> list[int]:
    """The days of a letter, or of a range of letters, which may wrap: f-m."""
    first, _, last = text.partition("-")
    if first not in DAYS or (last or first) not in DAYS:
        raise SourceError(f'"{text}" names no days; write letters of M, T, W, H, F, S, U, e.g. {EXAMPLE}')
    reach = (DAYS[last or first] - DAYS[first]) % 7
    return [(DAYS[first] + step) % 7 for step in range(reach + 1)]
