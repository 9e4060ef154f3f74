"""What the flows need from the world, with what each port promises.

Every port has one conformance suite (tests/contracts), run over its in-memory fake and its real adapter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.core.due import RESYNC
from chalicelib.core.model import Location, ResourceState, Team
from chalicelib.core.money.rates import Rate
from chalicelib.core.money.spans import Span
from chalicelib.core.refusal import AT_FIRST
from chalicelib.core.rights import Permission
from chalicelib.core.wishes import Pause, Switches, Wishes
from chalicelib.flows.beside import Beside, NothingBeside
from chalicelib.flows.booked import Booked
from chalicelib.flows.events import Event
from chalicelib.flows.kept_bill import KeptBill
from chalicelib.flows.kept_reports import KeptReports
from chalicelib.flows.past import Origin, Past
from chalicelib.flows.stored import Answered, Due, Head, Loaded, Notes, Stored
from chalicelib.kinds.contract import Answer, Call, Look


class Clock(Protocol):
    """Tells the time; flows never ask the machine."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""

    def elapsed(self) -> timedelta:
        """Real time since some fixed instant, never less than before: how long somebody waits for an answer.

        A simulated clock does not hasten it.
        """


class Claims(Protocol):
    """The part of the store that one reconcile pass uses: at most five calls a pass."""

    def claim(self, name: str, now: datetime, until: datetime) -> Head | None:
        """The head with fence + 1 and `claimed_until` set; None, and nothing changed, when another's claim
        lasts past `now`, when nothing is due (`due_at` after `now`, or none), or when there is no such environment.

        The tick leaves a claimed environment alone until `until`. One conditional write.
        """

    def load(self, head: Head) -> Loaded:
        """Definition, resource states and kill switches as of now, read consistently, in one call."""

    def reread(self, head: Head) -> Head | None:
        """The head as it is now while the claim is still ours (same fence), else None. Consistent."""

    def record(self, head: Head, states: Mapping[str, ResourceState], events: Sequence[Event]) -> Head:
        """The states (all of them, replacing what was stored) and events are stored together; the head comes
        back with its new number of chunks.

        One transaction conditional on fence and revision. Raises MovedError or LostError, storing nothing.
        Chunks whose content did not change since `load` or the last `record` need not be written again.
        """

    def release(
        self,
        head: Head,
        states: Mapping[str, ResourceState],
        notes: Notes,
        due_at: datetime | None,
        events: Sequence[Event],
        disowned: Collection[str] = (),
    ) -> None:
        """States, notes and events are stored, the claim is gone, the next look is at `due_at`, and the ARNs in
        `disowned` (own ones, at most 50) are owned by nobody.

        One transaction conditional on fence and revision. Raises MovedError or LostError, storing nothing.
        """

    def drop(self, head: Head, now: datetime) -> bool:
        """The claim is gone and the environment is due now; False, and nothing changed, if it was not ours."""

    def own(self, name: str, arns: Collection[str], formerly: str | None = None) -> Mapping[str, str]:
        """Each ARN is owned by this environment, except those returned with their other owner's name.

        What `formerly` owned is taken over (a rename).
        Safe to repeat. One transaction per hundred ARNs when none is taken.
        """


class Desk(Protocol):
    """The part of the store where people's wishes and definitions arrive."""

    def head(self, name: str) -> Head | None:
        """The head as it is now (consistent), or None when there is no such environment."""

    def amend(
        self,
        head: Head,
        wishes: Wishes,
        now: datetime,
        events: Sequence[Event],
        answered: Answered | None = None,
    ) -> Head:
        """Wishes and events are stored, revision + 1, due now: one transaction conditional on the revision.

        `answered` is added to the head, those older than 24 hours are dropped. Raises MovedError, storing nothing.
        """

    def define(
        self, stored: Stored, revision: int | None, wishes: Wishes, now: datetime, events: Sequence[Event]
    ) -> Head:
        """The definition, its source and wishes are stored, revision + 1, due now, in one transaction.

        `revision` None creates the environment and raises MovedError if it exists; otherwise conditional on it.
        """

    def stored(self, name: str) -> Stored | None:
        """The definition as last applied, or None. Raises ValueError when it cannot be read."""

    def remove(self, head: Head, events: Sequence[Event]) -> None:
        """Head, definition, states and this environment's owner items are gone; the journal stays.

        Conditional on the revision (MovedError) and on the fence (LostError), so that a claimant may remove its own.
        """

    def names(self, after: str | None = None, limit: int = 200) -> tuple[str, ...]:
        """At most `limit` environment names in alphabetical order, those after `after`."""

    def journal(self, name: str, since: datetime | None = None, limit: int = 200) -> tuple[Event, ...]:
        """The newest events of an environment, oldest first, at most `limit`; none that are FOR_THE_LEDGER."""

    def switches(self) -> Switches:
        """The kill switches as they are now (consistent)."""

    def throw(self, account: str | None, pause: Pause | None, events: Sequence[Event]) -> None:
        """The organisation's switch (account None) or one account's is thrown, or taken back (pause None).

        The events are in the journal under ORGANISATION. One transaction.
        """


