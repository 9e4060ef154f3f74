"""What a definition's rules would make of a stretch of time: hours up and asleep, starts, the longest rest.

The real decision function is asked, without leases, holds or pauses, and as if the environment were acted on.
Lengths are true hours: a day on which the clocks change has 23 or 25 of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from chalicelib.core.decide import Facts, calendar
from chalicelib.core.localtime import zone
from chalicelib.core.model import Definition, Desired, Mode
from chalicelib.core.wishes import Wishes

NOON = 12
NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Simulation:
    """One environment between two instants.

    `up`, `asleep` and `as_is` add up to `length`. `asleep` is the time that the whole environment rests.
    `starts` are changes to up; `mornings` are local dates that have one before noon. `longest_rest` is cut at
    the two instants. `closed` is what closures take from the time up, at least nothing; `excepted` is what
    exceptions add to it, less than nothing where they take.
    """

    length: timedelta
    up: timedelta
    asleep: timedelta
    as_is: timedelta
    starts: int
    mornings: int
    longest_rest: timedelta
    closed: timedelta
    excepted: timedelta


@dataclass(frozen=True, slots=True)
class Run:
    """One thing is desired from `begins` until `ends`."""

    begins: datetime
    ends: datetime
    desired: Desired


def simulate(definition: Definition, facts: Facts, begins: datetime, ends: datetime) -> Simulation:
    """What the rules alone desire between the two instants."""
    planned = runs(definition, facts, begins, ends)
    starts = [after.begins for before, after in pairwise(planned) if after.desired is Desired.UP]
    up = _lasting(planned, Desired.UP)
    return Simulation(
        length=ends - begins,
        up=up,
        asleep=_lasting(planned, Desired.DOWN),
        as_is=_lasting(planned, Desired.AS_IS),
        starts=len(starts),
        mornings=len(set(_mornings(definition, starts))),
        longest_rest=max((run.ends - run.begins for run in planned if run.desired is Desired.DOWN), default=NOTHING),
        closed=_up(_without_closures(definition), facts, begins, ends) - up,
        excepted=up - _up(_without_exceptions(definition), facts, begins, ends),
    )


def runs(definition: Definition, facts: Facts, begins: datetime, ends: datetime) -> Sequence[Run]:
    """What is desired from when until when, without a gap between the two instants."""
    acting = replace(definition, mode=Mode.ACT)
    rows = [(max(at, begins), decision.desired) for at, decision in calendar(acting, Wishes(), facts, begins, ends)]
    afterwards = [at for at, _ in rows[1:]] + [ends]
    return [Run(at, until, desired) for (at, desired), until in zip(rows, afterwards, strict=True)]


def _lasting(runs: Sequence[Run], desired: Desired) -> timedelta:
    return sum((run.ends - run.begins for run in runs if run.desired is desired), NOTHING)


def _mornings(definition: Definition, starts: Sequence[datetime]) -> Iterator[date]:
    where = zone(definition.uptime[0].timezone if definition.uptime else "UTC")
    for start in (each.astimezone(where) for each in starts):
        if start.hour < NOON:
            yield start.date()


def _up(definition: Definition, facts: Facts, begins: datetime, ends: datetime) -> timedelta:
    return _lasting(runs(definition, facts, begins, ends), Desired.UP)


def _without_closures(definition: Definition) -> Definition:
    return replace(definition, uptime=tuple(replace(entry, closures=()) for entry in definition.uptime))


def _without_exceptions(definition: Definition) -> Definition:
    return replace(definition, uptime=tuple(replace(entry, exceptions=()) for entry in definition.uptime))
