"""An environment gets another name (`previously: OLD` in its file) and loses nothing by it.

Until everything is handed over the old one goes on as it is and the new one is paused, so that never both act.
The pause says what it is for. Whatever crashes between two steps, applying the same file again goes on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.core.model import Definition
from chalicelib.core.wishes import Pause, Wishes
from chalicelib.flows.errors import BusyError, RefusedError
from chalicelib.flows.events import Event, What
from chalicelib.flows.metering import left
from chalicelib.flows.people import Actor
from chalicelib.flows.ports import World
from chalicelib.flows.seen import UNSEEN
from chalicelib.flows.stored import Head, LostError, MovedError, Stored


def origin(world: World, definition: Definition) -> Head | None:
    """The environment to take over from; None when there is none, or when both names are in use already.

    Raises RefusedError while the old one is paused.
    """
    old = world.store.head(definition.previously) if definition.previously else None
    new = world.store.head(definition.environment)
    if old is None or (new is not None and not unfinished(new, definition)):
        return None
    if old.wishes.pause:
        raise RefusedError(f"{old.name} is paused, so it cannot be renamed; first: curfew resume {old.name}")
    return old


def unfinished(head: Head, definition: Definition) -> bool:
    """The environment was created by a rename that did not come to its end."""
    return head.wishes.pause is not None and head.wishes.pause.reason == _reason(definition)


def rename(world: World, actor: Actor, wanted: Stored) -> bool:
    """The environment has its new name, with the wishes, states and resources of the old one, which is gone.

    False when there was nothing to rename. Raises RefusedError, and BusyError when trying again helps.
    """
    definition = wanted.definition
    old = origin(world, definition)
    try:
        if old is not None:
            _take_over(world, actor, wanted, old)
        return _unpaused(world, actor, wanted)
    except (MovedError, LostError) as moved:
        raise BusyError(f"{definition.environment} was changed by somebody else meanwhile; apply again") from moved


def _take_over(world: World, actor: Actor, wanted: Stored, old: Head) -> None:
    """The new environment has all that the old one had, paused; the old one is gone, or as it was."""
    now = world.clock.now()
    for past in world.store.pasts(old.name).values():
        world.store.keep_past(wanted.definition.environment, past)
    world.store.hasten(old.name, now)
    old = _claimed(world, old.name, now)
    try:
        _hand_over(world, actor, wanted, old, now)
    except (BusyError, MovedError, LostError):
        world.store.drop(old, now)
        raise


def _hand_over(world: World, actor: Actor, wanted: Stored, old: Head, now: datetime) -> None:
    name, states = wanted.definition.environment, world.store.load(old).states
    world.store.own(name, [arn for arn in states if not arn.startswith(UNSEEN)], formerly=old.name)
    pause = Pause(actor.person, _reason(wanted.definition), now)
    _define(world, actor, wanted, world.store.head(name), replace(old.wishes, pause=pause), pause.reason)
    new = _claimed(world, name, now)
    unread = {arn: replace(state, metered=None) for arn, state in states.items()}  # the new one reads all of it anew
    notes = replace(old.notes, poke_at=None, looked_at=None)
    world.store.release(new, {**world.store.load(new).states, **unread}, notes, now, [])
    gone = Event(What.RETIRED, old.name, now, f"is called {name} now", actor=actor.person)
    world.store.remove(old, [gone, *left(old.name, states, now)])


def _unpaused(world: World, actor: Actor, wanted: Stored) -> bool:
    head = world.store.head(wanted.definition.environment)
    if head is None or not unfinished(head, wanted.definition):
        return False
    text = f"was called {wanted.definition.previously}"
    _define(world, actor, wanted, head, replace(head.wishes, pause=None), text)
    world.queue.poke(head.name)
    return True


def _define(world: World, actor: Actor, wanted: Stored, head: Head | None, wishes: Wishes, text: str) -> None:
    now = world.clock.now()
    event = Event(What.APPLIED, wanted.definition.environment, now, text, actor=actor.person)
    world.store.define(wanted, head.revision if head else None, wishes, now, [event])


def _claimed(world: World, name: str, now: datetime) -> Head:
    head = world.store.claim(name, now, now + world.claim_length)
    if head is None:
        raise BusyError(f"a pass over {name} is under way; apply again in two minutes")
    return head


def _reason(definition: Definition) -> str:
    return f"taking over from {definition.previously}: apply its file again to finish"
