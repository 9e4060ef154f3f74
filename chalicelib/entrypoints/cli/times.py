"""Instants as people at this terminal read them, and back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from chalicelib.core.durations import parse_instant

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
NEAR = timedelta(days=6)


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def instant(text: str) -> datetime:
    """The instant of an RFC 3339 text that a program wrote."""
    return datetime.fromisoformat(text)


def with_time(text: str) -> str:
    """A date becomes its midnight; anything else stays as it is."""
    return f"{text}T00:00" if _DATE.fullmatch(text) else text


def here(text: str) -> datetime:
    """The instant that a text names, which is in this terminal's time unless it has an offset.

    Raises InstantError.
    """
    parse_instant(text, UTC)
    given = datetime.fromisoformat(text.strip().upper())
    return given.astimezone(UTC)  # a naive one is taken as the terminal's


def local(at: datetime | str | None, zone: tzinfo | None = None, since: datetime | None = None) -> str:
    """`21:52` today, `Mon 21:52` within six days, else with the date, in `zone` (None: this terminal's).

    `since` is what today is. None is never.
    """
    if at is None:
        return "never"
    then = (instant(at) if isinstance(at, str) else at).astimezone(zone)
    today = (since or now()).astimezone(zone)
    if then.date() == today.date():
        return f"{then:%H:%M}"
    return f"{then:%a %H:%M}" if abs(then - today) < NEAR else f"{then:%Y-%m-%d %H:%M}"


def zone_name() -> str:
    """What this terminal's clocks call their time: CET, +04."""
    return now().astimezone().tzname() or "local time"


def minutes(seconds: float) -> str:
    """A length of time in minutes, for people."""
    return f"{max(1, round(seconds / 60))} min" if seconds else "no time"
