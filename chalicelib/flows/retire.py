"""An environment leaves Curfew: woken and verified first, so that nothing stays asleep with nobody to wake it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from chalicelib.core.alternates import TYPE
from chalicelib.core.decide import paused
from chalicelib.core.model import Desired, Mode, ResourceState
from chalicelib.core.remember import return_point
from chalicelib.core.wishes import Hold
from chalicelib.flows.errors import BusyError, RefusedError
from chalicelib.flows.events import Event, What
from chalicelib.flows.metering import left
from chalicelib.flows.people import Actor, Role, require
from chalicelib.flows.ports import World
from chalicelib.flows.seen import States
from chalicelib.flows.shared import unused
from chalicelib.flows.stored import OPERATORS, Head, LostError, MovedError
from chalicelib.flows.wish import Wish, found, submit


def retire(world: World, actor: Actor, name: str) -> None:
    """The environment is held up, and is removed by the pass that sees all of it up and verified.

    Raises RefusedError where others use it, and where nothing could be woken or given back its own mix: it is paused,
    or it is only observed.
    """
    require(actor, Role.OPERATOR, "retire an environment")
    unused(world, name)
    loaded = world.store.load(found(world, name))

    def change(head: Head, now: datetime) -> Wish:
        if loaded.definition is not None:
            why = paused(loaded.definition, head.wishes, loaded.switches)
            if loaded.definition.mode is Mode.OBSERVE:
                why = why or _kept_from(loaded.states)
            if why:
                raise RefusedError(
                    f"{name} cannot be woken: {why}; mend that first, or: curfew retire {name} --leave as-is"
                )
        hold = Hold(Desired.UP, actor.person, "retiring", now, retires=True)
        return Wish(replace(head.wishes, hold=hold), "retire")

    submit(world, actor, name, change)


def _kept_from(states: States) -> str:
    """What of an environment that is only observed would never be as it was; "" where there is nothing."""
    if any(state.restore for state in states.values()):
        return "it is only observed, and something in it sleeps"
    if any(state.mix and state.mix.changed for state in states.values()):
        return "it is only observed, and something in it has the mix that Curfew set"
    return ""


def leave_as_is(world: World, actor: Actor, name: str) -> None:
    """The environment is removed at once; its resources stay as they are, asleep or not.

    The journal keeps what they would have come back to: after this nothing else knows it.
    Raises RefusedError where others use it, BusyError while a pass is at it.
    """
    require(actor, Role.OPERATOR, "retire an environment")
    unused(world, name)
    head, now = found(world, name), world.clock.now()
    if head.claimed_until and head.claimed_until > now:
        raise BusyError(f"a pass over {name} is under way; try again in a minute")
    states = world.store.load(head).states
    events = [
        *_left_changed(name, states, now),
        Event(What.RETIRED, name, now, "left as it was", actor=actor.person),
    ]
    try:
        world.store.remove(head, [*events, *left(name, states, now)])
    except (MovedError, LostError) as moved:
        raise BusyError(f"{name} was changed meanwhile; try again") from moved
    world.journal.publish(OPERATORS, events)


def _left_changed(name: str, states: States, now: datetime) -> Iterator[Event]:
    """One event for each resource that is left asleep, as another type or with our mix, with what it would have come
    back to."""
    for state in states.values():
        found, mix, asleep = _own(state), _own_mix(state), return_point(state) is not None
        if asleep or found or mix:
            text = "left asleep" if asleep else "left as another type" if found else "left with the mix that Curfew set"
            yield Event(What.RETIRED, name, now, text, state.key, state.id, data=found | mix)


def _own(state: ResourceState) -> dict[str, str]:
    """What we changed of it, as it was before: its sizes, its type, and the processes that are still suspended."""
    point = return_point(state)
    sizes = {size: str(value) for size, value in point.sizes.items()} if point else {}
    suspended = {"suspended": ",".join(point.suspended)} if point and point.suspended else {}
    another = state.preferred_type and state.preferred_type != state.details.get(TYPE)
    return sizes | suspended | ({"preferred_type": str(state.preferred_type)} if another else {})


def _own_mix(state: ResourceState) -> dict[str, str]:
    """What its mix was before we changed that: the policy of a group, or the sizes of twins."""
    memory = state.mix
    if memory is None or not memory.changed:
        return {}
    if memory.twins is None:
        return {"policy": memory.own}
    own = memory.twins.own
    return {"twin": memory.twins.partner, "on_demand": str(own.on_demand), "spot": str(own.spot)}
