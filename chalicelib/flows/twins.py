"""The capacity mix of twins in one pass: watched, decided, on record, their sizes shifted step by step.

Asleep they are left alone. Before they start their mix is decided, and each start leads to its part of it. What a file
gives no mix any more gets the sizes back that it would have without Curfew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.capacity import Capacity
from chalicelib.core.light_twins import parts
from chalicelib.core.mix_memory import MixMemory, Told
from chalicelib.core.mixed import Watched
from chalicelib.core.model import Definition, Desired, Observed, ResourceState, Sighting
from chalicelib.core.remix import REFUSED_FOR
from chalicelib.core.twin_memory import Split
from chalicelib.core.twins import Shift, as_mix, bounded, decided, step
from chalicelib.core.wishes import Hold
from chalicelib.flows.assess import Assessment
from chalicelib.flows.capacity import Change, Glance, Glances, glance
from chalicelib.flows.pairs import known_pairings, pairings
from chalicelib.flows.ports import Cloud
from chalicelib.flows.seen import Seen, States
from chalicelib.flows.spot_prices import priced
from chalicelib.flows.stored import Notes
from chalicelib.flows.twin_case import Case, case_of, members_of, pools_of, takes_calls, types_of
from chalicelib.kinds import twinnings
from chalicelib.kinds.contract import Call

SETTLES = timedelta(minutes=1)
"""So soon after a call EKS may still show what was before it."""
PUT_BACK = "its file gives it no mix any more: the sizes that they had before come back"
LIGHT = "a light wake of twins is on-demand, as far as its maximum goes"

Result = tuple[dict[str, ResourceState], Change | None]


def glances(
    cloud: Cloud, definition: Definition, states: States, seen: Mapping[str, Seen], now: datetime
) -> dict[str, Glance]:
    """What AWS shows of the spot nodes of each pair whose mix is decided here, by the ARN of its spot twin."""
    found = {}
    for pairing in pairings(definition, seen):
        spot, state = pairing.spot, states.get(pairing.spot.arn)
        assert spot.mixed is not None
        memory = (state.mix if state else None) or MixMemory()
        whole = next(iter(types_of(pairing.on_demand)), "")
        memory = priced(cloud, spot.location, memory, pools_of(spot), now, whole)
        found[spot.arn] = glance(cloud, spot, spot.mixed, memory, now)
    return found


def considered(
    definition: Definition,
    hold: Hold | None,
    notes: Notes,
    assessment: Assessment,
    seen: Mapping[str, Seen],
    found: Glances,
    now: datetime,
) -> tuple[dict[str, ResourceState], tuple[Change, ...]]:
    """The states with what was decided, and the steps of shifts to make, those back to their own sizes among them."""
    retires = hold is not None and hold.retires
    governed = () if retires else definition.capacity
    rate = notes.burn if notes.pulled else None
    cases = _given(replace(definition, capacity=governed), assessment, seen, found, now)
    results = [_decided(assessment, replace(case, rate=rate)) for case in cases]
    results += _freed_of_all(frozenset(capacity.resource for capacity in governed), assessment, seen, now)
    states = dict(assessment.states)
    for changed, _ in results:
        states |= changed
    return states, tuple(change for _, change in results if change)


def _given(
    definition: Definition, assessment: Assessment, seen: Mapping[str, Seen], found: Glances, now: datetime
) -> Iterator[Case]:
    """Each pair that the file gives a mix, and whose nodes could be looked at."""
    for pairing in pairings(definition, seen):
        shown = found.get(pairing.spot.arn)
        if shown is None or shown.unseen:
            continue
        if case := case_of(assessment.states, pairing, shown.watched, now):
            yield case


def _freed_of_all(
    governed: frozenset[str], assessment: Assessment, seen: Mapping[str, Seen], now: datetime
) -> Iterator[Result]:
    """What comes of each pair that the file gives a mix no more; one of which a twin is gone is forgotten."""
    there = set()
    for pairing in known_pairings(assessment.states, seen):
        there.add(pairing.spot.arn)
        spot = assessment.states[pairing.spot.arn]
        case = case_of(assessment.states, pairing, Watched(members_of(pairing.spot)), now)
        if spot.key not in governed and case:
            yield _freed(assessment, case)
    for arn, state in assessment.states.items():
        if state.mix and state.mix.twins and arn not in there and state.key not in governed and arn in seen:
            yield {arn: replace(state, mix=None, share=None)}, None


def _decided(assessment: Assessment, case: Case) -> Result:
    size = assessment.decision.sizes.get(case.spot.key)
    if case.awake:
        return _shifted(case) if _both_up(assessment, case) else (case.stored(case.memory, case.share), None)
    if not _starts(assessment, case):
        return case.stored(case.memory, case.share), None
    return _started(case) if size is None else _started_light(case, size)


def _both_up(assessment: Assessment, case: Case) -> bool:
    """They are to be up, and nothing forbids to touch them."""
    arns = {case.on_demand.arn, case.spot.arn}
    free = not (case.on_demand.ineligible or case.spot.ineligible)
    return free and {one.desired for one in assessment.members if one.arn in arns} == {Desired.UP}


def _starts(assessment: Assessment, case: Case) -> bool:
    arns = (case.on_demand.arn, case.spot.arn)
    return any(action.arn in arns and action.desired is Desired.UP for action in assessment.plan.actions)


def _decision(case: Case) -> Shift:
    capacity, spot = case.pairing.capacity, case.watched.spot.values()
    return decided(capacity, pools_of(case.pairing.spot), case.memory, case.pair, spot, case.now, case.rate)


def _started(case: Case) -> Result:
    """What still sleeps starts with its part; what is up already, from a light wake, keeps what it has until then."""
    shift = _decision(case)
    share = Split(
        _start_size(case.on_demand, case.share.on_demand, shift.target.on_demand),
        _start_size(case.spot, case.share.spot, shift.target.spot),
    )
    memory = _asked(shift.memory, share, case.now)
    because = memory.told.because if memory.told else ""
    return case.stored(memory, share), _change(case, (), because, shift, memory) if shift.begins else None


def _start_size(state: ResourceState, share: int, target: int) -> int:
    if state.restore is None:
        return share
    up = state.seen in (Observed.UP, Observed.RISING)
    return max(target, state.sizes.get("desired", 0)) if up else target


def _started_light(case: Case, size: int) -> Result:
    """They start with their parts of a light size; what was decided for the full one stays."""
    split = parts(size, case.on_demand)
    told = Told(split.total, split.on_demand, LIGHT)
    return case.stored(replace(case.memory, told=told), case.share), None


def _shifted(case: Case) -> Result:
    """A decision, and the next step towards it."""
    shift = _decision(case)
    because = shift.memory.told.because if shift.begins and shift.memory.told else _goes_on(shift.target)
    return _stepped(case, shift, case.pairing.capacity, because)


def _goes_on(target: Split) -> str:
    return f"a further step to {target.on_demand} on-demand and {target.spot} spot"


def _freed(assessment: Assessment, case: Case) -> Result:
    """Their own sizes come back: with their start, or step by step."""
    own = bounded(case.twins.own, case.pair)
    if case.twins.asked_at is None or (case.awake and case.shown == own):
        return case.forgotten(), None
    if not case.awake:
        return case.stored(case.memory, own), None
    if not _both_up(assessment, case):
        return case.stored(case.memory, case.share), None
    mix, memory = as_mix(own, {}, pools_of(case.pairing.spot)), replace(case.memory, twins=replace(case.twins, aim=own))
    shift = Shift(own, False, mix, mix, memory)
    return _stepped(case, shift, Capacity(case.spot.key), PUT_BACK)


def _stepped(case: Case, shift: Shift, capacity: Capacity, because: str) -> Result:
    """The next sizes on the way are recorded and asked for, those that are not already, and of what takes a call."""
    sizes, pairing = step(case.pair, shift.target, capacity.on_demand_base), case.pairing
    on_demand = _call(case, pairing.on_demand, case.share.on_demand, sizes.on_demand)
    spot = _call(case, pairing.spot, case.share.spot, sizes.spot)
    calls = (*on_demand, *spot)
    if not calls:
        change = _change(case, (), because, shift, shift.memory) if shift.begins else None
        return case.stored(shift.memory, case.share), change
    share = Split(
        sizes.on_demand if on_demand else case.share.on_demand,
        sizes.spot if spot else case.share.spot,
    )
    memory = _asked(shift.memory, case.shown, case.now)
    return case.stored(memory, share), _change(case, calls, because, shift, memory)


def _call(case: Case, sighting: Sighting, share: int, size: int) -> tuple[Call, ...]:
    """The call that gives it this size; none where it has that, takes no call now, or was just asked for it."""
    pause = REFUSED_FOR if case.memory.refusal else SETTLES
    asked = share == size and case.twins.asked_at is not None and case.now < case.twins.asked_at + pause
    if size == sighting.sizes["desired"] or not takes_calls(sighting) or asked:
        return ()
    return (twinnings()[sighting.kind].resize(sighting, size),)


def _asked(memory: MixMemory, sizes: Split, now: datetime) -> MixMemory:
    """The memory once other sizes than these were asked for."""
    assert memory.twins is not None
    return replace(memory, twins=memory.twins.asked(sizes, now), refusal=None)


def _change(case: Case, calls: tuple[Call, ...], because: str, shift: Shift, memory: MixMemory) -> Change:
    arn, key, id = case.spot.arn, case.spot.key, case.pairing.id
    return Change(arn, key, id, calls, because, shift.before, shift.after, memory, shift.difference)
