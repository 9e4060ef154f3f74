"""What the ledger and its reports need from the world, beside what every flow does (ports.py)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chalicelib.core.money.rates import Rate
from chalicelib.core.money.spans import Span
from chalicelib.flows.beside import Beside
from chalicelib.flows.booked import Booked
from chalicelib.flows.events import Event
from chalicelib.flows.kept_bill import KeptBill
from chalicelib.flows.past import Origin, Past


class Readings(Protocol):
    """The part of the store that the ledger is made from: the events that are FOR_THE_LEDGER, beside the journal."""

    def readings(self, name: str, begins: datetime, ends: datetime) -> Iterator[Event]:
        """Those of an environment from `begins` until before `ends`, in the order of time, however many.

        The environment need not be there any more.
        """

    def note(self, name: str, events: Sequence[Event]) -> None:
        """The events are among them, with no claim and no revision; the same ones noted again are there once."""


class Books(Protocol):
    """The part of the store where the ledger's months are kept."""

    def book(self, month: str, booked: Booked) -> None:
        """The environment's month is kept, in place of what was kept of it before. One transaction.

        Raises ValueError for one that is too large for it.
        """

    def closed(self, month: str) -> Mapping[str, datetime]:
        """Until when each environment's days of the month are closed; costs a hundredth of reading the months."""

    def fingerprint(self, month: str) -> str:
        """A text that is another one whenever anything of the month's books is; costs as much as `closed`."""

    def booked(self, month: str, names: Collection[str] | None = None) -> Iterator[Booked]:
        """The month of each environment, or of those named, by name; read page by page.

        Raises ValueError for one that this version cannot read.
        """

    def keep_bill(self, month: str, bill: KeptBill, events: Sequence[Event]) -> None:
        """The bill is kept in place of what was kept of the month's before, and the events are in the journal under
        ORGANISATION. One transaction.
        """

    def bill(self, month: str) -> KeptBill | None:
        """What was kept last of the month's bill, or None. Raises ValueError for what this version cannot read."""

    def keep_beside(self, month: str, beside: Beside) -> None:
        """What reports of the month rest on beside its books is kept, but for its bill and which report was final."""

    def kept_beside(self, month: str) -> Beside | None:
        """What was kept of it, or None. Raises ValueError for what this version cannot read."""


class Pasts(Protocol):
    """The part of the store where what ran before Curfew acted is kept. The environment need not be there any more."""

    def keep_past(self, name: str, past: Past, events: Sequence[Event] = ()) -> None:
        """It is kept in place of what was kept of that origin, with the events in the journal. One transaction."""

    def pasts(self, name: str) -> Mapping[Origin, Past]:
        """What is kept of the environment, by origin; may lag a moment behind what was just kept.

        Raises ValueError for what this version cannot read.
        """


class Ledger(Protocol):
    """What reports rest on beside the books."""

    def beside(self, month: str) -> Beside:
        """Commitments, exchange rate, own cost and reconciliation of the month, as they are now."""

    def spans(self, month: str, name: str) -> Iterable[Span]:
        """The spans from which the environment's roll-up of the month was computed."""


@dataclass(frozen=True, slots=True)
class RatesFound:
    """Rates as far as they are known, each with its source and date, in the order of their keys and of time.

    `missing` says, for people, why a key has no rate, or none for part of the time. Nothing is taken to be free.
    """

    rates: tuple[Rate, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)


class Rates(Protocol):
    """Knows what one unit of something costs (core.money.rates says what the keys mean)."""

    def rates(self, keys: Collection[str], begins: datetime, ends: datetime) -> RatesFound:
        """The rates of these keys that hold in that time; every key has a rate, is in `missing`, or both.

        Never a rate of nothing, never one of a key that was not asked for. What costs so much a month has a rate for
        each month, over the hours of that month (core.money.monthly_rates).
        """
