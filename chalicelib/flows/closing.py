"""The daily close: an environment's days that are over are put in the books, computed anew from the first of the month.

So what came late is in the next close, and a close that was lost is made up for by the next. A month that is over is
closed again on its first days, for what AWS told late.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from chalicelib.core.localtime import day_bounds, zone
from chalicelib.core.model import Definition, Mode
from chalicelib.core.money.attribution import roll_up
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.choosing import Acted, baselines_of, days_in
from chalicelib.core.money.inputs import Belongs, Budget
from chalicelib.core.money.profiling import observed
from chalicelib.core.money.rates import book, list_key
from chalicelib.core.money.spans import Draw, Span
from chalicelib.flows.booked import Booked
from chalicelib.flows.events import What
from chalicelib.flows.keeping_billing import Everything, asked_once
from chalicelib.flows.ports import Rates, World
from chalicelib.flows.residual import residual_readings
from chalicelib.flows.spans import folded, spans_of
from chalicelib.flows.stored import Notes

LATE = timedelta(hours=1)
"""So long after midnight a day is closed: what AWS tells of it may come late."""
AGAIN = timedelta(days=3)
"""For so long a month that is over is closed again each day."""
LOOKED_BACK = timedelta(days=56)
"""So long before Curfew acted is looked at for what ran then: each hour of the week eight times."""
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
        except ValueError as error:  # what cannot be read of one keeps none of the others out of the books
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
        world.store.book(month, _booked(world, rates, loaded.definition, head.notes, month, now))


def _due(world: World) -> Iterator[str]:
    """Every environment of which a day has ended since it was last closed, by name."""
    now = world.clock.now()
    last = now - LATE
    before = last.replace(day=1) - timedelta(days=1)
    closed = {**world.store.closed(f"{before:%Y-%m}"), **world.store.closed(f"{last:%Y-%m}")}
    after: str | None = None
    while names := world.store.names(after):
        yield from (name for name in names if name not in closed or closed[name] + timedelta(days=1) + LATE <= now)
        after = names[-1]


def _months(timezone: str, now: datetime) -> Iterator[str]:
    """The month of the last day that is over there, and the one before while that is still closed again."""
    last = _today(timezone, now) - timedelta(days=1)
    if (before := last.replace(day=1) - timedelta(days=1)) and last - before <= AGAIN:
        yield f"{before:%Y-%m}"
    yield f"{last:%Y-%m}"


def _today(timezone: str, now: datetime) -> date:
    return (now - LATE).astimezone(zone(timezone)).date()


def _booked(world: World, rates: Rates, definition: Definition, notes: Notes, month: str, now: datetime) -> Booked:
    timezone, name = days_in(definition), definition.environment
    begins, ends = month_bounds(timezone, month)
    until = min(ends, day_bounds(zone(timezone), _today(timezone, now))[0])
    spans = spans_of(world.store, name, begins, until)
    baselines = _baselines(world, definition, notes, spans, month)
    found = rates.rates(sorted(_keys(spans, baselines)), begins, until).rates
    belongs = Belongs(name, definition.organisation, definition.cost_center or "", definition.owner.name, timezone)
    budget = Budget(name, definition.budget.monthly, definition.budget.currency) if definition.budget else None
    made = roll_up(belongs, month, spans, book(found), baselines, until)
    return Booked(until, made, belongs, budget, found, baselines)


def _keys(spans: Iterable[Span], baselines: Iterable[Baseline]) -> set[str]:
    ran = {key for span in spans for key in (span.rate, list_key(span.rate))}
    return ran | {draw.rate for baseline in baselines for draw in baseline.draws}


def _baselines(
    world: World, definition: Definition, notes: Notes, spans: Sequence[Span], month: str
) -> tuple[Baseline, ...]:
    """What would have run of what Curfew acts on; nothing while it only observes."""
    since = notes.acting_since
    if definition.mode is not Mode.ACT or since is None:
        return ()
    before = _observed(world, definition, since)
    return baselines_of(definition, [replace(each, begins=since) for each in _acted(spans)], before)


def _observed(world: World, definition: Definition, since: datetime) -> tuple[Baseline, ...]:
    """What ran before Curfew acted, as far as it was watched then."""
    begins = since - LOOKED_BACK
    events = tuple(world.store.readings(definition.environment, begins, since))
    watched: dict[str, datetime] = {}
    for event in events:
        if event.what is What.METERED:
            watched.setdefault(event.data["arn"], event.at)
    ran = folded(events, begins, since)
    return observed(ran, begins, since, days_in(definition), watched, "what ran before Curfew acted") if ran else ()


def _acted(spans: Iterable[Span]) -> Iterator[Acted]:
    """Each resource that Curfew may stop, with what it drew for longest while it was on."""
    of: defaultdict[tuple[str, str], list[Span]] = defaultdict(list)
    for span in spans:
        if not span.keeps:
            of[span.resource, span.arn].append(span)
    for (resource, arn), mine in of.items():
        yield Acted(resource, arn, usual_draws(mine), min(span.begins for span in mine))


def usual_draws(spans: Collection[Span]) -> tuple[Draw, ...]:
    """What one resource drew for longest of the time in which it drew anything."""
    instants = sorted({at for span in spans for at in (span.begins, span.ends)})
    lasted: defaultdict[tuple[Draw, ...], timedelta] = defaultdict(timedelta)
    for begins, ends in pairwise(instants):
        if drawn := _drawn(spans, begins):
            lasted[drawn] += ends - begins
    return max(lasted, key=lambda drawn: (lasted[drawn], drawn), default=())


def _drawn(spans: Iterable[Span], at: datetime) -> tuple[Draw, ...]:
    units: dict[str, Draw] = {}
    for span in spans:
        if span.begins <= at < span.ends:
            before = units.get(span.rate)
            units[span.rate] = Draw(span.rate, span.units + (before.units if before else 0))
    return tuple(units[key] for key in sorted(units))
