"""What an environment in observe mode did at night: was there anything to stop, and did somebody use it?

A night is the stretch from noon to noon, local time, in which the timetable had the environment down; it carries
the date of its first noon. A rest of a weekend is three nights, a rest at lunch belongs to the night that follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

NOON = timedelta(hours=12)
MOST_NIGHTS = 31
SETTLED = timedelta(minutes=30)
"""What is stopped by others within this time of the closing would run without Curfew, too."""


@dataclass(frozen=True, slots=True)
class Night:
    """One night: `since` is when its rest was first seen, `ran` that there was something to stop, `used` the
    first sign that somebody used it."""

    day: date
    since: datetime
    ran: bool = False
    used: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """The newest nights, at most 31, oldest first, and since when the environment is observed."""

    since: datetime
    nights: tuple[Night, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """Of so many nights, those in which Curfew would have stopped something nobody used, and those in use.

    In the others nothing ran that could be stopped.
    """

    nights: int
    would_have_stopped: int
    in_use: int


def tally(nights: Sequence[Night]) -> Tally:
    """The nights, counted."""
    used = sum(night.used is not None for night in nights)
    stopped = sum(night.ran and night.used is None for night in nights)
    return Tally(len(nights), stopped, used)


def day_of(now: datetime, where: tzinfo) -> date:
    """The date of the night that `now` belongs to."""
    return (now.astimezone(where).replace(tzinfo=None) - NOON).date()


def judged_at(nights: Sequence[Night], day: date) -> datetime | None:
    """When a look tells whether what runs in the night `day` would have run on; None where that is known."""
    if not nights or nights[-1].day != day or nights[-1].ran:
        return None
    return nights[-1].since + SETTLED


def with_look(nights: Sequence[Night], day: date, now: datetime, runs: bool, used: str | None) -> tuple[Night, ...]:
    """The nights with what a look during a rest showed; the first sign of use in a night stays."""
    same = bool(nights) and nights[-1].day == day
    night = nights[-1] if same else Night(day, now)
    night = replace(night, ran=night.ran or (runs and now >= night.since + SETTLED), used=night.used or used)
    return (*nights[: len(nights) - same], night)[-MOST_NIGHTS:]
