"""Which pool each node of a group runs in: the decision, from policy, memory and what is known at this instant.

What was lost is replaced at once, where a node costs least. All else moves only when the gain is worth the move, after
a quiet time; and back to spot in steps. While AWS is short of on-demand, what is missing is asked of spot at any cost
within the policy, and nothing moves to on-demand that need not.

It does not flap, by construction: nodes are given to pools at most MOST_FILLS times within any 24 hours, one pool each
time (where a group begins in several pools, each counts). A group leaves a pool only after it was given nodes there, so
it cannot leave pools more often either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from chalicelib.core.group_memory import GroupMemory
from chalicelib.core.mix import Mix, SpotPolicy
from chalicelib.core.pools import Pool
from chalicelib.core.prefer import Prefer
from chalicelib.core.spot_reasons import because, until
from chalicelib.core.weighed import Present, Weighed, weigh

STEP = {Prefer.CHEAPEST: 1.0, Prefer.BALANCED: 0.5, Prefer.STEADY: 0.25}
"""How much of the group goes back to spot in one step."""
ALIKE = 0.02
"""Pools whose costs differ by no more than this share of on-demand are begun with side by side."""

Spot = dict[Pool, int]


@dataclass(frozen=True, slots=True)
class SpotDecision:
    """The mix that should run, why, and when what holds nodes back from spot ends; None when nothing does."""

    target: Mix
    because: str
    until: datetime | None


def decide(policy: SpotPolicy, present: Present, memory: GroupMemory) -> SpotDecision:
    """The mix for this instant. Its size is the group's, and its on-demand part never below the base."""
    weighed = weigh(policy, present, memory)
    into = _into(weighed)
    if into is not None and present.mix.size == 0:
        spot = _begun(weighed, into)
    else:
        spot = _filled(weighed, _moved(weighed, _kept(weighed), into), into)
    target = Mix(present.size - sum(spot.values()), spot)
    return SpotDecision(target, because(weighed, target), until(weighed, target))


def remembered(memory: GroupMemory, present: Present, decision: SpotDecision) -> GroupMemory:
    """The memory after the decision was carried out: what it gives to pools counts against the day's limit."""
    before, target = present.mix, decision.target
    if before == target:
        return memory
    given = sum(count > before.spot.get(pool, 0) for pool, count in target.spot.items())
    return memory.changed(present.now, given)


def _into(weighed: Weighed) -> Pool | None:
    """The one pool that may be given nodes now."""
    if not weighed.memory.fills_left(weighed.present.now):
        return None
    return next(iter(weighed.askable), None)


def _begun(weighed: Weighed, best: Pool) -> Spot:
    """The nodes of a group of which nothing runs, spread evenly over the pools that are as good as the best."""
    present, policy = weighed.present, weighed.policy
    pools = weighed.askable[: weighed.memory.fills_left(present.now)]
    alike = [pool for pool in pools if weighed.costs[pool] <= weighed.costs[best] + ALIKE]
    nodes = policy.most(present.size) if weighed.replaces(best) else policy.least(present.size)
    each, over = divmod(nodes, len(alike))
    spread = {pool: each + (number < over) for number, pool in enumerate(alike)}
    return {pool: count for pool, count in spread.items() if count}


def _kept(weighed: Weighed) -> Spot:
    """The nodes whose pools do not fail; when there are more than the owner allows, without the dearest."""
    mix, room = weighed.present.mix, weighed.policy.most(weighed.present.size)
    kept: Spot = {}
    for pool in weighed.cheapest_first(mix.spot):
        count = 0 if weighed.memory.of(pool).failing else min(mix.spot[pool], room)
        room -= count
        kept |= {pool: count} if count else {}
    return kept


def _moved(weighed: Weighed, kept: Spot, into: Pool | None) -> Spot:
    """What is kept, without the pools that had better be left; what leaves for the one pool is already there."""
    if not weighed.quiet:
        return kept
    better = into if into is not None and weighed.pays(into) else None
    leaving = [pool for pool in kept if pool != better and weighed.worth(pool, better)]
    if better is None:
        return kept if weighed.short else _eased(weighed, kept, leaving)
    moving = sum(kept[pool] for pool in leaving)
    spot = {pool: count for pool, count in kept.items() if pool not in leaving}
    return spot | {better: spot.get(better, 0) + moving} if moving else spot


def _eased(weighed: Weighed, kept: Spot, leaving: list[Pool]) -> Spot:
    """What is kept, without as many of the leaving as the lowest share can spare, the dearest first."""
    spare = max(sum(kept.values()) - weighed.policy.least(weighed.present.size), 0)
    spot = dict(kept)
    for pool in reversed(leaving):
        going = min(spot[pool], spare)
        spare -= going
        spot[pool] -= going
    return {pool: count for pool, count in spot.items() if count}


def _filled(weighed: Weighed, spot: Spot, into: Pool | None) -> Spot:
    """The same, once the one pool was given what was lost, the step back, and what the lowest share wants."""
    if into is None:
        return spot
    policy, size, on_spot = weighed.policy, weighed.present.size, sum(spot.values())
    room = policy.most(size) - on_spot
    replaced = min(_lost(weighed), room) if weighed.replaces(into) else 0
    given = replaced + _going_back(weighed, into, room - replaced)
    given = max(given, policy.least(size) - on_spot)
    return spot | {into: spot.get(into, 0) + given} if given > 0 else spot


def _lost(weighed: Weighed) -> int:
    """How many nodes need a new place: those that are gone, and those in pools that fail."""
    return max(weighed.present.size - weighed.present.mix.on_demand - sum(_kept(weighed).values()), 0)


def _going_back(weighed: Weighed, into: Pool, room: int) -> int:
    """How many on-demand nodes go back to spot now: a step, when it is quiet, the window open, and it is worth it."""
    present = weighed.present
    if not weighed.quiet or present.go_back_at is not None or not weighed.worth(None, into):
        return 0
    return max(min(ceil(STEP[weighed.policy.prefer] * present.size), present.mix.on_demand, room), 0)
