"""What reports rest on beside the books, in a deployment: its readings, its organisation, and what it costs itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.inputs import Exchange
from chalicelib.core.money.own_cost import own_cost
from chalicelib.core.money.spans import Span
from chalicelib.flows.beside import Beside
from chalicelib.flows.commitments import Commitments
from chalicelib.flows.kept_reports import first_final
from chalicelib.flows.ports import Store
from chalicelib.flows.spans import spans_of


@dataclass(frozen=True, slots=True)
class KeptLedger:
    """Spans are folded anew from what passes left; `exchange` is the organisation's rate as last applied.

    A month that is settled (flows/settling.py) keeps the rate, the commitments and the own cost that it had.
    """

    store: Store
    exchange: Callable[[], Exchange | None]
    commitments: Commitments = field(default_factory=Commitments)

    def beside(self, month: str) -> Beside:
        """As the port says."""
        beside = self.store.kept_beside(month) or self._today(month)
        return replace(beside, bill=self.store.bill(month), final=first_final(self.store.kept_reports(month)))

    def _today(self, month: str) -> Beside:
        return Beside(
            self.commitments.of(month),
            self.exchange(),
            own_cost(month, self.store.closed(month)),
            unknown=self.commitments.unknown(month),
        )

    def spans(self, month: str, name: str) -> Iterable[Span]:
        """As the port says."""
        for booked in self.store.booked(month, [name]):
            begins, _ = month_bounds(booked.belongs.timezone, month)
            yield from spans_of(self.store, name, begins, booked.until, booked.closed_at)
