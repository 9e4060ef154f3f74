"""How nodes shift between twins: two node groups of one cluster, one on-demand, one on spot.

The capacity type of a node group cannot be changed, so its mix is a matter of two sizes. First the one that grows is
raised; only when it serves at its new size is the other lowered. Minimum and maximum are their owner's: they are never
set, and no size is asked for beyond them.
https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html#managed-node-group-capacity-types
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from chalicelib.core import burn
from chalicelib.core.capacity import Capacity, allowed, go_back_at
from chalicelib.core.group_memory import GroupMemory
from chalicelib.core.mix import Mix
from chalicelib.core.mix_memory import MixMemory, Told, shares
from chalicelib.core.pools import Pool
from chalicelib.core.remix import difference
from chalicelib.core.spot import decide, remembered
from chalicelib.core.twin_memory import Split, Twins
from chalicelib.core.weighed import Present, weigh


@dataclass(frozen=True, slots=True)
class Twin:
    """One of the two: its bounds, its desired size, and its nodes.

    `present` are those that are there, also those that come, or are about to be taken back; `serving` those in service
    that stay.
    """

    id: str
    lowest: int
    highest: int
    desired: int = 0
    present: int = 0
    serving: int = 0

    def within(self, size: int) -> int:
        """The size, or the bound that is nearest to it."""
        return min(max(size, self.lowest), self.highest)


@dataclass(frozen=True, slots=True)
class Pair:
    """Both."""

    on_demand: Twin
    spot: Twin

    @property
    def sizes(self) -> Split:
        """Their desired sizes."""
        return Split(self.on_demand.desired, self.spot.desired)

    @property
    def empty(self) -> bool:
        """Neither has a node."""
        return not self.on_demand.present and not self.spot.present


@dataclass(frozen=True, slots=True)
class Shift:
    """One decision: the sizes to lead to, the mixes before and after, and the memory with the decision in it.

    `begins`: other sizes than the last were decided. `difference` is what an hour costs more, in USD, None when not
    known.
    """

    target: Split
    begins: bool
    before: Mix
    after: Mix
    memory: MixMemory
    difference: Decimal | None = None


def decided(
    capacity: Capacity,
    pools: tuple[Pool, ...],
    memory: MixMemory,
    pair: Pair,
    spot: Iterable[Pool],
    now: datetime,
    rate: Decimal | None = None,
) -> Shift:
    """The sizes of a pair whose memory is known, and whose spot nodes that stay are from these pools.

    `rate` is the burn rate of its budget while that pulls, None while it does not.
    """
    twins = _known(memory)
    present = Present(
        now, twins.own.total, _running(twins, pair, spot), shares(memory, pools), go_back_at(capacity, now)
    )
    weighed, pull = burn.pulled_at(weigh(allowed(capacity, now), present, as_one(memory.group, pools)), rate)
    said = decide(weighed.policy, present, weighed.memory)
    wanted = Split(said.target.on_demand, said.target.on_spot)
    target = bounded(wanted, pair)
    because = "; ".join(filter(None, (pull, said.because, *limits(wanted, target, pair))))
    after = as_mix(target, said.target.spot, pools)
    told = replace(memory, told=Told(target.total, target.on_demand, because, said.until))
    if target == twins.aim:
        return Shift(target, False, after, after, told, difference(memory, after, after))
    before = present.mix if present.mix.size else as_mix(twins.aim, {}, pools)
    counted = told.with_group(remembered(memory.group, present, replace(said, target=after)))
    kept = replace(counted, twins=replace(twins, aim=target))
    return Shift(target, True, before, after, kept, difference(memory, before, after))


def bounded(wanted: Split, pair: Pair) -> Split:
    """The sizes nearest to those wanted that the bounds allow; what one cannot have the other has, if it can."""
    on_demand = pair.on_demand.within(wanted.total - pair.spot.within(wanted.spot))
    return Split(on_demand, pair.spot.within(wanted.total - on_demand))


def limits(wanted: Split, target: Split, pair: Pair) -> Iterator[str]:
    """Which bound keeps the pair from what is wanted, and what to do about it; nothing where none does."""
    sides = ((pair.on_demand, wanted.on_demand, target.on_demand), (pair.spot, wanted.spot, target.spot))
    for twin, size, given in sides:
        if given < size and given == twin.highest:
            yield f"{twin.id} is to have {size}, and its maximum is {given}: raise that"
        if given > size and given == twin.lowest:
            yield f"{twin.id} is to have {size}, and its minimum is {given}: lower that"


def step(pair: Pair, target: Split, base: int) -> Split:
    """The sizes to set now on the way to the target; those that the pair has where there is something to wait for."""
    on_demand, spot, least = pair.on_demand, pair.spot, min(base, target.on_demand)
    return Split(
        _next(on_demand, target.on_demand, spot, target.spot, least),
        _next(spot, target.spot, on_demand, target.on_demand, 0),
    )


def light_split(size: int, pair: Pair) -> Split:
    """A light size of both together: on-demand as far as that goes, since nothing falls back while they are light."""
    on_demand = min(size, pair.on_demand.highest)
    return Split(on_demand, min(size - on_demand, pair.spot.highest))


def as_mix(sizes: Split, spot: Mapping[Pool, int], pools: Iterable[Pool]) -> Mix:
    """The sizes as a mix: spot nodes in these places as far as that goes, the others in the first pool."""
    counts, missing = {}, sizes.spot
    for pool, count in spot.items():
        counts[pool] = min(count, missing)
        missing -= counts[pool]
    for pool in list(pools)[:1]:
        counts[pool] = counts.get(pool, 0) + missing
    return Mix(sizes.on_demand, {pool: count for pool, count in counts.items() if count})


def as_one(memory: GroupMemory, pools: Iterable[Pool]) -> GroupMemory:
    """The memory in which each pool is on hold for as long as any of them: a node group chooses among all its pools."""
    every = set(pools)
    held = [until for pool in every if (until := memory.of(pool).hold_until) is not None]
    longest = {pool: replace(memory.of(pool), hold_until=max(held, default=None)) for pool in every}
    return replace(memory, pools={**memory.pools, **longest})


def _known(memory: MixMemory) -> Twins:
    assert memory.twins is not None
    return memory.twins


def _running(twins: Twins, pair: Pair, spot: Iterable[Pool]) -> Mix:
    """What runs, as it was last decided: what a shift has not ended yet is on its way out, and what is not there yet
    counts as lost until it is. Nothing of a pair that begins anew."""
    if pair.empty:
        return Mix(0)
    on_demand = min(twins.aim.on_demand, twins.own.total)
    counts: dict[Pool, int] = {}
    for pool in sorted(spot)[: twins.own.total - on_demand]:
        counts[pool] = counts.get(pool, 0) + 1
    return Mix(on_demand, counts)


def _next(twin: Twin, to: int, other: Twin, other_to: int, least: int) -> int:
    """The size to set now: more at once, and less at once where that ends no node; else once the other has taken over.

    AWS may end nodes that serve before those that do not, so that the worst is reckoned with.
    """
    if to >= twin.desired or twin.present <= to:
        return to
    left = max(twin.serving - (twin.present - to), 0)
    taken_over = other.desired == other_to <= other.serving
    return to if taken_over and left >= least and left + other.serving >= to + other_to else twin.desired
