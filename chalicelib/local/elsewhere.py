"""A short story in real time at AWS_ENDPOINT_URL: another emulator, asked through the same code.

A small environment is built there, put to sleep, woken, compared with how it was, and removed. Requests are
signed with a made-up key: the real AWS refuses them, so that nothing can be built where it costs money.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from secrets import token_hex

import boto3
from rich.console import Console

from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.dynamodb_table import create_table
from chalicelib.core.model import Team
from chalicelib.entrypoints.schedule_file.reading import SourceFile, read_schedules
from chalicelib.flows.events import Event, What
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.ports import Clock
from chalicelib.flows.rollout import roll_out
from chalicelib.flows.stored import Stored
from chalicelib.flows.wake import Asked, wake
from chalicelib.local.events import (
    INSTANCE_STARTED,
    INSTANCE_STOPPED,
    Place,
    database_event,
    instance_state_changed,
)
from chalicelib.local.functions import Functions
from chalicelib.local.house import FUNCTION_TIMEOUT, create_queues, in_process, reaching
from chalicelib.local.mailman import FunctionError, as_lambda_sees_it
from chalicelib.local.sandbox import RESTING, SCHEDULE, Clients, Standing, built, standing
from chalicelib.local.story import Story, on_screen
from chalicelib.wiring import Settings, Wired

KEY, REGION = "test", "us-east-1"
ACTOR = Actor("demo", Role.OPERATOR)
LEASE = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
ROUND = 1.0
PATIENCE = timedelta(minutes=20)
"""Longer than anything takes that works."""


@dataclass(frozen=True, slots=True)
class News:
    """Listens to the journal; `told` is what it told of."""

    told: set[What] = field(default_factory=set)

    def hear(self, owner: Team, events: Sequence[Event]) -> None:
        """The events were heard."""
        self.told.update(event.what for event in events)


@dataclass(slots=True)
class Visit:
    """Curfew at work at an endpoint; `wait` lets so many seconds pass on `clock`."""

    name: str
    place: Place
    client: Clients
    queue_url: str
    wired: Wired
    functions: Functions
    news: News
    clock: Clock
    wait: Callable[[float], object]
    faults: list[str] = field(default_factory=list)
    ticked: datetime | None = None
    last: Standing | None = None

    def until(self, told: What, database_leads: Callable[[Standing], bool]) -> None:
        """The journal told so. It is a fault if that took too long, or if others moved before the database had."""
        ends = self.clock.now() + PATIENCE
        while told not in self.news.told:
            now = standing(self.client, self.name)
            if not database_leads(now):
                self.faults.append(f"the database did not go first: {now}")
            if self.clock.now() >= ends:
                self.faults.append(f"not {told} after {PATIENCE // MINUTE} minutes: {now}")
                return
            self._round(now)

    def _round(self, now: Standing) -> None:
        if self.ticked is None or self.clock.now() - self.ticked >= MINUTE:
            self.ticked = self.clock.now()
            self.functions.tick(self.ticked)
        self._tell_of_changes(now)
        self._deliver()
        self.wait(ROUND)

    def _tell_of_changes(self, now: Standing) -> None:
        """What EventBridge would: emulators move states and tell nobody."""
        last, self.last = self.last or now, now
        if now.database != last.database and now.database in ("stopped", "available"):
            news = INSTANCE_STOPPED if now.database == "stopped" else INSTANCE_STARTED
            self.functions.heard(database_event(self.place, self.name, news, self.clock.now()))
        for id, state in set(now.servers) - set(last.servers):
            self.functions.heard(instance_state_changed(self.place, id, state, self.clock.now()))

    def _deliver(self) -> None:
        sqs = self.client("sqs")
        arn = self.place.arn("sqs", self.name)
        for message in sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", []):
            receipt = message["ReceiptHandle"]
            try:
                self.functions.poke(as_lambda_sees_it(message["MessageId"], receipt, message["Body"], arn))
            except FunctionError as error:
                self.faults.append(f"a look failed: {error.__cause__!r}")
                continue  # it becomes visible again by itself
            sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=receipt)


def run(endpoint_url: str, clock: Clock | None = None, wait: Callable[[float], object] = time.sleep) -> int:
    """The story was told and nothing of it is left there; 0 when every order, size and state was right, else 1."""
    console = Console()
    console.print(f"AWS_ENDPOINT_URL is set: a short story at {endpoint_url}, in real time", soft_wrap=True)
    with reaching(endpoint_url, KEY, REGION), _visit(console, clock or SystemClock(), wait) as visit:
        play(visit)
        faults = visit.faults
    console.print("Everything that was built for it is removed again.")
    for fault in faults:
        console.print(f"[red]wrong:[/red] {fault}", soft_wrap=True)
    console.print("[red]Something was wrong.[/red]" if faults else "Every order, size and state was right.")
    return 1 if faults else 0


def play(visit: Visit) -> None:
    """The environment slept and was woken; `faults` has what was wrong."""
    _apply(visit)
    visit.until(What.ASLEEP, lambda now: now.database == "stopped" or _all_run(now))
    if not (asleep := standing(visit.client, visit.name)).down:
        visit.faults.append(f"it is said to be asleep: {asleep}")
    wake(visit.wired.world, ACTOR, visit.name, Asked(length=LEASE, reason="the demo"))
    visit.until(What.READY, lambda now: now.database == "available" or _all_rest(now))
    if not (ready := standing(visit.client, visit.name)).up:
        visit.faults.append(f"it is said to be ready: {ready}")


@contextmanager
def _visit(console: Console, clock: Clock, wait: Callable[[float], object]) -> Iterator[Visit]:
    """Within it the sandbox, Curfew's table and its queues exist at the endpoint."""
    client = cache(partial(boto3.Session().client, region_name=REGION))
    account = client("sts").get_caller_identity()["Account"]
    name = f"demo-{token_hex(3)}"
    story = Story(on_screen(console), {})
    with ExitStack() as undo:
        queue_url = _own_resources(client, name, undo)
        undo.enter_context(built(client, name))
        given = Settings(name, queue_url, account, REGION, function_timeout=FUNCTION_TIMEOUT)
        news = News()
        wired, app = undo.enter_context(in_process(given, clock, [story, news]))
        yield Visit(name, Place(account, REGION), client, queue_url, wired, Functions(app), news, clock, wait)


def _own_resources(client: Clients, name: str, undo: ExitStack) -> str:
    create_table(client("dynamodb"), name)
    undo.callback(client("dynamodb").delete_table, TableName=name)
    queue_url = create_queues(client("sqs"), name)
    for url in (queue_url, f"{queue_url}-dead"):
        undo.callback(client("sqs").delete_queue, QueueUrl=url)
    return queue_url


def _apply(visit: Visit) -> None:
    """Its file is in force at once; its only window is three days away."""
    now = visit.clock.now()
    day = f"{now + timedelta(days=3):%a}".lower()
    account, region = visit.place.account, visit.place.region
    text = SCHEDULE.format(name=visit.name, account=account, region=region, day=day)
    [read] = read_schedules([SourceFile(f"{visit.name}.yaml", text)], now.date()).definitions
    stored = Stored(read.definition, read.text, read.file)
    roll_out(visit.wired.world, visit.wired.organisations, ACTOR, [stored], None, True)


def _all_run(now: Standing) -> bool:
    return now.group != RESTING and all(state == "running" for _, state in now.servers)


def _all_rest(now: Standing) -> bool:
    return now.group == RESTING and all(state == "stopped" for _, state in now.servers)
