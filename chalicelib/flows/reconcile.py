"""One pass over one environment: claim, look, decide, plan, record, act, release.

Level-triggered: it does what the rules say now, from what AWS shows now. Intent is recorded before any call,
in a transaction that fails when wishes moved; an accepted call is not success, an observed state is. A worker
may die after any line: the next pass goes on. Only this flow starts or stops anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.core import remember
from chalicelib.core.model import ResourceState
from chalicelib.core.plan import Action
from chalicelib.core.remember import Aim
from chalicelib.flows import alerts, capacity, newcomers, telling
from chalicelib.flows import assess as assessing
from chalicelib.flows.act import act
from chalicelib.flows.activity import postponed
from chalicelib.flows.adopt import adopted
from chalicelib.flows.capacity import Glances
from chalicelib.flows.events import Event, What
from chalicelib.flows.maintenance import looked_ahead
from chalicelib.flows.one_pass import Glimpse, Pass, decision, is_ours
from chalicelib.flows.ports import World
from chalicelib.flows.release import release
from chalicelib.flows.seen import OWNED_BY, UNSEEN, Seen
from chalicelib.flows.shared import used
from chalicelib.flows.stored import OPERATORS, Head, Loaded, LostError, MovedError
from chalicelib.flows.survey import survey
from chalicelib.kinds import kinds

MOST_CONFLICTS = 3
PASSES_PER_POKE = 2


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
    now = world.clock.now()
    looked = survey(world.cloud, world.probe, loaded.definition, loaded.states, now)
    seen = _owned(world, head, loaded, looked)
    found = capacity.glances(world.cloud, loaded.definition, loaded.states, seen, now)
    if members := capacity.new_members(loaded.states, found, seen):
        world.store.own(head.name, members)
    step = _recorded(world, head, loaded, seen, found)
    outcome = act(world, step.head, step.definition, step.assessment, step.seen, step.changes)
    release(world, step, outcome)


def _owned(world: World, head: Head, loaded: Loaded, seen: dict[str, Seen]) -> dict[str, Seen]:
    """The sightings, those of other environments ineligible; what is new and free belongs to this one now."""
    new = [arn for arn in seen if not is_ours(loaded.states.get(arn)) and not arn.startswith(UNSEEN)]
    others = world.store.own(head.name, new) if new else {}
    return seen | {
        arn: replace(seen[arn], sighting=replace(seen[arn].sighting, ineligible=f"{OWNED_BY}{owner}"))
        for arn, owner in others.items()
    }


def _recorded(world: World, head: Head, loaded: Loaded, seen: Mapping[str, Seen], found: Glances) -> Pass:
    """The decision for this look, with its intents on record; decided anew when wishes moved meanwhile."""
    for _ in range(MOST_CONFLICTS + 1):
        try:
            step = _assessed(world, head, loaded, seen, found)
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


def _assessed(world: World, head: Head, loaded: Loaded, seen: Mapping[str, Seen], found: Glances) -> Pass:
    definition = loaded.definition
    assert definition is not None
    now = world.clock.now()
    production = assessing.production_seen(definition, seen.values(), head.notes.production)
    head = looked_ahead(world, head, definition, now)
    known = assessing.facts(definition, loaded.switches, production, head.notes, loaded.states)
    glimpse = Glimpse(definition, known, loaded.states, seen, now)
    head = postponed(world, adopted(world, head, glimpse), glimpse)
    states = assessing.see(definition, loaded.states, seen, head.wishes, now)
    known = used(world, head, definition, known, states, now)
    states = newcomers.spared(definition, head, known, loaded.states, states, now)
    states = capacity.taken_in(definition, states, found, now)
    assessment = assessing.assess(definition, head.wishes, known, states, now)
    states, changes = capacity.considered(definition, head.wishes.hold, assessment, seen, found, now)
    return Pass(head, definition, loaded.states, seen, known, replace(assessment, states=states), changes)


def _intend(world: World, step: Pass) -> Pass:
    """Every action of the plan is on record with its restore point, and every mix, before any call is made."""
    actions = step.assessment.plan.actions
    if not actions and not step.changes:
        return step
    now = world.clock.now()
    states = capacity.intended(step.assessment.states, step.changes)
    sizes = {member.arn: member.light for member in step.assessment.members}
    for action in actions:
        states[action.arn] = _intent(states[action.arn], action, step.seen[action.arn], sizes[action.arn], now)
    name = step.head.name
    events = [*decision(step, now), *telling.intentions(name, step.before, actions, states, now)]
    events += capacity.switches(name, step.changes, now)
    head = world.store.record(step.head, states, events)
    world.journal.publish(step.definition.owner, events)
    return replace(step, head=head, assessment=replace(step.assessment, states=states))


def _intent(state: ResourceState, action: Action, seen: Seen, light: int | None, now: datetime) -> ResourceState:
    kind, sighting = kinds()[state.kind], seen.sighting
    point = remember.opened(state)
    theirs = kind.theirs(sighting, point) if point else {}
    aim = Aim(sighting.sizes, kind.left(sighting), theirs, kind.suspends(sighting), light)
    return remember.intended(state, action.desired, aim, now)


def _leave_broken(world: World, head: Head, loaded: Loaded) -> None:
    """The environment is left as it is, and its operators are told once what is wrong with its definition."""
    now = world.clock.now()
    text = f"its stored definition cannot be read, so it is left as it is: {loaded.broken}; apply its file again"
    alarm = (f"broken {loaded.broken}", Event(What.BROKEN_FILE, head.name, now, text))
    notes, events = alerts.told(replace(head.notes, desired=None), iter([alarm]))
    world.journal.publish(OPERATORS, events)
    world.store.release(head, loaded.states, notes, now + world.resync, events)
