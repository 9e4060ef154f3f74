"""What is remembered between passes of a group whose mix Curfew decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.core.capacity import Requirements
from chalicelib.core.group_memory import GroupMemory
from chalicelib.core.mix import Mix
from chalicelib.core.mixed import Setting
from chalicelib.core.pools import Pool, PoolMemory
from chalicelib.core.shortage import Shortage
from chalicelib.core.tries import Tries
from chalicelib.core.twin_memory import Twins

TYPICAL = 0.35
"""What spot is taken to cost, as a share of on-demand, where AWS's prices are not known."""
PRICES_LAST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class KnownPool:
    """One pool with what is remembered of it, and its price an hour in USD where that is known."""

    pool: Pool
    memory: PoolMemory = PoolMemory()
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class HelpfulType:
    """A type that would add pools, and the least that spot of it costs an hour in USD, where that is known."""

    name: str
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SpotMember:
    """One spot member that was seen to run."""

    id: str
    pool: Pool


@dataclass(frozen=True, slots=True)
class Told:
    """The last decision: how many of `size` are wanted on-demand, because of what, and until when that holds back."""

    size: int
    on_demand: int
    because: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MixMemory:
    """What is remembered of one group.

    `own` is the whole policy that it had before Curfew first changed it: kept as it was until it is back; `types` are
    those that it had then, `found` those that have what its file requires, `found_for`. `set_to` is what was last
    asked for, at `set_at`; `refusal` AWS's no to it, `set_over` what of ours was there before, and still is where that
    call came to nothing. `on_demand` is the price an hour in USD of an on-demand member, `alone` that of one of the
    type that the group would launch on-demand by itself, were there no Curfew. `priced_at` is when prices were last
    asked for, `looked_at` when members last were. `launched` is how many members were on-demand then, None where that
    was not looked at; `shortage` what its on-demand launches showed, `tries` what came of asking for spot while none
    ran. `twins` is what more is remembered of the spot twin of a pair, `helpful` are types that would add pools.
    """

    pools: tuple[KnownPool, ...] = ()
    fills: tuple[datetime, ...] = ()
    changed_at: datetime | None = None
    members: tuple[SpotMember, ...] = ()
    looked_at: datetime | None = None
    on_demand: Decimal | None = None
    alone: Decimal | None = None
    priced_at: datetime | None = None
    own: str = ""
    types: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    found_for: Requirements | None = None
    set_to: Setting | None = None
    set_at: datetime | None = None
    refusal: str | None = None
    told: Told | None = None
    twins: Twins | None = None
    helpful: tuple[HelpfulType, ...] = ()
    launched: int | None = None
    shortage: Shortage = Shortage()
    tries: Tries = Tries()
    set_over: Setting | None = None

    @property
    def changed(self) -> bool:
        """Curfew has changed something that is to come back."""
        return bool(self.own) or (self.twins is not None and self.twins.asked_at is not None)

    def set_it(self, setting: Setting) -> bool:
        """Curfew set it, as far as that is known: its last call may have come to nothing."""
        return setting in (self.set_to, self.set_over)

    @property
    def ran(self) -> Mix:
        """The mix at the last look; nothing before the first decision."""
        rest = max(self.told.size - len(self.members), 0) if self.told else 0
        on_demand = rest if self.launched is None else min(self.launched, rest)
        return Mix(on_demand, self.by_pool) if self.told else Mix(0)

    @property
    def by_pool(self) -> dict[Pool, int]:
        """How many spot members each pool had at the last look."""
        pools = [one.pool for one in self.members]
        return {pool: pools.count(pool) for pool in sorted(set(pools))}

    @property
    def group(self) -> GroupMemory:
        """What the decision is made from."""
        return GroupMemory({one.pool: one.memory for one in self.pools}, self.fills, self.changed_at)

    def with_group(self, group: GroupMemory) -> MixMemory:
        """The memory with this in it."""
        prices = {one.pool: one.price for one in self.pools}
        pools = tuple(KnownPool(pool, group.of(pool), prices.get(pool)) for pool in sorted({*prices, *group.pools}))
        return replace(self, pools=pools, fills=group.fills, changed_at=group.changed_at)

    def prices_are_old(self, now: datetime) -> bool:
        """They were not asked for within the hour."""
        return self.priced_at is None or now - self.priced_at >= PRICES_LAST


def shares(memory: MixMemory, pools: tuple[Pool, ...]) -> dict[Pool, float]:
    """What each pool costs, as a share of on-demand; where that is not known, the cheapest as much as is usual."""
    prices = {one.pool: one.price for one in memory.pools if one.price is not None}
    known = [prices[pool] for pool in pools if pool in prices]
    whole = memory.on_demand or (min(known) / Decimal(str(TYPICAL)) if known else None)
    if not whole:
        return dict.fromkeys(pools, TYPICAL)
    return {pool: float(prices[pool] / whole) if pool in prices else TYPICAL for pool in pools}
