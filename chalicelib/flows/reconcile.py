"""One pass over one environment: claim, look, decide, plan, record, act, release.

Level-triggered: it does what the rules say now, from what AWS shows now. Intent is recorded before any call,
in a transaction that fails when wishes moved; an accepted call is not success, an observed state is. A worker
may die after any line: the next pass goes on. Only this flow starts or stops anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.core import remember
from chalicelib.core.decide import Facts
from chalicelib.core.learn import with_measured
from chalicelib.core.model import Definition, ResourceState
from chalicelib.core.plan import Action
from chalicelib.flows import alerts, telling
from chalicelib.flows import assess as assessing
from chalicelib.flows.act import Outcome, act
from chalicelib.flows.adopt import adopted
from chalicelib.flows.assess import Assessment
from chalicelib.flows.events import Event, What
from chalicelib.flows.learning import measured
from chalicelib.flows.next_look import next_look
from chalicelib.flows.ports import OPERATORS, Head, Loaded, LostError, MovedError, Notes, World
from chalicelib.flows.survey import OWNED_BY, UNSEEN, Seen, survey
from chalicelib.kinds import kinds

MOST_CONFLICTS = 3
MOST_DISOWNED = 50
PASSES_PER_POKE = 2
POKE_WITHIN = timedelta(minutes=2)
"""A delayed poke is only sent for a look that is due before the tick would see it anyway."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass knows: its claim, the definition, what it saw, and where that leaves the environment."""

    head: Head
    definition: Definition
    before: Mapping[str, ResourceState]
    seen: Mapping[str, Seen]
    known: Facts
    assessment: Assessment


def reconcile(world: World, name: str) -> None:
    """The environment is one step nearer to what the rules want, or another worker is at it, or nothing is due.

    When wishes move under a pass, its claim is dropped and a new pass begins at once; should they move again,
    the environment stays due and the tick sees to it. So a pass that gives up sends no poke.
    """
    for _ in range(PASSES_PER_POKE):
        now = world.clock.now()
        head = world.store.claim(name, now, now + world.claim_length)
        if head is None or not _gave_up(world, head):
            return


def _gave_up(world: World, head: Head) -> bool:
    """The pass was made; True when it had to drop its claim because wishes moved."""
    try:
        _run(world, head)
    except LostError:
        return False
    except MovedError:
        return world.store.drop(head, world.clock.now())
    return False


def _run(world: World, head: Head) -> None:
    loaded = world.store.load(head)
    if loaded.definition is None:
        _leave_broken(world, head, loaded)
        return
    seen = _owned(world, head, loaded, survey(world.cloud, world.probe, loaded.definition, loaded.states))
    step = _recorded(world, head, loaded, seen)
    outcome = act(world, step.head, step.assessment, step.seen)
    _release(world, step, outcome)


def _owned(world: World, head: Head, loaded: Loaded, seen: dict[str, Seen]) -> dict[str, Seen]:
    """The sightings, those of other environments ineligible; what is new and free belongs to this one now."""
    new = [arn for arn in seen if not _ours(loaded.states.get(arn)) and not arn.startswith(UNSEEN)]
    others = world.store.own(head.name, new) if new else {}
    return seen | {
        arn: replace(seen[arn], sighting=replace(seen[arn].sighting, ineligible=f"{OWNED_BY}{owner}"))
        for arn, owner in others.items()
    }


def _ours(state: ResourceState | None) -> bool:
    """It is remembered as this environment's own, so its owner item is there already."""
    return state is not None and not (state.ineligible or "").startswith(OWNED_BY)


def _recorded(world: World, head: Head, loaded: Loaded, seen: Mapping[str, Seen]) -> Pass:
    """The decision for this look, with its intents on record; decided anew when wishes moved meanwhile."""
    for _ in range(MOST_CONFLICTS + 1):
        try:
            step = _assessed(world, head, loaded, seen)
            return _intend(world, step)
        except MovedError:
            head, loaded = _again(world, head, loaded)
    raise MovedError


def _again(world: World, head: Head, loaded: Loaded) -> tuple[Head, Loaded]:
    """The wishes as they are now, for the same look; a changed definition wants a new one (MovedError)."""
    fresh = world.store.reread(head)
    if fresh is None:
        raise LostError
    again = world.store.load(fresh)
    if again.definition != loaded.definition:
        raise MovedError
    return fresh, again


def _assessed(world: World, head: Head, loaded: Loaded, seen: Mapping[str, Seen]) -> Pass:
    definition = loaded.definition
    assert definition is not None
    now = world.clock.now()
    production = assessing.production_seen(definition, seen.values())
    known = assessing.facts(definition, loaded.switches, production, starts=head.notes.starts)
    head = adopted(world, head, definition, known, loaded.states, seen, now)
    states = assessing.see(loaded.states, seen, head.wishes, now)
    assessment = assessing.assess(definition, head.wishes, known, states, now)
    return Pass(head, definition, loaded.states, seen, known, assessment)


def _intend(world: World, step: Pass) -> Pass:
    """Every action of the plan is on record with its restore point before any call is made."""
    actions = step.assessment.plan.actions
    if not actions:
        return step
    now = world.clock.now()
    states = dict(step.assessment.states)
    for action in actions:
        states[action.arn] = _intent(states[action.arn], action, step.seen[action.arn], now)
    events = [*_decision(step, now), *telling.intentions(step.head.name, step.before, actions, states, now)]
    head = world.store.record(step.head, states, events)
    world.journal.publish(step.definition.owner, events)
    return replace(step, head=head, assessment=replace(step.assessment, states=states))


