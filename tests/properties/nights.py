"""Random nights: an environment of random shape, and everything that can go wrong while it sleeps and wakes.

A night is data, made by hypothesis. `play` runs it on the stage's fakes and checks, at every port call, what
must always hold; the caller checks how the morning looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.core import order
from chalicelib.core.model import Definition, Desired, Location, Resource, ResourceState, StopOrder
from chalicelib.flows.assess import needed
from chalicelib.flows.events import Event
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.reconcile import reconcile
from chalicelib.flows.stored import Head
from chalicelib.flows.tick import tick
from chalicelib.flows.wake import Asked, release, wake
from chalicelib.kinds.contract import Call
from tests.flows.stage import MONDAY, Stage, definition

KINDS = ("rds-instance", "ec2-instance", "auto-scaling-group")
SIZES = {"min": 2, "max": 9, "desired": 5}
EVENING = MONDAY.replace(hour=20)
NOON = MONDAY.replace(day=9, hour=12)


class CrashError(BaseException):
    """The worker dies here."""


@dataclass(frozen=True)
class Shape:
    """One resource: its kind, which earlier ones it needs, and how many minutes it takes."""

    kind: str
    needs: tuple[int, ...]
    start: int
    stop: int


@dataclass(frozen=True)
class Trouble:
    """At the `call`-th port call of the workers from 19:00 on, `what` happens."""

    call: int
    what: str


@dataclass(frozen=True)
class Night:
    """What a random night is made of."""

    shapes: tuple[Shape, ...]
    stop_order: StopOrder
    troubles: tuple[Trouble, ...]
    copies: int = 1
    lose_every: int = 0


@dataclass
class Watch:
    """Stands between the flows and the fakes: causes the troubles, and checks each call."""

    stage: Stage
    night: Night
    calls: int = 0
    pokes: int = 0
    armed: bool = False
    busy: bool = False
    disturbed_at: datetime | None = None
    pending: list[Trouble] = field(default_factory=list)

    def around(self, port: object) -> Any:
        return _Around(self, port)

    def before_call(self) -> None:
        """Counts the call and lets the troubles of this moment happen."""
        if not self.armed or self.busy:
            return
        self.calls += 1
        while self.pending and self.pending[0].call <= self.calls:
            trouble = self.pending.pop(0)
            self.busy = True
            try:
                TROUBLES[trouble.what](self)
            finally:
                self.busy = False


@dataclass
class _Around:
    watch: Watch
    port: Any

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.port, name)
        if not callable(method):
            return method

        def call(*args: Any, **kwargs: Any) -> Any:
            self.watch.before_call()
            CHECKS.get(name, _no_check)(self.watch, *args)
            result = method(*args, **kwargs)
            return list(result) if isinstance(result, Iterator) else result

        return call


def _no_check(watch: Watch, *args: object) -> None:
    """Nothing to check."""


def _crash(watch: Watch) -> None:
    raise CrashError


def _stall(watch: Watch) -> None:
    """The worker stands still for three minutes, while others go on."""
    run(watch, watch.stage.clock.now() + timedelta(minutes=3))


def _second_worker(watch: Watch) -> None:
    reconcile(watch.stage.world, "orders-qa")


def _lease(watch: Watch) -> None:
    wake(watch.stage.world, Actor("a-developer", Role.DEVELOPER), "orders-qa", Asked(length=timedelta(hours=2)))


def _light_lease(watch: Watch) -> None:
    """One of two people wants a few of each group, or all of it: one to five."""
    person = f"light-developer-{watch.calls % 2}"
    groups = [resource.key for resource in _stored(watch).resources if resource.kind == "auto-scaling-group"]
    sizes = {key: 1 + (watch.calls + number) % 5 for number, key in enumerate(groups)}
    length = timedelta(minutes=20 * (1 + watch.calls % 9))
    wake(watch.stage.world, Actor(person, Role.DEVELOPER), "orders-qa", Asked(length=length, sizes=sizes))


def _light_let_go(watch: Watch) -> None:
    release(watch.stage.world, Actor(f"light-developer-{watch.calls % 2}", Role.DEVELOPER), "orders-qa")


def _let_go(watch: Watch) -> None:
    release(watch.stage.world, Actor("a-developer", Role.DEVELOPER), "orders-qa")


def _autoscaler(watch: Watch) -> None:
    """An autoscaler wants one node where there are none, and one more where a light wake left few."""
    watch.disturbed_at = watch.stage.clock.now()
    for arn, thing in watch.stage.cloud.things.items():
        if thing.kind == "auto-scaling-group" and thing.sizes["max"] < SIZES["max"]:
            watch.stage.cloud.resize(arn, max=SIZES["max"], desired=thing.sizes["desired"] + 1)


def _edit(watch: Watch) -> None:
    """The file changes in a way that matters to nobody tonight."""
    watch.stage.apply(replace(_stored(watch), cost_center=f"CC-{watch.calls}"))


def _stored(watch: Watch) -> Definition:
    return watch.stage.store.kept["orders-qa"].stored.definition


TROUBLES: Mapping[str, Callable[[Watch], None]] = {
    "crash": _crash,
    "stall": _stall,
    "second worker": _second_worker,
    "lease": _lease,
    "release": _let_go,
    "light lease": _light_lease,
    "light release": _light_let_go,
    "autoscaler": _autoscaler,
    "edit": _edit,
}


def _check_calls(watch: Watch, location: Location, calls: Sequence[Call]) -> None:
    """Intent is on record before each call, and what must come first has arrived."""
    states = watch.stage.store.kept["orders-qa"].states
    for call in calls:
        for arn in call.arns:
            state = states[arn]
            rising = _rises(call)
            assert state.intent is (Desired.UP if rising else Desired.DOWN), f"{state.key} was not on record"
            if not rising:
                assert state.restore is not None, f"{state.key} has no restore point"
            _check_order(watch, state, rising)


def _rises(call: Call) -> bool:
    return call.operation.startswith("Start") or call.parameters.get("MaxSize", 0) > 0


def _check_order(watch: Watch, state: ResourceState, rising: bool) -> None:
    if watch.disturbed_at == watch.stage.clock.now():
        return  # it changed between look and call; no worker can know
    stored = _stored(watch)
    direction = Desired.UP if rising else Desired.DOWN
    for key in order.towards(direction, needed(stored), stored.stop_order)[state.key]:
        assert _is_up(watch, key) if rising else not _is_up(watch, key), f"{state.key} moved before {key}"


def _is_up(watch: Watch, key: str) -> bool:
    """The resource is up; half-way up counts as neither up nor down only for the return."""
    thing = next(thing for thing in watch.stage.cloud.things.values() if thing.id == f"id-{key}")
    status = watch.stage.cloud.status(thing.arn)
    return status == thing.words.up


def _check_record(watch: Watch, head: Head, states: Mapping[str, ResourceState], events: Sequence[Event]) -> None:
    """No stop is recorded under a live lease: the store would have refused it, so it must not get through."""
    kept = watch.stage.store.kept["orders-qa"]
    if kept.head.revision != head.revision or kept.head.fence != head.fence:
        return
    now = watch.stage.clock.now()
    leased = any(lease.until > now and lease.desired is Desired.UP for lease in kept.head.wishes.leases)
    fresh = [
        one
        for arn, one in states.items()
        if one.intent is Desired.DOWN and one.tried_at is not None and _tries(one) != _tries(kept.states.get(arn))
    ]
    assert not (leased and fresh), "a stop was recorded under a lease"


def _check_release(watch: Watch, head: Head, states: Mapping[str, ResourceState], *rest: object) -> None:
    """A restore point that is open stays as it is, and is only archived by what has its full size."""
    kept = watch.stage.store.kept["orders-qa"]
    for arn, state in states.items():
        before = kept.states[arn].restore if arn in kept.states else None
        if kept.head.fence != head.fence or before is None or state.kind != "auto-scaling-group":
            continue
        assert before.sizes == SIZES, f"{state.key} was opened at {before.sizes}"
        if state.restore is None:
            assert watch.stage.cloud.things[arn].sizes == SIZES, f"{state.key} is archived and not back"
        else:
            assert state.restore == before, f"the restore point of {state.key} has changed"


CHECKS: Mapping[str, Callable[..., None]] = {
    "act": _check_calls,
    "record": _check_record,
    "release": _check_release,
}


def _tries(state: ResourceState | None) -> tuple[object, ...]:
    """What a new try changes."""
    return (state.intent, state.tried_at, state.attempts) if state else ()


def build(night: Night) -> Stage:
    """The stage with the night's environment on it, all up."""
    stage = Stage()
    resources = []
    for number, shape in enumerate(night.shapes):
        sizes = (SIZES["min"], SIZES["max"], SIZES["desired"])
        start, stop = timedelta(minutes=shape.start), timedelta(minutes=shape.stop)
        stage.cloud.add(shape.kind, f"id-r{number}", sizes=sizes, start=start, stop=stop)
        needs = tuple(f"r{other}" for other in shape.needs)
        resources.append(Resource(f"r{number}", shape.kind, ids=(f"id-r{number}",), needs=needs))
    stage.apply(definition(*resources, stop_order=night.stop_order))
    return stage


