"""A person sends an environment to sleep until its next window."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.core import timetable
from chalicelib.core.decide import lead
from chalicelib.core.model import Desired
from chalicelib.core.timetable import Uptime
from chalicelib.core.wishes import Hold, Wishes
from chalicelib.flows.assess import facts
from chalicelib.flows.errors import RefusedError
from chalicelib.flows.people import Actor, Role, require
from chalicelib.flows.ports import World
from chalicelib.flows.stored import Head
from chalicelib.flows.wake import pinned, without
from chalicelib.flows.wish import Wish, found, submit


def sleep(world: World, actor: Actor, name: str, insist: bool = False) -> datetime | None:
    """The environment is held down until its next window opens, which is returned (None: never by itself).

    The actor's own lease ends, and so do those that only leave things as they are. Raises RefusedError naming
    other people's leases, unless an operator insists: then theirs end too.
    """
    require(actor, Role.OPERATOR if insist else Role.DEVELOPER, "send an environment to sleep")
    loaded = world.store.load(found(world, name))
    definition = loaded.definition
    if definition is None:
        raise RefusedError(f"the definition of {name} cannot be read; apply its file again")
    ends: list[datetime | None] = []

    def change(head: Head, now: datetime) -> Wish:
        _no_others(head, actor, now, insist)
        known = facts(definition, loaded.switches, notes=head.notes, states=loaded.states)
        opening = next_opening((*definition.uptime, *known.maintenance), now)
        ends.append(opening)
        until = opening - lead(definition, known.pace) if opening else None  # ready when it opens
        hold = Hold(Desired.DOWN, actor.person, "sent to sleep", now, until, yields=True)
        wishes = replace(head.wishes, leases=()) if insist else _unleased(head.wishes, actor.person)
        return Wish(replace(wishes, hold=hold), "sleep")

    submit(world, actor, name, change)
    return ends[-1]


def next_opening(uptime: tuple[Uptime, ...], now: datetime) -> datetime | None:
    """When the next window opens after the present one, if any, has closed."""
    changes = timetable.changes(uptime, now, now + timetable.HORIZON)
    return next((change.at for change in changes if change.at > now and change.desired == "up"), None)


def _unleased(wishes: Wishes, person: str) -> Wishes:
    """The wishes without the person's lease and without those of nobody (adopted, first apply)."""
    kept = tuple(lease for lease in without(wishes, person).leases if lease.desired is Desired.UP)
    return replace(wishes, leases=kept)


def _no_others(head: Head, actor: Actor, now: datetime, insist: bool) -> None:
    live = [lease for lease in head.wishes.leases if lease.until > now and lease.desired is Desired.UP]
    others = [lease for lease in live if lease.person != actor.person]
    if others and not insist:
        names = ", ".join(f"{lease.person} until {lease.until:%H:%MZ}" for lease in others)
        raise RefusedError(f"{head.name} is leased by others: {names}; ask them, or an operator with --insist")
    if hold := pinned(head.wishes, now):
        raise RefusedError(
            f"{head.name} is held {hold.desired} by {hold.author}; ask them to: curfew unhold {head.name}"
        )
