"""Somebody keeps what a bill or CloudTrail told of the time before Curfew acted: figures rest on it from now on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.core.durations import format_instant
from chalicelib.core.model import Definition
from chalicelib.core.money.choosing import days_in
from chalicelib.flows.errors import RefusedError, unknown
from chalicelib.flows.events import Event, What
from chalicelib.flows.past import Origin, Past
from chalicelib.flows.people import Actor, Role, require
from chalicelib.flows.ports import World
from chalicelib.flows.stored import OPERATORS
from chalicelib.flows.watched import first_acted
from chalicelib.flows.wish import defined, found


def keep_past(world: World, actor: Actor, name: str, told: Past) -> Past:
    """The environment's past is what is told of it, wherever Curfew did not watch 28 days of it itself.

    The next close of each day goes by it, back to the first of its month. Raises RefusedError for what reaches into
    time in which Curfew acted, or counts the hours of another zone; UnknownError for keys that the file does not have.
    """
    require(actor, Role.OPERATOR, "keep a baseline")
    head, now = found(world, name), world.clock.now()
    definition = defined(world, name)
    acted = first_acted(world.store.pasts(name), head.notes.acting_since)
    _refuse(definition, told, acted, now)
    past = replace(told, origin=Origin.TOLD, at=now, by=actor.person)
    days = max((each.days for each in past.baselines), default=0)
    text = f"baseline kept: {past.source}, {len(past.baselines)} resource(s), {days} days before {past.ends:%Y-%m-%d}"
    event = Event(What.BACK_FILLED, name, now, text, actor=actor.person)
    world.store.keep_past(name, past, [event])
    world.journal.publish(OPERATORS, [event])
    return past


def _refuse(definition: Definition, told: Past, acted: datetime | None, now: datetime) -> None:
    name, days = definition.environment, days_in(definition)
    _require_known(definition, (each.resource for each in told.baselines))
    if told.timezone != days:
        raise RefusedError(
            f"it counts hours of {told.timezone}, and the days of {name} are those of {days}: "
            "observe it again with its file as applied"
        )
    if acted is not None and told.ends > acted:
        since = format_instant(acted)
        raise RefusedError(
            f"it reaches until {format_instant(told.ends)}, and Curfew acts on {name} since {since}: "
            f"leave that time out with --before {since}"
        )
    if told.ends > now:
        raise RefusedError(f"it reaches until {format_instant(told.ends)}, which is to come; observe what is past")


def _require_known(definition: Definition, keys: Iterable[str]) -> None:
    known = [resource.key for resource in definition.resources]
    for key in keys:
        if key not in known:
            raise unknown(f"resource of {definition.environment}", key, known)
