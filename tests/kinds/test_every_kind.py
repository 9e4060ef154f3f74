"""What holds for every kind, those of tomorrow included."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import botocore.session
import pytest
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from chalicelib.core.model import Location, Observed, Resource, RestorePoint, Sighting
from chalicelib.kinds import databases, kinds
from chalicelib.kinds.contract import Kind, Move, selected
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import HERE, FakeCloud

EVERY = pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
SIZES = {"min": 1, "max": 3, "desired": 2}
SESSION = botocore.session.get_session()


def operation(kind: Kind, name: str) -> OperationModel:
    return SESSION.get_service_model(kind.service).operation_model(name)


def sightings(count: int, kind: Kind) -> list[Sighting]:
    here = Location("111122223333", "eu-west-1")
    return [Sighting(f"arn:{n}", f"id-{n}", kind.name, here, Observed.UP, sizes=SIZES) for n in range(count)]


def used(kind: Kind) -> Iterable[tuple[str, Any]]:
    """Every operation with the parameters that the kind gives it."""
    named = Resource("key", kind.name, ids=tuple(f"id-{n}" for n in range(450)), tags=(("Env", "qa"),))
    for count in (1, 150):
        for look in (*kind.look(named), *kind.check(sightings(count, kind))):
            yield look.operation, look.parameters
    restore = RestorePoint(1, FakeClock().now(), SIZES, {"min": 0, "max": 0, "desired": 0})
    moves = [Move(sighting, restore) for sighting in sightings(120, kind)]
    for call in (*kind.start(moves), *kind.stop(moves)):
        yield call.operation, call.parameters


def test_the_four_kinds_are_found_by_being_there() -> None:
    assert set(kinds()) == {"auto-scaling-group", "ec2-instance", "rds-cluster", "rds-instance"}
    assert databases() == {"rds-cluster", "rds-instance"}


@EVERY
def test_its_parameters_are_those_of_the_api(kind: Kind) -> None:
    for name, parameters in used(kind):
        report = ParamValidator().validate(parameters, operation(kind, name).input_shape)
        assert not report.has_errors(), report.generate_report()


@EVERY
def test_it_uses_the_operations_it_names_and_names_no_others(kind: Kind) -> None:
    assert {name for name, _ in used(kind)} == {*kind.reads, *kind.mutates}


@EVERY
def test_its_looks_are_read_page_by_page(kind: Kind) -> None:
    paginators = SESSION.get_paginator_model(kind.service)
    for name in kind.reads:
        assert paginators.get_paginator(name)


@EVERY
def test_its_benign_codes_are_ones_the_operation_can_answer(kind: Kind) -> None:
    for name, codes in kind.benign.items():
        assert codes <= {shape.error_code for shape in operation(kind, name).error_shapes}


@EVERY
def test_every_move_is_covered_by_exactly_one_call(kind: Kind) -> None:
    restore = RestorePoint(1, FakeClock().now(), SIZES)
    moves = [Move(sighting, restore) for sighting in sightings(120, kind)]
    for calls in (kind.start(moves), kind.stop(moves)):
        covered = [arn for call in calls for arn in call.arns]
        assert sorted(covered) == sorted(move.sighting.arn for move in moves)


@EVERY
def test_it_is_selected_by_id_by_arn_and_by_all_its_tags(kind: Kind) -> None:
    cloud = FakeCloud(FakeClock())
    arn = cloud.add(kind.name, "wanted", tags={"Env": "qa", "Tier": "app"})
    cloud.add(kind.name, "other", tags={"Env": "qa"})
    for resource in (
        Resource("key", kind.name, ids=("wanted",)),
        Resource("key", kind.name, ids=(arn,)),
        Resource("key", kind.name, tags=(("Env", "qa"), ("Tier", "app"))),
    ):
        answers = cloud.look(HERE, kind.service, kind.look(resource))
        assert isinstance(answers, tuple)
        seen = list(kind.read(HERE, answers))
        assert [sighting.arn for sighting in seen if selected(resource, sighting)] == [arn]
