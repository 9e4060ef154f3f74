"""The mix that a group is set to, and what of the wanted mix can be said in such a setting.

AWS is told a base, a percentage and types. It chooses the pools by itself, and replaces members by and by, new ones
before the old ones go, when base or percentage change. So a setting names no pool: a type of which one pool is on hold
is left out.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-autoscaling-autoscalinggroup-instancesdistribution.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import floor

from chalicelib.core.group_memory import GroupMemory, News
from chalicelib.core.mix import ROUNDING, Mix, SpotPolicy
from chalicelib.core.pools import Pool


@dataclass(frozen=True, slots=True)
class Setting:
    """So many members are on-demand, of the others this percentage, and new ones are of one of these types."""

    base: int = 0
    percent: int = 100
    types: tuple[str, ...] = ()

    def on_demand(self, size: int) -> int:
        """How many of a group of this size are on-demand; AWS rounds up, in favour of on-demand.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/mixed-instances-groups-set-up-overview.html
        """
        base = min(size, self.base)
        return base - (-(size - base) * self.percent // 100)

    def means(self, other: Setting) -> bool:
        """Both lead to the same members: where all are on-demand anyway, the base says nothing."""
        bases = (self.base, other.base) if min(self.percent, other.percent) < 100 else (0, 0)
        return bases[0] == bases[1] and (self.percent, self.types) == (other.percent, other.types)


@dataclass(frozen=True, slots=True)
class Mixed:
    """How a group launches its members: its setting, and its whole policy as text, to come back to.

    `unable` says why no mix can be set for it. `count` is how many members it has where a describe names none.
    """

    setting: Setting
    policy: str
    members: Mapping[str, Pool] = field(default_factory=dict)
    zones: tuple[str, ...] = ()
    unable: str | None = None
    count: int = 0

    @property
    def runs(self) -> bool:
        """It has members."""
        return bool(self.members) or self.count > 0


@dataclass(frozen=True, slots=True)
class Watched:
    """Which members are spot and stay, by id, and what was heard of pools.

    `unable` says why no mix can be set, where only so close a look tells.
    """

    spot: Mapping[str, Pool]
    news: tuple[News, ...] = ()
    unable: str | None = None


def running(setting: Setting, spot: Iterable[Pool], size: int) -> Mix:
    """The mix of a group of this size that has these spot members.

    On-demand counts as AWS was told: what is still being replaced is on its way. Spot beyond that is on its way out.
    """
    on_demand = setting.on_demand(size)
    counts: dict[Pool, int] = {}
    for pool in sorted(spot)[: size - on_demand]:
        counts[pool] = counts.get(pool, 0) + 1
    return Mix(on_demand, counts)


def by_type(memory: GroupMemory, pools: Iterable[Pool]) -> GroupMemory:
    """The memory in which each pool is on hold for as long as any of the same type: AWS is asked for types."""
    every = set(pools)
    held: dict[str, datetime] = {}
    for pool in every:
        until = memory.of(pool).hold_until
        if until is not None:
            held[pool.instance_type] = max(until, held.get(pool.instance_type, until))
    longest = {pool: replace(memory.of(pool), hold_until=held.get(pool.instance_type)) for pool in every}
    return replace(memory, pools={**memory.pools, **longest})


def wanted(policy: SpotPolicy, target: Mix, now: Setting, types: tuple[str, ...]) -> Setting:
    """The setting under which a group of the target's size has the target's on-demand members, and no fewer.

    It stays as it is where that does already, so that a group that grows is not set anew for nothing.
    """
    least = 100 - floor(policy.highest_share * 100 + ROUNDING)
    base, size = policy.on_demand_base, target.size
    same = Setting(base, now.percent, types)
    if now.percent >= least and same.on_demand(size) == target.on_demand:
        return same
    above = size - base
    percent = -(-100 * (target.on_demand - base) // above) if above > 0 else 100
    return Setting(base, min(max(percent, least), 100), types)


def without_held(types: tuple[str, ...], askable: Iterable[Pool]) -> tuple[str, ...]:
    """The types that may be asked for, in their order; all of them where none may: then on-demand only is."""
    able = {pool.instance_type for pool in askable}
    return tuple(name for name in types if name in able) or types
