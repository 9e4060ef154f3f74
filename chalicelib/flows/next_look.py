"""When a pass should look again, given where it left the environment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.core import due
from chalicelib.core.decide import Facts
from chalicelib.core.model import Definition, Desired, Observed, Resource, ResourceState
from chalicelib.core.plan import Member
from chalicelib.core.twin_memory import Split
from chalicelib.flows.activity import asks_again_at
from chalicelib.flows.alerts import next_deadline, warning_at
from chalicelib.flows.assess import Assessment, retry_at
from chalicelib.flows.observing import judges_at
from chalicelib.flows.shared import looks_again_at
from chalicelib.flows.stored import Head, Notes
from chalicelib.kinds import kinds

AT_ONCE = timedelta(seconds=1)
"""When to look again where a try may be repeated without a pause: as another type, say."""


def next_look(
    head: Head,
    definition: Definition,
    known: Facts,
    assessment: Assessment,
    notes: Notes,
    resync: timedelta,
    now: datetime,
) -> datetime:
    """The earliest of: what moves should arrive, a try may be repeated, what the cap left over may go on, a rule
    changes, somebody must be told, an observed night is judged, and the resync. Always after `now`."""
    instants = [
        due.when_settled(head.name, head.fence, resync, now),
        assessment.decision.until,
        next_deadline(known, assessment, notes),
        warning_at(definition, head.wishes, known, assessment),
        _left_over(definition, assessment, now),
        asks_again_at(head.wishes, now),
        looks_again_at(assessment, known, now),
        judges_at(definition, notes.observation, now),
        *_moving(definition, assessment, now),
        *_mixes(assessment),
        *_shifts(assessment, now),
    ]
    return due.earliest(instant for instant in instants if instant is not None and instant > now) or now


def _moving(definition: Definition, assessment: Assessment, now: datetime) -> Iterator[datetime | None]:
    entries = {resource.key: resource for resource in definition.resources}
    for member in assessment.members:
        state = assessment.states[member.arn]
        if _unsettled(member, state) and not member.stuck:
            yield _arrival(member, state, entries.get(member.key), now)


def _mixes(assessment: Assessment) -> Iterator[datetime | None]:
    """When what keeps members from spot ends."""
    return (state.mix.told.until for state in assessment.states.values() if state.mix and state.mix.told)


def _shifts(assessment: Assessment, now: datetime) -> Iterator[datetime]:
    """When the nodes that a shift waits for should serve, or its next call may be made."""
    for spot in assessment.states.values():
        twins = spot.mix.twins if spot.mix else None
        on_demand = assessment.states.get(twins.partner) if twins else None
        if twins is None or twins.asked_at is None or on_demand is None or on_demand.restore or spot.restore:
            continue
        sizes = Split(on_demand.sizes.get("desired", 0), spot.sizes.get("desired", 0))
        if sizes != twins.aim:
            yield due.while_moving(twins.asked_at, kinds()[spot.kind].usual.start, now)


def _left_over(definition: Definition, assessment: Assessment, now: datetime) -> datetime | None:
    """When to go on after a pass that made as many changes as one may."""
    capped = len(assessment.plan.actions) >= definition.most_changes_per_pass
    return now + due.SOONEST if capped else None


def _unsettled(member: Member, state: ResourceState) -> bool:
    """It moves, was tried, or may change by itself; what waits for a person or for others is no reason to hurry."""
    if state.tried_at is not None or member.observed in (Observed.RISING, Observed.FALLING):
        return True
    return not member.arrived and member.observed in (Observed.UP, Observed.BROKEN)


def _arrival(member: Member, state: ResourceState, entry: Resource | None, now: datetime) -> datetime | None:
    again = retry_at(state, entry)
    if again is not None and (state.refusal is not None or state.shortages):
        return max(again, now + AT_ONCE)
    usual = kinds()[member.kind].usual
    time = usual.start if member.desired is Desired.UP else usual.stop
    began = state.tried_at or state.seen_since
    return due.while_moving(began, time, now)
