"""A used environment is never sent down while a user wants to be up or is not down yet, whatever happens at night."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.model import Desired
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.reconcile import reconcile
from chalicelib.flows.tick import tick
from chalicelib.flows.wake import Asked, release, wake
from chalicelib.kinds.contract import Call
from tests.flows.houses import SHARED, shared, state, user
from tests.flows.stage import MONDAY, Stage, definition

USERS = ("orders-qa", "billing-qa", "search-qa")
WINDOWS = ("mon-fri 08:00-20:00", "mon-fri 07:00-19:00", "sun-thu 22:00-06:00", "mon-fri 20:05-21:00")
EVENING = MONDAY.replace(hour=18)
TROUBLES = ("crash", "wake", "release", "edit", "second worker", "stall")
EFFORT = settings(
    max_examples=min(15, settings().max_examples) if settings().derandomize else settings().max_examples,
    suppress_health_check=[HealthCheck.too_slow],
)


class CrashError(BaseException):
    """The worker dies here."""


@dataclass
class Watch:
    """Stands before store and cloud: at some calls of workers something happens; each stop is checked."""

    stage: Stage
    troubles: dict[int, tuple[str, str]]
    calls: int = 0
    busy: bool = False
    stops: list[Call] = field(default_factory=list)

    def around(self, port: object) -> Any:
        return _Around(self, port)

    def before(self) -> None:
        """The trouble of this call happens, unless one is happening."""
        self.calls += 0 if self.busy else 1
        what, name = self.troubles.get(self.calls, ("", ""))
        if self.busy or not what:
            return
        self.busy = True
        try:
            self._happen(what, name)
        finally:
            self.busy = False

    def _happen(self, what: str, name: str) -> None:
        stage, somebody = self.stage, Actor("a-developer", Role.DEVELOPER)
        if what == "crash":
            raise CrashError
        if what == "wake":
            wake(stage.world, somebody, name, Asked(length=timedelta(minutes=40)))
        if what == "release":
            release(stage.world, somebody, name)
        if what == "edit":
            stored = stage.store.kept[name].stored.definition
            stage.apply(replace(stored, cost_center=f"CC-{self.calls}"))
        if what == "second worker":
            reconcile(stage.world, SHARED)
        if what == "stall":
            run(stage, timedelta(minutes=3))

    def check(self, calls: Sequence[Call]) -> None:
        """Who uses the database is down, or was last seen so, and did not want to be up when it was last asked."""
        for call in calls:
            if call.operation == "StopDBInstance":
                self.stops.append(call)
                for name in self.stage.store.kept:
                    if name != SHARED:
                        wanted = self.stage.head(name).notes.desired
                        assert state(self.stage, f"{name}-nodes") == "down", f"{name} was not down yet"
                        assert wanted is not Desired.UP, f"{name} wanted to be up"


@dataclass
class _Around:
    watch: Watch
    port: Any

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.port, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self.watch.before()
            if name == "act":
                self.watch.check(args[1])
            result = method(*args, **kwargs)
            return list(result) if isinstance(result, Iterator) else result

        return call if callable(method) else method


def run(stage: Stage, length: timedelta) -> None:
    """Ticks each minute and pokes as they arrive; a worker may die."""
    end, next_tick = stage.clock.now() + length, stage.clock.now()
    while True:
        at = min([next_tick, *(arrives for _, arrives in stage.queue.pokes)])
        if at > end:
            break
        stage.clock.set(max(at, stage.clock.now()))
        if at == next_tick:
            survive(lambda: tick(stage.world))
            next_tick += timedelta(minutes=1)
        for name in stage.queue.take(stage.clock.now()):
            survive(lambda name=name: reconcile(stage.world, name))
    stage.clock.set(max(end, stage.clock.now()))


def survive(work: Any) -> None:
    """A worker does its work, or dies of it."""
    try:
        work()
    except CrashError:
        return


happenings = st.dictionaries(
    st.integers(1, 900), st.tuples(st.sampled_from(TROUBLES), st.sampled_from(USERS[:2])), max_size=8
)


@EFFORT
@given(st.lists(st.sampled_from(WINDOWS), min_size=2, max_size=3), happenings)
def test_a_used_environment_is_never_sent_down_while_a_user_is_or_wants_to_be_up(
    windows: list[str], troubles: dict[int, tuple[str, str]]
) -> None:
    stage = Stage()
    shared(stage)
    for name, hours in zip(USERS, windows, strict=False):
        user(stage, name, uptime=definition(windows=hours).uptime)
    run(stage, EVENING - stage.clock.now())
    watch = Watch(stage, troubles)
    stage.world = replace(stage.world, store=watch.around(stage.store), cloud=watch.around(stage.cloud))
    run(stage, timedelta(hours=16))
    assert watch.stops


@EFFORT
@given(happenings)
def test_in_the_small_hours_the_light_is_off_and_in_the_morning_everybody_is_up(
    troubles: dict[int, tuple[str, str]],
) -> None:
    stage = Stage()
    shared(stage)
    for name in USERS:
        user(stage, name)
    run(stage, EVENING - stage.clock.now())
    watch = Watch(stage, troubles)
    stage.world = replace(stage.world, store=watch.around(stage.store), cloud=watch.around(stage.cloud))
    run(stage, timedelta(hours=10))
    assert state(stage, "shared-db") == "stopped"
    run(stage, timedelta(hours=6))
    assert {state(stage, f"{name}-nodes") for name in USERS} == {"up"}
