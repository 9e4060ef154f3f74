"""What keeps billing while an environment rests is on record for the ledger: read once a day, when the day is closed.

A resource without a stop is not looked at by passes. So what came or went between two readings did so when it was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from chalicelib.core.keeps_billing import Held
from chalicelib.core.model import Definition
from chalicelib.core.money.instances import MEMBERS
from chalicelib.core.money.rates import KEEP
from chalicelib.core.money.reading import Drawn, Step, parsed, steps
from chalicelib.core.money.spans import Draw, Edge
from chalicelib.flows.events import Event, What
from chalicelib.flows.keeping_billing import Billed, Everything, of_environment
from chalicelib.flows.metering import Whose, metered_event
from chalicelib.flows.ports import World
from chalicelib.flows.seen import States
from chalicelib.flows.spans import BEFORE

NOT_TOLD = "not-told"
"""The item of what keeps billing and whose use cannot be told: it has no rate, and so is not computable."""


def residual_readings(
    world: World, definition: Definition, states: States, everything: Everything
) -> tuple[Event, ...]:
    """What keeps billing of an environment now; the same is stored among its readings.

    To be asked once a day. What could not be looked at goes on as it was last read.
    """
    name, now = definition.environment, world.clock.now()
    owners = dict(_owners(states))
    billed = of_environment(definition, owners.keys(), everything)
    known = {one.data["arn"]: one for one in _known(world.store.readings(name, now - BEFORE, now))}
    found = (*_read(name, billed, known, owners, now), *_gone(billed, known, now))
    world.store.note(name, found)
    return found


def _owners(states: States) -> Iterator[tuple[str, str]]:
    """The key of each resource by its id, and by those of its members."""
    for state in states.values():
        yield state.id, state.key
        yield from ((id, state.key) for id in state.details.get(MEMBERS, "").split(",") if id)


def _known(events: Iterable[Event]) -> Iterator[Event]:
    return (one for one in events if one.what is What.METERED and one.data.get(KEEP))


def _read(
    name: str, billed: Billed, known: Mapping[str, Event], owners: Mapping[str, str], now: datetime
) -> Iterator[Event]:
    for held in billed.held:
        before, draws = known.get(held.arn), tuple(kept_draws(held))
        found = steps(parsed(before.text), Drawn(draws), before.at, now) if before else ()
        key = owners.get(held.part_of or "", "")
        for step in found or (Step(now, draws, Edge.OPEN),):
            yield _event(name, key, held.id, held.arn, step, before.at if before else now, now)


def kept_draws(held: Held) -> Iterator[Draw]:
    """What it draws around the clock; a key that never has a rate where its use cannot be told."""
    region = held.location.region
    if held.uses is None:
        yield Draw(f"{KEEP}:{region}:{NOT_TOLD}")
    else:
        yield from (Draw(f"{KEEP}:{region}:{use.item}", use.units) for use in held.uses)


def _gone(billed: Billed, known: Mapping[str, Event], now: datetime) -> Iterator[Event]:
    """What was read before and is not there any more; nothing while something could not be looked at."""
    there = {held.arn for held in billed.held}
    for arn, one in known.items() if not billed.unseen else ():
        if arn not in there and one.text:
            step = Step(now, (), Edge.SEEN)
            yield _event(one.environment, one.resource or "", one.id or "", arn, step, one.at, now)


def _event(name: str, key: str, id: str, arn: str, step: Step, after: datetime, now: datetime) -> Event:
    return metered_event(Whose(name, key, id, arn), step, after, now, **{KEEP: "yes"})
