"""What holds for every kind, those of tomorrow included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from typing import Any

import botocore.session
import pytest
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from chalicelib.core.model import Observed, Resource, RestorePoint, Sighting
from chalicelib.core.pools import Pool
from chalicelib.kinds import databases, kinds, mixings
from chalicelib.kinds.contract import Answer, Asked, Call, Kind, Look, Move, selected
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import HERE, FakeCloud
from tests.fakes.things import called

EVERY = pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
SESSION = botocore.session.get_session()
MANY = 120
A_WHILE = timedelta(hours=1)

WAKING = {"ScheduledActionName": "morning", "Recurrence": "0 8 * * *", "MaxSize": 6}
TWO_SNAPSHOTS = {"Snapshots": ["202703072000", "202703082000"]}
SHOWN: dict[str, list[dict[str, Any]]] = {
    "auto-scaling-group": [{}, {"ScheduledUpdateGroupActions": [WAKING]}],
    "rds-instance": [{}, TWO_SNAPSHOTS],
    "rds-cluster": [{"GlobalClusterIdentifier": "world"}, TWO_SNAPSHOTS],
    "ec2-instance": [
        {"InstanceType": "m5.large", "HibernationOptions": {"Configured": True}},
        {"InstanceType": "m5.large", "InstanceLifecycle": "spot", "SpotInstanceRequestId": "sir-1"},
    ],
}
"""What describes show of some of a kind's resources that makes it ask and call all that it can."""

DATABASES = {"rds-cluster", "rds-instance", "redshift-cluster"}
COMPUTING = {"auto-scaling-group", "ec2-instance", "ecs-service", "cloudwatch-alarm", "eks-node-group"}


def operation(service: str, name: str) -> OperationModel:
    return SESSION.get_service_model(service).operation_model(name)


def pages(cloud: FakeCloud, kind: Kind, looks: Sequence[Look]) -> tuple[Answer, ...]:
    answers = cloud.look(HERE, kind.service, looks)
    assert isinstance(answers, tuple)
    return answers


def asked(cloud: FakeCloud, kind: Kind, resource: Resource) -> list[Asked]:
    """All that the kind wants to look at for this entry, with the answers."""
    found: list[Asked] = []
    looks = kind.look(resource)
    while looks:
        answered = [Asked(look, pages(cloud, kind, (look,))) for look in looks]
        found += answered
        looks = kind.follow((resource,), answered)
    return found


def seen(cloud: FakeCloud, kind: Kind, resource: Resource) -> list[Sighting]:
    """What the entry selects, its health checked."""
    answers = [page for one in asked(cloud, kind, resource) for page in one.answers]
    found = [one for one in {one.arn: one for one in kind.read(HERE, answers)}.values() if selected(resource, one)]
    return list(kind.checked(found, pages(cloud, kind, kind.check(found))))


@dataclass
class Night:
    """One descent and return of many resources of a kind on the fake cloud, with all that it took."""

    looks: list[Look]
    before: list[Sighting]
    asleep: list[Sighting]
    back: list[Sighting]
    stops: tuple[Call, ...]
    starts: tuple[Call, ...]
    lifts: tuple[Call, ...]
    tidies: tuple[Call, ...]
    after: list[Sighting]


def night(kind: Kind) -> Night:
    clock = FakeClock()
    cloud = FakeCloud(clock)
    shown = cycle(SHOWN.get(kind.name, [{}]))
    names = [called(kind.name, f"number-{n}") for n in range(MANY)]
    for name in names:
        cloud.add(kind.name, name, tags={"Env": "qa"}, **next(shown))
    wanted = entry(kind, names)
    before = seen(cloud, kind, wanted)
    points = {one.arn: RestorePoint(1, clock.now(), one.sizes, kind.left(one), kind.suspends(one)) for one in before}

    def moves(sightings: Sequence[Sighting]) -> list[Move]:
        other = "m5.4xlarge" if "instance_types" in kind.options else None
        return [Move(one, points[one.arn], wanted, other, clock.now()) for one in sightings]

    stops = kind.stop(moves(before))
    made(cloud, clock, stops)
    asleep = seen(cloud, kind, wanted)
    tidies = kind.tidied(asleep, pages(cloud, kind, kind.tidy(asleep)))
    starts = kind.start(moves(asleep))
    made(cloud, clock, starts)
    back = seen(cloud, kind, wanted)
    lifts = kind.start(moves([one for one in back if kind.unlifted(one, points[one.arn])]))
    made(cloud, clock, lifts)
    looks = [one.look for one in asked(cloud, kind, wanted)]
    for sightings in (before[:1], before, asleep):
        for ask in (kind.check, kind.cause, kind.inspect, kind.tidy):
            looks += ask(sightings)
    if mixing := mixings().get(kind.name):
        watching = mixing.watch(before[0], {"i-1": Pool("m5.large", "eu-central-1a")}, clock.now())
        looks += (*watching, *mixing.follow([Asked(look, pages(cloud, kind, (look,))) for look in watching]))
    return Night(looks, before, asleep, back, stops, starts, lifts, tidies, seen(cloud, kind, wanted))


