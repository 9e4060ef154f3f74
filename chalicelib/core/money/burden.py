"""Who bears what commitments had paid for anyway: it is found over the whole organisation, hour by hour, and shared.

Rate keys that the same commitments may cover are one pool. What a pool lost in an hour is borne by the environments
that removed usage of it, in proportion to what each removed; what it gained (more ran than would have, and commitments
covered it) belongs to those who ran more. An environment never bears more than it removed.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from operator import add

from chalicelib.core.money.amounts import shared
from chalicelib.core.money.billing import HOUR, second
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.covering import Covering, Effect, in_use
from chalicelib.core.money.lines import MICRO, Hours
from chalicelib.core.money.prices import Prices
from chalicelib.core.months import FIRST_ZONE, LAST_ZONE, LONGEST

HOURS = (LONGEST + FIRST_ZONE + LAST_ZONE) // timedelta(hours=1)
"""So many hours there are at most between the first beginning and the last end of one month on Earth."""

Signature = tuple[int, ...]
"""The numbers of the commitments that may cover a key."""


def _hours() -> array[int]:
    return array("q", bytes(8 * HOURS))


@dataclass(slots=True)
class _Removed:
    """What one environment removed of one signature, and what it ran besides, in millionths by the hour."""

    less: array[int] = field(default_factory=_hours)
    more: array[int] = field(default_factory=_hours)

    def add(self, at: int, micros: Sequence[int]) -> None:
        """What was removed from that hour on, hour by hour."""
        _plus(self.less, at, [max(each, 0) for each in micros])
        _plus(self.more, at, [max(-each, 0) for each in micros])


@dataclass(slots=True)
class Borne:
    """What one environment bears, in millionths of a dollar by the hour; `first` is when their first begins.

    `lost` had been paid for anyway, at on-demand rates; `unused` is what of commitments lies idle for it, in what they
    cost; `elsewhere` is what of `lost` is avoided after all if others use that, and nothing where nothing lies idle.
    """

    first: int
    lost: array[int] = field(default_factory=_hours)
    unused: array[int] = field(default_factory=_hours)
    elsewhere: array[int] = field(default_factory=_hours)

    def hours(self) -> Iterator[tuple[int, tuple[int, int, int]]]:
        """The hours in which it bears anything: when they begin, and `lost`, `unused` and `elsewhere`."""
        for at, borne in enumerate(zip(self.lost, self.unused, self.elsewhere, strict=True)):
            if any(borne):
                yield self.first + at * HOUR, borne


class Burden:
    """The usage of all environments of a month, and what their commitments make of it."""

    def __init__(self, commitments: Sequence[Commitment], prices: Prices, month: str) -> None:
        self._commitments, self._prices = commitments, prices
        self._covering = Covering(commitments, prices)
        self._first = second(month_bounds("UTC", month)[0] - FIRST_ZONE)
        self._ran: defaultdict[str, array[int]] = defaultdict(_hours)
        self._removed: defaultdict[str, array[int]] = defaultdict(_hours)
        self._by_environment: dict[str, defaultdict[Signature, _Removed]] = {}

    def read(self, environment: str, hourly: Hours) -> None:
        """The environment's usage counts."""
        mine = self._by_environment.setdefault(environment, defaultdict(_Removed))
        at = (hourly.first - self._first) // HOUR
        for usage in hourly.usages:
            if signature := self._covering.of(usage.key):
                _plus(self._ran[usage.key], at, usage.ran)
                _plus(self._removed[usage.key], at, usage.removed)
                mine[signature].add(at, usage.removed)

    def commitments(self) -> tuple[Commitment, ...]:
        """Those that cover anything of what was read, and what of it; which of them comes first is found among them."""
        return in_use(self._commitments, self._ran.keys() | self._removed.keys())

    def borne(self) -> dict[str, Borne]:
        """What each environment bears; together it is what was lost."""
        applied = Covering(self.commitments(), self._prices)
        found = {name: Borne(self._first) for name in sorted(self._by_environment)}
        for pool in _pools({signature for each in self._by_environment.values() for signature in each}):
            removed = [_in(pool, self._by_environment[name]) for name in found]
            for at in range(HOURS):
                self._share(tuple(found.values()), self._effect(applied, pool, at), removed, at)
        return found

    def _share(self, found: Sequence[Borne], effect: Effect, removed: Sequence[_Removed], at: int) -> None:
        if not effect.lost:
            return
        weights = [(each.more if effect.lost < 0 else each.less)[at] for each in removed]
        total = sum(weights)
        lost = max(-total, min(total, int(effect.lost / MICRO)))
        unused = max(0, min(lost, int(effect.unused / MICRO)))
        free = min(lost, int((effect.free / MICRO).to_integral_value())) if unused else 0
        if lost:
            parts = (shared(amount, weights) for amount in (lost, unused, free))
            for each, mine, idle, worth in zip(found, *parts, strict=True):
                each.lost[at] += mine
                each.unused[at] += idle
                each.elsewhere[at] += worth

    def _effect(self, applied: Covering, pool: frozenset[Signature], at: int) -> Effect:
        ran, removed = self._at(self._ran, pool, at), self._at(self._removed, pool, at)
        return applied.effect(ran, removed, self._first + at * HOUR) if removed else Effect()

    def _at(self, columns: Mapping[str, array[int]], pool: frozenset[Signature], at: int) -> dict[str, Decimal]:
        """US dollars of that hour, by the keys that are in the pool and have any."""
        found = ((key, column[at]) for key, column in columns.items() if column[at])
        return {key: micros * MICRO for key, micros in found if self._covering.of(key) in pool}


def _in(pool: frozenset[Signature], removed: Mapping[Signature, _Removed]) -> _Removed:
    """What of it is in the pool, together."""
    found = [each for signature, each in removed.items() if signature in pool]
    if len(found) == 1:
        return found[0]
    return _Removed(_sum(each.less for each in found), _sum(each.more for each in found))


def _plus(column: array[int], at: int, more: Sequence[int]) -> None:
    """So much more is in the column, from that hour on."""
    ends = at + len(more)
    column[at:ends] = array("q", map(add, column[at:ends], more))


def _sum(columns: Iterable[array[int]]) -> array[int]:
    return array("q", map(sum, zip(_hours(), *columns, strict=True)))


def _pools(signatures: Iterable[Signature]) -> Iterator[frozenset[Signature]]:
    """Signatures that share a commitment, directly or by way of others, are of one pool."""
    pools: list[set[Signature]] = []
    for signature in sorted(signatures):
        touched = [pool for pool in pools if any(set(signature) & set(other) for other in pool)]
        pools = [pool for pool in pools if pool not in touched]
        pools.append({signature}.union(*touched))
    return map(frozenset, pools)
