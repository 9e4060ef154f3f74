"""An operator pins an environment on up, down or as-is, or takes the pin off."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.core.model import Desired
from chalicelib.core.wishes import Hold
from chalicelib.flows.errors import RefusedError
from chalicelib.flows.people import Actor, Role, require
from chalicelib.flows.ports import World
from chalicelib.flows.stored import Head
from chalicelib.flows.wish import Wish, submit


def hold(world: World, actor: Actor, name: str, desired: Desired, reason: str, until: datetime | None) -> Hold:
    """The environment is pinned until `until` (None: until it is taken off), with author and reason."""
    require(actor, Role.OPERATOR, "hold an environment")
    if not reason.strip():
        raise RefusedError("a hold needs a reason: others will want to know; say --reason")
    pins: list[Hold] = []

    def change(head: Head, now: datetime) -> Wish:
        if until is not None and until <= now:
            raise RefusedError(f"{until:%Y-%m-%dT%H:%MZ} is past; give an instant to come")
        pins.append(Hold(desired, actor.person, reason, now, until))
        return Wish(replace(head.wishes, hold=pins[-1]), f"hold {desired}: {reason}")

    submit(world, actor, name, change)
    return pins[-1]


def unhold(world: World, actor: Actor, name: str) -> bool:
    """Nothing holds the environment any more; False when nothing did."""
    require(actor, Role.OPERATOR, "take a hold off")
    held: list[bool] = []

    def change(head: Head, now: datetime) -> Wish:
        held.append(head.wishes.hold is not None)
        return Wish(replace(head.wishes, hold=None), "unhold")

    submit(world, actor, name, change)
    return held[-1]