def entry(kind: Kind, names: Sequence[str]) -> Resource:
    """An entry that selects in every way, and asks for whatever the kind can do."""
    ids = (*names, *(called(kind.name, f"unknown-{n}") for n in range(330)))
    options: dict[str, Any] = dict.fromkeys(kind.options, True)
    if "instance_types" in options:
        options["instance_types"] = ("m5.large",)
    return Resource("key", kind.name, ids=ids, tags=(("Env", "qa"),), names=("orders-*",), **options)


def made(cloud: FakeCloud, clock: FakeClock, calls: Sequence[Call]) -> None:
    assert [refusal for _, refusal in cloud.act(HERE, calls) if refusal] == []
    clock.advance(A_WHILE)


def flat(call: Call) -> Iterator[Call]:
    """The call with those made before it, and those made instead."""
    for first in call.before:
        yield from flat(first)
    yield call
    for other in call.instead.values():
        yield from flat(other)


def used(kind: Kind) -> Iterator[tuple[str, str, Any]]:
    """Service, operation and parameters of all looks and calls of a night."""
    one = night(kind)
    for look in one.looks:
        yield look.service or kind.service, look.operation, look.parameters
    for call in (*one.stops, *one.starts, *one.lifts, *one.tidies):
        for each in flat(call):
            yield each.service, each.operation, each.parameters


def test_the_kinds_are_found_by_being_there() -> None:
    assert set(kinds()) >= DATABASES | COMPUTING
    assert databases() >= DATABASES
    assert not databases() & COMPUTING


@EVERY
def test_its_parameters_are_those_of_the_api(kind: Kind) -> None:
    for service, name, parameters in used(kind):
        report = ParamValidator().validate(parameters, operation(service, name).input_shape)
        assert not report.has_errors(), report.generate_report()


@EVERY
def test_it_uses_the_operations_it_names_and_names_no_others(kind: Kind) -> None:
    assert {(service, name) for service, name, _ in used(kind)} == {*kind.reading, *kind.mutating, *watching(kind)}


def watching(kind: Kind) -> list[tuple[str, str]]:
    """What only the watching of its mix reads."""
    return [(kind.service, name) for name in mixings()[kind.name].reads] if kind.name in mixings() else []


@EVERY
def test_its_looks_are_read_page_by_page(kind: Kind) -> None:
    for service, name in (*kind.reading, *watching(kind)):
        whole = not {"NextToken", "nextToken", "Marker"} & set(operation(service, name).output_shape.members)
        assert whole or SESSION.get_paginator_model(service).get_paginator(name)


@EVERY
def test_its_benign_codes_are_ones_the_operation_can_answer(kind: Kind) -> None:
    services = {name: service for service, name in (*kind.reading, *kind.mutating)}
    for name, codes in kind.benign.items():
        assert codes <= {shape.error_code for shape in operation(services[name], name).error_shapes}


@EVERY
def test_every_move_is_covered_by_exactly_one_call(kind: Kind) -> None:
    one = night(kind)
    everything = sorted(sighting.arn for sighting in one.before)
    assert len(everything) == MANY
    for calls in (one.stops, one.starts):
        assert sorted(arn for call in calls for arn in call.arns) == everything
        for call in calls:
            assert all(set(each.arns) <= set(call.arns) for each in flat(call))


@EVERY
def test_a_night_leaves_everything_as_it_was(kind: Kind) -> None:
    one = night(kind)
    assert {sighting.observed for sighting in one.asleep} == {Observed.DOWN}
    assert all(sighting.healthy for sighting in one.back)
    assert [sighting.sizes for sighting in one.after] == [sighting.sizes for sighting in one.before]
    assert [kind.suspends(sighting) for sighting in one.after] == [kind.suspends(sighting) for sighting in one.before]


@EVERY
def test_it_is_selected_by_id_by_arn_by_pattern_and_by_all_its_tags(kind: Kind) -> None:
    cloud = FakeCloud(FakeClock())
    wanted = called(kind.name, "wanted")
    arn = cloud.add(kind.name, wanted, tags={"Env": "qa", "Tier": "app", "Name": "orders-app"})
    cloud.add(kind.name, called(kind.name, "other"), tags={"Env": "qa"})
    for resource in (
        Resource("key", kind.name, ids=(wanted,)),
        Resource("key", kind.name, ids=(arn,)),
        Resource("key", kind.name, names=(called(kind.name, "want*"), "*-app")),
        Resource("key", kind.name, tags=(("Env", "qa"), ("Tier", "app"))),
    ):
        assert [sighting.arn for sighting in seen(cloud, kind, resource)] == [arn], resource
