"""The fake takes its time and misbehaves on demand; what it shares with AWS is in tests/contracts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from chalicelib.core.model import Observed, Resource, Sighting
from chalicelib.flows.ports import Refusal
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Answer, Asked, Kind, Look, Move
from tests.fakes import FakeClock
from tests.fakes.cloud import HERE, FakeCloud
from tests.fakes.things import called

EVERY = pytest.mark.parametrize("kind", list(kinds()))
MOVING = pytest.mark.parametrize("kind", [name for name, kind in kinds().items() if not kind.watches])
MINUTE = timedelta(minutes=1)


def see(cloud: FakeCloud, kind: str) -> Sighting:
    """The one resource of this kind, its health checked."""
    known = kinds()[kind]
    answers: list[Answer] = []
    entry = Resource("it", kind, ids=(called(kind, "it"),))
    looks = known.look(entry)
    while looks:
        asked = [Asked(look, pages(cloud, known, (look,))) for look in looks]
        answers += [page for one in asked for page in one.answers]
        looks = known.follow((entry,), asked)
    found = list(known.read(HERE, answers))
    (sighting,) = known.checked(found, pages(cloud, known, known.check(found)))
    return sighting


def pages(cloud: FakeCloud, kind: Kind, looks: Sequence[Look]) -> tuple[Answer, ...]:
    answers = cloud.look(HERE, kind.service, looks)
    assert isinstance(answers, tuple)
    return answers


def stop(cloud: FakeCloud, kind: str) -> Refusal | None:
    ((_, refusal),) = cloud.act(HERE, kinds()[kind].stop([Move(see(cloud, kind))]))
    return refusal


@MOVING
def test_a_stop_takes_its_time(kind: str) -> None:
    clock = FakeClock()
    cloud = FakeCloud(clock)
    cloud.add(kind, called(kind, "it"), stop=2 * MINUTE)
    assert see(cloud, kind).healthy
    assert stop(cloud, kind) is None
    clock.advance(MINUTE)
    assert see(cloud, kind).observed is Observed.FALLING
    clock.advance(MINUTE)
    assert see(cloud, kind).observed is Observed.DOWN


def test_an_instance_runs_before_it_is_healthy() -> None:
    clock = FakeClock()
    cloud = FakeCloud(clock)
    arn = cloud.add("ec2-instance", called("ec2-instance", "it"), up=False, start=4 * MINUTE)
    cloud.move(arn, up=True)
    clock.advance(2 * MINUTE)
    assert (see(cloud, "ec2-instance").observed, see(cloud, "ec2-instance").healthy) == (Observed.UP, False)
    clock.advance(2 * MINUTE)
    assert see(cloud, "ec2-instance").healthy


def test_a_group_that_grows_keeps_what_serves() -> None:
    clock = FakeClock()
    cloud = FakeCloud(clock)
    arn = cloud.add("auto-scaling-group", "it", sizes=(1, 6, 3))
    cloud.resize(arn, desired=5)
    assert see(cloud, "auto-scaling-group").in_service == 3
    clock.advance(10 * MINUTE)
    assert see(cloud, "auto-scaling-group").in_service == 5


@MOVING
def test_what_never_arrives_stays_under_way(kind: str) -> None:
    clock = FakeClock()
    cloud = FakeCloud(clock)
    cloud.never_arrive.add(cloud.add(kind, called(kind, "it")))
    stop(cloud, kind)
    clock.advance(60 * MINUTE)
    assert see(cloud, kind).observed is Observed.FALLING


@EVERY
def test_a_scripted_refusal_changes_nothing(kind: str) -> None:
    cloud = FakeCloud(FakeClock())
    denied = Refusal("AccessDenied", "no")
    cloud.refusals[cloud.add(kind, called(kind, "it"))] = denied
    refused = stop(cloud, kind)
    assert refused is not None
    assert refused.code == "AccessDenied"
    assert see(cloud, kind).observed is Observed.UP
    assert cloud.calls.total() == 1


def test_a_database_under_way_is_refused_and_an_instance_is_not_started_while_it_stops() -> None:
    clock = FakeClock()
    cloud = FakeCloud(clock)
    for kind, code in (("rds-instance", "InvalidDBInstanceState"), ("ec2-instance", "IncorrectInstanceState")):
        cloud.add(kind, called(kind, "it"))
        stop(cloud, kind)
        ((_, refusal),) = cloud.act(HERE, kinds()[kind].start([Move(see(cloud, kind))]))
        assert refusal is not None
        assert refusal.code == code
