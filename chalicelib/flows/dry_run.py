"""Observe mode asks once a day whether Curfew may do what it would do, without doing it.

The pass asks, and not who wants to know: only the function that runs passes has the rights to start and stop, so
only its answers mean anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.core.model import Definition, Location, Mode, Observed, RestorePoint
from chalicelib.core.rights import Permission, Rights
from chalicelib.flows.ports import World
from chalicelib.flows.seen import Seen
from chalicelib.flows.stored import Notes
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Call, Kind, Move

DAILY = timedelta(days=1)
AGAIN = timedelta(hours=1)
"""How soon what was not allowed is asked again: somebody may be mending it."""
MOST_KEPT = 20
AT_REST = (Observed.UP, Observed.DOWN)


def rights(
    world: World, definition: Definition, notes: Notes, seen: Mapping[str, Seen], now: datetime
) -> Rights | None:
    """What AWS says Curfew may do with what the environment selects; None for one that acts already."""
    if definition.mode is not Mode.OBSERVE:
        return None
    if notes.rights is not None and not _old(notes.rights, now):
        return notes.rights
    answers = [answer for place, calls in _calls(definition, seen, now) for answer in world.cloud.may(place, calls)]
    refused = list(dict.fromkeys(answer for answer in answers if not answer.allowed))
    return Rights(now, len(answers) - len(refused), tuple(refused[:MOST_KEPT])) if answers else None


def _old(rights: Rights, now: datetime) -> bool:
    return now >= rights.asked_at + (AGAIN if rights.others else DAILY)


def _calls(
    definition: Definition, seen: Mapping[str, Seen], now: datetime
) -> Iterator[tuple[Location, Sequence[Call]]]:
    """For each place, every operation that a stop and a start of one resource of each entry and kind would use."""
    entries = {resource.key: resource for resource in definition.resources}
    samples = {
        (one.sighting.location, one.key): Move(
            one.sighting, RestorePoint(1, now, one.sighting.sizes), entries.get(one.key)
        )
        for one in seen.values()
        if one.sighting.ineligible is None and one.sighting.observed in AT_REST
    }
    for place in dict.fromkeys(place for place, _ in samples):
        moves = [move for (there, _), move in samples.items() if there == place]
        yield place, _distinct(call for move in moves for call in _both_ways(kinds()[move.sighting.kind], move))


def _both_ways(kind: Kind, move: Move) -> Iterator[Call]:
    for call in (*kind.stop([move]), *kind.start([move])):
        yield from call.before
        yield call


def _distinct(calls: Iterable[Call]) -> list[Call]:
    """One call for each operation on each kind of resource."""
    return list({(call.service, call.operation): call for call in calls}.values())


def in_words(permission: Permission) -> str:
    """`rds:StopDBInstance in 111122223333/eu-west-1: AccessDenied`."""
    place = f"{permission.location.account}/{permission.location.region}"
    return f"{permission.action} in {place}: {permission.said}"
