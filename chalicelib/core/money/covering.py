"""What commitments cover in an hour, and so what is really saved when usage is removed from it.

The cost of an hour is what commitments cost, used or not, and what they do not cover at on-demand rates. What removing
usage saves is the difference of two such costs: what a commitment would have covered saves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase

from chalicelib.core.money.billing import second
from chalicelib.core.money.commitments import Commitment, Reservation, SavingsPlan
from chalicelib.core.money.prices import Prices

Usage = Mapping[str, Decimal]
"""US dollars at on-demand rates, by rate key."""

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Effect:
    """Of an hour's removed usage: `lost` at on-demand rates was covered anyway, so that removing it saved nothing.

    `unused` is what of commitments lies idle for it, in what they cost.
    """

    lost: Decimal = NOTHING
    unused: Decimal = NOTHING


class Covering:
    """Commitments in the order in which AWS applies them: reservations, then Savings Plans, highest discount first.

    A Savings Plan has one discount here, so that the order of what it covers makes no difference to what it covers; a
    reservation covers what costs most. All of them are shared by the whole organisation.
    https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html
    """

    def __init__(self, commitments: Iterable[Commitment], prices: Prices) -> None:
        self._commitments = sorted(commitments, key=_place)
        self._prices = prices
        self._by_key: dict[str, tuple[int, ...]] = {}

    def of(self, key: str) -> tuple[int, ...]:
        """The numbers of the commitments that may cover the key."""
        if key not in self._by_key:
            found = (number for number, each in enumerate(self._commitments) if _matches(each, key))
            self._by_key[key] = tuple(found)
        return self._by_key[key]

    def covered(self, usage: Usage, hour: int) -> tuple[Decimal, ...]:
        """What each commitment covers of the usage of that hour, at on-demand rates."""
        left = {key: usd for key, usd in sorted(usage.items()) if usd > 0}
        return tuple(self._taken(number, left, hour) for number in range(len(self._commitments)))

    def effect(self, ran: Usage, removed: Usage, hour: int) -> Effect:
        """What removing that usage from the hour did not save."""
        would = {key: ran.get(key, NOTHING) + removed.get(key, NOTHING) for key in ran.keys() | removed.keys()}
        before, now = self.covered(would, hour), self.covered(ran, hour)
        lost = [then - left for then, left in zip(before, now, strict=True)]
        idle = (each * (1 - of.discount) for each, of in zip(lost, self._commitments, strict=True))
        return Effect(sum(lost, NOTHING), sum(idle, NOTHING))

    def _taken(self, number: int, left: dict[str, Decimal], hour: int) -> Decimal:
        commitment = self._commitments[number]
        if not second(commitment.begins) <= hour < second(commitment.ends):
            return NOTHING
        keys = [key for key in left if number in self.of(key)]
        if isinstance(commitment, SavingsPlan):
            return _spent(commitment, keys, left)
        return self._used(commitment, keys, left, hour)

    def _used(self, reservation: Reservation, keys: list[str], left: dict[str, Decimal], hour: int) -> Decimal:
        rates = {key: rate for key in keys if (rate := self._prices.cost(key, hour, hour + 1))}
        units, total = reservation.units, NOTHING
        for key, rate in sorted(rates.items(), key=lambda each: (-each[1], each[0])):
            taken = min(units * rate, left[key])
            units -= taken / rate
            left[key] -= taken
            total += taken
        return total


def _spent(plan: SavingsPlan, keys: Iterable[str], left: dict[str, Decimal]) -> Decimal:
    """A commitment of so much covers that much at the plan's rates, and more at on-demand rates."""
    room = plan.usd_per_hour / (1 - plan.discount)
    total = NOTHING
    for key in keys:
        taken = min(room - total, left[key])
        left[key] -= taken
        total += taken
    return total


def _matches(commitment: Commitment, key: str) -> bool:
    return any(fnmatchcase(key, pattern) for pattern in commitment.covers)


def _place(commitment: Commitment) -> tuple[bool, Decimal, str]:
    return isinstance(commitment, SavingsPlan), -commitment.discount, commitment.id
