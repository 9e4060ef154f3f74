"""Calendar months by their names ("2026-11"): their first days and their neighbours."""

from __future__ import annotations

from datetime import date, timedelta

LONGEST = timedelta(days=31)
FIRST_ZONE = timedelta(hours=14)
"""So long before it does in UTC a month begins at the earliest: in Kiribati."""
LAST_ZONE = timedelta(hours=12)
"""And so long after that it ends at the latest: on Baker Island. https://data.iana.org/time-zones/theory.html"""


def month_name(day: date) -> str:
    """The name of the month in which the day is."""
    return f"{day:%Y-%m}"


def first_day(month: str) -> date:
    """The first day of the month."""
    return date.fromisoformat(f"{month}-01")


def month_before(month: str) -> str:
    """The name of the month before."""
    return month_name(first_day(month) - timedelta(days=1))


def in_words(month: str) -> str:
    """The month as people read it: November 2026."""
    return f"{first_day(month):%B %Y}"


def first_after(day: date) -> date:
    """The first day of the month after the one in which the day is."""
    return (day.replace(day=1) + LONGEST).replace(day=1)
