"""What the flows need from the world, with what each port promises.

Every port has one conformance suite (tests/contracts), run over its in-memory fake and its real adapter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.core.due import RESYNC
from chalicelib.core.model import Location, ResourceState, Team
from chalicelib.core.refusal import AT_FIRST
from chalicelib.core.rights import Permission
from chalicelib.core.wishes import Pause, Switches, Wishes
from chalicelib.flows.beside import NothingBeside
from chalicelib.flows.events import Event
from chalicelib.flows.kept_reports import KeptReports
from chalicelib.flows.ledger_ports import Books, Ledger, Pasts, Readings
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
