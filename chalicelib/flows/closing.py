"""The daily close: an environment's days that are over are put in the books, computed anew from the first of the month.

So what came late is in the next close, and a close that was lost is made up for by the next. A month that is over is
closed again on the first days of the next, for what AWS told late; and later, as long as days of it are missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.core.model import Definition
from chalicelib.core.money.attribution import roll_up
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.choosing import days_in
from chalicelib.core.money.inputs import Belongs, Budget
from chalicelib.core.money.rates import book
from chalicelib.core.money.spans import Span
from chalicelib.core.months import month_before, month_name
from chalicelib.flows.baselines import Month, would_have_run
from chalicelib.flows.booked import Booked, keys_of
from chalicelib.flows.days_over import DAY, LATE, last_day, over_until
from chalicelib.flows.keeping_billing import Everything, asked_once
from chalicelib.flows.last_days import close_last_days
from chalicelib.flows.ledger_ports import Rates
from chalicelib.flows.ports import World
from chalicelib.flows.residual import residual_readings
from chalicelib.flows.seen import States
from chalicelib.flows.spans import AFTER, BEFORE, folded
from chalicelib.flows.stored import Notes

AGAIN = timedelta(days=3)
"""For so long a month that is over is closed again each day."""
ENOUGH = timedelta(minutes=10)
"""After so long no further environment is begun: the function may run for fifteen minutes."""


Books = Mapping[str, Mapping[str, datetime]]
"""Until when the days of each environment are closed, by month: of the one before, and of this one."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The environments whose days were closed, those that failed with why, and how many were left for the next run."""

    names: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    left: int = 0


def close(world: World, rates: Rates) -> Closed:
    """All days that are over are in the books, as far as time allowed; the next run goes on with what is left."""
    started, everything = world.clock.elapsed(), asked_once(world, world.clock.elapsed() + ENOUGH)
    books = {month: world.store.closed(month) for month in _looked_at(world.clock.now())}
    due, done = list(_due(world, books)), list[str]()
    failed: dict[str, str] = {}
    for number, name in enumerate(due):
        if world.clock.elapsed() - started >= ENOUGH:
            return Closed(tuple(done), failed, len(due) - number)
        try:
            done += [name] if close_one(world, rates, everything, name, books) else []
        except (ValueError, ArithmeticError) as error:  # what is wrong with one keeps none of the others out
            failed[name] = str(error)
    return Closed(tuple(done), failed)


def close_one(world: World, rates: Rates, everything: Everything, name: str, books: Books) -> bool:
    """The environment's days that are over are in the books, and what keeps billing of it is read for today.

    False where it has left, and all of it is in the books already. Raises ValueError where its definition cannot be
    read.
    """
    now, head = world.clock.now(), world.store.head(name)
    if head is None:
        closed = [close_last_days(world, rates, name, month) for month in books]
        return any(closed)
    loaded = world.store.load(head)
    if loaded.definition is None:
        raise ValueError(f"its definition cannot be read ({loaded.broken}); apply its file again")
    residual_readings(world, loaded.definition, loaded.states, everything)
    for month in _months(world, name, days_in(loaded.definition), books):
        world.store.book(month, _booked(world, rates, Read(loaded.definition, loaded.states, head.notes), month, now))
    return True


def _looked_at(now: datetime) -> tuple[str, str]:
    """The months whose days may be closed: the one before, and this one."""
    last = month_name((now - LATE).date())
    return month_before(last), last


def _due(world: World, books: Books) -> Iterator[str]:
    """Every environment of which a day has ended since it was last closed, by name; then those that have left."""
    latest = {name: until for closed in books.values() for name, until in closed.items()}
    begun = world.clock.now() - DAY - LATE
    after, there = None, set[str]()
    while names := world.store.names(after):
        yield from (name for name in names if name not in latest or latest[name] <= begun)
        after = names[-1]
        there.update(names)
    yield from (name for name in sorted(latest.keys() - there) if latest[name] <= begun)


def _months(world: World, name: str, timezone: str, books: Books) -> Iterator[str]:
    """The month of the last day that is over there; before it the one before, while that is still closed again, and as
    long as days of it are missing."""
    last = last_day(timezone, world.clock.now())
    before = month_before(month_name(last))
    if last.day <= AGAIN.days or (before in books and _is_missing(world, name, timezone, before, books)):
        yield before
    yield month_name(last)


def _is_missing(world: World, name: str, timezone: str, month: str, books: Books) -> bool:
    """Days of a month that is over are not in its books, and something was read of the environment on them."""
    begins, ends = month_bounds(timezone, month)
    until = books[month].get(name, begins)
    return until < ends and any(True for _ in world.store.readings(name, until, ends))


@dataclass(frozen=True, slots=True)
class Read:
    """What is stored of an environment, as a close read it."""

    definition: Definition
    states: States
    notes: Notes


def _booked(world: World, rates: Rates, read: Read, month: str, now: datetime) -> Booked:
    definition = read.definition
    timezone, name = days_in(definition), definition.environment
    begins, until = month_bounds(timezone, month)[0], over_until(timezone, month, now)
    spans, baselines = _ran(world, read, month, begins, until)
    found = rates.rates(sorted(keys_of(spans, baselines)), begins, until).rates
    belongs = Belongs(name, definition.organisation, definition.cost_center or "", definition.owner.name, timezone)
    budget = Budget(name, definition.budget.monthly, definition.budget.currency) if definition.budget else None
    made = roll_up(belongs, month, spans, book(found), baselines, until)
    return Booked(until, made, belongs, budget, found, baselines, now)


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
