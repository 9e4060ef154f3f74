"""What commitments cover in an hour, and so what is really saved when usage is removed from it.

The cost of an hour is what commitments cost, used or not, and what they do not cover at on-demand rates. What removing
usage saves is the difference of two such costs: what a commitment would have covered saves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fnmatch import fnmatchcase
from itertools import groupby
from operator import itemgetter

from chalicelib.core.money.billing import second
from chalicelib.core.money.commitments import Commitment, Reservation, SavingsPlan, together
from chalicelib.core.money.prices import Prices

Usage = Mapping[str, Decimal]
"""US dollars at on-demand rates, by rate key."""
Parts = tuple[Commitment, ...]

NOTHING = Decimal(0)
NEITHER = (NOTHING, NOTHING)


@dataclass(frozen=True, slots=True)
class Effect:
    """Of an hour's removed usage: `lost` at on-demand rates was covered anyway, so that removing it saved nothing.

    `unused` is what of commitments lies idle for it, in what they cost. `free` is its worth at on-demand rates:
    less than `lost` where other usage takes the place of what was removed.
    """

    lost: Decimal = NOTHING
    unused: Decimal = NOTHING
    free: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Covered:
    """What a commitment covers of an hour: `usd` at on-demand rates, for `paid` of what the commitment costs.

    `by_key` has both for each rate key.
    """

    usd: Decimal = NOTHING
    paid: Decimal = NOTHING
    by_key: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)


class Covering:
    """Commitments in the order in which AWS applies them: reservations, then Savings Plans, highest discount first.

    Within a Savings Plan, too, the usage with the highest discount comes first; a reservation covers what costs most.
    All of them are shared by the whole organisation.
    https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html
    """

    def __init__(self, commitments: Iterable[Commitment], prices: Prices) -> None:
        ordered = sorted(together(commitments), key=_place)
        self._commitments = ordered
        self._plans = [tuple(part for part in parts if isinstance(part, SavingsPlan)) for parts in ordered]
        self._reserved = [tuple(part for part in parts if isinstance(part, Reservation)) for parts in ordered]
        self._prices = prices
        self._by_key: dict[str, Mapping[int, int]] = {}

    def of(self, key: str) -> tuple[int, ...]:
        """The numbers of the commitments that may cover the key."""
        return tuple(self._parts(key))

    def covered(self, usage: Usage, hour: int) -> tuple[Covered, ...]:
        """What each commitment covers of the usage of that hour."""
        left = {key: usd for key, usd in sorted(usage.items()) if usd > 0}
        return tuple(self._taken(number, left, hour) for number in range(len(self._commitments)))

    def effect(self, ran: Usage, removed: Usage, hour: int) -> Effect:
        """What removing that usage from the hour did not save."""
        would = {key: ran.get(key, NOTHING) + removed.get(key, NOTHING) for key in ran.keys() | removed.keys()}
        pairs = list(zip(self.covered(would, hour), self.covered(ran, hour), strict=True))
        lost = sum((before.usd - now.usd for before, now in pairs), NOTHING)
        unused = sum((before.paid - now.paid for before, now in pairs), NOTHING)
        return Effect(lost, unused, sum((_free(before, now) for before, now in pairs), NOTHING))

    def _parts(self, key: str) -> Mapping[int, int]:
        """The part of each commitment under which the key is covered, by number."""
        if key not in self._by_key:
            found = {number: _part(parts, key) for number, parts in enumerate(self._commitments)}
            self._by_key[key] = {number: part for number, part in found.items() if part is not None}
        return self._by_key[key]

    def _taken(self, number: int, left: dict[str, Decimal], hour: int) -> Covered:
        first = self._commitments[number][0]
        if not second(first.begins) <= hour < second(first.ends):
            return Covered()
        keys = sorted((self._parts(key)[number], key) for key in left if number in self._parts(key))
        if isinstance(first, SavingsPlan):
            return _spent(self._plans[number], keys, left)
        rated = ((part, key, self._prices.cost(key, hour, hour + 1)) for part, key in keys)
        return _used(self._reserved[number], [(part, key, rate) for part, key, rate in rated if rate], left)


def in_use(commitments: Iterable[Commitment], keys: Collection[str]) -> tuple[Commitment, ...]:
    """What of the commitments covers any of these keys: nothing else makes a difference to usage of them."""
    left = (replace(each, covers=tuple(sorted(_matching(each.covers, keys)))) for each in commitments)
    return tuple(each for each in left if each.covers)


def _matching(patterns: Iterable[str], keys: Collection[str]) -> Iterator[str]:
    return (pattern for pattern in patterns if any(fnmatchcase(key, pattern) for key in keys))


def _free(before: Covered, now: Covered) -> Decimal:
    """What lies idle of a commitment, at the on-demand rates of what it covered before and does not cover now."""
    left = ((before.by_key[key], now.by_key.get(key, NEITHER)) for key in before.by_key)
    freed = [(was[0] - still[0], was[1] - still[1]) for was, still in left if was > still]
    usd, paid = sum((each[0] for each in freed), NOTHING), sum((each[1] for each in freed), NOTHING)
    idle = max(before.paid - now.paid, NOTHING)
    return usd * idle / paid if paid else NOTHING


def _spent(parts: Sequence[SavingsPlan], keys: Iterable[tuple[int, str]], left: dict[str, Decimal]) -> Covered:
    """A commitment of so much covers that much at the plan's rates, and more at on-demand rates."""
    total, paid = NOTHING, NOTHING
    by_key: dict[str, tuple[Decimal, Decimal]] = {}
    for number, alike in groupby(keys, key=itemgetter(0)):
        part, usd = parts[number], NOTHING
        room = (part.usd_per_hour - paid) / (1 - part.discount)
        for _, key in alike:
            taken = min(room - usd, left[key])
            left[key] -= taken
            usd += taken
            by_key[key] = taken, taken * (1 - part.discount)
        total += usd
        paid += usd * (1 - part.discount)
    return Covered(total, paid, by_key)


def _used(parts: Sequence[Reservation], rates: Iterable[tuple[int, str, Decimal]], left: dict[str, Decimal]) -> Covered:
    """Units are counted in those of the part that has most."""
    most = max(part.units for part in parts)
    units, usd, paid = most, NOTHING, NOTHING
    by_key: dict[str, tuple[Decimal, Decimal]] = {}
    for number, key, rate in sorted(rates, key=lambda each: (-parts[each[0]].units * each[2], each[1])):
        if not (cost := parts[number].units / (most or 1) * rate):
            continue
        taken = min(units * cost, left[key])
        units -= taken / cost
        left[key] -= taken
        usd += taken
        paid += taken * (1 - parts[number].discount)
        by_key[key] = taken, taken * (1 - parts[number].discount)
    return Covered(usd, paid, by_key)


def _part(parts: Parts, key: str) -> int | None:
    """The first of the parts that covers the key."""
    return next((number for number, part in enumerate(parts) if _matches(part, key)), None)


def _matches(commitment: Commitment, key: str) -> bool:
    return any(fnmatchcase(key, pattern) for pattern in commitment.covers)


def _place(parts: Parts) -> tuple[bool, Decimal, str]:
    return isinstance(parts[0], SavingsPlan), -parts[0].discount, parts[0].id
