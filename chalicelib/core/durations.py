"""Durations and instants as people write them: `2h30m`, `2026-12-24T20:00`, and back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

_DURATION = re.compile(r"(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?", re.ASCII)
_SPELLED = re.compile(
    r"\s*(\d{1,5})\s*(d(?:ays?)?|h(?:(?:ou)?rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)\s*(?:,|and)?"
)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?", re.IGNORECASE)
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Outside of them calendars cannot look a year back or ahead."""


class DurationError(ValueError):
    """A text is no duration; the message says what to write instead."""


class InstantError(ValueError):
    """A text is no instant; the message says what to write instead."""


def parse_duration(text: str) -> timedelta:
    """The length of time that `90m`, `2h30m`, `1d` or `0m` names. Raises DurationError."""
    match = _DURATION.fullmatch(text)
    if match is None or not text:
        raise DurationError(f'"{text}" is not a duration; write {_spelled_out(text)}')
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def format_duration(span: timedelta) -> str:
    """The shortest text that parse_duration reads back, to the second: `2h30m`, `1d`, `0m`.

    A negative span has a leading minus, which parse_duration refuses.
    """
    seconds = round(abs(span).total_seconds())
    parts = []
    for size, unit in _UNITS:
        count, seconds = divmod(seconds, size)
        parts.append(f"{count}{unit}" if count else "")
    text = "".join(parts) or "0m"
    return f"-{text}" if span < timedelta(0) and text != "0m" else text


def parse_instant(text: str, zone: tzinfo) -> datetime:
    """The instant in UTC that an RFC 3339 text names, or a local date and time in `zone`.

    A local time that the clocks repeat is its first occurrence. Raises InstantError, also for a local time
    that the clocks skip.
    """
    given = _date_and_time(text)
    if given.tzinfo is not None:
        return _in_utc(given, text)
    instant = _in_utc(given.replace(tzinfo=zone), text)
    if instant.astimezone(zone).replace(tzinfo=None) != given:
        raise InstantError(f'"{text}" is skipped by the clocks of {zone}; write a later time')
    return instant


def format_instant(at: datetime) -> str:
    """RFC 3339 in UTC with `Z`, to the second. `at` must be aware."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _spelled_out(text: str) -> str:
    """The duration that was probably meant, quoted, or examples."""
    plain = text.lower()
    parts = [f"{count}{unit[0]}" for count, unit in _SPELLED.findall(plain)]
    meant = "".join(parts)
    if parts and not _SPELLED.sub("", plain).strip() and _DURATION.fullmatch(meant):
        return f'"{meant}"'
    return "days, hours and minutes, such as 90m, 2h30m or 1d"


def _date_and_time(text: str) -> datetime:
    try:
        if _INSTANT.fullmatch(text.strip()):
            return datetime.fromisoformat(text.strip().upper())
    except ValueError as error:
        raise InstantError(f'"{text}" is no real date and time ({error}); write e.g. 2026-12-24T20:00') from error
    raise InstantError(f'"{text}" is not a date and time; write 2026-12-24T20:00 (local) or 2026-12-24T20:00:00+04:00')


def _in_utc(at: datetime, text: str) -> datetime:
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise InstantError(f'"{text}" is beyond the years {FIRST_YEAR} to {LAST_YEAR}; write a nearer date')
    return at.astimezone(UTC)
