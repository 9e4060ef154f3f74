from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.model import Location, Observed, Resource, RestorePoint, Sighting
from chalicelib.kinds.auto_scaling_group import KIND, intended
from chalicelib.kinds.contract import Move

PLACE = Location("111122223333", "ap-south-1")
ARN = "arn:aws:autoscaling:ap-south-1:111122223333:autoScalingGroup:0af1:autoScalingGroupName/nodes"
Three = tuple[int, int, int]
ASLEEP = (0, 0, 0)


def sizes(three: Three) -> dict[str, int]:
    return dict(zip(("min", "max", "desired"), three, strict=True))


def group(three: Three, *states: str, **fields: Any) -> dict[str, Any]:
    low, high, desired = three
    return {
        "AutoScalingGroupName": "nodes",
        "AutoScalingGroupARN": ARN,
        "MinSize": low,
        "MaxSize": high,
        "DesiredCapacity": desired,
        "Instances": [{"InstanceId": f"i-{n}", "LifecycleState": state} for n, state in enumerate(states)],
        "SuspendedProcesses": [],
        "Tags": [],
        **fields,
    }


def read(three: Three, *states: str, **fields: Any) -> Sighting:
    (sighting,) = KIND.read(PLACE, [{"AutoScalingGroups": [group(three, *states, **fields)]}])
    return sighting


def asleep_since(three: Three) -> RestorePoint:
    return RestorePoint(1, datetime(2026, 3, 2, tzinfo=UTC), sizes(three), sizes(ASLEEP))


def brought_back(before: Three, found: Three) -> Three:
    (call,) = KIND.start([Move(read(found), asleep_since(before))])
    asked = call.parameters
    return asked["MinSize"], asked["MaxSize"], asked["DesiredCapacity"]


@pytest.mark.parametrize(
    ("three", "states", "observed", "healthy", "note"),
    [
        ((2, 5, 2), ["InService", "InService"], Observed.UP, True, None),
        ((2, 5, 2), ["InService", "Pending"], Observed.RISING, False, "1 of 2 in service"),
        ((2, 5, 2), [], Observed.RISING, False, "0 of 2 in service"),
        ((2, 5, 2), ["InService", "Terminating", "InService"], Observed.UP, True, None),
        ((0, 5, 0), [], Observed.UP, True, None),
        ((0, 0, 0), ["Terminating"], Observed.FALLING, False, "1 still to go"),
        ((0, 0, 0), [], Observed.DOWN, False, None),
    ],
)
def test_a_group_is_observed_by_its_sizes_and_members(
    three: Three, states: list[str], observed: Observed, healthy: bool, note: str | None
) -> None:
    sighting = read(three, *states)
    assert (sighting.observed, sighting.healthy, sighting.note) == (observed, healthy, note)
    assert sighting.sizes == sizes(three)


def test_the_members_in_service_are_counted() -> None:
    assert read((2, 5, 3), "InService", "Pending:Wait", "InService").in_service == 2


@pytest.mark.parametrize(
    ("three", "states", "process"), [((2, 2, 2), [], "Launch"), ((0, 0, 0), ["InService"], "Terminate")]
)
def test_a_suspended_process_that_keeps_it_from_arriving_is_told(three: Three, states: list[str], process: str) -> None:
    sighting = read(three, *states, SuspendedProcesses=[{"ProcessName": process}])
    assert sighting.note == f"its process {process} is suspended: resume it"


def test_a_group_that_is_being_deleted_is_not_there() -> None:
    answer = {"AutoScalingGroups": [group((0, 0, 0), Status="Delete in progress")]}
    assert list(KIND.read(PLACE, [answer])) == []


def test_a_stop_is_an_update_to_zero() -> None:
    (call,) = KIND.stop([Move(read((2, 5, 3)))])
    assert call.parameters == {
        "AutoScalingGroupName": "nodes",
        "MinSize": 0,
        "MaxSize": 0,
        "DesiredCapacity": 0,
    }
    assert KIND.left(read((2, 5, 3))) == sizes(ASLEEP)


