"""What is remembered of a spot pool: how long it lasted, when it failed, and until when it is not asked again.

Evidence is kept by age, since a pool that came back a minute ago is another risk than one that has stood for a day.
News may come late, twice or out of order: a failure counts once, and a sighting older than the last one is no news.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

AGES = (timedelta(0), *(timedelta(hours=hours) for hours in (1, 4, 16, 64)))
"""Where each band of age begins: each ends at four times the age."""
HALF_LIFE = timedelta(days=14)
"""After so long evidence counts half."""
BLIND = timedelta(hours=6)
"""What nobody looked at for longer (the group slept) is evidence of nothing; the pool's age begins anew."""
FIRST_HOLD = 1 / 32
"""The first hold, as a share of the time a node has to last to pay for its loss; each further one is twice as long.

None exceeds that time: on-demand would then cost more than the next loss.
"""
FIRST_REFUSAL = timedelta(minutes=5)
LONGEST_REFUSAL = timedelta(hours=4)
"""A pool that refused to launch shows nothing by itself: it has to be asked again, first soon, then seldom."""
MOST_DOUBLINGS = 12

Bands = tuple[float, ...]
NOTHING: Bands = (0.0,) * len(AGES)


@dataclass(frozen=True, slots=True, order=True)
class Pool:
    """One instance type in one zone: what spot capacity comes from and is taken back to."""

    instance_type: str
    zone: str

    def __str__(self) -> str:
        return f"{self.instance_type} in {self.zone}"


@dataclass(frozen=True, slots=True)
class PoolMemory:
    """What is known of one pool.

    `lived` is minutes watched while it had capacity, `lost` how often it ended, both by band of age. `up_since` is
    None while it has none. `failures` are those in a row since the pool last proved itself.
    """

    seen_at: datetime | None = None
    up_since: datetime | None = None
    failed_at: datetime | None = None
    failures: int = 0
    hold_until: datetime | None = None
    lived: Bands = NOTHING
    lost: Bands = NOTHING

    def may_be_asked(self, now: datetime) -> bool:
        """No hold is on it."""
        return self.hold_until is None or now >= self.hold_until

    @property
    def failing(self) -> bool:
        """The last thing heard of it was that it failed."""
        return self.up_since is None and self.failed_at is not None

    def age(self, now: datetime) -> timedelta:
        """For how long it has had capacity without a break; nothing when it has none."""
        return timedelta(0) if self.up_since is None else max(now - self.up_since, timedelta(0))


def seen(memory: PoolMemory, at: datetime, proof: timedelta) -> PoolMemory:
    """The pool had capacity at that instant. One that stood for as long as `proof` has its failures forgotten."""
    if memory.seen_at is not None and at <= memory.seen_at:
        return memory
    aged = _watched(memory, at)
    up_since = aged.up_since or at
    return replace(aged, up_since=up_since, failures=0 if at - up_since >= proof else aged.failures)


def lost(memory: PoolMemory, at: datetime, proof: timedelta) -> PoolMemory:
    """The pool took its capacity back at that instant: it is on hold, the longer the oftener it failed.

    What is already known changes nothing. `proof` is how long a node has to last there to pay for its loss.
    """
    if memory.up_since is None or at < memory.up_since:
        return memory
    late = memory.seen_at is not None and at < memory.seen_at
    aged = memory if late else _watched(memory, at)
    ended = _ended(aged, at)
    again = 0 if memory.age(at) >= proof else memory.failures
    hold = min(proof * FIRST_HOLD * 2 ** min(again, MOST_DOUBLINGS), proof)
    return _held(replace(ended, up_since=memory.seen_at if late else None), at, again + 1, hold)


def refused(memory: PoolMemory, at: datetime) -> PoolMemory:
    """The pool refused a launch at that instant: it is on hold, for twice as long as the last time.

    Refusals of the same attempt, that is within a hold, change nothing.
    """
    if not memory.may_be_asked(at):
        return memory
    hold = min(FIRST_REFUSAL * 2 ** min(memory.failures, MOST_DOUBLINGS), LONGEST_REFUSAL)
    return _held(_unless_seen_since(memory, at), at, memory.failures + 1, hold)


def warned(memory: PoolMemory, at: datetime, proof: timedelta) -> PoolMemory:
    """The pool may soon fail: it is given no nodes for a first hold. Nothing else changes.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html
    """
    until = at + proof * FIRST_HOLD
    return replace(memory, hold_until=max(until, memory.hold_until or until))


def band(age: timedelta) -> int:
    """The number of the band of age."""
    return max(bisect_right(AGES, age) - 1, 0)


def _unless_seen_since(memory: PoolMemory, at: datetime) -> PoolMemory:
    """The pool shows nothing any more, unless it was seen with capacity after that instant."""
    if memory.seen_at is not None and memory.seen_at > at:
        return memory
    return replace(memory, up_since=None, seen_at=at)


def _held(memory: PoolMemory, at: datetime, failures: int, hold: timedelta) -> PoolMemory:
    until = max(at + hold, memory.hold_until or at)
    return replace(memory, failed_at=at, failures=failures, hold_until=until)


def _ended(memory: PoolMemory, at: datetime) -> PoolMemory:
    which = band(memory.age(at))
    return replace(memory, lost=tuple(count + (number == which) for number, count in enumerate(memory.lost)))


def _watched(memory: PoolMemory, at: datetime) -> PoolMemory:
    """The time since the last look has passed: old evidence has faded, and what the pool lived through is added."""
    if memory.seen_at is None:
        return replace(memory, seen_at=at)
    since = at - memory.seen_at
    up_since = memory.up_since if since <= BLIND else None
    spent: Iterable[float] = NOTHING if up_since is None else _by_band(memory.age(memory.seen_at), memory.age(at))
    left = 0.5 ** (since / HALF_LIFE)
    lived = tuple(had * left + more for had, more in zip(memory.lived, spent, strict=True))
    lost = tuple(count * left for count in memory.lost)
    return replace(memory, seen_at=at, up_since=up_since, lived=lived, lost=lost)


def _by_band(first: timedelta, last: timedelta) -> Iterator[float]:
    """Of a pool that aged from first to last, the minutes it spent in each band."""
    ends = (*AGES[1:], timedelta.max)
    for begin, end in zip(AGES, ends, strict=True):
        yield max(min(last, end) - max(first, begin), timedelta(0)) / timedelta(minutes=1)
