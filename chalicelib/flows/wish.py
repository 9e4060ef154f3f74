"""How every wish reaches an environment: one conditional write, then a poke.

A wish that arrives while a worker is at it is never lost: the revision moves, and the worker gives its claim up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.due import SOONEST
from chalicelib.core.model import Definition
from chalicelib.core.wishes import Wishes
from chalicelib.flows.errors import BusyError, unknown, unreadable
from chalicelib.flows.events import Event, What
from chalicelib.flows.people import Actor
from chalicelib.flows.ports import World
from chalicelib.flows.stored import OPERATORS, Answered, Head, MovedError

MOST_CONFLICTS = 5
COALESCE = SOONEST
"""How long AWS events of one environment are gathered before a pass looks; a poke is then already on its way.

No sooner than a poll would come: a hundred databases that arrive over minutes then cost no more looks than one.
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """The wishes as they should be, what to write in the journal, and what was answered to an Idempotency-Key."""

    wishes: Wishes
    text: str
    answered: Answered | None = None


def submit(world: World, actor: Actor, name: str, change: Callable[[Head, datetime], Wish]) -> Head:
    """The environment's wishes are as `change` says, its revision is one higher, and a pass will look at once.

    `change` is asked again when somebody else's wish came first; a change that alters nothing writes nothing.
    Raises UnknownError, BusyError, and whatever `change` raises.
    """
    for _ in range(MOST_CONFLICTS):
        now = world.clock.now()
        head = found(world, name)
        wish = change(head, now)
        if wish.wishes == head.wishes and wish.answered is None:
            return head
        event = Event(What.WISHED, name, now, wish.text, actor=actor.person)
        try:
            amended = world.store.amend(head, wish.wishes, now, [event], wish.answered)
        except MovedError:
            continue
        world.journal.publish(OPERATORS, [event])
        hurry(world, head, now)
        return amended
    raise BusyError(f"{name} is being changed by others; try again")


def found(world: World, name: str) -> Head:
    """The environment's head. Raises UnknownError with the nearest name."""
    head = world.store.head(name)
    if head is None:
        raise unknown("environment", name, world.store.names())
    return head


def defined(world: World, name: str) -> Definition:
    """The environment as last applied; it has a head. Raises RefusedError where that cannot be read."""
    try:
        stored = world.store.stored(name)
    except ValueError as error:
        raise unreadable(name, error) from error
    assert stored is not None  # it has a head
    return stored.definition


def hurry(world: World, before: Head, now: datetime) -> None:
    """A poke is on its way, unless one was already (the environment was due, or is about to be)."""
    if before.due_at is None or before.due_at > now + COALESCE:
        world.queue.poke(before.name)
