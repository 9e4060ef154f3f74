"""What a month's report rests on beside the books: commitments, the exchange rate, what Curfew cost, a bill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.inputs import Exchange
from chalicelib.core.money.spans import Span
from chalicelib.flows.kept_bill import KeptBill


@dataclass(frozen=True, slots=True)
class Beside:
    """Of one month. `own_cost` is in US dollars; `bill` is None until somebody compared the month with one.

    `final` is the hash of the first of the month's reports that was final; one with another hash restates it. `unknown`
    says what of it is not known, for people.
    """

    commitments: tuple[Commitment, ...] = ()
    exchange: Exchange | None = None
    own_cost: Decimal = Decimal(0)
    bill: KeptBill | None = None
    final: str | None = None
    unknown: tuple[str, ...] = ()


class NothingBeside:
    """The ledger of who has no commitments, reports in USD, and keeps no spans."""

    def beside(self, month: str) -> Beside:
        """As the port says."""
        return Beside()

    def spans(self, month: str, name: str) -> Iterable[Span]:
        """As the port says."""
        return ()
