"""The capacity mix of an environment's groups as the last pass left it, for people; asks AWS nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.core.capacity import Capacity
from chalicelib.core.diversity import helping
from chalicelib.core.mix import Mix
from chalicelib.core.mix_memory import HelpfulType, KnownPool, MixMemory
from chalicelib.core.model import ResourceState
from chalicelib.core.ran import ran
from chalicelib.core.remix import HUNDREDTH_OF_A_CENT, cost
from chalicelib.flows.events import Event, What
from chalicelib.flows.ports import World
from chalicelib.flows.status import known

SHOWN_FOR = timedelta(days=7)
MOST_READ = 1000
MOST_SHOWN = 10
"""Switches of a group that are shown, of those among the newest events of the last days; the journal has them all."""


@dataclass(frozen=True, slots=True)
class PoolShown:
    """One pool: how many members it has, its price an hour in USD where known, and until when it is on hold."""

    pool: KnownPool
    members: int
    held_until: datetime | None


@dataclass(frozen=True, slots=True)
class MixShown:
    """One group: its mix now and as wanted, why, and until when what holds it back lasts.

    `saving` is what an hour costs less, in USD, than all on-demand of the type that the group would launch by itself;
    None where a price is not known. `advice` are types that would add pools, where there are few. `switches` are the
    events of the last days by which its mix was set anew.
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
    advice: tuple[HelpfulType, ...]
    switches: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Mixes:
    """The groups of an environment that have a mix; `resources` are all that its file gives one, seen or not."""

    environment: str
    resources: tuple[str, ...]
    groups: tuple[MixShown, ...]


def mixes(world: World, name: str) -> Mixes:
    """Every group, or pair, of the environment that its file gives a mix, in its order.

    Raises UnknownError, RefusedError.
    """
    asked, now = known(world, name), world.clock.now()
    policies, states = asked.definition.capacity, asked.loaded.states
    events = world.store.journal(name, now - SHOWN_FOR, MOST_READ) if policies else ()
    switches = [event for event in events if event.what is What.REMIXED]
    twins = {state.mix.twins.partner: state for state in states.values() if state.mix and state.mix.twins}
    groups = tuple(
        replace(_shown(capacity, state, states.get(_partner(state)), now), switches=_of(switches, state))
        for capacity in policies
        for arn, state in sorted(states.items())
        if state.key == capacity.resource and arn not in twins
    )
    return Mixes(name, tuple(capacity.resource for capacity in policies), groups)


def _of(switches: Sequence[Event], state: ResourceState) -> tuple[Event, ...]:
    """The newest of them that are of this group, the newest last."""
    return tuple([event for event in switches if (event.resource, event.id) == (state.key, state.id)][-MOST_SHOWN:])


def _partner(state: ResourceState) -> str:
    """The ARN of its on-demand twin; "" where it is no twin."""
    return state.mix.twins.partner if state.mix and state.mix.twins else ""


def _shown(capacity: Capacity, state: ResourceState, twin: ResourceState | None, now: datetime) -> MixShown:
    memory = state.mix or MixMemory()
    mix, told = ran(state, twin), memory.told
    types = memory.types if twin else capacity.types or memory.found or memory.types
    return MixShown(
        state.key,
        f"{twin.id} and {state.id}" if twin else state.id,
        mix,
        told.on_demand if told else mix.on_demand,
        told.size - told.on_demand if told else mix.on_spot,
        told.because if told else "nothing was decided yet: its mix is decided while it is to be up",
        told.until if told else None,
        memory.refusal,
        tuple(_pools(memory, mix, now)),
        _saving(memory, mix),
        _advice(memory, types),
    )


def _advice(memory: MixMemory, types: Collection[str]) -> tuple[HelpfulType, ...]:
    """Types that would add pools, with their prices where they were asked for."""
    prices = {each.name: each for each in memory.helpful}
    more = helping(types, len({one.pool.zone for one in memory.pools}))
    return tuple(prices.get(name, HelpfulType(name)) for name in more)


def _pools(memory: MixMemory, mix: Mix, now: datetime) -> Iterator[PoolShown]:
    for one in memory.pools:
        held = one.memory.hold_until
        yield PoolShown(one, mix.spot.get(one.pool, 0), held if held is not None and held > now else None)


def _saving(memory: MixMemory, mix: Mix) -> Decimal | None:
    """Against as many members of the type that would have run without Curfew, all on-demand."""
    paid, whole = cost(memory, mix), memory.on_demand if memory.twins else memory.alone
    if paid is None or whole is None:
        return None
    needed = min(mix.size, memory.told.size) if memory.told else mix.size  # the overlap of a shift saves nothing
    return (whole * needed - paid).quantize(HUNDREDTH_OF_A_CENT)
