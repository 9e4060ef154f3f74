"""The capacity mix of an environment's groups as the last pass left it, for people; asks AWS nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from chalicelib.core.capacity import Capacity
from chalicelib.core.diversity import helping
from chalicelib.core.mix import Mix
from chalicelib.core.mix_memory import KnownPool, MixMemory
from chalicelib.core.model import Observed, ResourceState
from chalicelib.core.remix import cost
from chalicelib.flows.ports import World
from chalicelib.flows.status import known


@dataclass(frozen=True, slots=True)
class PoolShown:
    """One pool: how many members it has, its price an hour in USD where known, and until when it is on hold."""

    pool: KnownPool
    members: int
    held_until: datetime | None


@dataclass(frozen=True, slots=True)
class MixShown:
    """One group: its mix now and as wanted, why, and until when what holds it back lasts.

    `saving` is what an hour costs less than all on-demand, in USD; None where a price is not known. `advice` are types
    that would add pools, where there are few.
    """

    resource: str
    id: str
    now: Mix
    wanted_on_demand: int
    wanted_spot: int
    because: str
    until: datetime | None
    refusal: str | None
    pools: tuple[PoolShown, ...]
    saving: Decimal | None
    advice: tuple[str, ...]


def mixes(world: World, name: str) -> tuple[MixShown, ...]:
    """Every group of the environment that its file gives a mix, in its order. Raises UnknownError, RefusedError."""
    asked, now = known(world, name), world.clock.now()
    return tuple(
        _shown(capacity, state, now)
        for capacity in asked.definition.capacity
        for _, state in sorted(asked.loaded.states.items())
        if state.key == capacity.resource
    )


def _shown(capacity: Capacity, state: ResourceState, now: datetime) -> MixShown:
    memory = state.mix or MixMemory()
    mix, told = _mix(state, memory), memory.told
    return MixShown(
        state.key,
        state.id,
        mix,
        told.on_demand if told else mix.on_demand,
        told.size - told.on_demand if told else mix.on_spot,
        told.because if told else "nothing was decided yet: its mix is decided while it is to be up",
        told.until if told else None,
        memory.refusal,
        tuple(_pools(memory, mix, now)),
        _saving(memory, mix),
        tuple(helping(capacity.types or memory.found or memory.types, len({one.pool.zone for one in memory.pools}))),
    )


def _mix(state: ResourceState, memory: MixMemory) -> Mix:
    """What ran when it was last looked at; nothing while it sleeps."""
    if state.seen not in (Observed.UP, Observed.RISING):
        return Mix(0)
    return memory.ran


def _pools(memory: MixMemory, mix: Mix, now: datetime) -> Iterator[PoolShown]:
    for one in memory.pools:
        held = one.memory.hold_until
        yield PoolShown(one, mix.spot.get(one.pool, 0), held if held is not None and held > now else None)


def _saving(memory: MixMemory, mix: Mix) -> Decimal | None:
    whole, paid = cost(memory, Mix(mix.size)), cost(memory, mix)
    return None if whole is None or paid is None else whole - paid
