"""The policies of the replay: Curfew's own decision, and the simple ones it is measured against.

A simple policy keeps all nodes in one place. Where several pools would do it takes the first by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bench.spot_rules import Place, Policy
from chalicelib.core.group_memory import GroupMemory, News, What, heard
from chalicelib.core.mix import Mix, SpotPolicy
from chalicelib.core.pools import Pool
from chalicelib.core.prefer import Prefer, break_even
from chalicelib.core.spot import decide, remembered
from chalicelib.core.weighed import Present

BEGAN = datetime(2027, 1, 1, tzinfo=UTC)
"""Traces count seconds; which day they began on makes no difference."""
QUARANTINE = 30 * 60.0

Available = frozenset[Pool]


@dataclass(frozen=True, slots=True)
class Setting:
    """What Curfew is told before the replay."""

    prefer: Prefer
    nodes: int
    ratio: float
    pools: tuple[Pool, ...]


@dataclass(slots=True)
class Curfew:
    """What the deployed decision does, fed with each step's availability as news."""

    setting: Setting
    memory: GroupMemory = field(default_factory=GroupMemory)

    def __call__(self, seconds: float, standing: Mix, available: Available) -> Mix:
        """The mix that Curfew wants now; the memory is that after it was carried out."""
        now, setting = BEGAN + timedelta(seconds=seconds), self.setting
        news = [News(pool, now, What.SEEN if pool in available else What.LOST) for pool in setting.pools]
        memory = heard(self.memory, news, break_even(setting.prefer, setting.ratio))
        present = Present(now, setting.nodes, standing, dict.fromkeys(available, setting.ratio))
        decision = decide(SpotPolicy(setting.prefer), present, memory)
        self.memory = remembered(memory, present, decision)
        return decision.target


class Simple:
    """All nodes in one place: a subclass says which. What was lost is gone before it is asked."""

    def __init__(self, pools: tuple[Pool, ...], nodes: int) -> None:
        self.pools = pools
        self.nodes = nodes
        self.home: Place = None
        self.began = False

    def __call__(self, seconds: float, standing: Mix, available: Available) -> Mix:
        """All nodes in one place."""
        lost = self.home is not None and self.home not in available
        self.home = self._place(seconds, available, lost)
        self.began = True
        return Mix(self.nodes) if self.home is None else Mix(0, {self.home: self.nodes})

    def _place(self, seconds: float, available: Available, lost: bool) -> Place:
        """Where all nodes go now; `home` is where they were, `lost` that it was taken back."""
        raise NotImplementedError

    def _first(self, available: Iterable[Pool]) -> Place:
        return min(available, key=self.pools.index, default=None)


class OnDemand(Simple):
    """Never spot."""

    def _place(self, seconds: float, available: Available, lost: bool) -> Place:
        return None


class FirstPool(Simple):
    """One pool, the first by name, whenever it has capacity; else on-demand."""

    def _place(self, seconds: float, available: Available, lost: bool) -> Place:
        first = self.pools[0]
        return first if first in available else None


class ImmediateReturn(Simple):
    """In a pool until it is lost, then in any other; from on-demand back as soon as there is one."""

    def _place(self, seconds: float, available: Available, lost: bool) -> Place:
        if self.home is not None and not lost:
            return self.home
        return self._first(available)


class Sticky(Simple):
    """In a pool until it is lost, then in the one that has now lasted longest."""

    def __init__(self, pools: tuple[Pool, ...], nodes: int) -> None:
        super().__init__(pools, nodes)
        self.since: dict[Pool, float] = {}

    def _place(self, seconds: float, available: Available, lost: bool) -> Place:
        self.since = {pool: self.since.get(pool, seconds) for pool in available}
        if self.home is not None and not lost:
            return self.home
        return min(available, key=lambda pool: (self.since[pool], self.pools.index(pool)), default=None)


class Quarantine(Simple):
    """As immediate return, but a pool that was lost is left alone for half an hour."""

    def __init__(self, pools: tuple[Pool, ...], nodes: int) -> None:
        super().__init__(pools, nodes)
        self.free_at: dict[Pool, float] = {}

    def _place(self, seconds: float, available: Available, lost: bool) -> Place:
        if self.home is not None and not lost:
            return self.home
        if self.home is not None:
            self.free_at[self.home] = seconds + QUARANTINE
        return self._first(pool for pool in available if self.free_at.get(pool, 0) <= seconds)


class NeverReturn(Simple):
    """In a pool until it is lost, on-demand from then on."""

    def _place(self, seconds: float, available: Available, lost: bool) -> Place:
        if not self.began:
            return self._first(available)
        return None if lost else self.home


SIMPLE: dict[str, Callable[[tuple[Pool, ...], int], Policy]] = {
    "on-demand": OnDemand,
    "first-pool": FirstPool,
    "immediate-return": ImmediateReturn,
    "sticky": Sticky,
    "quarantine-30m": Quarantine,
    "never-return": NeverReturn,
}
POLICIES = ("curfew", *SIMPLE)
