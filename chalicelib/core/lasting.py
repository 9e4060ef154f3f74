"""How soon a spot pool will fail, learned from what it and its sisters lived through.

What is taken of any pool is corrected four times, by what is ever nearer to the one in question: how often the pools of
the group failed; how often they did at its age, since one that came back a minute ago is another risk than one that has
stood for a day; how often it failed itself; and how often it did at that age. Each correction is the failures seen over
those expected, both raised by a doubt: so few failures change little and many prevail, whether pools last for minutes
or for weeks (a gamma prior, as for the frailty of lives).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from chalicelib.core.pools import AGES, Bands, Pool, PoolMemory, band

UNKNOWN_LASTS = timedelta(days=1)
"""How long a new pool is taken to last before anything was seen, an older one so much longer as it is old.

That is cautious. Of most types AWS interrupts fewer than one instance in five a month:
https://aws.amazon.com/ec2/spot/instance-advisor/
"""
DOUBT = 2.0
"""By how many failures the seen and the expected are raised: so many it takes to believe half of what is seen."""
POOL_DOUBT = 0.5
"""The same for how a pool differs from its sisters: less, since pools differ much, from minutes to weeks."""
MIDDLES = tuple(timedelta(hours=hours) for hours in (0.5, 2, 8, 32, 128))
"""An age within each band."""
UNKNOWN: Bands = tuple(timedelta(minutes=1) / (middle + UNKNOWN_LASTS) for middle in MIDDLES)
"""The failures a minute of a pool of which nothing is known."""


def risks(pools: Iterable[Pool], memories: Mapping[Pool, PoolMemory], now: datetime) -> dict[Pool, float]:
    """The failures a minute that are to be expected of each of these pools at its present age; more than 0."""
    usual = usual_rates(memories.values())
    return {pool: failures_a_minute(memories.get(pool, PoolMemory()), usual, now) for pool in pools}


def usual_rates(memories: Iterable[PoolMemory]) -> Bands:
    """The failures a minute of all these pools together, by band of age."""
    known = tuple(memories)
    lived = tuple(sum(one.lived[number] for one in known) for number in range(len(AGES)))
    lost = tuple(sum(one.lost[number] for one in known) for number in range(len(AGES)))
    as_often = _corrected(DOUBT, sum(lost), _expected(lived, UNKNOWN))
    return tuple(
        rate * as_often * _corrected(DOUBT, ended, spent * rate * as_often)
        for rate, spent, ended in zip(UNKNOWN, lived, lost, strict=True)
    )


def failures_a_minute(memory: PoolMemory, usual: Bands, now: datetime) -> float:
    """How many failures a minute are to be expected of the pool at its present age; more than 0.

    `usual` are those of its group by band of age.
    """
    number = band(memory.age(now))
    rate = usual[number] * _corrected(POOL_DOUBT, sum(memory.lost), _expected(memory.lived, usual))
    return rate * _corrected(DOUBT, memory.lost[number], memory.lived[number] * rate)


def _expected(lived: Bands, rates: Bands) -> float:
    """The failures to be expected of so many minutes in each band."""
    return sum(minutes * rate for minutes, rate in zip(lived, rates, strict=True))


def _corrected(doubt: float, seen: float, expected: float) -> float:
    """How many times as often as expected."""
    return (seen + doubt) / (expected + doubt)
