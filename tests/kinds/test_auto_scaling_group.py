from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.core.model import Location, Observed, Resource, RestorePoint, Sighting
from chalicelib.kinds.auto_scaling_group import KIND
from chalicelib.kinds.contract import Asked, Look, Move

PLACE = Location("111122223333", "ap-south-1")
ARN = "arn:aws:autoscaling:ap-south-1:111122223333:autoScalingGroup:0af1:autoScalingGroupName/nodes"
Three = tuple[int, int, int]
ASLEEP = (0, 0, 0)
HOOKED = "1 wait in a lifecycle hook"
MORNING = {"ScheduledActionName": "morning", "Recurrence": "0 8 * * 1-5", "MinSize": 2, "MaxSize": 5}
EVENING = {"ScheduledActionName": "evening", "Recurrence": "0 20 * * *", "TimeZone": "Asia/Dubai", "DesiredCapacity": 0}
ONCE = {"ScheduledActionName": "once", "StartTime": datetime(2026, 3, 3, 9, 0, tzinfo=UTC), "MaxSize": 9}
NO_MAXIMUM = {"ScheduledActionName": "more", "Recurrence": "0 8 * * *", "DesiredCapacity": 3}


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


def read(three: Three, *states: str, scheduled: tuple[dict[str, Any], ...] = (), **fields: Any) -> Sighting:
    actions = [{"AutoScalingGroupName": "nodes", **action} for action in scheduled]
    answers = [{"AutoScalingGroups": [group(three, *states, **fields)]}, {"ScheduledUpdateGroupActions": actions}]
    (sighting,) = KIND.read(PLACE, answers)
    return sighting


def member(state: str = "InService", **fields: Any) -> dict[str, Any]:
    return {"InstanceId": "i-1", "InstanceType": "m5.large", "LifecycleState": state, **fields}


def asleep_since(three: Three, *suspended: str) -> RestorePoint:
    return RestorePoint(1, datetime(2026, 3, 2, tzinfo=UTC), sizes(three), sizes(ASLEEP), suspended)


@pytest.mark.parametrize(
    ("three", "states", "observed", "healthy", "note"),
    [
        ((2, 5, 2), ["InService", "InService"], Observed.UP, True, None),
        ((2, 5, 2), ["InService", "Pending"], Observed.RISING, False, "1 of 2 in service"),
        ((2, 5, 2), [], Observed.RISING, False, "0 of 2 in service"),
        ((2, 5, 2), ["InService", "Terminating", "InService"], Observed.UP, True, None),
        ((0, 5, 0), [], Observed.UP, True, None),
        ((2, 5, 2), ["InService", "Pending:Wait"], Observed.RISING, False, f"1 of 2 in service, {HOOKED}"),
        ((0, 0, 0), ["Terminating"], Observed.FALLING, False, "1 still to go"),
        ((0, 0, 0), ["Terminating", "Terminating:Wait"], Observed.FALLING, False, f"2 still to go, {HOOKED}"),
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


def test_a_weighted_member_counts_by_its_weight() -> None:
    sighting = read((0, 16, 12), Instances=[member(WeightedCapacity="8"), member(WeightedCapacity="4")])
    assert (sighting.observed, sighting.in_service) == (Observed.UP, 12)


@pytest.mark.parametrize(
    ("stays", "why"),
    [
        (member(ProtectedFromScaleIn=True), "1 protected from scale-in: remove the protection"),
        (member("Standby"), "1 in standby: put them back into service"),
        (member("Terminating:Retained"), "1 retained by the group's lifecycle policy: terminate them"),
    ],
)
def test_a_member_that_no_stop_ends_is_told_before_it_and_during_it(stays: dict[str, Any], why: str) -> None:
    assert read((1, 2, 1), Instances=[member(), stays]).warnings == (
        f"a stop leaves {why.replace('1 ', '1 running that are ', 1)}",
    )
    assert read(ASLEEP, Instances=[stays]).note == f"1 still to go, {why}"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (
            {"Tags": [{"Key": "eks:nodegroup-name", "Value": "app"}, {"Key": "eks:cluster-name", "Value": "qa"}]},
            "EKS keeps its sizes, as node group qa/app: list that instead (kind eks-node-group)",
        ),
        ({"Operator": {"Principal": "service.example"}}, "only service.example may change it"),
        ({}, None),
    ],
)
def test_a_group_whose_sizes_are_anothers_is_never_stopped(fields: dict[str, Any], why: str | None) -> None:
    assert read((1, 2, 1), "InService", **fields).ineligible == why


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"Tags": [{"Key": "elasticbeanstalk:environment-name", "Value": "shop"}]}, "Elastic Beanstalk"),
        ({"Tags": [{"Key": "AmazonECSManaged", "Value": ""}]}, "scaled by ECS"),
        ({"WarmPoolConfiguration": {"MinSize": 2, "PoolState": "Running"}}, "warm pool stays, running"),
        ({"WarmPoolConfiguration": {"MinSize": 0, "MaxGroupPreparedCapacity": 3}}, "warm pool stays, stopped"),
    ],
)
def test_what_else_has_a_say_in_the_group_is_told_before_a_stop(fields: dict[str, Any], word: str) -> None:
    (warning,) = read((1, 2, 1), "InService", **fields).warnings
    assert word in warning