def play(night: Night, end: datetime = NOON) -> Stage:
    """The stage after the night; what must always hold was checked at every call."""
    stage = build(night)
    watch = Watch(stage, night, pending=sorted(night.troubles, key=lambda trouble: trouble.call))
    real = stage.world
    stage.world = replace(real, store=watch.around(stage.store), cloud=watch.around(stage.cloud))
    run(watch, EVENING - timedelta(hours=1))
    watch.armed = True
    run(watch, end)
    stage.world = real
    return stage


def run(watch: Watch, end: datetime) -> None:
    """Ticks each minute, and pokes as they arrive: some lost, some many times, as the night has it."""
    stage, night = watch.stage, watch.night
    next_tick = stage.clock.now()
    while True:
        at = min([next_tick, *(arrives for _, arrives in stage.queue.pokes)])
        if at > end:
            break
        stage.clock.set(max(at, stage.clock.now()))
        if at == next_tick:
            survive(lambda: tick(stage.world))
            next_tick += timedelta(minutes=1)
        for name in stage.queue.take(stage.clock.now()):
            watch.pokes += 1
            lost = night.lose_every and watch.pokes % night.lose_every == 0
            for _ in range(0 if lost else night.copies):
                survive(partial(reconcile, stage.world, name))
        assert len(stage.queue.pokes) <= 2, "more than two pokes are alive"
    stage.clock.set(max(end, stage.clock.now()))


def survive(work: Callable[[], object]) -> None:
    """A worker does its work, or dies of it."""
    try:
        work()
    except CrashError:
        return
