"""Working days of an organisation: Monday to Friday in its time zone, without the dates that it is closed on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from chalicelib.core.closures import Closure, closed_days
from chalicelib.core.months import first_after, first_day

SATURDAY = 5
AHEAD = timedelta(days=366)
"""So far it is looked for a working day: a closure of a whole year does not keep a report back for ever."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """On which dates people work, and in which time zone these dates are."""

    timezone: str = "UTC"
    closures: tuple[Closure, ...] = ()

    def from_date(self, first: date) -> Iterator[date]:
        """The working days from that date on, at most a year ahead."""
        closed = closed_days(self.closures, first, first + AHEAD)
        days = (first + timedelta(days=number) for number in range(AHEAD.days))
        return (day for day in days if day.weekday() < SATURDAY and day not in closed)


def working_day_after(days: WorkingDays, month: str, number: int) -> date | None:
    """The working day of that number (1 is the first) after the month ("2026-11") ended; None within a year."""
    following = days.from_date(first_after(first_day(month)))
    return next(islice(following, number - 1, None), None)
