"""What a month's report rests on beside the books: commitments, the exchange rate, what Curfew cost, what agrees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.inputs import Exchange
from chalicelib.core.money.spans import Span


@dataclass(frozen=True, slots=True)
class Beside:
    """Of one month. `own_cost` is in US dollars; `reconciled` are the environments that agree with the bill.

    `final` is the hash of the first of the month's reports that was final; one with another hash restates it.
    """

    commitments: tuple[Commitment, ...] = ()
    exchange: Exchange | None = None
    own_cost: Decimal = Decimal(0)
    reconciled: tuple[str, ...] = ()
    final: str | None = None


class NothingBeside:
    """The ledger of who has no commitments, reports in USD, and keeps no spans."""

    def beside(self, month: str) -> Beside:
        """As the port says."""
        return Beside()

    def spans(self, month: str, name: str) -> Iterable[Span]:
        """As the port says."""
        return ()
