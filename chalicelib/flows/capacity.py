"""The capacity mix of an environment's groups in one pass: watched, decided, on record, set.

A mix is decided only for what is to be up: what sleeps is left alone until it starts, and its mix is set before its
sizes, so that it comes up right the first time. What a file says nothing of any more gets its own policy back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.core.capacity import Capacity
from chalicelib.core.mix import Mix
from chalicelib.core.mix_memory import MixMemory, SpotMember, Told
from chalicelib.core.mixed import Mixed, Watched, running
from chalicelib.core.model import Definition, Desired, Observed, ResourceState, Sighting
from chalicelib.core.remember import return_point
from chalicelib.core.remix import Remix, decided, pools_of, with_news
from chalicelib.core.shortage import heard as launches_heard
from chalicelib.core.wishes import Hold
from chalicelib.flows.assess import Assessment
from chalicelib.flows.events import Event, What
from chalicelib.flows.looking import Unseen, followed
from chalicelib.flows.own_price import with_own_price
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.flows.seen import Seen, States
from chalicelib.flows.spot_prices import priced
from chalicelib.flows.spot_types import with_types
from chalicelib.flows.stored import Notes
from chalicelib.kinds import kinds, mixings, watchings
from chalicelib.kinds.contract import Call

FIRST_LOOK = timedelta(hours=1)
MOST_FORGOTTEN = 25
"""Members that are gone and forgotten at once: a release frees the owners of at most fifty."""
OVERLAP = timedelta(minutes=10)
"""Activities begin before they are known to have failed; what is heard twice counts once."""


@dataclass(frozen=True, slots=True)
class Change:
    """One mix that is to be set, or put back: the calls, why, and the memory once that is on record."""

    arn: str
    key: str
    id: str
    calls: tuple[Call, ...]
    because: str
    before: Mix
    after: Mix
    memory: MixMemory
    difference: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """What AWS showed of one group's mix, with the prices in its memory; `unseen` says why it showed nothing."""

    memory: MixMemory
    watched: Watched
    unseen: str | None = None

    @property
    def usable(self) -> bool:
        """A mix can be decided from it."""
        return self.unseen is None and self.watched.unable is None


Glances = Mapping[str, Glance]


def glances(
    cloud: Cloud, definition: Definition, states: States, seen: Mapping[str, Seen], now: datetime
) -> dict[str, Glance]:
    """What AWS shows of each group whose mix is decided here, by ARN."""
    found = {}
    for arn, one, capacity, mixed in _governed(definition, seen):
        state = states.get(arn)
        memory = (state.mix if state else None) or MixMemory()
        if mixings()[one.sighting.kind].on_instances:
            memory = with_types(cloud, one.sighting.location, capacity, mixed, memory, now)
            pools = pools_of(capacity, mixed, memory)
            memory = with_own_price(cloud, one.sighting, mixed, memory, pools, now)
            memory = priced(cloud, one.sighting.location, memory, pools, now)
        found[arn] = glance(cloud, one.sighting, mixed, memory, now)
    return found


def _governed(definition: Definition, seen: Mapping[str, Seen]) -> Iterator[tuple[str, Seen, Capacity, Mixed]]:
    """Every group that the file gives a mix and that can have one."""
    policies = {capacity.resource: capacity for capacity in definition.capacity}
    for arn, one in seen.items():
        mixed = one.sighting.mixed
        mixable = one.key in policies and one.sighting.kind in mixings()
        usable = mixable and mixed is not None and not mixed.unable
        if usable and mixed is not None and not one.sighting.ineligible:
            yield arn, one, _of_kind(policies[one.key], one.sighting.kind), mixed


def _of_kind(capacity: Capacity, kind: str) -> Capacity:
    """The same without choices of pools where its kind has none: a file of an earlier version may make some."""
    return capacity if mixings()[kind].on_instances else replace(capacity, types=(), requirements=None, zones=())


