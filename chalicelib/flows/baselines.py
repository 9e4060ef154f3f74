"""What would have run of an environment in a month: of what Curfew acts on, while it does, and while it is there.

What a resource drew in the month before goes on in one in which it slept throughout, until it is told that it is gone.
Of the time before a resource was first seen nothing is claimed, nor of that in which Curfew only observed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from chalicelib.core.acting import Acting
from chalicelib.core.model import Definition
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.choosing import Acted, baselines_of
from chalicelib.core.money.rates import KEEP
from chalicelib.core.money.spans import Draw, Span
from chalicelib.flows.acting import stretches
from chalicelib.flows.events import Event, What
from chalicelib.flows.ports import World
from chalicelib.flows.seen import GONE, States
from chalicelib.flows.stored import Notes
from chalicelib.flows.watched import kept_pasts, known


@dataclass(frozen=True, slots=True)
class Stay:
    """A resource, its key in the file, was seen in the environment from `begins` on, and last before `ends`; None: it
    is there."""

    resource: str
    arn: str
    begins: datetime
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """What is known of an environment's month, as far as its days are over: what ran, and all readings until now.

    `before` are the baselines that the month before was closed with.
    """

    begins: datetime
    until: datetime
    spans: tuple[Span, ...]
    readings: tuple[Event, ...]
    before: tuple[Baseline, ...] = ()


def would_have_run(
    world: World, definition: Definition, notes: Notes, states: States, month: Month
) -> tuple[Baseline, ...]:
    """The baselines of the month."""
    acting = stretches(notes)
    if not acting:
        return ()
    pasts = kept_pasts(world.store, definition, notes.acting_since or acting[0].begins, world.clock.now())
    ids = _ids(states, month.readings)
    until_then = [each for each in acting if each.begins < month.until]  # a month may be closed long after its end
    return baselines_of(definition, _acted(until_then, states, month, ids), known(pasts, definition, ids))


def _ids(states: States, readings: Iterable[Event]) -> dict[str, str]:
    return {event.data["arn"]: event.id or "" for event in readings} | {arn: one.id for arn, one in states.items()}


def _acted(acting: Sequence[Acting], states: States, month: Month, ids: Mapping[str, str]) -> Iterator[Acted]:
    """Each resource that Curfew may stop, while it is there and Curfew acts, with what it draws while on."""
    draws = _drawn_before(month.before) | drawn_while_on(month.spans)
    for stay in stays(month, states):
        for begins, ends in _while_acting(stay, acting):
            yield Acted(stay.resource, stay.arn, draws.get(stay.arn, ()), begins, ends, ids.get(stay.arn, ""))


def _while_acting(stay: Stay, acting: Iterable[Acting]) -> Iterator[tuple[datetime, datetime | None]]:
    for each in acting:
        begins = max(stay.begins, each.begins)
        ends = min((end for end in (stay.ends, each.ends) if end is not None), default=None)
        if ends is None or begins < ends:
            yield begins, ends


def stays(month: Month, states: States) -> Iterator[Stay]:
    """When each resource was there in the month, as far as the month before and the readings since tell."""
    told: defaultdict[str, list[Event]] = defaultdict(list)
    for event in month.readings:
        if event.what is What.METERED and KEEP not in event.data:
            told[event.data["arn"]].append(event)
    open_ = {each.arn: each for each in sorted(month.before, key=_begins) if _goes_on(each, month.begins)}
    for arn in sorted(told.keys() | (open_.keys() & states.keys())):
        was = open_.get(arn)
        for stay in _of_one(Stay(was.resource, arn, was.begins) if was else None, told[arn]):
            if stay.begins < month.until and (stay.ends is None or stay.ends > month.begins):
                yield stay


def _begins(baseline: Baseline) -> datetime:
    return baseline.begins


def _goes_on(baseline: Baseline, begins: datetime) -> bool:
    return baseline.ends is None or baseline.ends > begins


def _of_one(stay: Stay | None, readings: Iterable[Event]) -> Iterator[Stay]:
    """What a resource's readings make of its stay: it ends when it was last seen before it was gone, or when it runs
    under another key, and begins anew when it is seen again."""
    runs = False
    for event in readings:
        gone, key, since = GONE in event.data, event.resource or "", datetime.fromisoformat(event.data["since"])
        if stay is not None and (gone or (event.text and not runs and key != stay.resource)):
            yield replace(stay, ends=datetime.fromisoformat(event.data["after"]) if gone else since)
            stay = None
        runs = bool(event.text)
        if stay is None and runs:
            stay = Stay(key, event.data["arn"], since)
    if stay is not None:
        yield stay


def _drawn_before(baselines: Iterable[Baseline]) -> dict[str, tuple[Draw, ...]]:
    return {each.arn: each.draws for each in baselines}


def drawn_while_on(spans: Iterable[Span]) -> dict[str, tuple[Draw, ...]]:
    """What each resource drew for longest while it was on, by ARN."""
    of: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        if not span.keeps:
            of[span.arn].append(span)
    return {arn: usual_draws(mine) for arn, mine in of.items()}


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
