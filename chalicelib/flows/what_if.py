"""What the groups of an environment would have cost under other capacity policies, over the last 30 days of prices.

It is priced from what the last pass knew of each group (its pools, the prices of on-demand, its size) and from AWS's
history of spot prices; nothing is changed. What cannot be priced says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.core.capacity import Capacity
from chalicelib.core.light_twins import full_size
from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.model import Definition, ResourceState
from chalicelib.core.pools import Pool
from chalicelib.core.prefer import Prefer
from chalicelib.core.what_if import (
    OtherPolicy,
    Outcome,
    Past,
    all_on_demand,
    contenders,
    hours_up,
    length,
    replayed,
    with_prices,
)
from chalicelib.flows.errors import RefusedError
from chalicelib.flows.ports import World
from chalicelib.flows.spot_history import PriceHistory, history
from chalicelib.flows.status import known
from chalicelib.kinds import mixings

LOOKS_BACK = timedelta(days=30)
ASKING = timedelta(seconds=8)
"""How long after the beginning of a request the prices of another type are still asked for."""
REPLAYING = timedelta(seconds=15)
"""How long after it another policy is still replayed: an answer may take 25 s."""
NO_TIME = "there was no time left"
PRESENT, ALL_ON_DEMAND = "present", "all on-demand"


@dataclass(frozen=True, slots=True)
class Row:
    """One policy: what it would have cost in USD, an hour too, and against the present one; None: not computable.

    `capacity` is None where there is no mix. `switches` is None where it was not replayed; `because` says why.
    """

    policy: str
    capacity: Capacity | None
    cost: Decimal | None
    an_hour: Decimal | None
    difference: Decimal | None
    switches: int | None
    because: str | None


@dataclass(frozen=True, slots=True)
class GroupPriced:
    """One group: how many members it has, how many hours were priced, and each policy, the present one first.

    `pools` have prices; `unpriced` says what of its pools has none, and why.
    """

    resource: str
    id: str
    size: int
    hours: Decimal
    pools: tuple[Pool, ...]
    unpriced: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The groups of an environment between the two instants."""

    environment: str
    begins: datetime
    ends: datetime
    groups: tuple[GroupPriced, ...]


Others = Mapping[str, OtherPolicy]
"""Further policies, by what a person wrote."""


def what_if(world: World, name: str, others: Others, resource: str | None = None) -> WhatIf:
    """Every group of the environment that its file gives a mix, or those of one resource, priced.

    Raises UnknownError, and RefusedError for a resource without a mix.
    """
    asked, now, waited = known(world, name), world.clock.now(), world.clock.elapsed()
    policies = [each for each in asked.definition.capacity if resource in (None, each.resource)]
    if resource is not None and not policies:
        raise RefusedError(f"{name} gives {resource} no mix; its capacity: names {_names(asked.definition)}")
    request = _Request(world, asked.definition, others, now, waited)
    states = [state for _, state in sorted(asked.loaded.states.items())]
    groups = ((policy, state) for policy in policies for state in states if state.key == policy.resource)
    return WhatIf(name, now - LOOKS_BACK, now, tuple(request.priced(policy, state) for policy, state in groups))


def _on_instances(state: ResourceState) -> bool:
    """Its pools have a price history."""
    return mixings()[state.kind].on_instances


def _names(definition: Definition) -> str:
    return ", ".join(each.resource for each in definition.capacity) or "nothing"


