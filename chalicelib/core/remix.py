"""Whether a group's mix is to be set anew, to what, and what that changes in its price."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.core import burn
from chalicelib.core.capacity import Capacity, allowed, go_back_at
from chalicelib.core.group_memory import MOST_FILLS, GroupMemory, News, heard
from chalicelib.core.mix import Mix
from chalicelib.core.mix_memory import MixMemory, Told, shares
from chalicelib.core.mixed import Mixed, Setting, by_type, running, wanted, without_held
from chalicelib.core.pools import Pool
from chalicelib.core.prefer import break_even
from chalicelib.core.spot import SpotDecision, decide, remembered
from chalicelib.core.tries import Tries, held
from chalicelib.core.weighed import Present, Weighed, weigh

HUNDREDTH_OF_A_CENT = Decimal("0.0001")
REFUSED_FOR = timedelta(minutes=5)
"""How long a mix that AWS refused is not asked for again."""


@dataclass(frozen=True, slots=True)
class Remix:
    """One decision: the setting, the mixes before and after, and the memory once it is on record.

    `setting` is None when nothing is to be set. `difference` is what the group costs more an hour, in USD, once the
    mix is as set; None when not known.
    """

    setting: Setting | None
    before: Mix
    after: Mix
    memory: MixMemory
    difference: Decimal | None = None


def pools_of(capacity: Capacity, mixed: Mixed, memory: MixMemory) -> tuple[Pool, ...]:
    """Every pool that members may be from, those of the first type first."""
    zones = [zone for zone in mixed.zones if not capacity.zones or zone in capacity.zones]
    return tuple(Pool(name, zone) for name in types_of(capacity, mixed, memory) for zone in zones)


def types_of(capacity: Capacity, mixed: Mixed, memory: MixMemory) -> tuple[str, ...]:
    """The types of its file, or that it requires, or else those that the group had before Curfew left any out."""
    found = memory.found if capacity.requirements is not None else ()
    return capacity.types or found or memory.types or mixed.setting.types


def decided(
    capacity: Capacity,
    mixed: Mixed,
    memory: MixMemory,
    spot: Iterable[Pool],
    size: int,
    now: datetime,
    rate: Decimal | None = None,
) -> Remix:
    """What the mix of a group of this size is to be; one without members, asleep, begins anew.

    `rate` is the burn rate of its budget while that pulls, None while it does not.
    """
    return decided_among(pools_of(capacity, mixed, memory), capacity, mixed, memory, spot, size, now, rate)


def decided_among(
    pools: tuple[Pool, ...],
    capacity: Capacity,
    mixed: Mixed,
    memory: MixMemory,
    spot: Iterable[Pool],
    size: int,
    now: datetime,
    rate: Decimal | None = None,
) -> Remix:
    """The same where members may be from these pools."""
    weighed = _weighed(pools, capacity, mixed, memory, list(spot) if mixed.runs else None, size, now)
    weighed, pull = burn.pulled_at(weighed, rate)
    before = weighed.present.mix
    memory = replace(memory, tries=memory.tries.seen(before))
    said, setting = _patient(types_of(capacity, mixed, memory), mixed.setting, weighed, memory.tries)
    said = replace(said, because=f"{pull}; {said.because}") if pull else said
    tries = memory.tries.ended(weighed, said.target)
    told = replace(memory, told=Told(size, said.target.on_demand, said.because, said.until), tries=tries)
    if setting.means(mixed.setting) or _just_refused(memory, setting, now):
        return Remix(None, before, said.target, told)
    kept = replace(
        told.with_group(_counted(memory.group, weighed.present, said)),
        own=memory.own or mixed.policy,
        types=memory.types or mixed.setting.types,
        set_to=setting,
        set_over=mixed.setting if memory.set_it(mixed.setting) else None,
        set_at=now,
        refusal=None,
        tries=tries.begun() if said.target.on_spot and not before.on_spot else tries,
    )
    return Remix(setting, before, said.target, kept, difference(memory, before, said.target))


def with_news(capacity: Capacity, memory: MixMemory, news: Sequence[News], now: datetime) -> MixMemory:
    """The memory with what was heard of its pools."""
    if not news:
        return memory
    cheapest = min(shares(memory, tuple(sorted({one.pool for one in news}))).values())
    proof = break_even(allowed(capacity, now).prefer, cheapest)
    return memory.with_group(heard(memory.group, news, proof))


def cost(memory: MixMemory, mix: Mix) -> Decimal | None:
    """What the mix costs an hour, in USD; None where a price is not known."""
    prices = {one.pool: one.price for one in memory.pools}
    parts = [(memory.on_demand, mix.on_demand), *((prices.get(pool), count) for pool, count in mix.spot.items())]
    if any(price is None for price, count in parts if count):
        return None
    return sum((price * count for price, count in parts if price is not None), Decimal()).quantize(HUNDREDTH_OF_A_CENT)


def difference(memory: MixMemory, before: Mix, after: Mix) -> Decimal | None:
    """What the second mix costs more an hour than the first, in USD; None where a price is not known."""
    first, second = cost(memory, before), cost(memory, after)
    return None if first is None or second is None else second - first


def _weighed(
    pools: tuple[Pool, ...],
    capacity: Capacity,
    mixed: Mixed,
    memory: MixMemory,
    spot: list[Pool] | None,
    size: int,
    now: datetime,
) -> Weighed:
    """The present of the group; None in place of its spot members: nothing runs."""
    short_until = memory.shortage.until(now)
    launched = memory.launched if short_until else None
    mix = Mix(0) if spot is None else running(mixed.setting, spot, size, launched)
    present = Present(now, size, mix, shares(memory, pools), go_back_at(capacity, now), short_until)
    return weigh(allowed(capacity, now), present, by_type(memory.group, pools))


def _patient(types: tuple[str, ...], now: Setting, weighed: Weighed, tries: Tries) -> tuple[SpotDecision, Setting]:
    """The decision, and the setting for it, of a group that may have to wait before it asks for spot again."""
    until = tries.waits(weighed)
    if until is None:
        return _said(types, now, weighed)
    said, setting = _said(types, now, held(weighed, until))
    told = weighed.policy.most(weighed.present.size) > 0
    return (replace(said, because=tries.because(until), until=until) if told else said), setting


def _said(types: tuple[str, ...], now: Setting, weighed: Weighed) -> tuple[SpotDecision, Setting]:
    """The decision, and the setting for it. A switch to other types only, when none is left for today, is sat out."""
    said, memory, at = decide(weighed.policy, weighed.present, weighed.memory), weighed.memory, weighed.present.now
    setting = _setting(types, now, weighed, said)
    stays = setting.types == now.types or not set(setting.types).isdisjoint(now.types)
    if stays or memory.fills_left(at) or not weighed.present.mix.size:
        return said, setting
    because = f"nodes went to spot {MOST_FILLS} times within a day and its types are on hold: on-demand for now"
    return SpotDecision(Mix(weighed.present.size), because, memory.more_fills_at(at)), replace(now, percent=100)


def _setting(types: tuple[str, ...], now: Setting, weighed: Weighed, said: SpotDecision) -> Setting:
    """The setting with the types that may be asked for; types come back one quiet time apart, and leave at once."""
    setting = wanted(weighed.policy, said.target, now, without_held(types, weighed.askable))
    same_share = (setting.base, setting.percent) == (now.base, now.percent)
    may_come = weighed.quiet and weighed.memory.fills_left(weighed.present.now)
    if not same_share or may_come or not weighed.present.mix.size:
        return setting
    return replace(setting, types=tuple(name for name in setting.types if name in now.types) or setting.types)


def _counted(group: GroupMemory, present: Present, said: SpotDecision) -> GroupMemory:
    """The memory after the switch; types that come or go without a node that moves count as one, too."""
    after = remembered(group, present, said)
    return after if after != group else group.changed(present.now, 1)


def _just_refused(memory: MixMemory, setting: Setting, now: datetime) -> bool:
    again = memory.refusal is not None and memory.set_to == setting
    return again and memory.set_at is not None and now < memory.set_at + REFUSED_FOR