def test_a_warm_pool_that_empties_with_its_group_is_not_told() -> None:
    assert read((1, 2, 1), "InService", WarmPoolConfiguration={"MinSize": 0, "PoolState": "Stopped"}).warnings == ()


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (MORNING, "scheduled action morning (0 8 * * 1-5 UTC) sets min 2, max 5: suspended while the group rests"),
        (ONCE, "scheduled action once (2026-03-03 09:00 UTC) sets max 9: suspended while the group rests"),
        (EVENING, "scheduled action evening (0 20 * * * Asia/Dubai) sets desired 0: it does so whatever"),
    ],
)
def test_a_scheduled_action_that_would_fight_is_told(action: dict[str, Any], told: str) -> None:
    (warning,) = read((2, 5, 2), "InService", "InService", scheduled=(action,)).warnings
    assert warning.startswith(told)


@pytest.mark.parametrize(
    ("actions", "suspended", "ours"),
    [
        ((), (), ()),
        ((MORNING, EVENING), (), ("ScheduledActions",)),
        ((ONCE,), ("AZRebalance",), ("ScheduledActions",)),
        ((MORNING,), ("ScheduledActions",), ()),
        ((EVENING,), (), ()),
        ((NO_MAXIMUM,), (), ()),
    ],
    ids=["none", "one wakes", "once", "somebody suspended them", "it only rests", "refused at a maximum of 0"],
)
def test_scheduled_actions_are_suspended_only_where_one_would_wake_the_group(
    actions: tuple[dict[str, Any], ...], suspended: tuple[str, ...], ours: tuple[str, ...]
) -> None:
    processes = [{"ProcessName": name} for name in suspended]
    sighting = read((2, 5, 2), "InService", "InService", scheduled=actions, SuspendedProcesses=processes)
    assert KIND.suspends(sighting) == ours


def test_another_groups_scheduled_action_is_not_its_own() -> None:
    assert KIND.suspends(read((2, 5, 2), scheduled=({**MORNING, "AutoScalingGroupName": "others"},))) == ()


def test_what_the_restore_point_says_is_suspended_before_the_stop_and_only_once() -> None:
    restore = asleep_since((2, 5, 2), "ScheduledActions")
    (call,) = KIND.stop([Move(read((2, 5, 2)), restore)])
    (first,) = call.before
    assert (first.operation, first.parameters["ScalingProcesses"]) == ("SuspendProcesses", ["ScheduledActions"])
    again = read((2, 5, 2), SuspendedProcesses=[{"ProcessName": "ScheduledActions"}])
    (call,) = KIND.stop([Move(again, restore)])
    assert call.before == ()


def test_an_action_that_somebody_scheduled_at_night_is_not_suspended_unrecorded() -> None:
    (call,) = KIND.stop([Move(read((2, 5, 2), scheduled=(MORNING,)), asleep_since((2, 5, 2)))])
    assert call.before == ()


