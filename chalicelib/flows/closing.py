"""The daily close: an environment's days that are over are put in the books, computed anew from the first of the month.

So what came late is in the next close, and a close that was lost is made up for by the next. A month that is over is
closed again on its first days, for what AWS told late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from chalicelib.core.localtime import day_bounds, zone
from chalicelib.core.model import Definition
from chalicelib.core.money.attribution import roll_up
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.choosing import days_in
from chalicelib.core.money.inputs import Belongs, Budget
from chalicelib.core.money.rates import book, list_key
from chalicelib.core.money.spans import Span
from chalicelib.core.months import month_before, month_name
from chalicelib.flows.baselines import Month, would_have_run
from chalicelib.flows.booked import Booked
from chalicelib.flows.keeping_billing import Everything, asked_once
from chalicelib.flows.ledger_ports import Rates
from chalicelib.flows.ports import World
from chalicelib.flows.residual import residual_readings
from chalicelib.flows.seen import States
from chalicelib.flows.spans import AFTER, BEFORE, folded
from chalicelib.flows.stored import Notes

LATE = timedelta(hours=1)
"""So long after midnight a day is closed: what AWS tells of it may come late."""
AGAIN = timedelta(days=3)
"""For so long a month that is over is closed again each day."""
ENOUGH = timedelta(minutes=10)
"""After so long no further environment is begun: the function may run for fifteen minutes."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The environments whose days were closed, those that failed with why, and how many were left for the next run."""

    names: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    left: int = 0


def close(world: World, rates: Rates) -> Closed:
    """All days that are over are in the books, as far as time allowed; the next run goes on with what is left."""
    started, everything = world.clock.elapsed(), asked_once(world, world.clock.elapsed() + ENOUGH)
    due, done = list(_due(world)), list[str]()
    failed: dict[str, str] = {}
    for number, name in enumerate(due):
        if world.clock.elapsed() - started >= ENOUGH:
            return Closed(tuple(done), failed, len(due) - number)
        try:
            close_one(world, rates, everything, name)
            done.append(name)
        except (ValueError, ArithmeticError) as error:  # what is wrong with one keeps none of the others out
            failed[name] = str(error)
    return Closed(tuple(done), failed)


def close_one(world: World, rates: Rates, everything: Everything, name: str) -> None:
    """The environment's days that are over are in the books, and what keeps billing of it is read for today.

    Raises ValueError where its definition cannot be read.
    """
    now, head = world.clock.now(), world.store.head(name)
    if head is None:
        return
    loaded = world.store.load(head)
    if loaded.definition is None:
        raise ValueError(f"its definition cannot be read ({loaded.broken}); apply its file again")
    residual_readings(world, loaded.definition, loaded.states, everything)
    for month in _months(days_in(loaded.definition), now):
        world.store.book(month, _booked(world, rates, Read(loaded.definition, loaded.states, head.notes), month, now))


def _due(world: World) -> Iterator[str]:
    """Every environment of which a day has ended since it was last closed, by name."""
    now = world.clock.now()
    month = month_name(now - LATE)
    closed = {**world.store.closed(month_before(month)), **world.store.closed(month)}
    after: str | None = None
    while names := world.store.names(after):
        yield from (name for name in names if name not in closed or closed[name] + timedelta(days=1) + LATE <= now)
        after = names[-1]


def _months(timezone: str, now: datetime) -> Iterator[str]:
    """The month of the last day that is over there, and the one before while that is still closed again."""
    last = _today(timezone, now) - timedelta(days=1)
    if timedelta(days=last.day) <= AGAIN:
        yield month_before(month_name(last))
    yield month_name(last)


def _today(timezone: str, now: datetime) -> date:
    return (now - LATE).astimezone(zone(timezone)).date()


@dataclass(frozen=True, slots=True)
class Read:
    """What is stored of an environment, as a close read it."""

    definition: Definition
    states: States
    notes: Notes


def _booked(world: World, rates: Rates, read: Read, month: str, now: datetime) -> Booked:
    definition = read.definition
    timezone, name = days_in(definition), definition.environment
    begins, ends = month_bounds(timezone, month)
    until = min(ends, day_bounds(zone(timezone), _today(timezone, now))[0])
    spans, baselines = _ran(world, read, month, begins, until)
    found = rates.rates(sorted(_keys(spans, baselines)), begins, until).rates
    belongs = Belongs(name, definition.organisation, definition.cost_center or "", definition.owner.name, timezone)
    budget = Budget(name, definition.budget.monthly, definition.budget.currency) if definition.budget else None
    made = roll_up(belongs, month, spans, book(found), baselines, until)
    return Booked(until, made, belongs, budget, found, baselines)


def _ran(
    world: World, read: Read, month: str, begins: datetime, until: datetime
) -> tuple[tuple[Span, ...], tuple[Baseline, ...]]:
    """What ran, and what would have run. Raises ValueError where the month before cannot be read."""
    name, store = read.definition.environment, world.store
    last = tuple(store.booked(month_before(month), [name]))
    since = min([begins - BEFORE, *(booked.until for booked in last)])  # what became of it since it was closed
    readings = tuple(store.readings(name, since, world.clock.now()))
    spans = folded([event for event in readings if begins - BEFORE <= event.at < until + AFTER], begins, until)
    before = tuple(baseline for booked in last for baseline in booked.baselines)
    known = Month(begins, until, spans, readings, before)
    return spans, would_have_run(world, read.definition, read.notes, read.states, known)


def _keys(spans: Iterable[Span], baselines: Iterable[Baseline]) -> set[str]:
    ran = {key for span in spans for key in (span.rate, list_key(span.rate))}
    return ran | {draw.rate for baseline in baselines for draw in baseline.draws}