def glance(cloud: Cloud, sighting: Sighting, mixed: Mixed, memory: MixMemory, now: datetime) -> Glance:
    """What AWS shows of the members of one group; nothing is asked about one that has none and is to have none."""
    kind, watching = kinds()[sighting.kind], watchings()[sighting.kind]
    known = {member.id: member.pool for member in memory.members} | dict(mixed.members)
    since = memory.looked_at - OVERLAP if memory.looked_at else now - FIRST_LOOK
    looks = watching.watch(sighting, known, since)
    if not looks:
        return Glance(replace(memory, looked_at=now), Watched({}))
    answers = followed(cloud, sighting.location, kind.title, kind.service, looks, watching.follow)
    if isinstance(answers, Unseen):
        return Glance(memory, Watched({}), f"its members cannot be looked at: {answers.refusal}")
    watched = watching.watched(sighting, known, answers, now)
    gone = [one for one in memory.members if one.id not in watched.spot]
    members = (*(SpotMember(id, pool) for id, pool in sorted(watched.spot.items())), *gone[MOST_FORGOTTEN:])
    launched = len(watched.on_demand & mixed.members.keys()) if watching.on_instances else None
    return Glance(replace(memory, members=members, looked_at=now, launched=launched), watched)


def new_members(states: States, found: Glances, seen: Mapping[str, Seen]) -> list[str]:
    """The ARNs of spot members that were not known before; who owns them hears of what happens to them."""
    known = _members({arn: state.mix for arn, state in states.items()}, states)
    now = {arn: glance.memory for arn, glance in found.items()}
    return sorted(_members(now, {arn: seen[arn].sighting for arn in found}) - known)


def gone_members(before: States, after: States) -> list[str]:
    """The ARNs of spot members that are remembered no more."""
    then = _members({arn: state.mix for arn, state in before.items()}, before)
    return sorted(then - _members({arn: state.mix for arn, state in after.items()}, after))


def _members(
    memories: Mapping[str, MixMemory | None], of: Mapping[str, ResourceState] | Mapping[str, Sighting]
) -> set[str]:
    return {
        named(of[arn].location, member.id)
        for arn, memory in memories.items()
        if memory is not None and (named := watchings()[of[arn].kind].member) is not None
        for member in memory.members
    }


def taken_in(
    definition: Definition, states: Mapping[str, ResourceState], found: Glances, now: datetime
) -> dict[str, ResourceState]:
    """The states with what was heard of their pools, and of on-demand, in their memory."""
    policies = {capacity.resource: capacity for capacity in definition.capacity}
    return {
        arn: replace(state, mix=_after(policies[state.key], found[arn], now)) if arn in found else state
        for arn, state in states.items()
    }


def _after(capacity: Capacity, glance: Glance, now: datetime) -> MixMemory:
    news, shortage = glance.watched.news, launches_heard(glance.memory.shortage, glance.watched.launches)
    return with_news(capacity, replace(glance.memory, shortage=shortage), news, now)


def considered(
    definition: Definition,
    hold: Hold | None,
    notes: Notes,
    assessment: Assessment,
    seen: Mapping[str, Seen],
    found: Glances,
    now: datetime,
) -> tuple[dict[str, ResourceState], tuple[Change, ...]]:
    """The states with what was decided, and the mixes to set, what gets its own policy back among them."""
    retires = hold is not None and hold.retires
    rate = notes.burn if notes.pulled else None
    states, changes = dict(assessment.states), []
    for arn, one, capacity, mixed in () if retires else _governed(definition, seen):
        if arn not in states or not found[arn].usable or (size := _size(assessment, arn, one)) == 0:
            continue
        memory = states[arn].mix or MixMemory()
        remix = decided(capacity, mixed, memory, found[arn].watched.spot.values(), size, now, rate)
        states[arn] = replace(states[arn], mix=memory if remix.setting else remix.memory)
        if remix.setting is not None:
            changes.append(_change(one, mixed, remix))
    states |= _unable(definition, assessment, seen, found)
    governed = frozenset() if retires else frozenset(capacity.resource for capacity in definition.capacity)
    for arn, state in assessment.states.items():
        if state.mix is not None and not state.mix.twins and state.key not in governed and arn in seen:
            states[arn], undone = _freed(assessment, state, seen[arn])
            changes += [undone] if undone else []
    return states, tuple(changes)


