"""Whatever is asked in whatever order, the store in memory and the store in DynamoDB answer alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chalicelib.adapters.dynamodb_store import DynamoStore
from chalicelib.adapters.dynamodb_table import create_table
from chalicelib.core.wishes import Pause
from chalicelib.flows.events import ORGANISATION, Event, What
from chalicelib.flows.ports import Store
from chalicelib.flows.stored import Answered, Due, Head, Loaded, LostError, MovedError, Notes
from tests.contracts.samples import NOW, arn, event, states, stored, wishes
from tests.fakes import MemoryStore

TABLES = count()
NAMED = ("a", "b")
NAMES = st.sampled_from(NAMED)
SIZES = st.sampled_from([0, 1, 151])
PEOPLE = st.sampled_from(["dev1", "qa1"])
STEPS = st.sampled_from([timedelta(seconds=1), timedelta(seconds=40), timedelta(minutes=3), timedelta(days=1)])
DELAYS = st.sampled_from([None, timedelta(seconds=-1), timedelta(minutes=1), timedelta(hours=1)])
ARNS = st.lists(st.integers(0, 4).map(arn), max_size=4)
PICK = st.integers(0, 20)


class StoresAgree(RuleBasedStateMachine):
    """Heads and dues that were once seen are used again later, when they may be stale."""

    client: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        table = f"agreement-{next(TABLES)}"
        create_table(self.client, table)
        self.stores: tuple[Store, Store] = (MemoryStore(), DynamoStore(table, lambda: self.client))
        self.now = NOW
        self.heads: list[Head] = []
        self.dues: list[Due] = []

    @initialize(name=NAMES)
    def begin(self, name: str) -> None:
        self.define(name, fresh=True, owner="dev1")

    @rule(by=STEPS)
    def wait(self, by: timedelta) -> None:
        self.now += by

    @rule(name=NAMES, fresh=st.booleans(), owner=PEOPLE)
    def define(self, name: str, fresh: bool, owner: str) -> None:
        revision = None if fresh else self._revision(name)
        self._both(lambda store: store.define(stored(name, owner), revision, wishes(owner), self.now, self._told(name)))

    @rule(name=NAMES)
    def claim(self, name: str) -> None:
        self._both(lambda store: store.claim(name, self.now, self.now + timedelta(seconds=90)))

    @rule(pick=PICK, size=SIZES, attempts=st.integers(0, 1))
    def record(self, pick: int, size: int, attempts: int) -> None:
        self._about(pick, lambda store, head: store.record(head, states(size, attempts), self._told(head.name)))

    @rule(pick=PICK, size=SIZES, delay=DELAYS)
    def release(self, pick: int, size: int, delay: timedelta | None) -> None:
        due_at = None if delay is None else self.now + delay
        notes = Notes(told=(str(self.now),))
        self._about(pick, lambda store, head: store.release(head, states(size), notes, due_at, self._told(head.name)))

    @rule(pick=PICK)
    def drop(self, pick: int) -> None:
        self._about(pick, lambda store, head: store.drop(head, self.now))

    @rule(pick=PICK)
    def look_again(self, pick: int) -> None:
        self._about(pick, lambda store, head: store.reread(head))

    @rule(name=NAMES)
    def load(self, name: str) -> None:
        self._both(lambda store: _loaded(store, name))

    @rule(pick=PICK, person=PEOPLE, answered=st.booleans())
    def amend(self, pick: int, person: str, answered: bool) -> None:
        answer = Answered(person, self.now, "yes") if answered else None
        self._about(
            pick, lambda store, head: store.amend(head, wishes(person), self.now, self._told(head.name), answer)
        )

    @rule(pick=PICK)
    def remove(self, pick: int) -> None:
        self._about(pick, lambda store, head: store.remove(head, self._told(head.name)))

    @rule(name=NAMES, arns=ARNS, formerly=st.none() | NAMES)
    def own(self, name: str, arns: list[str], formerly: str | None) -> None:
        self._both(lambda store: store.own(name, arns, formerly))

    @rule()
    def sweep(self) -> None:
        self.dues.extend(self._both(lambda store: _by_name(store.due(self.now))) or ())

    @rule(pick=PICK)
    def push(self, pick: int) -> None:
        if self.dues:
            due = self.dues[pick % len(self.dues)]
            self._both(lambda store: store.push_sweep(due, self.now + timedelta(minutes=2)))

    @rule(name=NAMES, by=DELAYS)
    def hasten(self, name: str, by: timedelta | None) -> None:
        self._both(lambda store: store.hasten(name, self.now + (by or timedelta())))

    @rule(name=NAMES)
    def note(self, name: str) -> None:
        said = Event(What.HEARD, name, self.now, "runs", data={"arn": arn(1)})
        self._both(lambda store: store.note(name, [said]))

    @rule(account=st.sampled_from([None, "111122223333"]), thrown=st.booleans())
    def throw(self, account: str | None, thrown: bool) -> None:
        pause = Pause("qa1", "audit", self.now) if thrown else None
        self._both(lambda store: store.throw(account, pause, [event(at=self.now, name=ORGANISATION)]))

    @invariant()
    def heads_agree(self) -> None:
        self._both(lambda store: [_plain(store.head(name)) for name in NAMED])

    def teardown(self) -> None:
        far = self.now + timedelta(days=30)
        self._both(lambda store: (store.names(), store.switches(), _by_name(store.due(far))))
        self._both(lambda store: [store.owner(arn(each)) for each in range(5)])
        self._both(lambda store: [(store.journal(name), store.stored(name), _loaded(store, name)) for name in NAMED])
        self._both(lambda store: [sorted(store.readings(name, NOW, far), key=repr) for name in NAMED])
        self._both(lambda store: store.journal(ORGANISATION))

    def _both(self, ask: Callable[[Store], Any]) -> Any:
        """The one answer of both; every head in it is kept for later."""
        memory, dynamo = (_answer(ask, store) for store in self.stores)
        assert _plain(memory) == _plain(dynamo)
        if isinstance(dynamo, Head) and dynamo not in self.heads:
            self.heads.append(dynamo)
        return None if isinstance(dynamo, type) else dynamo

    def _about(self, pick: int, ask: Callable[[Store, Head], Any]) -> None:
        """Asked about one of the newest heads that were seen."""
        newest = self.heads[-6:]
        head = newest[pick % len(newest)]
        self._both(lambda store: ask(store, head))

    def _revision(self, name: str) -> int:
        head = self.stores[0].head(name)
        return head.revision if head else 1

    def _told(self, name: str) -> list[Event]:
        return [event(at=self.now, name=name), Event(What.METERED, name, self.now, "a*2", data={"arn": arn(1)})]


def _answer(ask: Callable[[Store], Any], store: Store) -> Any:
    try:
        return ask(store)
    except (MovedError, LostError) as error:
        return type(error)


def _plain(answer: Any) -> Any:
    """Without the number of chunks, which is each store's own affair."""
    return replace(answer, chunks=0) if isinstance(answer, Head) else answer


def _loaded(store: Store, name: str) -> Loaded | None:
    head = store.head(name)
    return store.load(head) if head else None


def _by_name(dues: tuple[Due, ...]) -> list[Due]:
    def order(due: Due) -> tuple[datetime, str]:
        return due.sweep_at, due.name

    return sorted(dues, key=order)


def test_both_stores_answer_alike(dynamodb: Any) -> None:
    run_state_machine_as_test(
        type("Agreeing", (StoresAgree,), {"client": dynamodb}),
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
