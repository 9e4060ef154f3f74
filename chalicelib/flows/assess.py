"""One assessment of an environment: what is remembered, decided, planned, and what that means to people.

Pure: what AWS showed, what is stored and the time come in; the next memory, the decision and the plan go out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.core import alternates, estimate, fights, learn, light, light_twins, maintenance, order, remember
from chalicelib.core.decide import Decision, Facts, Pace, decide, production_mark
from chalicelib.core.durations import format_duration
from chalicelib.core.learn import Starts
from chalicelib.core.light_twins import Wanted
from chalicelib.core.model import Definition, Desired, Importance, Observed, Resource, ResourceState, Sighting
from chalicelib.core.phase import Phase, phase
from chalicelib.core.plan import Member, Plan, plan
from chalicelib.core.shared import Used, held_back
from chalicelib.core.watching import desired_of_watchers
from chalicelib.core.wishes import Switches, Wishes
from chalicelib.flows.seen import Seen
from chalicelib.flows.stored import Notes
from chalicelib.kinds import databases, kinds

States = Mapping[str, ResourceState]

NOTHING_LEARNED: Starts = {}
NO_NOTES = Notes()
NO_STATES: States = {}
MUTED = "it was muted, and not by us: enable its actions to have it muted and re-armed"
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
    return order.needs(definition.resources, databases(), [kind.name for kind in kinds().values() if kind.watches])


def present(definition: Definition, states: States) -> Definition:
    """The definition without the entries of `kind: any` of which nothing is there; all of it before the first look."""
    found = {state.key for state in states.values()}
    keys = {resource.key for resource in definition.resources if not resource.optional or resource.key in found}
    if not found or len(keys) == len(definition.resources):
        return definition
    kept = (resource for resource in definition.resources if resource.key in keys)
    entries = tuple(replace(each, needs=tuple(key for key in each.needs if key in keys)) for each in kept)
    return replace(definition, resources=entries)


def pace(definition: Definition, starts: Starts = NOTHING_LEARNED) -> Pace:
    """How long the whole environment takes to start and to stop, and what makes the start so long."""
    keys = [resource.key for resource in definition.resources]
    ready = essential(definition)
    needs, order_down = needed(definition), definition.stop_order
    start, stop = usual(definition, Desired.UP, starts), usual(definition, Desired.DOWN)
    wanted = {key: tuple(other for other in needs[key] if other in ready) for key in needs if key in ready}
    return Pace(
        start=estimate.length(Desired.UP, needs, order_down, start, ready),
        stop=estimate.length(Desired.DOWN, needs, order_down, stop, keys),
        path=" + ".join(learn.told(starts, key, start[key]) for key in estimate.critical_path(wanted, start)),
    )


def essential(definition: Definition) -> frozenset[str]:
    """The keys without which the environment is not ready: neither supplementary, nor only watching the others."""
    keys = frozenset(resource.key for resource in definition.resources)
    return keys - supplementary(definition) - watching(definition)


def supplementary(definition: Definition) -> frozenset[str]:
    """The keys that come last and that the environment is ready without."""
    entries = definition.resources
    return frozenset(entry.key for entry in entries if entry.importance is Importance.SUPPLEMENTARY)


def watching(definition: Definition) -> frozenset[str]:
    """The keys of what only watches the others."""
    return frozenset(entry.key for entry in definition.resources if kinds()[entry.kind].watches)


def facts(
    definition: Definition,
    switches: Switches,
    production: str | None = None,
    notes: Notes = NO_NOTES,
    states: States = NO_STATES,
) -> Facts:
    """What the rules must know of an environment beyond its file and its wishes."""
    shown = ((state.key, state.details.get("maintenance", "")) for state in states.values())
    return Facts(
        needed(definition),
        _after_used(pace(present(definition, states), notes.starts), notes.used),
        switches,
        production,
        maintenance.uptimes(definition.maintenance, shown, notes.maintenance),
        notes.used,
    )


def _after_used(own: Pace, used: Used) -> Pace:
    """The pace with the start of the slowest environment that it uses before its own."""
    if not used.start:
        return own
    path = " + ".join(filter(None, (f"{used.slowest} {format_duration(used.start)}", own.path)))
    return replace(own, start=used.start + own.start, path=path)


def production_seen(definition: Definition, seen: Collection[Seen], before: str | None = None) -> str | None:
    """The first production mark on the tags just read ("orders-db: Environment=prod"), or None.

    While AWS does not show everything, the mark that was seen `before` stands.
    """
    for one in seen:
        mark = production_mark(one.sighting.tags, definition.production_marks)
        if mark:
            return f"{one.sighting.id} has {mark}"
    return before if any(one.sighting.blind for one in seen) else None


def see(
    definition: Definition, states: States, seen: Mapping[str, Seen], wishes: Wishes, now: datetime
) -> dict[str, ResourceState]:
    """What is remembered once this look is taken in; what is gone and was not put to rest is forgotten.

    So is what was put to rest and is gone, once a person has seen that and asked to try again.
    """
    entries = {resource.key: resource for resource in definition.resources}
    return {
        arn: _seen(states.get(arn), one, entries.get(one.key), now)
        for arn, one in seen.items()
        if not _given_up(states.get(arn), one, wishes)
    }


def _seen(before: ResourceState | None, one: Seen, entry: Resource | None, now: datetime) -> ResourceState:
    sighting = one.sighting
    allowed = entry.instance_types if entry else ()
    shown = None if before is None or not sighting.blind else before.preferred_type
    own = shown or alternates.preferred(before, sighting.details.get(alternates.TYPE), allowed)
    if before is not None and undone(before, sighting, now):
        before = fights.with_reversal(before, now)
    whole, unlifted = _whole(sighting, before), _unlifted(sighting, before)
    state = remember.remembered(before, one.key, sighting, whole, unlifted, now)
    return replace(state, preferred_type=own)


def undone(before: ResourceState, sighting: Sighting, now: datetime) -> bool:
    """Somebody undid what we had done with it."""
    return fights.reversal(before, sighting, kinds()[sighting.kind].restarts_after, now)


def _unlifted(sighting: Sighting, state: ResourceState | None) -> bool:
    """Something that our stop suspended still is."""
    point = state.restore if state else None
    return point is not None and kinds()[sighting.kind].unlifted(sighting, point)


def _given_up(state: ResourceState | None, seen: Seen, wishes: Wishes) -> bool:
    if state is None or wishes.retry_after is None:
        return False
    gone = state.seen is Observed.MISSING and seen.sighting.observed is Observed.MISSING
    return gone and state.restore is not None and state.seen_since < wishes.retry_after


def _whole(sighting: Sighting, state: ResourceState | None) -> bool:
    """The sizes are as the return should leave them; not known of what is gone or cannot be looked at."""
    point = remember.back_to(state, sighting.sizes) if state else None
    if point is not None and sighting.observed in (Observed.MISSING, Observed.BROKEN):
        return False
    return point is None or kinds()[sighting.kind].whole(sighting, point)


def assess(
    definition: Definition, wishes: Wishes, known: Facts, states: Mapping[str, ResourceState], now: datetime
) -> Assessment:
    """Decision, settled states, plan and phase for what was just seen (or last remembered)."""
    decision = decide(definition, wishes, known, now)
    desires = desired_of(definition, decision, states)
    wanted = light_twins.wanted(states, desires, decision.sizes)
    settled = {arn: _settled(state, wanted[arn], wishes, now) for arn, state in states.items()}
    entries = {resource.key: resource for resource in definition.resources}
    members = tuple(_member(state, entries.get(state.key), wanted[arn], now) for arn, state in settled.items())
    steps = plan(members, known.needed, definition.stop_order, definition.most_changes_per_pass)
    steps = held_back(steps, members, known.used.unready)
    return Assessment(decision, settled, members, steps, phase(decision, members, steps.blocked))


def desired_of(definition: Definition, decision: Decision, states: States) -> dict[str, Desired]:
    """What is desired of each resource, by ARN; of what watches, by what is desired and seen of the others."""
    desires = {arn: decision.resources.get(state.key, decision.desired) for arn, state in states.items()}
    counted = essential(definition)
    watched = [(desires[arn], state.seen) for arn, state in states.items() if state.key in counted]
    for arn, state in states.items():
        if kinds()[state.kind].watches:
            desires[arn] = desired_of_watchers(desires[arn], decision.rule, decision.desired, watched)
    return desires


def _settled(state: ResourceState, wanted: Wanted, wishes: Wishes, now: datetime) -> ResourceState:
    state = remember.forgiven(state, wishes.retry_after)
    size = _light(state, wanted)
    state = replace(state, enough=size is not None and _of_size(state, size))
    return remember.arrived(state, wanted.desired, kinds()[state.kind].sized, now, size if state.enough else None)


def _light(state: ResourceState, wanted: Wanted) -> int | None:
    """The light size that it should have now; None for its full one, and for what has no size."""
    sized = kinds()[state.kind].sized and wanted.desired is Desired.UP
    return light.aim(state, wanted.size) if sized else None


def _of_size(state: ResourceState, size: int) -> bool:
    """It has that light size, or what somebody set since; not known of what is gone or cannot be looked at."""
    point = remember.back_to(state, state.sizes)
    if point is None or state.seen in (Observed.MISSING, Observed.BROKEN):
        return False
    return kinds()[state.kind].whole(light.sighting_of(state), light.light_point(point, size))


def _member(state: ResourceState, entry: Resource | None, wanted: Wanted, now: datetime) -> Member:
    kind, desired = kinds()[state.kind], wanted.desired
    time = kind.usual.start if desired is Desired.UP else kind.usual.stop
    due = retry_at(state, entry)
    size = _light(state, wanted)
    sent = state.intent is desired and state.aimed == size
    importance = entry.importance if entry else Importance.NORMAL
    return Member(
        key=state.key,
        arn=state.arn,
        id=state.id,
        kind=state.kind,
        observed=state.seen,
        desired=desired,
        healthy=state.healthy,
        whole=state.whole if size is None else state.enough,
        ineligible=_ineligible(state, desired, now),
        stuck=sent and remember.stuck(state, now),
        overdue=remember.overdue(state, desired, time, now),
        resting=sent and due is not None and now < due,
        turns_midway=kind.turns_midway,
        busy=state.busy,
        unlifted=state.unlifted and size is None,
        core=importance is Importance.CORE,
        supplementary=importance is Importance.SUPPLEMENTARY,
        watches=kind.watches,
        light=size,
        note=_note(state),
    )


def retry_at(state: ResourceState, entry: Resource | None) -> datetime | None:
    """When the next try may be made, None when at once; for want of capacity by the types that its entry allows."""
    return alternates.retry_at(state, entry.instance_types if entry else ())


def _note(state: ResourceState) -> str | None:
    """AWS's last no, or else what it shows; with the cause that AWS gives for it, and what it stands in for."""
    said = [text for text in (state.refusal or state.note, state.cause, alternates.standing_in(state)) if text]
    return ": ".join(dict.fromkeys(said)) or None


def _ineligible(state: ResourceState, desired: Desired, now: datetime) -> str | None:
    """Why it is left alone: by its nature, by AWS's word, because of a fight, or because it rested before we came.

    A fight is over one direction: whoever kept it up at night does not keep it from being started in the morning.
    """
    fight = fights.contested(state, now) if state.intent is desired else None
    barred = remember.barred(state, now) if desired is Desired.DOWN else None
    return state.ineligible or barred or fight or _at_rest_before(state)


def _at_rest_before(state: ResourceState) -> str | None:
    """Why a group that somebody scaled to zero, or an alarm that somebody muted, is not brought back; or None."""
    kind = kinds()[state.kind]
    if state.seen is not Observed.DOWN or state.restore is not None:
        return None
    return SCALED_TO_ZERO if kind.sized else MUTED if kind.watches else None
