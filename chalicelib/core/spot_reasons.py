"""Why a mix is wanted, in words, and what is to be waited for before there can be more spot in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.core.durations import format_duration, format_instant
from chalicelib.core.group_memory import MOST_FILLS
from chalicelib.core.mix import Mix
from chalicelib.core.pools import Pool
from chalicelib.core.weighed import Weighed


def because(weighed: Weighed, target: Mix) -> str:
    """Why this many nodes run on spot, and why not more."""
    short, said = weighed.present.short_until, _said(weighed, target)
    if short is None:
        return said
    from_spot = "what is missing comes from spot as far as may be"
    return f"on-demand is short until {format_instant(short)} at least, so {from_spot}; {said}"


def _said(weighed: Weighed, target: Mix) -> str:
    used = ", ".join(f"{count} {_standing(weighed, pool)}" for pool, count in sorted(target.spot.items()))
    if target.on_spot >= weighed.policy.most(weighed.present.size):
        return used or _no_spot(weighed)
    return f"{used}; {_why_not_more(weighed)}" if used else _why_not_more(weighed)


def _no_spot(weighed: Weighed) -> str:
    """The bounds may allow some, but none of so few nodes as there are, on a light wake for one."""
    policy, size = weighed.policy, weighed.present.size
    if not policy.highest_share or not size:
        return "the policy allows no spot"
    above = f"{policy.highest_share:.0%} above a base of {policy.on_demand_base}"
    return f"the policy allows no spot among {size}: at most {above}"


def until(weighed: Weighed, target: Mix) -> datetime | None:
    """When the first of the things that keep nodes from spot, or from on-demand, ends; None when only news and age
    change it."""
    if target.on_spot >= weighed.policy.most(weighed.present.size):
        return weighed.present.short_until
    now, memory = weighed.present.now, weighed.memory
    holds = [memory.of(pool).hold_until for pool in weighed.costs]
    ends = [
        *holds,
        weighed.quiet_until,
        weighed.present.go_back_at,
        memory.more_fills_at(now),
        weighed.present.short_until,
    ]
    return min((end for end in ends if end is not None and end > now), default=None)


def _standing(weighed: Weighed, pool: Pool) -> str:
    """The pool, what it costs with the losses that are to be expected, and how long it should last."""
    hours = max(round(1 / weighed.risks[pool] / 60), 1)
    lasts = format_duration(timedelta(hours=hours) if hours < 48 else timedelta(days=hours // 24))
    return f"in {pool} (costs {weighed.costs[pool]:.2f} of on-demand with its losses, should last {lasts})"


def _why_not_more(weighed: Weighed) -> str:
    if not weighed.costs:
        return "no pool has capacity"
    if not weighed.memory.fills_left(weighed.present.now):
        return f"nodes went to spot {MOST_FILLS} times within a day, no more for now"
    if not weighed.askable:
        return f"each pool is on hold after failures: {_first_hold(weighed)}"
    best = weighed.askable[0]
    if not weighed.worth(None, best):
        return f"the best other place is not worth it: {_standing(weighed, best)}"
    return _waits_for(weighed)


def _waits_for(weighed: Weighed) -> str:
    if weighed.present.go_back_at is not None:
        return f"the rest goes back to spot from {format_instant(weighed.present.go_back_at)}, its go-back window"
    if not weighed.quiet:
        return f"the rest goes back to spot when it is quiet, {format_instant(weighed.quiet_until)} at the earliest"
    return "the rest goes back to spot in steps"


def _first_hold(weighed: Weighed) -> str:
    held = [(known.hold_until, pool) for pool in weighed.costs if (known := weighed.memory.of(pool)).hold_until]
    ends, pool = min((end, pool) for end, pool in held if end is not None)
    return f"{pool} until {format_instant(ends)}{', the others longer' if len(held) > 1 else ''}"
