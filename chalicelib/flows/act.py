"""Make the calls of a plan in batches, and stop as soon as they are not wanted any more.

Before each batch but the first the revision is read again (the first follows the record transaction, which
was conditional on it). No call is started later than 40 s before the claim ends. A refused call that covered
several resources is made again without those that AWS named, or halved until the one to blame stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from chalicelib.core import alternates, light
from chalicelib.core.model import Definition, Desired, Location, Resource, ResourceState
from chalicelib.core.plan import Action
from chalicelib.core.remember import back_to
from chalicelib.flows.assess import Assessment
from chalicelib.flows.capacity import Change
from chalicelib.flows.ports import Cloud, Refusal, World
from chalicelib.flows.seen import Seen
from chalicelib.flows.stored import Head
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Call, Move

CALLS_PER_BATCH = 100
SAFETY = timedelta(seconds=40)
"""A claim outlives its function by 30 s, and the function needs some seconds to store what came of the calls."""
NOTHING_TO_CALL = Refusal("SizeUnknown", "its size before the descent is not known: set it by hand")


@dataclass(slots=True)
class Outcome:
    """What became of the recorded actions, by ARN. What is in neither was never tried."""

    accepted: set[str] = field(default_factory=set)
    refused: dict[str, Refusal] = field(default_factory=dict)
    remixed: dict[str, Refusal | None] = field(default_factory=dict)


def act(
    world: World,
    head: Head,
    definition: Definition,
    assessment: Assessment,
    seen: Mapping[str, Seen],
    changes: Sequence[Change] = (),
) -> Outcome:
    """The calls of the plan were made, as far as wishes and time allowed; those that set a mix before all others.

    A mix that AWS refuses keeps nothing from starting.
    """
    outcome = Outcome()
    _remix(world, head, changes, seen, outcome)
    if not assessment.plan.actions:
        return outcome
    entries = {resource.key: resource for resource in definition.resources}
    moves = {
        action.arn: _move(entries.get(action.key), assessment.states[action.arn], seen[action.arn])
        for action in assessment.plan.actions
    }
    work = list(_calls(assessment.plan.actions, moves))
    covered = {arn for _, _, call in work for arn in call.arns}
    outcome.refused.update({arn: NOTHING_TO_CALL for arn in moves if arn not in covered})
    for number, batch in enumerate(_batches(work)):
        if not _in_time(head, world.clock.now()):
            break
        if number and not _unmoved(world, head):
            break
        _make(world, head, batch, moves, outcome)
    outcome.refused = {
        arn: _meant(assessment.states[arn], moves[arn], refusal) for arn, refusal in outcome.refused.items()
    }
    return outcome


def _meant(state: ResourceState, move: Move, refusal: Refusal) -> Refusal:
    """The refusal; one of an alternate type that does not fit counts as the shortage for which that was asked for."""
    said = alternates.not_fitting(state, move.instance_type, f"{refusal.code}: {refusal.message}")
    return refusal if said is None else Refusal(alternates.SHORTAGE, said)


def _remix(world: World, head: Head, changes: Sequence[Change], seen: Mapping[str, Seen], outcome: Outcome) -> None:
    def place(change: Change) -> Location:
        return seen[change.arn].sighting.location

    for location, group in groupby(sorted(changes, key=place), key=place):
        if not _in_time(head, world.clock.now()):
            return
        for call, refusal in world.cloud.act(location, [call for change in group for call in change.calls]):
            outcome.remixed.update(dict.fromkeys(call.arns, refusal))


def carry_out(cloud: Cloud, location: Location, calls: Sequence[Call]) -> Iterator[tuple[Call, Refusal | None]]:
    """Calls that neither start nor stop anything were made, each with what AWS said."""
    return cloud.act(location, calls) if calls else iter(())


Work = tuple[Location, Desired, Call]


def _move(entry: Resource | None, state: ResourceState, seen: Seen) -> Move:
    as_type = alternates.next_type(state, entry.instance_types) if entry else None
    since = state.intent_at if state.attempts else None
    point = back_to(state, seen.sighting.sizes)
    if point is not None and state.aimed is not None:
        point = light.light_point(point, state.aimed)
    return Move(seen.sighting, point, entry, as_type, since)


def _calls(actions: Iterable[Action], moves: Mapping[str, Move]) -> Iterator[Work]:
    """The calls for all actions, as few as their kinds can make them."""

    def place(action: Action) -> tuple[Location, str, Desired]:
        sighting = moves[action.arn].sighting
        return sighting.location, sighting.kind, action.desired

    for (location, kind, desired), group in groupby(sorted(actions, key=place), key=place):
        for call in _of_kind(kind, desired, [moves[action.arn] for action in group]):
            yield location, desired, call


def _of_kind(kind: str, desired: Desired, moves: Sequence[Move]) -> tuple[Call, ...]:
    known = kinds()[kind]
    return known.start(moves) if desired is Desired.UP else known.stop(moves)


def _batches(work: Sequence[Work]) -> Iterator[Sequence[Work]]:
    for start in range(0, len(work), CALLS_PER_BATCH):
        yield work[start : start + CALLS_PER_BATCH]


def _in_time(head: Head, now: datetime) -> bool:
    return head.claimed_until is not None and now < head.claimed_until - SAFETY


def _unmoved(world: World, head: Head) -> bool:
    """The claim is still ours and nobody changed wishes or definition."""
    fresh = world.store.reread(head)
    return fresh is not None and fresh.revision == head.revision


def _make(world: World, head: Head, batch: Sequence[Work], moves: Mapping[str, Move], outcome: Outcome) -> None:
    """The calls of the batch were made, until time ran out: those not begun by then are left."""
    for location, group in groupby(batch, key=lambda work: work[0]):
        work = list(group)
        directions = {call.arns: desired for _, desired, call in work}
        for call, refusal in world.cloud.act(location, [call for _, _, call in work]):
            if refusal is None or _benign(call, refusal, moves):
                outcome.accepted.update(call.arns)
            elif len(call.arns) == 1 and refusal.code in call.instead:
                _make(world, head, [(location, directions[call.arns], call.instead[refusal.code])], moves, outcome)
            elif len(call.arns) == 1 or refusal.throttled:
                outcome.refused.update(dict.fromkeys(call.arns, refusal))
            else:
                _split(world, head, (location, directions[call.arns], call), refusal, moves, outcome)
            if not _in_time(head, world.clock.now()):
                return


def _split(world: World, head: Head, work: Work, refusal: Refusal, moves: Mapping[str, Move], outcome: Outcome) -> None:
    """The call was made again without those that AWS named, or in halves where it named none.

    Those named are asked for once more by themselves where there is something to do instead.
    """
    location, desired, call = work
    blamed = [arn for arn in call.arns if arn in refusal.named]
    alone = [[arn] for arn in blamed] if refusal.code in call.instead else []
    outcome.refused.update({} if alone else dict.fromkeys(blamed, refusal))
    middle = len(call.arns) // 2
    others = [arn for arn in call.arns if arn not in blamed]
    for part in [*alone, others] if blamed else [call.arns[:middle], call.arns[middle:]]:
        calls = _of_kind(moves[part[0]].sighting.kind, desired, [moves[arn] for arn in part]) if part else ()
        _make(world, head, [(location, desired, one) for one in calls], moves, outcome)


def _benign(call: Call, refusal: Refusal, moves: Mapping[str, Move]) -> bool:
    """The refusal means that it is so already, or already on its way."""
    kind = kinds()[moves[call.arns[0]].sighting.kind]
    return refusal.code in kind.benign.get(call.operation, frozenset())
