"""What is remembered of a group that may run on spot: its pools, and when it gave nodes to pools.

News may come in any order and more than once; heard together it is taken in the order in which it happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum

from chalicelib.core.pools import Pool, PoolMemory, lost, refused, seen, warned

MOST_FILLS = 72
"""So often, at most, are nodes given to a pool within any DAY: three times an hour on average."""
DAY = timedelta(days=1)
UNKNOWN = PoolMemory()


class What(IntEnum):
    """What was heard of a pool. Of contradictory news of one instant the last in this order holds."""

    SEEN = 0
    """It has capacity: nodes run there, or a launch succeeded."""
    WARNED = 1
    """AWS recommends to rebalance."""
    REFUSED = 2
    """It refused a launch."""
    LOST = 3
    """It took nodes back, or was seen without capacity."""


@dataclass(frozen=True, slots=True)
class News:
    """One thing heard of one pool."""

    pool: Pool
    at: datetime
    what: What


@dataclass(frozen=True, slots=True)
class GroupMemory:
    """What is remembered of a group.

    `fills` are the instants of the last day at which nodes were given to a pool; `changed_at` is when the mix last
    changed.
    """

    pools: Mapping[Pool, PoolMemory] = field(default_factory=dict)
    fills: tuple[datetime, ...] = ()
    changed_at: datetime | None = None

    def of(self, pool: Pool) -> PoolMemory:
        """What is remembered of the pool; of an unknown one nothing."""
        return self.pools.get(pool, UNKNOWN)

    def fills_left(self, now: datetime) -> int:
        """How often nodes may still be given to a pool."""
        return max(MOST_FILLS - len(self._recent(now)), 0)

    def more_fills_at(self, now: datetime) -> datetime:
        """When the next one is allowed."""
        recent = self._recent(now)
        return recent[-MOST_FILLS] + DAY if len(recent) >= MOST_FILLS else now

    def changed(self, now: datetime, fills: int) -> GroupMemory:
        """The memory after the mix changed now, with nodes given to so many pools."""
        return replace(self, fills=self._recent(now) + (now,) * fills, changed_at=now)

    def _recent(self, now: datetime) -> tuple[datetime, ...]:
        return tuple(at for at in self.fills if now - at < DAY)


def heard(memory: GroupMemory, news: Iterable[News], proof: timedelta) -> GroupMemory:
    """The memory with the news in it. `proof` is how long a node has to last to pay for its loss."""
    pools = dict(memory.pools)
    for one in sorted(news, key=lambda each: (each.at, each.what, each.pool)):
        pools[one.pool] = _after(pools.get(one.pool, PoolMemory()), one, proof)
    return replace(memory, pools=pools)


def _after(pool: PoolMemory, news: News, proof: timedelta) -> PoolMemory:
    if news.what is What.SEEN:
        return seen(pool, news.at, proof)
    if news.what is What.WARNED:
        return warned(pool, news.at, proof)
    return refused(pool, news.at) if news.what is What.REFUSED else lost(pool, news.at, proof)
