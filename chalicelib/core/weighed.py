"""What a node costs in each place now: its price, and what losing it costs times how often that is to be expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.group_memory import GroupMemory
from chalicelib.core.lasting import risks
from chalicelib.core.mix import Mix, SpotPolicy
from chalicelib.core.pools import Pool
from chalicelib.core.prefer import break_even, price_of_a_loss, price_of_a_move

ON_DEMAND = 1.0
"""The cost of an on-demand node, in which all others are expressed."""
WORTH = 1.5
"""A move has to bring this many times its price; less is noise."""
HORIZON = 240.0
"""Minutes for which things are taken to stay as they are, at most."""
QUIET = 1 / 8
"""The quiet time after a change, as a share of the time a node has to last to pay for its loss."""


@dataclass(frozen=True, slots=True)
class Present:
    """What is known now.

    `mix` is what runs; what it lacks of `size` was lost, or was never there. `prices` has each pool that may have
    capacity, as a share of the on-demand price; nodes in any other pool count as lost. `go_back_at` is when the
    go-back window opens; None while it is open, and when there is none. `short_until`: AWS is taken to have no
    on-demand capacity until then, and `mix` counts what of it really runs; None while it may have some.
    """

    now: datetime
    size: int
    mix: Mix
    prices: Mapping[Pool, float]
    go_back_at: datetime | None = None
    short_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """The present, with the cost of a node in each pool and the failures a minute to be expected there."""

    policy: SpotPolicy
    present: Present
    memory: GroupMemory
    costs: Mapping[Pool, float]
    risks: Mapping[Pool, float]

    def cheapest_first(self, pools: Iterable[Pool]) -> list[Pool]:
        """Those of the pools that may have capacity, in the order of their cost."""
        return sorted((pool for pool in pools if pool in self.costs), key=lambda pool: (self.costs[pool], pool))

    @property
    def askable(self) -> list[Pool]:
        """The pools that are on no hold, cheapest first."""
        now = self.present.now
        return self.cheapest_first(pool for pool in self.costs if self.memory.of(pool).may_be_asked(now))

    def pays(self, pool: Pool) -> bool:
        """A node costs less there than on-demand."""
        return self.costs[pool] < ON_DEMAND

    def replaces(self, pool: Pool) -> bool:
        """What is missing is asked of that pool: a node costs less there than on-demand, or on-demand is short."""
        return self.pays(pool) or self.short

    @property
    def short(self) -> bool:
        """AWS has no on-demand capacity."""
        return self.present.short_until is not None

    def worth(self, left: Pool | None, taken: Pool | None) -> bool:
        """A node that moves from one place to the other earns what that costs while things last. None is on-demand."""
        failures = max((self.risks[pool] for pool in (left, taken) if pool is not None), default=0.0)
        lasts = min(1 / failures, HORIZON) if failures else HORIZON
        price = ON_DEMAND if left is None else self.present.prices[left]
        return (self._cost(left) - self._cost(taken)) * lasts > WORTH * price_of_a_move(price)

    @property
    def quiet_until(self) -> datetime:
        """Before then nothing moves that need not."""
        changed = self.memory.changed_at
        if changed is None:
            return self.present.now
        return changed + break_even(self.policy.prefer, min(self.present.prices.values(), default=0.0)) * QUIET

    @property
    def quiet(self) -> bool:
        """Nothing has changed for long enough."""
        return self.quiet_until <= self.present.now

    def _cost(self, place: Pool | None) -> float:
        return ON_DEMAND if place is None else self.costs[place]


def weigh(policy: SpotPolicy, present: Present, memory: GroupMemory) -> Weighed:
    """The present, weighed by what the owner prefers and by what the pools lived through."""
    risk = risks(present.prices, memory.pools, present.now)
    costs = {pool: price + risk[pool] * price_of_a_loss(policy.prefer, price) for pool, price in present.prices.items()}
    return Weighed(policy, present, memory, costs, risk)
