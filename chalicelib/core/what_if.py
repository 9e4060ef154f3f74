"""What a group would have cost under other policies: the decision that passes make, replayed over past prices.

Hour by hour, while its calendar wants the group up, the mix is decided as a pass decides it (core.remix), by the prices
at the beginning of the hour and a memory that begins empty; one that was down begins anew. Each sees the present and
the past, never what comes. The past has prices only: no pool fails in it, so that there are fewer switches, and fewer
members on-demand, than there would have been.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from chalicelib.core.capacity import Capacity, Shares
from chalicelib.core.group_memory import News, What
from chalicelib.core.mix import Mix
from chalicelib.core.mix_memory import KnownPool, MixMemory
from chalicelib.core.mixed import Mixed, Setting
from chalicelib.core.pools import Pool
from chalicelib.core.prefer import Prefer
from chalicelib.core.remix import cost, decided_among, with_news
from chalicelib.core.timetable import changes
from chalicelib.core.uptime import Uptime

HOUR = timedelta(hours=1)
CENT = Decimal("0.01")
NEAR = Decimal("0.05")
"""As a share of the on-demand price; wider than what the decision takes for alike (core.spot.ALIKE)."""

Hour = tuple[datetime, datetime]
"""An hour, or the part of one that is left, from and to."""
Steps = tuple[tuple[datetime, Decimal], ...]
"""Prices an hour in USD, each from its instant on; oldest first."""


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a group's past.

    `hours` are those to price, in which it had `size` members. `on_demand` is the price an hour in USD of an on-demand
    member, `alone` that of one of the type that the group would launch by itself; None where it is not known.
    """

    size: int
    hours: tuple[Hour, ...]
    prices: Mapping[Pool, Steps]
    on_demand: Decimal | None
    alone: Decimal | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What it would have cost, in USD (None: a price that it needs is not known), and how often its mix is set anew."""

    cost: Decimal | None
    switches: int = 0


@dataclass(frozen=True, slots=True)
class OtherPolicy:
    """What is other than in the file; None: as there. Its share holds at all times."""

    on_demand_base: int | None = None
    shares: Shares | None = None
    prefer: Prefer | None = None

    def instead_of(self, capacity: Capacity) -> Capacity:
        """The policy of the file with that in it."""
        base = capacity.on_demand_base if self.on_demand_base is None else self.on_demand_base
        changed = replace(capacity, on_demand_base=base, prefer=self.prefer or capacity.prefer)
        return changed if self.shares is None else replace(changed, shares=self.shares, by_time=())


@dataclass(frozen=True, slots=True)
class _Group:
    """The group at the end of an hour."""

    memory: MixMemory
    setting: Setting = Setting()
    spot: tuple[Pool, ...] = ()
    until: datetime | None = None


def hours_up(
    uptime: tuple[Uptime, ...], shortest_rest: timedelta, begins: datetime, ends: datetime
) -> tuple[Hour, ...]:
    """The hours between the two instants in which that calendar wants its environment up, counted from each opening."""
    rows = [(row.at, row.desired) for row in changes(uptime, begins, ends, shortest_rest)]
    runs = pairwise([*rows, (ends, "")])
    return tuple(hour for (opens, desired), (shuts, _) in runs if desired == "up" for hour in _hours(opens, shuts))


def with_prices(past: Past) -> Past:
    """The same without the hours before the first price; none is left where there are no prices."""
    first = min((steps[0][0] for steps in past.prices.values() if steps), default=None)
    return replace(past, hours=tuple(hour for hour in past.hours if first is not None and first <= hour[0]))


def contenders(past: Past) -> Past:
    """The same without the pools that are dearer at every hour than the cheapest and NEAR.

    No policy gives such a pool a member: nothing is heard of it, and so it is never worth more than it costs.
    """
    if past.on_demand is None:
        return past
    near, kept = NEAR * past.on_demand, set[Pool]()
    for begins, _ in past.hours:
        prices = dict(_prices(past, begins))
        most = min(prices.values()) + near
        kept |= {pool for pool, price in prices.items() if price <= most}
    return replace(past, prices={pool: steps for pool, steps in past.prices.items() if pool in kept})


def length(past: Past) -> Decimal:
    """How many hours are priced."""
    return sum((_length(hour) for hour in past.hours), Decimal())


def all_on_demand(past: Past) -> Outcome:
    """The group without spot, and without Curfew's mix: of the type that it would launch by itself."""
    if past.alone is None or not past.hours:
        return Outcome(None)
    return Outcome((past.alone * past.size * length(past)).quantize(CENT))


