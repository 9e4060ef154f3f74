"""How soon a spot pool will fail, learned from what it and its sisters lived through at the same age.

A pool's own evidence counts once there is enough of it; before that it is taken to be like the other pools of the
group, and these, before anything was seen, to last about as long again as they have lasted (Lindy's law).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.pools import AGES, Bands, Pool, PoolMemory, band

OWN_WEIGHT = 300.0
"""Minutes of its own after which a pool's evidence counts as much as that of all pools."""
GROUP_WEIGHT = 600.0
"""Minutes of all pools after which their evidence counts as much as the prior."""
UNKNOWN_LASTS = timedelta(hours=4)
"""How long a pool of which nothing is known is taken to last, at the least."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What all pools of a group lived through together, by band of age."""

    lived: Bands
    lost: Bands


def evidence(memories: Iterable[PoolMemory]) -> Evidence:
    """The evidence of all these pools as one."""
    known = tuple(memories)
    return Evidence(
        tuple(sum(one.lived[number] for one in known) for number in range(len(AGES))),
        tuple(sum(one.lost[number] for one in known) for number in range(len(AGES))),
    )


def failures_a_minute(memory: PoolMemory, group: Evidence, now: datetime) -> float:
    """How many failures a minute are to be expected of the pool at its present age; more than 0."""
    age = memory.age(now)
    number = band(age)
    prior = 1 / ((age + UNKNOWN_LASTS) / timedelta(minutes=1))
    usual = (group.lost[number] + GROUP_WEIGHT * prior) / (group.lived[number] + GROUP_WEIGHT)
    return (memory.lost[number] + OWN_WEIGHT * usual) / (memory.lived[number] + OWN_WEIGHT)


def risks(pools: Iterable[Pool], memories: Mapping[Pool, PoolMemory], now: datetime) -> dict[Pool, float]:
    """The expected failures a minute of each of these pools."""
    group, unknown = evidence(memories.values()), PoolMemory()
    return {pool: failures_a_minute(memories.get(pool, unknown), group, now) for pool in pools}
