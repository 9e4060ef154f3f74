"""Bring sizes back with AWS keys alone, when the service is not there to do it.

Reads the restore points and names the calls that undo the descent, in dependency order. What our stop suspended is
given back last, and nothing waits for health first: a person runs this, and sees to that.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from chalicelib.core import bounds, order
from chalicelib.core.mixed import Mixed, Setting
from chalicelib.core.model import (
    Definition,
    Desired,
    Location,
    Observed,
    Resource,
    ResourceState,
    RestorePoint,
    Sighting,
)
from chalicelib.core.remember import return_point
from chalicelib.core.scaling import SUSPENDED
from chalicelib.flows.assess import needed, supplementary, watching
from chalicelib.flows.ports import Refusal, World
from chalicelib.flows.wish import found
from chalicelib.kinds import kinds, mixings
from chalicelib.kinds.contract import Call, Move

MAY_RUN = (Observed.UP, Observed.RISING)


@dataclass(frozen=True, slots=True)
class Step:
    """One call of the way back, in its account and Region, and the resource key it is for.

    `lifts`: it ends what our stop suspended, for which its resource had better be up first.
    """

    key: str
    location: Location
    call: Call
    lifts: bool = False


def restore_steps(world: World, name: str) -> tuple[Step, ...]:
    """The calls that bring back everything that was put to rest and not verified up since; makes none of them.

    Where the stored definition cannot be read, databases come first. Raises UnknownError.
    """
    loaded = world.store.load(found(world, name))
    return tuple(_steps(loaded.definition, loaded.states))


def restore_directly(world: World, name: str) -> Iterator[tuple[Step, Refusal | None]]:
    """Each call was made once, database first, with AWS's answer; nothing is waited for."""
    for step in restore_steps(world, name):
        for _, refusal in world.cloud.act(step.location, [step.call]):
            yield step, refusal


def as_commands(step: Step) -> tuple[str, ...]:
    """The same for the AWS command line: the calls that go before, then the call itself."""
    return tuple(_as_command(step.location, call) for call in (*step.call.before, step.call))


def _as_command(location: Location, call: Call) -> str:
    operation = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in call.operation)
    command = {"StartDBInstance": "start-db-instance", "StartDBCluster": "start-db-cluster"}
    verb = command.get(call.operation, operation.lstrip("-"))
    body = shlex.quote(json.dumps(call.parameters))
    return f"aws {call.service} {verb} --region {location.region} --cli-input-json {body}"


def _steps(definition: Definition | None, states: Mapping[str, ResourceState]) -> Iterator[Step]:
    """Everything rises, groups get their own policy back, then what is suspended is lifted."""
    entries = {resource.key: resource for resource in definition.resources} if definition else {}
    asleep = [(state, point) for state in _in_order(definition, states.values()) if (point := return_point(state))]
    for state, point in asleep:
        yield from _step(state, _rise(state, point, entries.get(state.key)))
    for state in _in_order(definition, states.values()):
        yield from _own_policy(state)
    for state, point in asleep:
        if point.suspended:
            yield from _step(state, Move(_as_back(state, point), point, entries.get(state.key)), lifts=True)


def _own_policy(state: ResourceState) -> Iterator[Step]:
    """The group's own policy, where Curfew set another mix; twins have no policy, and their sizes are back by then."""
    own = state.mix.own if state.mix else ""
    if own and state.kind in mixings():
        left = Sighting(state.arn, state.id, state.kind, state.location, state.seen, mixed=Mixed(Setting(), own))
        yield Step(state.key, state.location, mixings()[state.kind].undo(left, own))


def _step(state: ResourceState, move: Move, lifts: bool = False) -> Iterator[Step]:
    for call in kinds()[state.kind].start([move]):
        yield Step(state.key, state.location, call, lifts)


def _in_order(definition: Definition | None, states: Iterable[ResourceState]) -> list[ResourceState]:
    rank = _ranks(definition) if definition else {}

    def turn(state: ResourceState) -> tuple[int, bool, bool, str, str]:
        kind = kinds()[state.kind]
        return rank.get(state.key, len(rank)), kind.watches, not kind.stores_data, state.key, state.id

    return sorted(states, key=turn)


def _ranks(definition: Definition) -> dict[str, int]:
    """The number of the wave in which each key comes back."""
    staged = order.staged(Desired.UP, needed(definition), supplementary(definition), watching(definition))
    return {key: number for number, wave in enumerate(order.waves(staged)) for key in wave}


def _rise(state: ResourceState, point: RestorePoint, entry: Resource | None) -> Move:
    """To its sizes, and as the type it had before it ran on an alternate: AWS changes that only while it rests."""
    as_type = None if state.seen in MAY_RUN else state.preferred_type
    return Move(_as_left(state, point), point, entry, as_type)


def _as_left(state: ResourceState, point: RestorePoint) -> Sighting:
    """The resource as our stop left it."""
    return Sighting(
        state.arn, state.id, state.kind, state.location, Observed.DOWN, sizes=point.left, details=state.details
    )


def _as_back(state: ResourceState, point: RestorePoint) -> Sighting:
    """The resource as it will be once it is up, healthy and of its size: what our stop suspended still is."""
    asleep = _as_left(state, point)
    suspended = dict.fromkeys([*state.details.get(SUSPENDED, "").split(","), *point.suspended])
    return replace(
        asleep,
        observed=Observed.UP,
        healthy=True,
        sizes=bounds.intended(asleep, point),
        details={**asleep.details, SUSPENDED: ",".join(name for name in suspended if name)},
    )
