"""Which days of an environment are over, so that they can be closed, and in which months they lie."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from chalicelib.core.localtime import day_bounds, zone
from chalicelib.core.money.cells import month_bounds

LATE = timedelta(hours=1)
"""So long after midnight a day is closed: what AWS tells of it may come late."""
DAY = timedelta(days=1)


def last_day(timezone: str, now: datetime) -> date:
    """The last day that is over there."""
    return (now - LATE).astimezone(zone(timezone)).date() - DAY


def over_until(timezone: str, month: str, now: datetime) -> datetime:
    """All days of the month before that instant are over; it is not after the month's end."""
    return min(month_bounds(timezone, month)[1], day_bounds(zone(timezone), last_day(timezone, now))[1])
