"""The store as dictionaries behind one lock: the plainest thing that keeps every promise of the port."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import wraps
from threading import RLock
from typing import Concatenate, ParamSpec, TypeVar, cast

from chalicelib.core.model import ResourceState
from chalicelib.core.wishes import Pause, Switches, Wishes
from chalicelib.flows.beside import Beside
from chalicelib.flows.booked import Booked
from chalicelib.flows.events import FOR_THE_LEDGER, ORGANISATION, Event
from chalicelib.flows.kept_bill import KeptBill
from chalicelib.flows.past import Origin, Past
from chalicelib.flows.stored import Answered, Due, Head, Loaded, LostError, MovedError, Notes, Stored
from tests.fakes.kept_reports import MemoryKeptReports

POKE_GRACE = timedelta(minutes=2)
HONOURED = timedelta(hours=24)

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class Kept:
    """All that is kept of one environment."""

    head: Head
    stored: Stored
    sweep_at: datetime | None
    states: Mapping[str, ResourceState] = field(default_factory=dict)
    broken: str | None = None


def atomic(method: Callable[Concatenate[MemoryStore, P], R]) -> Callable[Concatenate[MemoryStore, P], R]:
    """The method as one step that no other thread can see half done, counted in `calls`."""

    @wraps(method)
    def locked(self: MemoryStore, *args: P.args, **kwargs: P.kwargs) -> R:
        with self._lock:
            self.calls[method.__name__] += 1
            return method(self, *args, **kwargs)

    return cast("Callable[Concatenate[MemoryStore, P], R]", locked)


class MemoryStore(MemoryKeptReports):
    """The whole store over dictionaries; `calls` counts by method name.

    Tests may look at (and plant) everything: `kept` by environment, `owners` by ARN, `events` by environment.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = RLock()
        self.calls: Counter[str] = Counter()
        self.kept: dict[str, Kept] = {}
        self.owners: dict[str, str] = {}
        self.events: dict[str, list[Event]] = {}
        self.thrown = Switches()
        self.months: dict[str, dict[str, Booked]] = {}
        self.ran_before: dict[str, dict[Origin, Past]] = {}
        self.bills: dict[str, KeptBill] = {}
        self.besides: dict[str, Beside] = {}

    # Claims

    @atomic
    def claim(self, name: str, now: datetime, until: datetime) -> Head | None:
        kept = self.kept.get(name)
        if kept is None or kept.head.due_at is None or kept.head.due_at > now:
            return None
        if kept.head.claimed_until is not None and kept.head.claimed_until > now:
            return None
        kept.head = replace(kept.head, fence=kept.head.fence + 1, claimed_until=until)
        kept.sweep_at = until
        return kept.head

    @atomic
    def load(self, head: Head) -> Loaded:
        kept = self.kept.get(head.name)
        if kept is None:
            return Loaded(None, {}, self.thrown, "no definition is stored")
        definition = None if kept.broken else kept.stored.definition
        return Loaded(definition, dict(kept.states), self.thrown, kept.broken)

    @atomic
    def reread(self, head: Head) -> Head | None:
        kept = self.kept.get(head.name)
        return kept.head if kept and is_ours(kept, head) else None

    @atomic
    def record(self, head: Head, states: Mapping[str, ResourceState], events: Sequence[Event]) -> Head:
        kept = self._ours(head)
        kept.states = dict(states)
        kept.head = replace(kept.head, chunks=1 if states else 0)
        self._append(head.name, events)
        return replace(head, chunks=kept.head.chunks)

    @atomic
    def release(
        self,
        head: Head,
        states: Mapping[str, ResourceState],
        notes: Notes,
        due_at: datetime | None,
        events: Sequence[Event],
        disowned: Collection[str] = (),
    ) -> None:
        kept = self._ours(head)
        self._disown(head.name, disowned)
        kept.states = dict(states)
        chunks = 1 if states else 0
        kept.head = replace(kept.head, notes=notes, due_at=due_at, claimed_until=None, chunks=chunks)
        kept.sweep_at = due_at
        self._append(head.name, events)

    @atomic
    def drop(self, head: Head, now: datetime) -> bool:
        kept = self.kept.get(head.name)
        if kept is None or not is_ours(kept, head):
            return False
        kept.head = replace(kept.head, due_at=now, claimed_until=None)
        kept.sweep_at = now
        return True

    @atomic
    def own(self, name: str, arns: Collection[str], formerly: str | None = None) -> Mapping[str, str]:
        free = {arn for arn in arns if self.owners.get(arn) in (None, name, formerly)}
        self.owners |= dict.fromkeys(free, name)
        return {arn: self.owners[arn] for arn in arns if arn not in free}

    # Desk

    @atomic
    def head(self, name: str) -> Head | None:
        kept = self.kept.get(name)
        return kept.head if kept else None

    @atomic
    def amend(
        self,
        head: Head,
        wishes: Wishes,
        now: datetime,
        events: Sequence[Event],
        answered: Answered | None = None,
    ) -> Head:
        kept = self._at_revision(head.name, head.revision)
        honoured = tuple(each for each in kept.head.answered if now - each.at <= HONOURED)
        self._reschedule(kept, now)
        kept.head = replace(
            kept.head,
            revision=head.revision + 1,
            wishes=wishes,
            answered=honoured + ((answered,) if answered else ()),
        )
        self._append(head.name, events)
        return kept.head

    @atomic
    def define(
        self, stored: Stored, revision: int | None, wishes: Wishes, now: datetime, events: Sequence[Event]
    ) -> Head:
        name = stored.definition.environment
        kept = self._fresh(name, stored) if revision is None else self._at_revision(name, revision)
        self._reschedule(kept, now)
        kept.head = replace(kept.head, revision=kept.head.revision + 1, wishes=wishes)
        kept.stored, kept.broken = stored, None
        self.kept[name] = kept
        self._append(name, events)
        return kept.head

    @atomic
    def stored(self, name: str) -> Stored | None:
        kept = self.kept.get(name)
        if kept and kept.broken:
            raise ValueError(kept.broken)
        return kept.stored if kept else None

    @atomic
    def remove(self, head: Head, events: Sequence[Event]) -> None:
        kept = self._at_revision(head.name, head.revision)
        if kept.head.fence != head.fence:
            raise LostError(f"{head.name} was claimed since")
        self._disown(head.name, kept.states)
        del self.kept[head.name]
        self._append(head.name, events)

    @atomic
    def names(self, after: str | None = None, limit: int = 200) -> tuple[str, ...]:
        return tuple(sorted(name for name in self.kept if after is None or name > after)[:limit])

    @atomic
    def journal(self, name: str, since: datetime | None = None, limit: int = 200) -> tuple[Event, ...]:
        told = (event for event in self.events.get(name, ()) if event.what not in FOR_THE_LEDGER)
        events = sorted(told, key=lambda event: event.at)
        return tuple([event for event in events if since is None or event.at >= since][-limit:])

    @atomic
    def switches(self) -> Switches:
        return self.thrown

    @atomic
    def throw(self, account: str | None, pause: Pause | None, events: Sequence[Event]) -> None:
        self._append(ORGANISATION, events)
        if account is None:
            self.thrown = replace(self.thrown, organisation=pause)
            return
        others = {key: each for key, each in self.thrown.accounts.items() if key != account}
        self.thrown = replace(self.thrown, accounts=others | ({account: pause} if pause else {}))

    # Sweep

    @atomic
    def due(self, now: datetime, limit: int = 500) -> tuple[Due, ...]:
        swept = [
            Due(name, kept.sweep_at)
            for name, kept in self.kept.items()
            if kept.sweep_at is not None and kept.sweep_at <= now
        ]
        return tuple(sorted(swept, key=lambda due: due.sweep_at)[:limit])

    @atomic
    def push_sweep(self, due: Due, to: datetime) -> bool:
        kept = self.kept.get(due.name)
        if kept is None or kept.sweep_at != due.sweep_at:
            return False
        kept.sweep_at = to
        return True

    @atomic
    def hasten(self, name: str, at: datetime) -> bool:
        kept = self.kept.get(name)
        if kept is None or (kept.head.due_at is not None and kept.head.due_at <= at):
            return False
        kept.head = replace(kept.head, due_at=at)
        kept.sweep_at = at + POKE_GRACE
        return True

    @atomic
    def owner(self, arn: str) -> str | None:
        return self.owners.get(arn)

    # Readings

    @atomic
    def readings(self, name: str, begins: datetime, ends: datetime) -> Iterator[Event]:
        read = [event for event in self.events.get(name, ()) if event.what in FOR_THE_LEDGER]
        return iter(sorted((event for event in read if begins <= event.at < ends), key=lambda event: event.at))

    @atomic
    def note(self, name: str, events: Sequence[Event]) -> None:
        known = self.events.get(name, [])
        self._append(name, [event for event in events if event not in known])

    # Books

    @atomic
    def book(self, month: str, booked: Booked) -> None:
        self.months.setdefault(month, {})[booked.belongs.environment] = booked

    @atomic
    def closed(self, month: str) -> Mapping[str, datetime]:
        return {name: booked.until for name, booked in self.months.get(month, {}).items()}

    @atomic
    def fingerprint(self, month: str) -> str:
        return repr(sorted(self.months.get(month, {}).items()))

    @atomic
    def booked(self, month: str, names: Collection[str] | None = None) -> Iterator[Booked]:
        kept = self.months.get(month, {})
        return iter([kept[name] for name in sorted(kept) if names is None or name in names])

    @atomic
    def keep_bill(self, month: str, bill: KeptBill, events: Sequence[Event]) -> None:
        self.bills[month] = bill
        self._append(ORGANISATION, events)

    @atomic
    def bill(self, month: str) -> KeptBill | None:
        return self.bills.get(month)

    @atomic
    def keep_beside(self, month: str, beside: Beside) -> None:
        self.besides[month] = beside

    @atomic
    def kept_beside(self, month: str) -> Beside | None:
        return self.besides.get(month)

    # Pasts

    @atomic
    def keep_past(self, name: str, past: Past, events: Sequence[Event] = ()) -> None:
        self.ran_before.setdefault(name, {})[past.origin] = past
        self._append(name, events)

    @atomic
    def pasts(self, name: str) -> Mapping[Origin, Past]:
        return dict(self.ran_before.get(name, {}))

    # For tests

    def spoil(self, name: str, why: str) -> None:
        """The stored definition cannot be read any more, until it is defined again."""
        self.kept[name].broken = why

    def states(self, name: str) -> Mapping[str, ResourceState]:
        return self.kept[name].states

    def _ours(self, head: Head) -> Kept:
        kept = self.kept.get(head.name)
        if kept is None or not is_ours(kept, head):
            raise LostError(f"the claim on {head.name} is another's now")
        return self._at_revision(head.name, head.revision)

    def _at_revision(self, name: str, revision: int) -> Kept:
        kept = self.kept.get(name)
        if kept is None or kept.head.revision != revision:
            raise MovedError(f"{name} changed since revision {revision}")
        return kept

    def _fresh(self, name: str, stored: Stored) -> Kept:
        if name in self.kept:
            raise MovedError(f"{name} exists already")
        return Kept(Head(name, revision=0, fence=0), stored, sweep_at=None)

    @staticmethod
    def _reschedule(kept: Kept, now: datetime) -> None:
        """Due now; the tick stands behind the poke, unless it comes earlier or a claim is alive."""
        claimed = kept.head.claimed_until is not None and kept.head.claimed_until > now
        if not claimed:
            kept.sweep_at = min(kept.sweep_at or now + POKE_GRACE, now + POKE_GRACE)
        kept.head = replace(kept.head, due_at=now)

    def _disown(self, name: str, arns: Collection[str]) -> None:
        for arn in arns:
            if self.owners.get(arn) == name:
                del self.owners[arn]

    def _append(self, name: str, events: Sequence[Event]) -> None:
        self.events.setdefault(name, []).extend(events)


def is_ours(kept: Kept, head: Head) -> bool:
    """A claim is ours while nobody claimed after us and it was neither released nor dropped."""
    return kept.head.fence == head.fence and kept.head.claimed_until is not None
