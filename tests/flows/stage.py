"""A stage for flow tests: fakes for every port, one environment, and a driver that delivers what is due."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from chalicelib.core.model import Definition, Desired, Resource, StopOrder, Team, WakeRule
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import parse_window
from chalicelib.core.wishes import Wishes
from chalicelib.flows.events import Event, What
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.ports import World
from chalicelib.flows.reconcile import reconcile
from chalicelib.flows.stored import Head, Stored
from chalicelib.flows.tick import tick
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import HERE, FakeCloud
from tests.fakes.journal import RecordingJournal
from tests.fakes.queue import MemoryQueue
from tests.fakes.store import MemoryStore

MONDAY = datetime(2027, 3, 8, 12, 0, tzinfo=UTC)
"""A Monday noon, inside the windows of `definition()`."""

DEV = Actor("a-developer", Role.DEVELOPER)
OPERATOR = Actor("an-operator", Role.OPERATOR)

DATABASE = Resource("database", "rds-instance", ids=("orders-db",))
NODES = Resource("nodes", "auto-scaling-group", ids=("orders-nodes",), needs=("database",))


def definition(*resources: Resource, windows: str = "mon-fri 08:00-20:00", **other: object) -> Definition:
    """An environment up on weekdays from 08:00 to 20:00 UTC."""
    values: dict[str, object] = {
        "environment": "orders-qa",
        "owner": Team("orders-team", email="orders-team@example.com"),
        "locations": (HERE,),
        "resources": resources or (DATABASE, NODES),
        "uptime": (Uptime("UTC", (parse_window(windows),)),),
        "stop_order": StopOrder.SAME,
        "wake": WakeRule(),
    }
    return Definition(**{**values, **other})  # type: ignore[arg-type]


class NoProbe:
    """Every health check answers well."""

    def http(self, url: str) -> str | None:
        return None

    def target_group(self, location: object, arn: str) -> str | None:
        return None


@dataclass
class Stage:
    """One environment on fakes; `run_until` plays ticks and pokes in time order."""

    clock: FakeClock = field(default_factory=lambda: FakeClock(MONDAY))

    def __post_init__(self) -> None:
        self.store = MemoryStore()
        self.queue = MemoryQueue(self.clock)
        self.cloud = FakeCloud(self.clock)
        self.journal = RecordingJournal()
        self.world = World(self.clock, self.store, self.queue, self.cloud, self.journal, NoProbe())

    def orders(self, **other: object) -> Definition:
        """The usual environment: a database and the nodes that need it, both up."""
        self.cloud.add("rds-instance", "orders-db", start=timedelta(minutes=7), stop=timedelta(minutes=5))
        self.cloud.add("auto-scaling-group", "orders-nodes", sizes=(22, 55, 30))
        return self.apply(definition(**other))  # type: ignore[arg-type]

    def apply(self, what: Definition) -> Definition:
        head = self.store.head(what.environment)
        revision = head.revision if head else None
        wishes = head.wishes if head else Wishes()
        self.store.define(Stored(what, "", "orders-qa.yaml"), revision, wishes, self.clock.now(), [])
        return what

    def head(self, name: str = "orders-qa") -> Head:
        head = self.store.head(name)
        assert head is not None
        return head

    def run_for(self, length: timedelta) -> None:
        self.run_until(self.clock.now() + length)

    def run_until(self, end: datetime) -> None:
        """Ticks each minute and pokes as they arrive, up to `end`."""
        next_tick = self.clock.now()
        while True:
            at = min([next_tick, *(arrives for _, arrives in self.queue.pokes)])
            if at > end:
                break
            self.clock.set(max(at, self.clock.now()))
            if at == next_tick:
                tick(self.world)
                next_tick += timedelta(minutes=1)
            for name in self.queue.take(self.clock.now()):
                reconcile(self.world, name)
        self.clock.set(end)

    def events(self, *what: What) -> list[Event]:
        return [event for event in self.store.events.get("orders-qa", []) if event.what in what]

    def order_of(self, what: What, text: str | None = None) -> list[str]:
        """The resource keys of such events in the order in which they happened."""
        return [str(event.resource) for event in self.events(what) if text is None or event.text == text]


def up(stage: Stage) -> bool:
    """Everything of the usual environment is up and of full size."""
    group = next(thing for thing in stage.cloud.things.values() if thing.kind == "auto-scaling-group")
    database = next(thing for thing in stage.cloud.things.values() if thing.kind == "rds-instance")
    full = stage.cloud.status(group.arn) == "up" and group.sizes == {"min": 22, "max": 55, "desired": 30}
    return full and stage.cloud.status(database.arn) == "available"


def down(stage: Stage) -> bool:
    """Everything is down."""
    return all(stage.cloud.status(arn) in ("down", "stopped") for arn in stage.cloud.things)


__all__ = ["DEV", "MONDAY", "OPERATOR", "Desired", "Stage", "definition", "down", "up"]
