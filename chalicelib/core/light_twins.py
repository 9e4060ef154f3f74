"""Light sizes of twins: a size that is asked for is that of both together, and comes up on-demand as far as that goes.

Nothing shifts while they are light, so that nobody's few nodes wait for spot. A twin that has no part in it sleeps on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.core import light
from chalicelib.core.model import Desired, ResourceState
from chalicelib.core.remember import return_point
from chalicelib.core.twin_memory import Split

States = Mapping[str, ResourceState]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the decision wants of a resource: up or down, and when up, at which light size; None for its full one."""

    desired: Desired
    size: int | None


def wanted(states: States, desires: Mapping[str, Desired], sizes: Mapping[str, int]) -> dict[str, Wanted]:
    """What is wanted of each resource, by ARN, with light sizes by key; a twin without a part of those stays down."""
    parted = shared(states, sizes)
    return {
        arn: Wanted(Desired.DOWN, None) if sleeps_on(state, parted.get(arn)) else Wanted(desires[arn], parted.get(arn))
        for arn, state in states.items()
    }


def shared(states: States, sizes: Mapping[str, int]) -> dict[str, int]:
    """The light size of each resource, by ARN, out of those by key; of a twin its part."""
    found = {arn: sizes[state.key] for arn, state in states.items() if state.key in sizes}
    for on_demand, spot in _pairs(states):
        if spot.arn in found:
            split = parts(found[spot.arn], on_demand)
            found |= {on_demand.arn: split.on_demand, spot.arn: split.spot}
    return found


def parts(size: int, on_demand: ResourceState) -> Split:
    """How a light size of both is shared out."""
    point = return_point(on_demand)
    most = (point.sizes if point else on_demand.sizes).get("max", size)
    return Split(min(size, most), max(size - most, 0))


def sleeps_on(state: ResourceState, size: int | None) -> bool:
    """It has no part in the light size that is asked for, and rests or goes to rest."""
    return size == 0 and state.intent is Desired.DOWN


def full_sizes(states: States) -> list[int]:
    """How many nodes all of each group are; of twins, of both together."""
    twins = {state.arn for pair in _pairs(states) for state in pair}
    totals = [spot.mix.twins.own.total for _, spot in _pairs(states) if spot.mix and spot.mix.twins]
    return [*totals, *(full_size(state) for arn, state in states.items() if arn not in twins)]


def full_size(state: ResourceState) -> int:
    """How many members all of a resource are: its part of a mix, or what it comes back with, else what it has."""
    if state.share is not None:
        return state.share
    point = return_point(state)
    return light.full_size(point.sizes if point else state.sizes)


def _pairs(states: States) -> Iterator[tuple[ResourceState, ResourceState]]:
    for state in states.values():
        if state.mix and state.mix.twins and state.mix.twins.partner in states:
            yield states[state.mix.twins.partner], state
