"""The kill switch: Curfew touches nothing in the organisation, an account or an environment until resumed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from chalicelib.core.wishes import Pause
from chalicelib.flows.errors import RefusedError
from chalicelib.flows.events import ORGANISATION, Event, What
from chalicelib.flows.people import Actor, Role, require
from chalicelib.flows.ports import World
from chalicelib.flows.stored import OPERATORS, Head, MovedError
from chalicelib.flows.wish import Wish, hurry, submit

PAGE = 200


def pause_environment(world: World, actor: Actor, name: str, reason: str) -> None:
    """The environment is left as it is until resumed; a pass in flight makes no further call."""
    require(actor, Role.OPERATOR, "pause")
    _reasoned(reason)

    def change(head: Head, now: datetime) -> Wish:
        return Wish(replace(head.wishes, pause=Pause(actor.person, reason, now)), f"pause: {reason}")

    submit(world, actor, name, change)


def resume_environment(world: World, actor: Actor, name: str) -> None:
    """The environment's own switch is taken back; the organisation's and the account's are as they were."""
    require(actor, Role.OPERATOR, "resume")

    def change(head: Head, now: datetime) -> Wish:
        return Wish(replace(head.wishes, pause=None), "resume")

    submit(world, actor, name, change)


def pause_widely(world: World, actor: Actor, account: str | None, reason: str) -> None:
    """Everything in the account (None: in the organisation) is left as it is, from each next pass on."""
    require(actor, Role.OPERATOR, "pause")
    _reasoned(reason)
    now = world.clock.now()
    event = _widely(actor, f"pause {_where(account)}: {reason}", now)
    world.store.throw(account, Pause(actor.person, reason, now), [event])
    world.journal.publish(OPERATORS, [event])


def resume_widely(world: World, actor: Actor, account: str | None) -> None:
    """The switch is taken back, and every environment is looked at at once."""
    require(actor, Role.OPERATOR, "resume")
    now = world.clock.now()
    event = _widely(actor, f"resume {_where(account)}", now)
    world.store.throw(account, None, [event])
    world.journal.publish(OPERATORS, [event])
    for name in every_name(world):
        _look_again(world, name, now)


def _look_again(world: World, name: str, now: datetime) -> None:
    """A new pass will look at once; one in flight, which may still know the switch as thrown, gives up for it."""
    head = world.store.head(name)
    if head is None:
        return
    try:
        world.store.amend(head, head.wishes, now, [])
    except MovedError:
        return  # whoever came first made a new pass due
    hurry(world, head, now)


def every_name(world: World) -> Iterator[str]:
    """The names of all environments, in alphabetical order."""
    page = world.store.names(None, PAGE)
    while page:
        yield from page
        page = world.store.names(page[-1], PAGE)


def _widely(actor: Actor, text: str, now: datetime) -> Event:
    return Event(What.WISHED, ORGANISATION, now, text, actor=actor.person)


def _where(account: str | None) -> str:
    return f"account {account}" if account else "the organisation"


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise RefusedError("a pause needs a reason: others will want to know; say --reason")
