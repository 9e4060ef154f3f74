"""What a member costs that a group would launch on-demand by itself: what a mix saves is measured against that.

The types of a file may be others than the group's own; were there no Curfew, its own would run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from chalicelib.core.mix_memory import MixMemory
from chalicelib.core.mixed import Mixed
from chalicelib.core.model import Sighting
from chalicelib.core.pools import Pool
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.flows.spot_prices import on_demand
from chalicelib.kinds import mixings

MOST_TYPES = 12
"""Of more types the cheapest is not looked for: the price list is asked for each, within a pass."""


def with_own_price(
    cloud: Cloud, sighting: Sighting, mixed: Mixed, memory: MixMemory, pools: Sequence[Pool], now: datetime
) -> MixMemory:
    """The memory with that price, asked for as often as the others are; as it was where AWS does not tell."""
    if not pools or not memory.prices_are_old(now):
        return memory
    types = _types(cloud, sighting, memory.own or mixed.policy, pools)
    prices = list(_prices(cloud, sighting, types, now)) if len(types) <= MOST_TYPES else []
    known = [price for price in prices if price is not None]
    return replace(memory, alone=min(known)) if known and len(known) == len(prices) else memory


def _prices(cloud: Cloud, sighting: Sighting, types: Sequence[str], now: datetime) -> Iterator[Decimal | None]:
    return (on_demand(cloud, sighting.location, name, now) for name in types)


def _types(cloud: Cloud, sighting: Sighting, policy: str, pools: Sequence[Pool]) -> tuple[str, ...]:
    kind = mixings()[sighting.kind]
    if kind.alone is None:
        return (pools[0].instance_type,)
    looks = kind.template(policy)
    answers = cloud.look(sighting.location, looks[0].service, looks) if looks else ()
    return () if isinstance(answers, Refusal) else kind.alone(policy, answers)
