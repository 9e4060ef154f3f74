"""Amounts of a statement in whole cents, and how amounts in millionths become them without losing any."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from chalicelib.core.money.inputs import Exchange

MICROS_A_CENT = 10_000


@dataclass(frozen=True, slots=True)
class Amounts:
    """Whole cents of the statement's currency; the causes of what was avoided may be negative.

    `commitment` takes back what of the others' claim Savings Plans and reservations had paid for anyway. `unused` is
    what of them may lie idle because of what was avoided: if all of it were used elsewhere, so much more would have
    been avoided. Once a bill says what did, nothing is left of it. `residual` keeps billing and is no part of `actual`.
    """

    actual: int = 0
    hours: int = 0
    size: int = 0
    spot: int = 0
    commitment: int = 0
    residual: int = 0
    unused: int = 0

    @property
    def avoided(self) -> int:
        """What was avoided, if what commitments had paid for anyway is of no use to anybody."""
        return self.hours + self.size + self.spot + self.commitment

    @property
    def avoided_at_most(self) -> int:
        """What was avoided, if what commitments had paid for anyway is used elsewhere."""
        return self.avoided + self.unused

    @property
    def would_have(self) -> int:
        """What it would have cost without Curfew."""
        return self.actual + self.avoided

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(*(getattr(self, name) + getattr(other, name) for name in COLUMNS))


COLUMNS = tuple(each.name for each in fields(Amounts))
"""The columns of a row, in their order."""


def to_cents(micros: Iterable[array[int]], exchange: Exchange | None = None) -> None:
    """The column, in parts, holds whole cents in place of millionths of a dollar (cascade rounding).

    Each cent is the rounded sum of all so far less what was given before, so that any part of the column is within a
    cent of the truth, and the cents of all rows are the cents of the whole.
    """
    per_usd = exchange.per_usd if exchange else Decimal(1)
    times, over = per_usd.as_integer_ratio()
    over *= MICROS_A_CENT
    running = given = 0
    for part in micros:
        for number, micro in enumerate(part):
            if micro:
                running += micro * times
                cents = (2 * running + over) // (2 * over)
                part[number] = cents - given
                given = cents


def shared(amount: int, weights: Sequence[int]) -> Iterator[int]:
    """The whole amount in proportion to the weights, one of which at least is above 0.

    What has been given is always the share of all so far, so that no part is more than its share rounded up.
    """
    total = sum(weights)
    running = given = 0
    for weight in weights:
        running += weight
        share = amount * running // total
        yield share - given
        given = share
