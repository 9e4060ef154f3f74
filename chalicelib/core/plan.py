"""Which resources move now, and which wait for which others.

A resource moves when all those before it have arrived: healthy on the return, down on the descent. What
cannot go down counts as arrived on the descent, so that nothing keeps the rest on all night; on the return
it blocks what needs it, by name. What is supplementary comes last on the return and what only watches comes after
that: they wait for what is still coming, not for what has failed. What watches goes down before all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from chalicelib.core.model import Desired, Observed, StopOrder
from chalicelib.core.order import Before, towards, with_needs


@dataclass(frozen=True, slots=True)
class Member:
    """One AWS resource as the planner sees it.

    `whole`: its sizes are as the return should leave them. `overdue`: it has taken twice its usual time.
    `resting`: its last try is too recent to repeat. `turns_midway`: it may be turned round while moving. `busy`: it
    is up, and AWS takes no stop until something has ended. `unlifted`: something that we suspended still is.
    `supplementary`: the environment is ready without it. `watches`: it only watches the others. `light` is the light
    size that is wanted of it, None for its full one.
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
    busy: bool = False
    unlifted: bool = False
    core: bool = False
    supplementary: bool = False
    watches: bool = False
    light: int | None = None
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
    def essential(self) -> bool:
        """The environment is not ready without it."""
        return not self.supplementary and not self.watches

    @property
    def failed(self) -> bool:
        """It is not up, and what comes after it need not expect it soon."""
        hopeless = self.stuck or self.overdue or self.ineligible is not None
        return not self.risen and (hopeless or self.observed in (Observed.MISSING, Observed.BROKEN))

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
    waits = {
        Desired.UP: _waits_up(members, towards(Desired.UP, needed, stop_order)),
        Desired.DOWN: _waits_down(members, towards(Desired.DOWN, needed, stop_order)),
    }
    actions, blocked = [], []
    for member in members:
        if not _must_move(member):
            continue
        by = waits[member.desired](member)
        if by:
            blocked.append(Blocked(member.key, member.arn, by))
        elif _can_move(member):
            actions.append(Action(member.key, member.arn, member.desired))
    return Plan(tuple(actions[:most]), tuple(blocked))


Waits = Callable[[Member], tuple[str, ...]]
"""The keys that a member waits for."""


def _waits_up(members: Sequence[Member], before: Before) -> Waits:
    """What it needs and is not up; for what comes late, also all before it that is still coming."""
    unready = _keys(member for member in members if not member.risen)
    supplementary = _keys(member for member in members if member.supplementary)
    acting = _keys(member for member in members if not member.watches and member.desired is Desired.UP)
    coming = sorted((acting & unready) - _lost(members, before))

    not_up = _keys(member for member in members if member.observed is not Observed.UP or not member.whole)

    def waits(member: Member) -> tuple[str, ...]:
        if member.watches:  # an alarm is what tells that something is up and not healthy
            return tuple(key for key in coming if key in not_up)
        needs = [key for key in before.get(member.key, ()) if key in unready]
        if member.supplementary:
            return tuple(dict.fromkeys((*needs, *(key for key in coming if key not in supplementary))))
        return tuple(key for key in needs if key not in supplementary)

    return waits


def _waits_down(members: Sequence[Member], before: Before) -> Waits:
    """What is before it and not down; all that watches, for those that do not."""
    waiting = _keys(member for member in members if not member.fallen and not member.busy)
    watching = _keys(member for member in members if member.watches) & waiting

    def waits(member: Member) -> tuple[str, ...]:
        if member.watches:
            return ()
        return (*(key for key in before.get(member.key, ()) if key in waiting), *sorted(watching))

    return waits


def _keys(members: Iterable[Member]) -> frozenset[str]:
    return frozenset(member.key for member in members)


def _lost(members: Sequence[Member], before: Before) -> frozenset[str]:
    """The keys that failed to come up, and those that wait for one of them."""
    failed = _keys(member for member in members if member.failed)
    return frozenset(key for key in before if with_needs([key], before) & failed)


def _must_move(member: Member) -> bool:
    if member.ineligible or member.observed in (Observed.MISSING, Observed.BROKEN):
        return False
    if member.desired is Desired.UP:
        return member.observed in (Observed.DOWN, Observed.FALLING) or not member.whole or _to_lift(member)
    return member.desired is Desired.DOWN and member.observed in (Observed.UP, Observed.RISING)


def _to_lift(member: Member) -> bool:
    """It is back, and only now may what we suspended of it go on."""
    return member.unlifted and member.risen


def _can_move(member: Member) -> bool:
    """AWS would accept the call in the state it is in, and the last try is not too recent."""
    if member.busy and member.desired is Desired.DOWN:
        return False
    settled = member.observed in (Observed.UP, Observed.DOWN)
    return not member.resting and not member.stuck and (settled or member.turns_midway)
