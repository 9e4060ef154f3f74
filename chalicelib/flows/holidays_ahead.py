"""The owner learns a week ahead of a holiday that may yet move, with the line that moves it.

A holiday of several days is told once, when its first day is a week away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from chalicelib.core.closures import ClosedDay, closed_days
from chalicelib.core.localtime import zone
from chalicelib.core.model import Definition
from chalicelib.core.uptime import Uptime
from chalicelib.flows.events import Event, What

AHEAD = timedelta(days=7)
LONGEST = timedelta(days=10)
"""No holiday that hangs on the moon is longer."""
DAY = timedelta(days=1)


def estimates_ahead(definition: Definition, now: datetime) -> Iterator[tuple[str, Event]]:
    """A key and an event for each estimated holiday that begins within a week, from the day it does not yet run."""
    for uptime in definition.uptime:
        today = now.astimezone(zone(uptime.timezone)).date()
        for run in _runs(_estimated(uptime, today)):
            if today < run[0].day <= today + AHEAD:
                text = _told(definition.environment, run)
                yield f"estimate {run[0].reason} {run[0].day}", _event(definition.environment, now, text)


def _estimated(uptime: Uptime, today: date) -> list[ClosedDay]:
    """Those around now, so that a holiday is seen whole from before its first day until after its last."""
    closed = closed_days(uptime.closures, today - LONGEST, today + AHEAD + LONGEST)
    return [closed[day] for day in sorted(closed) if closed[day].estimated]


def _runs(days: Iterable[ClosedDay]) -> Iterator[list[ClosedDay]]:
    """The days parted into stretches without a gap."""
    run: list[ClosedDay] = []
    for day in days:
        if run and day.day != run[-1].day + DAY:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _told(environment: str, run: list[ClosedDay]) -> str:
    name, first, last = run[0].name, run[0].day, run[-1].day
    return (
        f"{name} on {_range(first, last)} is an estimate; if it moves, add to the schedule file of {environment}, "
        f'under uptime: closures: [{{dates: {_range(first + DAY, last + DAY)}, reason: "{name}"}}]'
    )


def _range(first: date, last: date) -> str:
    return str(first) if first == last else f"{first}..{last}"


def _event(environment: str, now: datetime, text: str) -> Event:
    return Event(What.ESTIMATED_HOLIDAY, environment, now, text)