class Sweep(Protocol):
    """The part of the store that the tick and AWS events use."""

    def due(self, now: datetime, limit: int = 500) -> tuple[Due, ...]:
        """Environments whose sweep instant has come, oldest first. One query; costs what is due."""

    def push_sweep(self, due: Due, to: datetime) -> bool:
        """The sweep instant moved to `to`; False, and nothing changed, if it was not `due.sweep_at` any more.

        `due_at` stays as it is, so that the poke that follows finds the environment due.
        """

    def hasten(self, name: str, at: datetime) -> bool:
        """Due at `at` rather than later; False, and nothing changed, if it was due by then anyway.

        The sweep instant becomes two minutes after `at`: a poke is on its way, the tick stands behind it.
        """

    def owner(self, arn: str) -> str | None:
        """The environment that owns the resource, or None."""


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


class Pasts(Protocol):
    """The part of the store where what ran before Curfew acted is kept. The environment need not be there any more."""

    def keep_past(self, name: str, past: Past, events: Sequence[Event] = ()) -> None:
        """It is kept in place of what was kept of that origin, with the events in the journal. One transaction."""

    def pasts(self, name: str) -> Mapping[Origin, Past]:
        """What is kept of the environment, by origin; may lag a moment behind what was just kept.

        Raises ValueError for what this version cannot read.
        """


class Store(Claims, Desk, Sweep, Readings, Books, Pasts, KeptReports, Protocol):
    """The whole store."""


class Queue(Protocol):
    """Carries pokes. May lose, double and reorder them."""

    def poke(self, name: str, delay: timedelta = timedelta()) -> None:
        """A poke for this environment will arrive after `delay` (0 to 900 s) or later, once or more, or never."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """AWS said no. `code` is its error code; `throttled` that asking less often is the remedy.

    `named` are those of the call's resources (ARNs) to which the message points; the others may be sound. `operation`
    is the call to make first that AWS refused, where it was not the call itself.
    """

    code: str
    message: str
    throttled: bool = False
    named: tuple[str, ...] = ()
    operation: str = ""

    def __str__(self) -> str:
        """Code and message, as people see it."""
        first = f"{self.operation}{AT_FIRST}" if self.operation else ""
        return f"{first}{self.code}: {self.message}"


class Cloud(Protocol):
    """AWS, seen through calls as data."""

    def look(self, location: Location, service: str, looks: Sequence[Look]) -> tuple[Answer, ...] | Refusal:
        """All pages of all looks, in order; or why AWS would not show them. Changes nothing."""

    def act(self, location: Location, calls: Sequence[Call]) -> Iterator[tuple[Call, Refusal | None]]:
        """Each call (a few at a time) comes back with None when it was accepted.

        Where AWS accepts a call but not for all its resources, each of those refused comes back as a call of its own.
        """

    def may(self, location: Location, calls: Sequence[Call]) -> tuple[Permission, ...]:
        """Whether AWS would take each call, in their order. Changes nothing: no call is made."""


class Probe(Protocol):
    """Asks an environment's own health checks. Answers None when healthy, else what was seen instead."""

    def http(self, url: str) -> str | None:
        """None when the address answers 2xx or 3xx within five seconds. Private addresses are refused."""

    def target_group(self, location: Location, arn: str) -> str | None:
        """None when every registered target is healthy."""


class Journal(Protocol):
    """Hears every event after it is certain. Several may listen; one that fails does not stop the others."""

    def publish(self, owner: Team, events: Sequence[Event]) -> None:
        """The events were handed to every subscriber. May be called twice with the same events."""


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


@dataclass(slots=True)
class Recent:
    """What a warm process remembers of the last minutes to save calls; forgetting it costs nothing but those.

    `owners` holds, by ARN, the owner (or None) and until when that may be trusted; `hurried`, by environment,
    until when a poke is on its way because of an event.
    """

    owners: dict[str, tuple[str | None, datetime]] = field(default_factory=dict)
    hurried: dict[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """Everything a flow may ask of the world, in one value.

    `claim_length` is a function's timeout and 30 s; `resync` how often a settled environment is looked at.
    """

    clock: Clock
    store: Store
    queue: Queue
    cloud: Cloud
    journal: Journal
    probe: Probe
    claim_length: timedelta = timedelta(seconds=90)
    resync: timedelta = RESYNC
    recent: Recent = field(default_factory=Recent)
    ledger: Ledger = field(default_factory=NothingBeside)
