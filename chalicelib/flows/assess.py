"""One assessment of an environment: what is remembered, decided, planned, and what that means to people.

Pure: what AWS showed, what is stored and the time come in; the next memory, the decision and the plan go out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core import estimate, learn, order, remember
from chalicelib.core.decide import Decision, Facts, Pace, decide, production_mark
from chalicelib.core.learn import Starts
from chalicelib.core.model import (
    Definition,
    Desired,
    Observed,
    ResourceState,
    Sighting,
    Switches,
    Wishes,
)
from chalicelib.core.phase import Phase, phase
from chalicelib.core.plan import Member, Plan, plan
from chalicelib.flows.survey import Seen
from chalicelib.kinds import databases, kinds

States = Mapping[str, ResourceState]

NOTHING_LEARNED: Starts = {}
SCALED_TO_ZERO = "its size is 0 and not by our doing: set its size to bring it back"


@dataclass(frozen=True, slots=True)
class Assessment:
    """Where an environment stands."""

    decision: Decision
    states: dict[str, ResourceState]
    members: tuple[Member, ...]
    plan: Plan
    phase: Phase


def usual(definition: Definition, direction: Desired, starts: Starts = NOTHING_LEARNED) -> dict[str, timedelta]:
    """How long each resource key should take to arrive up, or down: learned where enough starts were seen."""
    known = kinds()
    times = {resource.key: known[resource.kind].usual for resource in definition.resources}
    if direction is Desired.DOWN:
        return {key: time.stop for key, time in times.items()}
    return {key: learn.expected(starts, key, time.start) for key, time in times.items()}


def needed(definition: Definition) -> order.Before:
    """What each resource key needs."""
    return order.needs(definition.resources, databases())


def pace(definition: Definition, starts: Starts = NOTHING_LEARNED) -> Pace:
    """How long the whole environment takes to start and to stop, and what makes the start so long."""
    keys = [resource.key for resource in definition.resources]
    needs, order_down = needed(definition), definition.stop_order
    start, stop = usual(definition, Desired.UP, starts), usual(definition, Desired.DOWN)
    return Pace(
        start=estimate.length(Desired.UP, needs, order_down, start, keys),
        stop=estimate.length(Desired.DOWN, needs, order_down, stop, keys),
        path=" + ".join(learn.told(starts, key, start[key]) for key in estimate.critical_path(needs, start)),
    )


def facts(
    definition: Definition,
    switches: Switches,
    production: str | None = None,
    starts: Starts = NOTHING_LEARNED,
) -> Facts:
    """What the rules must know of an environment beyond its file and its wishes."""
    return Facts(needed(definition), pace(definition, starts), switches, production)


def production_seen(definition: Definition, seen: Collection[Seen]) -> str | None:
    """The first production mark on the tags just read ("orders-db: Environment=prod"), or None."""
    for one in seen:
        mark = production_mark(one.sighting.tags, definition.production_marks)
        if mark:
            return f"{one.sighting.id} has {mark}"
    return None


def see(states: States, seen: Mapping[str, Seen], wishes: Wishes, now: datetime) -> dict[str, ResourceState]:
    """What is remembered once this look is taken in; what is gone and was not put to rest is forgotten.

    So is what was put to rest and is gone, once a person has seen that and asked to try again.
    """
    return {
        arn: remember.remembered(states.get(arn), one.key, one.sighting, _whole(one.sighting, states.get(arn)), now)
        for arn, one in seen.items()
        if not _given_up(states.get(arn), one, wishes)
    }


def _given_up(state: ResourceState | None, seen: Seen, wishes: Wishes) -> bool:
    if state is None or wishes.retry_after is None:
        return False
    gone = state.seen is Observed.MISSING and seen.sighting.observed is Observed.MISSING
    return gone and state.restore is not None and state.seen_since < wishes.retry_after


def _whole(sighting: Sighting, state: ResourceState | None) -> bool:
    """The sizes are as the return should leave them; not known of what is gone or cannot be looked at."""
    point = remember.return_point(state) if state else None
    if point is not None and sighting.observed in (Observed.MISSING, Observed.BROKEN):
        return False
    return point is None or kinds()[sighting.kind].whole(sighting, point)


def assess(
    definition: Definition, wishes: Wishes, known: Facts, states: Mapping[str, ResourceState], now: datetime
) -> Assessment:
    """Decision, settled states, plan and phase for what was just seen (or last remembered)."""
    decision = decide(definition, wishes, known, now)
    settled = {
        arn: _settled(state, decision.resources.get(state.key, decision.desired), wishes, now)
        for arn, state in states.items()
    }
    members = tuple(_member(state, decision, now) for state in settled.values())
    steps = plan(members, known.needed, definition.stop_order, definition.most_changes_per_pass)
    return Assessment(decision, settled, members, steps, phase(decision, members, steps.blocked))


def _settled(state: ResourceState, desired: Desired, wishes: Wishes, now: datetime) -> ResourceState:
    state = remember.forgiven(state, wishes.retry_after)
    return remember.arrived(state, desired, kinds()[state.kind].sized, now)


def _member(state: ResourceState, decision: Decision, now: datetime) -> Member:
    kind = kinds()[state.kind]
    desired = decision.resources.get(state.key, decision.desired)
    time = kind.usual.start if desired is Desired.UP else kind.usual.stop
    due = remember.retry_at(state)
    return Member(
        key=state.key,
        arn=state.arn,
        id=state.id,
        kind=state.kind,
        observed=state.seen,
        desired=desired,
        healthy=state.healthy,
        whole=state.whole,
        ineligible=state.ineligible or _empty(state),
        stuck=state.intent is desired and remember.stuck(state, now),
        overdue=remember.overdue(state, desired, time, now),
        resting=state.intent is desired and due is not None and now < due,
        turns_midway=kind.turns_midway,
        note=state.refusal or state.note,
    )


def _empty(state: ResourceState) -> str | None:
    """Why a group that somebody scaled to zero cannot be brought back, or None."""
    if kinds()[state.kind].sized and state.seen is Observed.DOWN and state.restore is None:
        return SCALED_TO_ZERO
    return None