def _unable(
    definition: Definition, assessment: Assessment, seen: Mapping[str, Seen], found: Glances
) -> dict[str, ResourceState]:
    """The groups that can have no mix, which say why."""
    keys = {capacity.resource for capacity in definition.capacity}
    why = {arn: one.sighting.mixed.unable for arn, one in seen.items() if one.key in keys and one.sighting.mixed}
    why |= {arn: glance.watched.unable for arn, glance in found.items() if glance.watched.unable}
    sizes = {arn: one.sighting.sizes.get("desired", 0) for arn, one in seen.items()}
    return {
        arn: replace(state, mix=replace(state.mix or MixMemory(), told=Told(sizes[arn], sizes[arn], because)))
        for arn, state in assessment.states.items()
        if (because := why.get(arn))
    }


def _size(assessment: Assessment, arn: str, one: Seen) -> int:
    """How many members it is to have: as it is, or as it starts now; 0 where its mix is nobody's business now."""
    state = assessment.states[arn]
    desired = assessment.decision.resources.get(state.key, assessment.decision.desired)
    if desired is not Desired.UP or state.ineligible:
        return 0
    if one.sighting.observed in (Observed.UP, Observed.RISING):
        return one.sighting.sizes.get("desired", 0)
    point = return_point(state)
    starts = any(action.arn == arn and action.desired is Desired.UP for action in assessment.plan.actions)
    full = point.sizes.get("desired", 0) if point and starts else 0
    light = next((member.light for member in assessment.members if member.arn == arn), None)
    return full if light is None else min(light, full)


def _change(one: Seen, mixed: Mixed, remix: Remix) -> Change:
    sighting, memory = one.sighting, remix.memory
    assert remix.setting is not None
    assert memory.told is not None
    calls = (mixings()[sighting.kind].change(sighting, memory.own, remix.setting),)
    because = memory.told.because
    return Change(
        sighting.arn, one.key, sighting.id, calls, because, remix.before, remix.after, memory, remix.difference
    )


def _freed(assessment: Assessment, state: ResourceState, one: Seen) -> tuple[ResourceState, Change | None]:
    """What Curfew decides no mix for any more: its own policy comes back, unless somebody has set another since.

    What is to be left alone keeps what it has, and its own policy is kept for it.
    """
    memory, mixed = state.mix, one.sighting.mixed
    desired = assessment.decision.resources.get(state.key, assessment.decision.desired)
    untouched = desired is Desired.AS_IS or state.ineligible
    if memory is None or mixed is None or (memory.own and untouched):
        return state, None
    mixing = mixings()[one.sighting.kind]
    if not memory.own or mixing.is_back(mixed.policy, memory.own) or not memory.set_it(mixed.setting):
        return replace(state, mix=None), None
    calls = (mixing.undo(one.sighting, memory.own),)
    pools = [member.pool for member in memory.members]
    mix = running(mixed.setting, pools, one.sighting.sizes.get("desired", 0))
    because = "its file gives it no mix any more: its own policy comes back"
    return state, Change(state.arn, state.key, state.id, calls, because, mix, mix, memory)


def intended(states: Mapping[str, ResourceState], changes: tuple[Change, ...]) -> dict[str, ResourceState]:
    """The states with each change on record."""
    return dict(states) | {one.arn: replace(states[one.arn], mix=one.memory) for one in changes}


def switches(environment: str, changes: tuple[Change, ...], now: datetime) -> Iterator[Event]:
    """One event for each mix that is about to be set, with what it costs more an hour; "" where that is not known."""
    for one in changes:
        data = {
            "on_demand": str(one.after.on_demand),
            "spot": str(one.after.on_spot),
            "on_demand_before": str(one.before.on_demand),
            "spot_before": str(one.before.on_spot),
            "price_difference": "" if one.difference is None else str(one.difference),
        }
        yield Event(What.REMIXED, environment, now, one.because, one.key, one.id, data=data)


def answered(state: ResourceState, remixed: Mapping[str, Refusal | None]) -> ResourceState:
    """The state with AWS's answers to its mix; those to both twins are kept where their mix is."""
    memory = state.mix
    if memory is None:
        return state
    mine = (state.arn, memory.twins.partner if memory.twins else state.arn)
    answers = [remixed[arn] for arn in dict.fromkeys(mine) if arn in remixed]
    refusal = next((str(one) for one in answers if one is not None), None)
    return replace(state, mix=replace(memory, refusal=refusal)) if answers else state