def replayed(capacity: Capacity, past: Past) -> Outcome:
    """The group under this policy. The setting that it begins with is no switch."""
    types = tuple(dict.fromkeys(pool.instance_type for pool in past.prices))
    policy = replace(capacity, types=types, requirements=None, zones=())
    group, switches, costs = _Group(MixMemory(on_demand=past.on_demand)), 0, []
    for hour in past.hours:
        after = _decided(policy, past, group, hour)
        switches += group.until is not None and _shares(after) != _shares(group)
        costs.append(_cost(after, past.size, hour))
        group = after
    known = [each for each in costs if each is not None]
    return Outcome(sum(known, Decimal()).quantize(CENT) if known and len(known) == len(costs) else None, switches)


def _decided(capacity: Capacity, past: Past, group: _Group, hour: Hour) -> _Group:
    """The group in this hour: as it was where nothing is set anew, since AWS then leaves its members where they are."""
    begins, ends = hour
    prices = dict(_prices(past, begins))
    memory = _priced(group.memory, prices)
    goes_on = group.until == begins
    spot = group.spot if goes_on else ()
    memory = with_news(capacity, memory, [News(pool, begins, What.SEEN) for pool in sorted(set(spot))], begins)
    mixed = Mixed(group.setting, "", {str(number): pool for number, pool in enumerate(prices)} if goes_on else {})
    remix = decided_among(tuple(prices), capacity, mixed, memory, spot, past.size, begins)
    setting = remix.setting or group.setting
    if remix.setting or not goes_on:
        spot = tuple(_placed(remix.after, prices))[: past.size - setting.on_demand(past.size)]
    return _Group(remix.memory, setting, spot, ends)


def _placed(mix: Mix, prices: Mapping[Pool, Decimal]) -> Iterator[Pool]:
    """The pool of each spot member, the cheapest first."""
    for pool in sorted(mix.spot, key=lambda one: (prices[one], one)):
        yield from (pool for _ in range(mix.spot[pool]))


def _priced(memory: MixMemory, prices: Mapping[Pool, Decimal]) -> MixMemory:
    known = {one.pool: one.memory for one in memory.pools}
    pools = (
        KnownPool(pool, known[pool], price) if pool in known else KnownPool(pool, price=price)
        for pool, price in prices.items()
    )
    return replace(memory, pools=tuple(pools))


def _shares(group: _Group) -> tuple[int, int]:
    """What a switch changes: types come and go only with holds, of which this past has none."""
    return group.setting.base, group.setting.percent


def _cost(group: _Group, size: int, hour: Hour) -> Decimal | None:
    mix = Mix(size - len(group.spot), {pool: group.spot.count(pool) for pool in set(group.spot)})
    an_hour = cost(group.memory, mix)
    return None if an_hour is None else an_hour * _length(hour)


def _prices(past: Past, at: datetime) -> Iterator[tuple[Pool, Decimal]]:
    """What each pool cost at that instant, where that is known."""
    for pool, steps in past.prices.items():
        if before := bisect_right(steps, at, key=lambda step: step[0]):
            yield pool, steps[before - 1][1]


def _hours(begins: datetime, ends: datetime) -> Iterator[Hour]:
    while begins < ends:
        yield begins, min(begins + HOUR, ends)
        begins += HOUR


def _length(hour: Hour) -> Decimal:
    return Decimal((hour[1] - hour[0]) / timedelta(seconds=1)) / 3600
