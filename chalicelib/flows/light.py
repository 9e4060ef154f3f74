"""The sizes of a wake: which are asked for, and what is promised of them.

One developer at night does not need all the nodes. The file says the usual sizes (`wake: {sizes: ...}`), a wake its
own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.core import light, light_twins
from chalicelib.core.decide import decide
from chalicelib.core.model import Definition, Desired, Resource, ResourceState
from chalicelib.core.wishes import Lease, Wishes
from chalicelib.flows.assess import facts, needed
from chalicelib.flows.errors import RefusedError
from chalicelib.flows.stored import Head, Loaded
from chalicelib.kinds import kinds

NEVER = datetime.min.replace(tzinfo=UTC)

States = Mapping[str, ResourceState]


@dataclass(frozen=True, slots=True)
class Promised:
    """How many members of a key will be in service, of how many at its full size; None where it was never seen."""

    key: str
    size: int | None
    full: int | None


def asked_sizes(
    definition: Definition, states: States, only: tuple[str, ...], sizes: Mapping[str, int] | None
) -> dict[str, int]:
    """The light sizes of a wish for `only` these keys (or all): its own, and for what it does not say the file's.

    None means that it says nothing, none at all that it wants everything in full. Raises RefusedError for a size of
    what has none, is not asked for, or is smaller.
    """
    reached = light.reach(Lease("", NEVER, NEVER, only=only), definition, needed(definition))
    entries = {resource.key: resource for resource in definition.resources}
    for key, size in (sizes or {}).items():
        _possible(entries[key], size, reached, _of_key(states, key))
    if sizes is not None and not sizes:
        return {}
    usual = {key: size for key, size in definition.wake.sizes.items() if key in reached}
    return {**usual, **(sizes or {})}


def together(
    definition: Definition, before: Lease | None, only: tuple[str, ...], sizes: Mapping[str, int]
) -> dict[str, int]:
    """The sizes of a person's lease once they have asked again: never smaller than before."""
    wish = Lease("", NEVER, NEVER, only=only, sizes=sizes)
    return light.wanted([wish, *([before] if before else [])], definition, needed(definition))


def promised(definition: Definition, loaded: Loaded, head: Head, wishes: Wishes, now: datetime) -> tuple[Promised, ...]:
    """What will be there of each key that somebody asks light: in full where something else wants that, or it is so."""
    known = facts(definition, loaded.switches, head.notes.production, head.notes, loaded.states)
    sizes = decide(definition, wishes, known, now).sizes
    keys = sorted({key for lease in wishes.leases if lease.until > now for key in lease.sizes})
    return tuple(_promise(key, sizes.get(key), _of_key(loaded.states, key)) for key in keys)


def _promise(key: str, size: int | None, states: Mapping[str, ResourceState]) -> Promised:
    if not states:
        return Promised(key, size, None)
    sizes = light_twins.shared(states, {} if size is None else {key: size})
    coming = (_coming(state, sizes.get(arn)) for arn, state in states.items())
    return Promised(key, sum(coming), sum(light_twins.full_sizes(states)))


def _coming(state: ResourceState, size: int | None) -> int:
    """How many members of it will be there; of a part of twins that starts, all of it."""
    asleep = state.share is not None and size is not None and state.intent is Desired.DOWN
    return size if asleep and size is not None else light.aim(state, size) or light_twins.full_size(state)


def _of_key(states: States, key: str) -> dict[str, ResourceState]:
    return {arn: state for arn, state in states.items() if state.key == key}


def _possible(entry: Resource, size: int, reached: Collection[str], states: States) -> None:
    if not kinds()[entry.kind].sized:
        able = ", ".join(kind.name for kind in kinds().values() if kind.sized)
        raise RefusedError(f"{entry.key} is of kind {entry.kind}, which has no size; a size is for {able}")
    if entry.key not in reached:
        raise RefusedError(f"{entry.key} is not among what is asked for; name it with --only, or leave its size out")
    full = max(light_twins.full_sizes(states), default=size)
    if size > full:
        raise RefusedError(f"{size} is more than all of {entry.key}: its full size is {full}; ask for it with --full")
