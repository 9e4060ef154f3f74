"""The one word for how an environment is doing, derived from decision and members, never stored."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from chalicelib.core.decide import Decision
from chalicelib.core.model import Desired, Observed
from chalicelib.core.plan import Blocked, Member


class Phase(StrEnum):
    """How an environment is doing. Each says who moves it on."""

    UP = "up"  # the next rule
    DOWN = "down"  # the next rule
    STARTING = "starting"  # AWS, then the next pass
    STOPPING = "stopping"  # AWS, then the next pass
    BLOCKED = "blocked"  # whoever mends what blocks
    SLOW = "slow"  # AWS, late
    STUCK = "stuck"  # a person: curfew retry
    HELD = "held"  # whoever holds it, or the hold's end
    PAUSED = "paused"  # an operator: curfew resume


def phase(decision: Decision, members: Sequence[Member], blocked: Sequence[Blocked]) -> Phase:
    """The phase of an environment; of one that should be up, what is supplementary does not count."""
    if decision.rule == "kill-switch":
        return Phase.PAUSED
    counted = [member for member in members if not (member.supplementary and member.desired is Desired.UP)]
    if any(member.stuck for member in counted):
        return Phase.STUCK
    moving = [member for member in counted if not _there(member)]
    if not moving:
        return Phase.HELD if decision.rule == "hold" else _resting(decision, members)
    return _on_its_way(moving, blocked)


def _there(member: Member) -> bool:
    if member.desired is Desired.AS_IS:
        return True
    if member.ineligible is not None:
        return member.desired is Desired.DOWN or member.observed is Observed.UP
    if member.desired is Desired.DOWN:  # what only counts as arrived, so that others go on, has not arrived
        return member.observed in (Observed.DOWN, Observed.MISSING)
    return member.arrived


def _on_its_way(moving: Sequence[Member], blocked: Sequence[Blocked]) -> Phase:
    waiting = {entry.arn for entry in blocked}
    active = [member for member in moving if member.arn not in waiting and _moves(member)]
    if not active:
        return Phase.BLOCKED
    if any(member.overdue for member in active):
        return Phase.SLOW
    return Phase.STARTING if any(member.desired is Desired.UP for member in moving) else Phase.STOPPING


def _moves(member: Member) -> bool:
    return member.observed not in (Observed.MISSING, Observed.BROKEN) and member.ineligible is None


def _resting(decision: Decision, members: Sequence[Member]) -> Phase:
    if decision.desired is Desired.UP:
        return Phase.UP
    if decision.desired is Desired.DOWN:
        return Phase.DOWN
    return Phase.UP if any(member.observed is Observed.UP for member in members) else Phase.DOWN