@pytest.mark.parametrize(
    ("found", "states", "operation"),
    [
        (ASLEEP, [], "UpdateAutoScalingGroup"),
        ((2, 5, 2), ["InService", "Pending"], "UpdateAutoScalingGroup"),
        ((2, 5, 2), ["InService", "InService"], "ResumeProcesses"),
    ],
)
def test_what_we_suspended_is_lifted_once_the_group_is_back(found: Three, states: list[str], operation: str) -> None:
    processes = [{"ProcessName": "AZRebalance"}, {"ProcessName": "ScheduledActions"}]
    restore = asleep_since((2, 5, 2), "ScheduledActions")
    sighting = read(found, *states, SuspendedProcesses=processes)
    assert KIND.unlifted(sighting, restore)
    (call,) = KIND.start([Move(sighting, restore)])
    assert call.operation == operation
    assert call.parameters.get("ScalingProcesses", ["ScheduledActions"]) == ["ScheduledActions"]


def test_what_somebody_else_suspended_is_left_to_them() -> None:
    sighting = read((2, 5, 2), "InService", "InService", SuspendedProcesses=[{"ProcessName": "ScheduledActions"}])
    assert not KIND.unlifted(sighting, asleep_since((2, 5, 2)))


def test_the_cause_is_what_auto_scaling_says_of_the_newest_failure() -> None:
    rising = read((2, 5, 2))
    (look,) = KIND.cause([rising])
    assert look.parameters["AutoScalingGroupName"] == "nodes"
    at = datetime(2026, 3, 2, 8, 3, tzinfo=UTC)
    activity = {"AutoScalingGroupName": "nodes", "StartTime": at, "StatusMessage": "no capacity"}
    (sighting,) = KIND.caused([rising], [{"Activities": [activity]}])
    assert sighting.cause == "2026-03-02 08:03 UTC: no capacity"


def test_without_a_failure_there_is_no_cause() -> None:
    (sighting,) = KIND.caused([read((2, 5, 2))], [{"Activities": []}])
    assert sighting.cause is None


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


def test_a_return_is_an_update_to_the_sizes_it_had() -> None:
    (call,) = KIND.start([Move(read(ASLEEP), asleep_since((22, 55, 30)))])
    sizes_set = {"MinSize": 22, "MaxSize": 55, "DesiredCapacity": 30}
    assert (call.operation, call.parameters) == (
        "UpdateAutoScalingGroup",
        {"AutoScalingGroupName": "nodes", **sizes_set},
    )


@pytest.mark.parametrize("restore", [None, asleep_since(ASLEEP)])
def test_without_a_size_to_go_back_to_there_is_no_call(restore: RestorePoint | None) -> None:
    assert KIND.start([Move(read(ASLEEP), restore)]) == ()


def test_names_and_arns_are_asked_for_by_name_100_at_a_time() -> None:
    names = tuple(f"nodes-{number}" for number in range(100))
    first, second = KIND.look(Resource("nodes", KIND.name, ids=(*names, ARN)))
    assert len(first.parameters["AutoScalingGroupNames"]) == 100
    assert second.parameters["AutoScalingGroupNames"] == ["nodes"]


def test_patterns_look_at_all_groups_once() -> None:
    (look,) = KIND.look(Resource("nodes", KIND.name, ids=("one",), names=("orders-*",), tags=(("Env", "qa"),)))
    assert look.parameters == {"MaxRecords": 100}


@pytest.mark.parametrize(("names", "asked"), [([], []), (["a"], ["a"]), (["a", "b"], [None])])
def test_scheduled_actions_are_asked_for_once_and_only_where_there_is_a_group(
    names: list[str], asked: list[str | None]
) -> None:
    groups = [group((1, 1, 1), AutoScalingGroupName=name) for name in names]
    looks = KIND.follow((), [Asked(Look("DescribeAutoScalingGroups", {}), ({"AutoScalingGroups": groups},))])
    assert [look.parameters.get("AutoScalingGroupName") for look in looks] == asked
    assert KIND.follow((), [Asked(look, ({"ScheduledUpdateGroupActions": []},)) for look in looks]) == ()


def test_tags_are_asked_for_together() -> None:
    (look,) = KIND.look(Resource("nodes", KIND.name, tags=(("Env", "qa"), ("Tier", "app"))))
    assert look.parameters["Filters"] == [
        {"Name": "tag:Env", "Values": ["qa"]},
        {"Name": "tag:Tier", "Values": ["app"]},
    ]


def test_an_event_names_the_group_and_not_the_instance() -> None:
    instance = "arn:aws:ec2:ap-south-1:111122223333:instance/i-1"
    assert KIND.event.arns({"resources": [ARN, instance]}) == (ARN,)
