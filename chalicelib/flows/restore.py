"""Bring sizes back with AWS keys alone, when the service is not there to do it.

Reads the restore points and names the calls that undo the descent, in dependency order.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.core import order
from chalicelib.core.model import Definition, Location, Observed, ResourceState, Sighting
from chalicelib.core.remember import return_point
from chalicelib.flows.assess import needed
from chalicelib.flows.ports import Refusal, World
from chalicelib.flows.wish import found
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Call, Move


@dataclass(frozen=True, slots=True)
class Step:
    """One call of the way back, in its account and Region, and the resource key it is for."""

    key: str
    location: Location
    call: Call


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


def as_command(step: Step) -> str:
    """The same call for the AWS command line."""
    operation = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in step.call.operation)
    command = {"StartDBInstance": "start-db-instance", "StartDBCluster": "start-db-cluster"}
    verb = command.get(step.call.operation, operation.lstrip("-"))
    body = shlex.quote(json.dumps(step.call.parameters))
    return f"aws {step.call.service} {verb} --region {step.location.region} --cli-input-json {body}"


def _steps(definition: Definition | None, states: Mapping[str, ResourceState]) -> Iterator[Step]:
    asleep = [state for state in states.values() if state.restore is not None]
    waves = order.waves(needed(definition)) if definition else ()
    rank = {key: number for number, wave in enumerate(waves) for key in wave}

    def turn(state: ResourceState) -> tuple[int, bool, str, str]:
        return rank.get(state.key, len(rank)), not kinds()[state.kind].stores_data, state.key, state.id

    for state in sorted(asleep, key=turn):
        for call in kinds()[state.kind].start([Move(_as_left(state), return_point(state))]):
            yield Step(state.key, state.location, call)


def _as_left(state: ResourceState) -> Sighting:
    """The resource as our stop left it."""
    assert state.restore is not None
    return Sighting(state.arn, state.id, state.kind, state.location, Observed.DOWN, sizes=state.restore.left)