def _decision(step: Pass, now: datetime) -> Iterator[Event]:
    """The decision, if it is another than the last that was journalled; told with the intents it leads to."""
    decision = step.assessment.decision
    if decision.desired is not step.head.notes.desired:
        data = {"desired": decision.desired.value}
        yield Event(What.DECIDED, step.head.name, now, decision.because, data=data)


def _intent(state: ResourceState, action: Action, seen: Seen, now: datetime) -> ResourceState:
    kind, sighting = kinds()[state.kind], seen.sighting
    theirs = kind.theirs(sighting, state.restore) if state.restore else {}
    return remember.intended(state, action.desired, sighting.sizes, kind.left(sighting), theirs, now)


def _release(world: World, step: Pass, outcome: Outcome) -> None:
    """What was seen and answered is stored, the claim is gone, the next look is arranged."""
    now = world.clock.now()
    name, owner = step.head.name, step.definition.owner
    states = {arn: _answered(state, step, outcome) for arn, state in step.assessment.states.items()}
    assessment = replace(step.assessment, states=states)
    notes = _decided(step, now)
    notes, alarms = alerts.told(
        notes, alerts.alerts(step.definition, step.head.wishes, step.known, assessment, notes, now)
    )
    events = [*_happened(step, assessment, outcome, now), *alarms]
    due_at = next_look(step.head, step.definition, step.known, assessment, notes, world.resync, now)
    if any(_untried(action.arn, outcome) for action in step.assessment.plan.actions):
        due_at = now
    notes, due_at, poke = _arranged(notes, due_at, now)
    retired = _retired(step, assessment)
    if retired:
        events.append(Event(What.RETIRED, name, now, "all of it up and verified"))
    world.journal.publish(owner, events)
    if retired:
        world.store.remove(step.head, events)
        return
    world.store.release(step.head, states | _kept_for_later(step), notes, due_at, events, _left(step))
    if poke is not None:
        world.queue.poke(name, poke)


def _answered(state: ResourceState, step: Pass, outcome: Outcome) -> ResourceState:
    """The state with what AWS said to its call, or without the try whose call was never made."""
    if state.arn in outcome.refused:
        return replace(state, refusal=str(outcome.refused[state.arn]))
    tried = {action.arn for action in step.assessment.plan.actions}
    return remember.not_tried(state) if state.arn in tried - outcome.accepted else state


def _untried(arn: str, outcome: Outcome) -> bool:
    return arn not in outcome.accepted and arn not in outcome.refused


def _decided(step: Pass, now: datetime) -> Notes:
    """The notes with this decision in them; `since` moves only when the desired state does."""
    notes, desired = step.head.notes, step.assessment.decision.desired
    notes = replace(notes, production=step.known.production)
    if desired is notes.desired:
        return replace(notes, measured={**notes.measured, **measured(step.before, step.assessment.states, now)})
    return replace(notes, desired=desired, since=now, starts=with_measured(notes.starts, notes.measured), measured={})


def _happened(step: Pass, assessment: Assessment, outcome: Outcome, now: datetime) -> Iterator[Event]:
    name = step.head.name
    if not assessment.plan.actions:
        yield from _decision(step, now)
    yield from telling.changes(name, step.before, assessment.states, now)
    yield from telling.kept_sizes(name, step.before, assessment.states, step.seen, now)
    yield from telling.answers(name, assessment.states, outcome, now)
    yield from telling.milestones(name, step.before, assessment, now)


def _retired(step: Pass, assessment: Assessment) -> bool:
    """It was to be retired, and all of it is up and verified."""
    hold = step.head.wishes.hold
    asleep = any(state.restore for state in assessment.states.values())
    return hold is not None and hold.retires and not asleep and all(one.arrived for one in assessment.members)


def _left(step: Pass) -> list[str]:
    """What was ours and is neither selected nor at rest any more, as much of it as one transaction takes."""
    return _unselected(step)[:MOST_DISOWNED]


def _kept_for_later(step: Pass) -> dict[str, ResourceState]:
    """What is left beyond that stays remembered, and owned, until a later pass."""
    return {arn: step.before[arn] for arn in _unselected(step)[MOST_DISOWNED:]}


def _unselected(step: Pass) -> list[str]:
    gone = [arn for arn in step.before if arn not in step.assessment.states and not arn.startswith(UNSEEN)]
    return sorted(arn for arn in gone if _ours(step.before[arn]))


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


def _leave_broken(world: World, head: Head, loaded: Loaded) -> None:
    """The environment is left as it is, and its operators are told once what is wrong with its definition."""
    now = world.clock.now()
    text = f"its stored definition cannot be read, so it is left as it is: {loaded.broken}; apply its file again"
    alarm = (f"broken {loaded.broken}", Event(What.BROKEN_FILE, head.name, now, text))
    notes, events = alerts.told(replace(head.notes, desired=None), iter([alarm]))
    world.journal.publish(OPERATORS, events)
    world.store.release(head, loaded.states, notes, now + world.resync, events)