@dataclass(frozen=True, slots=True)
class _Request:
    """What is the same for all groups. `waited` is the clock's `elapsed` at its beginning."""

    world: World
    definition: Definition
    others: Others
    now: datetime
    waited: timedelta

    def priced(self, capacity: Capacity, state: ResourceState) -> GroupPriced:
        """One group with each policy."""
        memory = state.mix or MixMemory()
        begins = self.now - LOOKS_BACK
        pools = known_pools(capacity, memory) if _on_instances(state) else ()
        told = history(self.world.cloud, state.location, pools, begins, self.now, lambda: self.within(ASKING))
        hours = hours_up(self.definition.uptime, self.definition.shortest_rest, begins, self.now)
        past = with_prices(Past(full_size(state), hours, told.prices, memory.on_demand, memory.alone))
        rows = tuple(self.rows(capacity, past, _unpriceable(state, past, bool(hours))))
        unpriced = tuple(_unpriced(pools, told))
        return GroupPriced(state.key, state.id, past.size, length(past), tuple(told.prices), unpriced, rows)

    def rows(self, capacity: Capacity, past: Past, why_not: str | None) -> Iterator[Row]:
        """One for each policy, the present one first; those that are the same are replayed once."""
        done: dict[Capacity, Outcome] = {}
        able = contenders(past) if why_not is None else past
        present: Decimal | None = None
        for title, policy in policies(capacity, self.others):
            if policy is None:
                yield _row(title, None, all_on_demand(past), past, present, why_not or _missing_own(past))
                continue
            if why_not is None and policy not in done and self.within(REPLAYING):
                done[policy] = replayed(policy, able)
            outcome = done.get(policy)
            present = outcome.cost if outcome and title == PRESENT else present
            yield _row(title, policy, outcome, past, present, why_not or _missing(outcome))

    def within(self, span: timedelta) -> bool:
        """No more than that has passed since the request began."""
        return self.world.clock.elapsed() - self.waited < span


def policies(capacity: Capacity, others: Others) -> Iterator[tuple[str, Capacity | None]]:
    """What is priced, by title: the present policy, no mix at all, what people ask for, and the usual others."""
    yield PRESENT, capacity
    yield ALL_ON_DEMAND, None
    yield from ((title, other.instead_of(capacity)) for title, other in others.items())
    for prefer in Prefer:
        yield f"prefer={prefer.value}", OtherPolicy(prefer=prefer).instead_of(capacity)
    yield "spot_share=100%", OtherPolicy(shares=(1.0, 1.0)).instead_of(capacity)


def known_pools(capacity: Capacity, memory: MixMemory) -> tuple[Pool, ...]:
    """The pools that members may be from, as the last pass knew them, those of the first type first."""
    found = memory.found if capacity.requirements is not None else ()
    every = dict.fromkeys(one.pool.instance_type for one in memory.pools)
    zones = capacity.zones or sorted({one.pool.zone for one in memory.pools})
    return tuple(Pool(name, zone) for name in capacity.types or found or memory.types or every for zone in zones)


def _unpriceable(state: ResourceState, past: Past, wanted_up: bool) -> str | None:
    """Why nothing of the group can be priced."""
    if not _on_instances(state):
        return "AWS tells no history of what its spot cost"
    if not past.size:
        return "no pass has seen its members yet"
    if not wanted_up:
        return "its calendar wanted it up at no hour"
    return None if past.hours else "AWS tells no spot prices of its pools"


def _missing(outcome: Outcome | None) -> str | None:
    """Why a policy that might be priced is not."""
    if outcome is None:
        return NO_TIME
    return None if outcome.cost is not None else "the on-demand price is not known"


def _missing_own(past: Past) -> str | None:
    return "the on-demand price of its own type is not known" if past.alone is None else None


def _row(
    title: str,
    capacity: Capacity | None,
    outcome: Outcome | None,
    past: Past,
    present: Decimal | None,
    because: str | None,
) -> Row:
    paid = outcome.cost if outcome and because is None else None
    if outcome is None or paid is None:
        return Row(title, capacity, None, None, None, None, because)
    difference = None if present is None else paid - present
    return Row(title, capacity, paid, paid / length(past), difference, outcome.switches, None)


def _unpriced(pools: Sequence[Pool], told: PriceHistory) -> Iterator[str]:
    """The types that were not asked for, and the pools of the others that have no prices."""
    yield from told.unasked
    skipped = {line.partition(":")[0] for line in told.unasked}
    for pool in pools:
        if pool not in told.prices and pool.instance_type not in skipped:
            yield f"{pool}: AWS tells no prices of it"
