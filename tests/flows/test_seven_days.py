"""AWS starts a database that has rested for seven days: it is put back, without racing its start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from chalicelib.core.model import Desired, Location, Resource, ResourceState
from chalicelib.core.remember import SEVEN_DAYS
from chalicelib.flows.hear import hear
from chalicelib.flows.hold import hold
from chalicelib.flows.ports import Refusal
from chalicelib.flows.reconcile import reconcile
from chalicelib.kinds.contract import Call
from tests.flows.stage import OPERATOR, Stage, definition

EVERY = pytest.mark.parametrize("kind", ["rds-instance", "rds-cluster"])
START = timedelta(minutes=7)


class Night:
    """One database that an operator put to rest until further notice, seven days later."""

    def __init__(self, kind: str) -> None:
        self.stage = Stage()
        self.arn = self.stage.cloud.add(kind, "orders-db", start=START, stop=timedelta(minutes=5))
        self.stage.apply(definition(Resource("database", kind, ids=("orders-db",))))
        hold(self.stage.world, OPERATOR, "orders-qa", Desired.DOWN, "no release this month", None)
        self.stage.run_for(timedelta(minutes=30))
        assert self.stage.cloud.status(self.arn) == "stopped"
        self.seven_days_pass()
        self.stage.cloud.made.clear()
        self.stopped_when: list[str] = []
        self._note_states()

    def seven_days_pass(self) -> None:
        """Since it came to rest; only the last minutes are played."""
        rested = self.state().rested_at
        assert rested is not None
        self.stage.clock.set(rested + SEVEN_DAYS - timedelta(minutes=5))
        self.stage.run_for(timedelta(minutes=5))

    def _note_states(self) -> None:
        acting = self.stage.cloud.act

        def noted(location: Location, calls: Sequence[Call]) -> Iterator[tuple[Call, Refusal | None]]:
            self.stopped_when.extend(self.stage.cloud.status(arn) for call in calls for arn in call.arns)
            return acting(location, calls)

        self.stage.cloud.act = noted  # type: ignore[method-assign]

    def state(self) -> ResourceState:
        return self.stage.store.states("orders-qa")[self.arn]

    def aws_starts_it(self) -> None:
        self.stage.cloud.move(self.arn, up=True)

    def aws_tells(self) -> None:
        types = {"db": "RDS DB Instance Event", "cluster": "RDS DB Cluster Event"}
        event = {"source": "aws.rds", "detail-type": types[self.arn.split(":")[5]], "detail": {"SourceArn": self.arn}}
        hear(self.stage.world, event)

    def run_on_pokes_alone(self, length: timedelta) -> None:
        """Whatever pokes arrive are served; no tick comes."""
        end = self.stage.clock.now() + length
        while arriving := [at for _, at in self.stage.queue.pokes if at <= end]:
            self.stage.clock.set(max(min(arriving), self.stage.clock.now()))
            for name in self.stage.queue.take(self.stage.clock.now()):
                reconcile(self.stage.world, name)
        self.stage.clock.set(end)

    def stops(self) -> int:
        return sum(call.operation.startswith("Stop") for call in self.stage.cloud.made)


@EVERY
def test_by_tick_it_is_put_back_once_and_not_before_it_is_available(kind: str) -> None:
    night = Night(kind)
    night.aws_starts_it()
    night.stage.run_for(timedelta(minutes=30))
    assert night.stage.cloud.status(night.arn) == "stopped"
    assert night.stops() == 1
    assert night.stopped_when == ["available"]


@EVERY
def test_by_event_it_is_put_back_without_a_tick(kind: str) -> None:
    night = Night(kind)
    night.aws_starts_it()
    night.aws_tells()
    night.run_on_pokes_alone(START + timedelta(minutes=3))
    assert night.stopped_when == ["available"]
    assert night.stops() == 1


@EVERY
def test_the_descent_goes_on_with_its_restore_point(kind: str) -> None:
    night = Night(kind)
    before = night.state()
    night.aws_starts_it()
    night.stage.run_for(timedelta(minutes=30))
    after = night.state()
    assert (after.descent, after.restore) == (before.descent, before.restore)


@EVERY
def test_nobody_is_taken_to_have_started_it(kind: str) -> None:
    night = Night(kind)
    night.aws_starts_it()
    night.stage.run_for(timedelta(minutes=30))
    assert night.stage.head().wishes.leases == ()
    assert night.state().reversals == ()


def test_the_next_seven_days_count_from_then_on() -> None:
    night = Night("rds-instance")
    for _ in range(2):
        night.aws_starts_it()
        night.stage.run_for(timedelta(minutes=30))
        night.seven_days_pass()
    assert night.stops() == 2


def test_maintenance_that_follows_the_restart_is_waited_for() -> None:
    night = Night("rds-instance")
    night.aws_starts_it()
    night.stage.run_for(START - timedelta(minutes=1))
    thing = night.stage.cloud.things[night.arn]
    thing.status, thing.arrives_at = "maintenance", None
    night.stage.run_for(timedelta(minutes=20))
    assert night.stopped_when == []
    thing.status = "available"
    night.stage.run_for(timedelta(minutes=20))
    assert night.stopped_when == ["available"]
    assert night.stage.cloud.status(night.arn) == "stopped"
