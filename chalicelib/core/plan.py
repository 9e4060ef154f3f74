"""Which resources move now, and which wait for which others.

A resource moves when all those before it have arrived: healthy on the return, down on the descent. What
cannot go down counts as arrived on the descent, so that nothing keeps the rest on all night; on the return
it blocks what needs it, by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.core.model import Desired, Observed, StopOrder
from chalicelib.core.order import Before, towards


@dataclass(frozen=True, slots=True)
class Member:
    """One AWS resource as the planner sees it.

    `whole`: its sizes are as the return should leave them. `overdue`: it has taken twice its usual time.
    `resting`: its last try is too recent to repeat. `turns_midway`: it may be turned round while moving.
    """

    key: str
    arn: str
    id: str
    kind: str
    observed: Observed
    desired: Desired
    healthy: bool = False
    whole: bool = True
    ineligible: str | None = None
    stuck: bool = False
    overdue: bool = False
    resting: bool = False
    turns_midway: bool = False
    note: str | None = None

    @property
    def risen(self) -> bool:
        """It is up, healthy and of its full size."""
        return self.observed is Observed.UP and self.healthy and self.whole

    @property
    def fallen(self) -> bool:
        """It is down, or nothing will bring it down."""
        return (
            self.desired is not Desired.DOWN
            or self.observed in (Observed.DOWN, Observed.MISSING, Observed.BROKEN)
            or self.ineligible is not None
            or self.stuck
            or self.overdue
        )

    @property
    def arrived(self) -> bool:
        """It is where it is desired to be, as far as it can be."""
        if self.desired is Desired.UP:
            return self.risen
        return self.fallen


@dataclass(frozen=True, slots=True)
class Action:
    """Start (UP) or stop (DOWN) one resource."""

    key: str
    arn: str
    desired: Desired


@dataclass(frozen=True, slots=True)
class Blocked:
    """One resource that waits for others, named by key."""

    key: str
    arn: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The actions ready now, and those blocked and by what."""

    actions: tuple[Action, ...]
    blocked: tuple[Blocked, ...]


def plan(members: Sequence[Member], needed: Before, stop_order: StopOrder, most: int) -> Plan:
    """The moves that are possible now, at most `most` of them, in the order of the members."""
    before = {direction: towards(direction, needed, stop_order) for direction in (Desired.UP, Desired.DOWN)}
    waiting = {Desired.UP: _not(members, "risen"), Desired.DOWN: _not(members, "fallen")}
    actions, blocked = [], []
    for member in members:
        if not _must_move(member):
            continue
        by = tuple(key for key in before[member.desired].get(member.key, ()) if key in waiting[member.desired])
        if by:
            blocked.append(Blocked(member.key, member.arn, by))
        elif _can_move(member):
            actions.append(Action(member.key, member.arn, member.desired))
    return Plan(tuple(actions[:most]), tuple(blocked))


def _not(members: Sequence[Member], state: str) -> frozenset[str]:
    """The keys of which some member has not arrived."""
    return frozenset(member.key for member in members if not getattr(member, state))


def _must_move(member: Member) -> bool:
    if member.ineligible or member.observed in (Observed.MISSING, Observed.BROKEN):
        return False
    if member.desired is Desired.UP:
        return member.observed in (Observed.DOWN, Observed.FALLING) or not member.whole
    return member.desired is Desired.DOWN and member.observed in (Observed.UP, Observed.RISING)


def _can_move(member: Member) -> bool:
    """AWS would accept the call in the state it is in, and the last try is not too recent."""
    settled = member.observed in (Observed.UP, Observed.DOWN)
    return not member.resting and not member.stuck and (settled or member.turns_midway)
