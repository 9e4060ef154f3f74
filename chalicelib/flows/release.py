"""The end of a pass: what was seen and answered is stored, the claim is gone, the next look is arranged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core import readiness, remember
from chalicelib.core.learn import with_measured
from chalicelib.core.model import Desired, Mode, ResourceState
from chalicelib.flows import alerts, capacity, dry_run, metering, newcomers, observing, telling
from chalicelib.flows.accrual import accrued
from chalicelib.flows.act import Outcome
from chalicelib.flows.acting import noted
from chalicelib.flows.assess import Assessment
from chalicelib.flows.contests import contests
from chalicelib.flows.events import Event, What
from chalicelib.flows.learning import measured
from chalicelib.flows.next_look import next_look
from chalicelib.flows.one_pass import Pass, decision, is_ours
from chalicelib.flows.ports import World
from chalicelib.flows.seen import UNSEEN
from chalicelib.flows.stored import Notes
from chalicelib.flows.tidying import tidied

MOST_DISOWNED = 50
POKE_WITHIN = timedelta(minutes=2)
"""A delayed poke is only sent for a look that is due before the tick would see it anyway."""


def release(world: World, step: Pass, outcome: Outcome) -> None:
    """What was seen and answered is stored, the claim is gone, the next look is arranged."""
    now = world.clock.now()
    name, owner = step.head.name, step.definition.owner
    states = {arn: _answered(state, step, outcome, now) for arn, state in step.assessment.states.items()}
    assessment = replace(step.assessment, states=states)
    notes = _learned(world, step, reached(_decided(step, now), assessment, now), now)
    notes = accrued(step.definition, step.before, notes, now)
    notes, alarms = alerts.told(
        notes, alerts.alerts(step.definition, step.head.wishes, step.known, assessment, notes, now)
    )
    states, named = newcomers.named(step.definition, step.head.wishes, step.known, assessment, now)
    contested = contests(world.cloud, name, step.before, assessment.states, step.seen, now)
    tidy = tidied(world.cloud, step, now)
    events = [*_happened(step, assessment, outcome, now), *contested, *tidy, *named, *alarms]
    due_at = next_look(step.head, step.definition, step.known, assessment, notes, world.resync, now)
    if any(_untried(action.arn, outcome) for action in step.assessment.plan.actions):
        due_at = now
    notes, due_at, poke = _arranged(notes, due_at, now)
    retired = _retired(step, assessment)
    if retired:
        events.append(Event(What.RETIRED, name, now, "all of it up and verified"))
    world.journal.publish(owner, events)
    if retired:
        world.store.remove(step.head, [*events, *step.metered, *metering.left(name, states, now)])
        return
    stored = [*events, *step.metered]
    world.store.release(step.head, states | _kept_for_later(step), notes, due_at, stored, _left(step))
    if poke is not None:
        world.queue.poke(name, poke)


def _answered(state: ResourceState, step: Pass, outcome: Outcome, now: datetime) -> ResourceState:
    """The state with what AWS said to its calls, or without the try whose call was never made."""
    state = capacity.answered(state, outcome.remixed)
    if state.arn in outcome.refused:
        return remember.answered(state, str(outcome.refused[state.arn]), now)
    if state.arn in outcome.accepted:
        return remember.answered(state, None, now)
    tried = {action.arn for action in step.assessment.plan.actions}
    return remember.not_tried(state) if state.arn in tried else state


def _untried(arn: str, outcome: Outcome) -> bool:
    return arn not in outcome.accepted and arn not in outcome.refused


def _decided(step: Pass, now: datetime) -> Notes:
    """The notes with this decision in them; `since` moves only when the desired state does, or more of it is wanted."""
    notes, desired = step.head.notes, step.assessment.decision.desired
    grows = _grows(step)
    sizes = step.assessment.decision.sizes
    notes = replace(notes, production=step.known.production, used=step.known.used, sizes=sizes)
    notes = noted(replace(notes, looked_at=step.looked_at), step.definition.mode is Mode.ACT, now)
    if desired is notes.desired and not grows:
        return replace(notes, measured={**notes.measured, **measured(step.before, step.assessment.states, now)})
    fresh = replace(notes, desired=desired, since=now, starts=with_measured(notes.starts, notes.measured), measured={})
    return replace(fresh, usable_at=None, ready_at=None) if desired is Desired.UP else fresh


def _grows(step: Pass) -> bool:
    """It is up, and now more of it is wanted than is there."""
    changed = step.assessment.decision.sizes != step.head.notes.sizes
    return changed and not readiness.is_ready(step.assessment.members)


def reached(notes: Notes, assessment: Assessment, now: datetime) -> Notes:
    """The notes with when it was first usable, and ready, since it was last desired up."""
    if notes.desired is not Desired.UP:
        return notes
    usable, ready = readiness.is_usable(assessment.members), readiness.is_ready(assessment.members)
    return replace(
        notes,
        usable_at=notes.usable_at or (now if usable else None),
        ready_at=notes.ready_at or (now if ready else None),
    )


def _learned(world: World, step: Pass, notes: Notes, now: datetime) -> Notes:
    """The notes with what observe mode learns of this pass."""
    definition, taken = step.definition, observing.Taken(step.before, step.assessment.states, step.seen, now)
    observation = observing.observed(world.cloud, definition, step.head.wishes, step.known, notes, taken)
    return replace(notes, observation=observation, rights=dry_run.rights(world, definition, notes, taken))


def _happened(step: Pass, assessment: Assessment, outcome: Outcome, now: datetime) -> Iterator[Event]:
    name = step.head.name
    if not assessment.plan.actions and not step.changes:
        yield from decision(step, now)
    yield from telling.changes(name, step.before, assessment.states, now)
    yield from telling.kept_sizes(name, step.before, assessment.states, step.seen, now)
    yield from telling.answers(name, assessment.states, outcome, now)
    yield from telling.remixes(name, assessment.states, outcome, now)
    since = step.head.notes.since if step.head.notes.desired is assessment.decision.desired else now
    yield from telling.milestones(name, step.before, assessment, since, now)


def _retired(step: Pass, assessment: Assessment) -> bool:
    """It was to be retired, and all of it is up and verified."""
    hold = step.head.wishes.hold
    asleep = any(state.restore or (state.mix and state.mix.changed) for state in assessment.states.values())
    verified = all(one.arrived or one.ineligible for one in assessment.members)
    return hold is not None and hold.retires and not asleep and verified


def _left(step: Pass) -> list[str]:
    """What was ours and is neither selected nor at rest any more, as much of it as one transaction takes."""
    left = _unselected(step)[:MOST_DISOWNED]
    return [*left, *capacity.gone_members(step.before, step.assessment.states)][:MOST_DISOWNED]


def _kept_for_later(step: Pass) -> dict[str, ResourceState]:
    """What is left beyond that stays remembered, and owned, until a later pass."""
    return {arn: step.before[arn] for arn in _unselected(step)[MOST_DISOWNED:]}


def _unselected(step: Pass) -> list[str]:
    gone = [arn for arn in step.before if arn not in step.assessment.states and not arn.startswith(UNSEEN)]
    return sorted(arn for arn in gone if is_ours(step.before[arn]))


def _arranged(notes: Notes, due_at: datetime, now: datetime) -> tuple[Notes, datetime, timedelta | None]:
    """Notes and due instant with at most one delayed poke alive, and the delay of the one to send, if any.

    A delayed poke that is still on its way is used rather than doubled: the look moves to when it arrives.
    """
    alive = notes.poke_at is not None and notes.poke_at > now
    if alive and notes.poke_at is not None:
        return notes, min(due_at, notes.poke_at), None
    if due_at - now > POKE_WITHIN:
        return replace(notes, poke_at=None), due_at, None
    return replace(notes, poke_at=due_at), due_at, max(due_at - now, timedelta())
