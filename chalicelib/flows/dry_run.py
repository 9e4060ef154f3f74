"""Until it has moved something, a pass asks once a day whether Curfew may do what it would do, without doing it.

The pass asks, and not who wants to know: only the function that runs passes has the rights to start and stop, so
only its answers mean anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.model import Definition, Desired, Location, Mode, Observed, ResourceState, RestorePoint
from chalicelib.core.rights import Permission, Rights
from chalicelib.flows.observing import Taken
from chalicelib.flows.ports import World
from chalicelib.flows.seen import Seen, States
from chalicelib.flows.stored import Notes
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Call, Kind, Move

DAILY = timedelta(days=1)
AGAIN = timedelta(hours=1)
"""How soon what was not allowed is asked again: somebody may be mending it."""
MOST_KEPT = 20
AT_REST = (Observed.UP, Observed.DOWN)


def rights(world: World, definition: Definition, notes: Notes, taken: Taken) -> Rights | None:
    """What AWS says Curfew may do with what the environment selects; None once each entry has shown that it may."""
    unproven, now = _unproven(definition, notes, taken), taken.now
    if unproven and notes.rights is not None and not _old(notes.rights, now):
        return notes.rights
    answers = [answer for place, calls in _calls(definition, unproven, now) for answer in world.cloud.may(place, calls)]
    refused = list(dict.fromkeys(answer for answer in answers if not answer.allowed))
    return Rights(now, len(answers) - len(refused), tuple(refused[:MOST_KEPT])) if answers else None


def moved(notes: Notes, states: States) -> set[str]:
    """The keys of entries of which something rests after a stop of ours, or comes up or came after a start of ours."""
    resting = {state.key for state in states.values() if state.rested_at is not None}
    coming = {state.key for state in states.values() if state.intent is Desired.UP and _taken(state)}
    return resting | coming | notes.starts.keys() | notes.measured.keys()


def _taken(state: ResourceState) -> bool:
    """Something was tried, and not refused."""
    return state.tried_at is not None and state.refusal is None


def _unproven(definition: Definition, notes: Notes, taken: Taken) -> list[Seen]:
    """What is seen of the entries of which nothing has moved yet; of all of them while nothing may."""
    proven = moved(notes, taken.states) if definition.mode is Mode.ACT else set()
    return [one for one in taken.seen.values() if one.key not in proven]


def _old(rights: Rights, now: datetime) -> bool:
    return now >= rights.asked_at + (AGAIN if rights.others else DAILY)


def _calls(definition: Definition, seen: Iterable[Seen], now: datetime) -> Iterator[tuple[Location, Sequence[Call]]]:
    """For each place, every operation that one resource of each entry and kind may come to need."""
    entries = {resource.key: resource for resource in definition.resources}
    samples = {
        (one.sighting.location, one.key, one.sighting.kind): Move(
            one.sighting, RestorePoint(1, now, one.sighting.sizes), entries.get(one.key), tried_since=now
        )
        for one in seen
        if one.sighting.ineligible is None and one.sighting.observed in AT_REST
    }
    for place in dict.fromkeys(place for place, _, _ in samples):
        moves = [move for (there, _, _), move in samples.items() if there == place]
        yield place, _distinct(call for move in moves for call in _operations(kinds()[move.sighting.kind], move))


def _operations(kind: Kind, move: Move) -> Iterator[Call]:
    """All that the kind does but for options that the entry does not use; as whole requests where it has them now.

    EC2 wants a whole request for its dry run, IAM only a name. A group that would suspend nothing today may tomorrow.
    """
    unused = {name for option, names in kind.options.items() if not _uses(move, option) for name in names}
    for service, operation in kind.mutating:
        if operation not in unused:
            yield Call(service, operation, {}, (move.sighting.arn,))
    for call in (*kind.stop([move]), *kind.start([move]), *kind.start(_as_others(move))):
        yield from call.before
        yield call


def _uses(move: Move, option: str) -> bool:
    return move.resource is not None and bool(getattr(move.resource, option))


def _as_others(move: Move) -> list[Move]:
    """Its start as each other type that its owner allows."""
    at_rest = replace(move.sighting, observed=Observed.DOWN)
    types = move.resource.instance_types if move.resource else ()
    return [replace(move, sighting=at_rest, instance_type=each) for each in types]


def _distinct(calls: Iterable[Call]) -> list[Call]:
    """One call for each operation on each kind of resource, the last of them: a bare name comes before a request."""
    return list({(call.service, call.operation): call for call in calls}.values())


def in_words(permission: Permission) -> str:
    """`rds:StopDBInstance in 111122223333/eu-west-1: AccessDenied`."""
    place = f"{permission.location.account}/{permission.location.region}"
    return f"{permission.action} in {place}: {permission.said}"