@pytest.mark.parametrize(
    ("before", "found", "back", "because"),
    [
        ((22, 55, 30), ASLEEP, (22, 55, 30), "nothing was changed"),
        ((22, 55, 30), (22, 55, 30), (22, 55, 30), "our own start is not somebody's change"),
        ((0, 10, 4), ASLEEP, (0, 10, 4), "a minimum of zero is a size like any other"),
        ((22, 55, 30), (0, 55, 1), (22, 55, 30), "a desired size alone is an autoscaler's"),
        ((22, 55, 30), (0, 60, 0), (22, 60, 30), "somebody raised the maximum"),
        ((22, 55, 30), (0, 5, 0), (5, 5, 5), "somebody's smaller maximum bounds the rest"),
        ((22, 55, 30), (2, 4, 3), (2, 4, 3), "somebody set all three"),
        ((22, 55, 30), (60, 80, 60), (60, 80, 60), "somebody's larger minimum"),
    ],
)
def test_a_return_brings_sizes_back_and_keeps_what_somebody_set(
    before: Three, found: Three, back: Three, because: str
) -> None:
    assert brought_back(before, found) == back, because


@pytest.mark.parametrize("restore", [None, asleep_since(ASLEEP)])
def test_without_a_size_to_go_back_to_there_is_no_call(restore: RestorePoint | None) -> None:
    assert KIND.start([Move(read(ASLEEP), restore)]) == ()


@pytest.mark.parametrize(
    ("before", "found", "is_whole"),
    [
        ((22, 55, 30), ASLEEP, False),
        ((22, 55, 30), (22, 55, 30), True),
        ((22, 55, 30), (22, 55, 25), True),
        ((22, 55, 30), (0, 55, 30), False),
        ((22, 55, 30), (22, 60, 30), True),
        ((0, 10, 0), ASLEEP, False),
        ((0, 10, 0), (0, 10, 0), True),
    ],
)
def test_a_group_is_whole_when_min_and_max_are_as_intended(before: Three, found: Three, is_whole: bool) -> None:
    assert KIND.whole(read(found), asleep_since(before)) is is_whole


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ((22, 55, 30), {}),
        ((22, 55, 40), {}),
        ((22, 60, 30), {"max": (55, 60)}),
        ((2, 4, 3), {"min": (22, 2), "max": (55, 4), "desired": (30, 3)}),
    ],
)
def test_a_size_that_was_kept_is_told_with_what_it_was_before(found: Three, told: dict[str, tuple[int, int]]) -> None:
    assert KIND.kept(read(found), asleep_since((22, 55, 30))) == told


@st.composite
def valid_sizes(draw: st.DrawFn) -> Three:
    low, desired, high = sorted(draw(st.tuples(*[st.integers(0, 60)] * 3)))
    return low, high, desired


@given(before=valid_sizes(), found=valid_sizes())
def test_what_is_intended_is_always_valid_and_whole_once_set(before: Three, found: Three) -> None:
    restore = asleep_since(before)
    aim = intended(read(found), restore)
    assert 0 <= aim["min"] <= aim["desired"] <= aim["max"]
    assert KIND.whole(read((aim["min"], aim["max"], aim["desired"])), restore)


def test_names_and_arns_are_asked_for_by_name_100_at_a_time() -> None:
    names = tuple(f"nodes-{number}" for number in range(100))
    first, second = KIND.look(Resource("nodes", KIND.name, ids=(*names, ARN)))
    assert len(first.parameters["AutoScalingGroupNames"]) == 100
    assert second.parameters["AutoScalingGroupNames"] == ["nodes"]


def test_tags_are_asked_for_together() -> None:
    (look,) = KIND.look(Resource("nodes", KIND.name, tags=(("Env", "qa"), ("Tier", "app"))))
    assert look.parameters["Filters"] == [
        {"Name": "tag:Env", "Values": ["qa"]},
        {"Name": "tag:Tier", "Values": ["app"]},
    ]


def test_an_event_names_the_group_and_not_the_instance() -> None:
    instance = "arn:aws:ec2:ap-south-1:111122223333:instance/i-1"
    assert KIND.event.arns({"resources": [ARN, instance]}) == (ARN,)
