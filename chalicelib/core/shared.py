"""Environments that use others: what a user needs of the one it uses, and what must wait until that is ready.

A user asks for the used environment as a person would, by a lease. It is renewed while it is needed, ends by itself
when nobody renews it, and is let go as soon as the user is down: the last one out turns off the light.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from chalicelib.core.model import Desired, Observed
from chalicelib.core.order import cycle
from chalicelib.core.plan import Blocked, Member, Plan
from chalicelib.core.wishes import Lease, Wishes

MACHINE = "environment:"
"""What the name of a lease's holder begins with that is an environment and no person."""
HELD_FOR = timedelta(hours=1)
RENEWED_BELOW = timedelta(minutes=30)
"""A settled environment is looked at every quarter of an hour: two looks may be lost before its leases end."""


class Need(Enum):
    """What an environment needs of those that it uses, now."""

    UP = auto()
    STAY = auto()  # something of it still runs: what is up stays up, what is down stays down
    NOTHING = auto()
    UNSAID = auto()  # it may not act, and nothing of it runs: what it has asked for ends by itself


@dataclass(frozen=True, slots=True)
class Used:
    """What is known of the environments that one uses: those not ready, and how long the slowest takes to start."""

    unready: tuple[str, ...] = ()
    start: timedelta = timedelta()
    slowest: str = ""


def holder(environment: str) -> str:
    """The name under which an environment has its leases."""
    return f"{MACHINE}{environment}"


def is_machine(person: str) -> bool:
    """The holder of the lease is an environment."""
    return person.startswith(MACHINE)


def need(desired: Collection[Desired], members: Sequence[Member]) -> Need:
    """What an environment needs of those it uses, whose resources are desired so."""
    if Desired.UP in desired:
        return Need.UP
    return Need.STAY if any(map(_runs, members)) else Need.NOTHING


def _runs(member: Member) -> bool:
    if member.desired is Desired.DOWN:
        return not member.fallen
    return member.observed in (Observed.UP, Observed.RISING, Observed.FALLING)


def asking(wishes: Wishes, person: str, needs: Need, now: datetime) -> Wishes:
    """The wishes of a used environment with the lease that this user needs; unchanged where that is so already."""
    mine = next((lease for lease in wishes.leases if lease.person == person and lease.until > now), None)
    others = tuple(lease for lease in wishes.leases if lease.person != person)
    if needs is Need.NOTHING and mine:
        return replace(wishes, leases=others)
    if needs is not Need.UP and not (needs is Need.STAY and mine):
        return wishes
    if mine and mine.until >= now + RENEWED_BELOW:
        return wishes
    lease = replace(mine, until=now + HELD_FOR) if mine else Lease(person, now + HELD_FOR, now, reason="uses it")
    return replace(wishes, leases=(*others, lease))


def held_back(plan: Plan, members: Sequence[Member], unready: tuple[str, ...]) -> Plan:
    """The plan without the starts of what is down, each blocked by the used environments that are not ready."""
    up = {member.arn for member in members if member.observed is Observed.UP}
    waiting = [action for action in plan.actions if action.desired is Desired.UP and action.arn not in up]
    if not unready or not waiting:
        return plan
    blocked = tuple(Blocked(action.key, action.arn, unready) for action in waiting)
    return Plan(tuple(action for action in plan.actions if action not in waiting), (*plan.blocked, *blocked))


def circle(uses: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """One circle of environments that use each other, its first name also its last, or None."""
    return cycle({name: tuple(other for other in others if other in uses) for name, others in uses.items()})
