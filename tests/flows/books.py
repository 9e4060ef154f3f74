"""Books of a month, kept from inputs as the daily close keeps them, and the ledger beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from chalicelib.core.money.compute import roll_ups
from chalicelib.core.money.inputs import Belongs, Inputs
from chalicelib.core.money.spans import Span
from chalicelib.flows.beside import Beside
from chalicelib.flows.booked import Booked
from chalicelib.flows.kept_bill import KeptBill
from chalicelib.flows.ledger_ports import Books
from tests.core.money.samples import at


@dataclass(frozen=True)
class KeptLedger:
    """Says what the inputs say."""

    inputs: Inputs
    bill: KeptBill | None = None

    def beside(self, month: str) -> Beside:
        known = self.inputs
        return Beside(known.commitments, known.exchange, known.own_cost, self.bill or _bill_of(known))

    def spans(self, month: str, name: str) -> Iterable[Span]:
        return (span for span in self.inputs.spans if span.environment == name)


def _bill_of(known: Inputs) -> KeptBill | None:
    return kept_bill(known) if known.bill or known.commitment_use else None


def kept_bill(known: Inputs) -> KeptBill:
    """What the inputs say of a bill, as somebody kept it."""
    return KeptBill(("bill.csv",), "finn", at(3, month=12), known.bill, known.commitment_use)


def keep(books: Books, inputs: Inputs) -> None:
    """Every environment's month is in the books."""
    belongs = {each.environment: each for each in inputs.belongs}
    budgets = {each.environment: each for each in inputs.budgets}
    for made in roll_ups(inputs):
        name = made.environment
        claims = tuple(each for each in inputs.baselines if each.environment == name)
        whose = replace(belongs.get(name, Belongs(name)), until=None)
        books.book(
            inputs.month,
            Booked(inputs.until or at(1, month=12), made, whose, budgets.get(name), inputs.rates, claims),
        )
