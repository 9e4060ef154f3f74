from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.core.model import Location, Observed, Resource, RestorePoint, Sighting
from chalicelib.core.node_group_state import BUSY
from chalicelib.core.pools import Pool
from chalicelib.kinds.contract import Asked, Look, Move
from chalicelib.kinds.eks_node_group import GROWN_AGAIN, KIND, TWINNING

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLACE = Location("111122223333", "ap-south-1")
ARN = "arn:aws:eks:ap-south-1:111122223333:nodegroup/qa/app/0af1"
Three = tuple[int, int, int]
ASLEEP = (0, 9, 0)
ENTRIES = (Resource("nodes", KIND.name, ids=("qa/app",)),)
SHORT = {"code": "AsgInstanceLaunchFailures", "message": "no capacity", "resourceIds": ["eks-app-0af1"]}


def sizes(three: Three) -> dict[str, int]:
    return dict(zip(("min", "max", "desired"), three, strict=True))


def node_group(three: Three, **fields: Any) -> dict[str, Any]:
    config = {f"{name}Size": size for name, size in sizes(three).items()}
    return {
        "nodegroup": {
            "nodegroupName": "app",
            "clusterName": "qa",
            "nodegroupArn": ARN,
            "status": "ACTIVE",
            "scalingConfig": config,
            "tags": {"Env": "qa"},
            **fields,
        }
    }


def group(desired: int, *states: str, name: str = "eks-app-0af1", **tags: str) -> dict[str, Any]:
    tags = {"eks:cluster-name": "qa", "eks:nodegroup-name": "app"} | tags
    return {
        "AutoScalingGroupName": name,
        "DesiredCapacity": desired,
        "Instances": [{"LifecycleState": state, "InstanceType": "m5.large"} for state in states],
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }


def read(three: Three, *states: str, behind: dict[str, Any] | None = None, **fields: Any) -> Sighting:
    groups = {"AutoScalingGroups": [behind or group(three[2], *states)]}
    (sighting,) = KIND.read(PLACE, [groups, node_group(three, **fields)])
    return sighting


def asleep_since(before: Three) -> RestorePoint:
    return RestorePoint(1, datetime(2026, 3, 2, tzinfo=UTC), sizes(before), sizes((0, before[1], 0)))


@pytest.mark.parametrize(
    ("three", "states", "status", "observed", "note"),
    [
        ((2, 9, 2), ["InService"] * 2, "ACTIVE", Observed.UP, None),
        ((2, 9, 2), ["InService"] * 2, "UPDATING", Observed.UP, BUSY),
        ((2, 9, 2), ["InService"], "UPDATING", Observed.RISING, "1 of 2 in service"),
        ((2, 9, 2), ["InService"], "DEGRADED", Observed.RISING, "1 of 2 in service"),
        ((2, 9, 2), ["InService"] * 2, "DEGRADED", Observed.UP, "AsgInstanceLaunchFailures: no capacity"),
        ((0, 9, 2), ["InService"] * 2, "ACTIVE", Observed.UP, None),
        ((2, 9, 2), [], "CREATING", Observed.RISING, "0 of 2 in service"),
        (ASLEEP, ["Terminating:Wait"], "ACTIVE", Observed.FALLING, "1 still to go, 1 wait in a lifecycle hook"),
        (ASLEEP, ["InService"], "UPDATING", Observed.FALLING, "1 still to go"),
        (ASLEEP, [], "UPDATING", Observed.FALLING, BUSY),
        (ASLEEP, [], "ACTIVE", Observed.DOWN, None),
        (ASLEEP, [], "DEGRADED", Observed.DOWN, "AsgInstanceLaunchFailures: no capacity"),
        ((2, 9, 2), [], "CREATE_FAILED", Observed.BROKEN, "CREATE_FAILED: AsgInstanceLaunchFailures: no capacity"),
    ],
)
def test_a_node_group_is_observed_by_its_status_its_sizes_and_its_nodes(
    three: Three, states: list[str], status: str, observed: Observed, note: str | None
) -> None:
    issues = [SHORT] if status in ("DEGRADED", "CREATE_FAILED") else []
    sighting = read(three, *states, status=status, health={"issues": issues})
    assert (sighting.observed, sighting.note) == (observed, note)
    assert sighting.healthy is (observed is Observed.UP)
    assert sighting.busy is (observed is Observed.UP and status == "UPDATING")


def test_a_node_group_that_is_being_deleted_is_not_there() -> None:
    assert list(KIND.read(PLACE, [node_group(ASLEEP, status="DELETING")])) == []


def test_it_is_known_by_cluster_and_name_and_its_own_tags() -> None:
    sighting = read((1, 2, 1), "InService", instanceTypes=["m5.large", "m5a.large"], capacityType="SPOT")
    assert (sighting.id, sighting.arn, sighting.tags, sighting.in_service) == ("qa/app", ARN, {"Env": "qa"}, 1)
    assert sighting.details == {
        "groups": "eks-app-0af1",
        "instance_types": "m5.large,m5a.large",
        "capacity_type": "SPOT",
    }


def test_nodes_of_all_groups_behind_it_count_and_those_of_others_do_not() -> None:
    others = group(7, *["InService"] * 7, name="others", **{"eks:nodegroup-name": "others"})
    groups = [group(1, "InService", name="a"), group(2, "InService", "InService", name="b"), others]
    (sighting,) = KIND.read(PLACE, [{"AutoScalingGroups": groups}, node_group((1, 9, 3))])
    assert (sighting.in_service, sighting.sizes["desired"]) == (3, 3)


@pytest.mark.parametrize(("status", "desired"), [("ACTIVE", 5), ("UPDATING", 2)])
def test_an_autoscalers_size_is_read_from_the_group_unless_eks_is_about_to_set_it(status: str, desired: int) -> None:
    sighting = read((2, 9, 2), behind=group(5, *["InService"] * 5), status=status)
    assert sighting.sizes == sizes((2, 9, desired))


def test_a_stop_leaves_the_maximum_as_eks_takes_none_below_one() -> None:
    sighting = read((2, 9, 3), *["InService"] * 3)
    (call,) = KIND.stop([Move(sighting)])
    assert (call.operation, call.arns) == ("UpdateNodegroupConfig", (ARN,))
    assert call.parameters == {
        "clusterName": "qa",
        "nodegroupName": "app",
        "scalingConfig": {"minSize": 0, "maxSize": 9, "desiredSize": 0},
    }
    assert KIND.left(sighting) == sizes(ASLEEP)


@pytest.mark.parametrize(
    ("found", "back"), [(ASLEEP, (2, 9, 3)), ((0, 9, 1), (2, 9, 3)), ((0, 12, 0), (2, 12, 3)), ((1, 9, 1), (1, 9, 1))]
)
def test_a_return_brings_sizes_back_and_keeps_what_somebody_set(found: Three, back: Three) -> None:
    (call,) = KIND.start([Move(read(found), asleep_since((2, 9, 3)))])
    assert call.parameters["scalingConfig"] == {f"{name}Size": size for name, size in sizes(back).items()}


def test_without_a_restore_point_there_is_no_call() -> None:
    assert KIND.start([Move(read(ASLEEP))]) == ()


@pytest.mark.parametrize(
    ("three", "tags", "warned"),
    [
        ((2, 9, 2), {"k8s.io/cluster-autoscaler/enabled": "true"}, (GROWN_AGAIN,)),
        ((2, 2, 2), {"k8s.io/cluster-autoscaler/enabled": "true"}, ()),
        ((2, 9, 2), {}, ()),
    ],
)
def test_an_autoscaler_that_may_grow_it_again_is_told(
    three: Three, tags: dict[str, str], warned: tuple[str, ...]
) -> None:
    assert read(three, behind=group(2, "InService", "InService", **tags)).warnings == warned


def test_a_scheduled_action_of_the_group_behind_it_is_told() -> None:
    action = {"ScheduledActionName": "morning", "Recurrence": "0 8 * * *", "MinSize": 2}
    own, others = {"AutoScalingGroupName": "eks-app-0af1", **action}, {"AutoScalingGroupName": "others", **action}
    answers = [{"AutoScalingGroups": [group(2)]}, {"ScheduledUpdateGroupActions": [own, others]}]
    (sighting,) = KIND.read(PLACE, [*answers, node_group((2, 9, 2))])
    (warning,) = sighting.warnings
    assert warning.startswith("scheduled action morning (0 8 * * * UTC) sets min 2 of the group behind it")


def test_until_auto_scaling_names_a_cause_the_issue_that_eks_sees_is_it() -> None:
    rising = read((2, 9, 2), status="DEGRADED", health={"issues": [SHORT]})
    assert rising.cause == "AsgInstanceLaunchFailures: no capacity"
    (look,) = KIND.cause([rising])
    assert (look.service, look.parameters["AutoScalingGroupName"]) == ("autoscaling", "eks-app-0af1")
    at = datetime(2026, 3, 2, 8, 3, tzinfo=UTC)
    activity = {"AutoScalingGroupName": "eks-app-0af1", "StartTime": at, "StatusMessage": "no m5.large"}
    causes = [KIND.caused([rising], [{"Activities": found}])[0].cause for found in ([], [activity])]
    assert causes == [rising.cause, "2026-03-02 08:03 UTC: no m5.large"]


# ---- twins


def nodes(*states: str) -> dict[str, Any]:
    """The group behind, with nodes that have an id, a type and a zone, over two zones."""
    found = group(len(states), *states)
    for number, one in enumerate(found["Instances"]):
        one |= {"InstanceId": f"i-{number}", "AvailabilityZone": "a"}
    return found | {"AvailabilityZones": ["b", "a"]}


def test_what_it_launches_its_zones_and_which_nodes_serve_are_read_from_both() -> None:
    behind = nodes("InService", "Pending", "Terminating:Wait")
    mixed = read((1, 9, 3), behind=behind, capacityType="SPOT", instanceTypes=["m6i.large", "m5.large"]).mixed
    assert mixed is not None
    assert (mixed.setting.percent, mixed.setting.types) == (0, ("m6i.large", "m5.large"))
    assert (mixed.zones, mixed.serving) == (("a", "b"), frozenset({"i-0"}))
    assert mixed.members == {"i-0": Pool("m5.large", "a"), "i-1": Pool("m5.large", "a")}


@pytest.mark.parametrize(
    ("fields", "percent"), [({}, 100), ({"capacityType": "ON_DEMAND"}, 100), ({"capacityType": "SPOT"}, 0)]
)
def test_its_capacity_type_says_which_twin_it_is(fields: dict[str, Any], percent: int) -> None:
    mixed = read((1, 9, 1), behind=nodes("InService"), **fields).mixed
    assert mixed is not None
    assert (mixed.setting.percent, mixed.setting.types) == (percent, ("m5.large",))


def test_a_capacity_block_is_no_twin() -> None:
    assert read((1, 9, 1), "InService", capacityType="CAPACITY_BLOCK").mixed is None


@pytest.mark.parametrize(("status", "says"), [("ACTIVE", False), ("UPDATING", True), ("CREATING", True)])
def test_while_eks_takes_no_call_its_details_say_so(status: str, says: bool) -> None:
    assert ("updating" in read((1, 9, 3), "InService", status=status).details) is says


def test_a_shift_sets_its_desired_size_and_no_bound() -> None:
    call = TWINNING.resize(read((1, 9, 3), "InService"), 5)
    assert (call.operation, call.arns) == ("UpdateNodegroupConfig", (ARN,))
    assert call.parameters == {"clusterName": "qa", "nodegroupName": "app", "scalingConfig": {"desiredSize": 5}}


def test_what_becomes_of_its_nodes_is_asked_of_the_group_behind_it() -> None:
    requests, activities = TWINNING.watch(read((1, 9, 1), "InService"), {"i-1": Pool("m5.large", "a")}, NOON)
    assert requests.parameters == {"Filters": [{"Name": "instance-id", "Values": ["i-1"]}]}
    assert activities.parameters["AutoScalingGroupName"] == "eks-app-0af1"
    assert TWINNING.place(read((1, 9, 1), "InService")) == "qa"


# ---- looks


def filters(cluster: str, *names: str) -> list[dict[str, Any]]:
    return [
        {"Name": "tag:eks:cluster-name", "Values": [cluster]},
        {"Name": "tag:eks:nodegroup-name", "Values": list(names)},
    ]


def test_names_and_arns_are_asked_for_by_cluster_so_that_an_unknown_one_is_no_error() -> None:
    looks = KIND.look(Resource("nodes", KIND.name, ids=("qa/web", ARN, "dev/app", "no-cluster")))
    assert {look.service for look in looks} == {"autoscaling"}
    assert [look.parameters["Filters"] for look in looks] == [filters("dev", "app"), filters("qa", "app", "web")]


@pytest.mark.parametrize("how", [{"names": ("qa/*",)}, {"tags": (("Env", "qa"),)}])
def test_for_patterns_and_tags_every_node_group_is_looked_at(how: dict[str, Any]) -> None:
    (look,) = KIND.look(Resource("nodes", KIND.name, **how))
    assert look.parameters["Filters"] == [{"Name": "tag-key", "Values": ["eks:nodegroup-name"]}]


def test_each_node_group_is_described_once_and_then_nothing_more_is_asked() -> None:
    first = Asked(Look("DescribeAutoScalingGroups", {}), ({"AutoScalingGroups": [group(1), group(1, name="b")]},))
    described, scheduled = KIND.follow(ENTRIES, [first])
    assert described.parameters == {"clusterName": "qa", "nodegroupName": "app"}
    assert described.absent == {"ResourceNotFoundException"}
    assert (scheduled.operation, scheduled.service) == ("DescribeScheduledActions", "autoscaling")
    assert KIND.follow(ENTRIES, [Asked(described, (node_group((1, 2, 1)),))]) == ()


@pytest.mark.parametrize(
    ("entries", "described"),
    [
        ([Resource("nodes", KIND.name, ids=("qa/app",))], ["app"]),
        ([Resource("nodes", KIND.name, ids=(ARN,)), Resource("more", KIND.name, names=("qa/d*",))], ["app", "db"]),
        ([Resource("nodes", KIND.name, names=("dev/*",))], []),
        ([Resource("nodes", KIND.name, names=("app*",))], ["app", "db"]),  # its own Name tag may be so
        ([Resource("nodes", KIND.name, tags=(("Env", "qa"),))], ["app", "db"]),
    ],
)
def test_only_what_an_entry_may_select_is_described(entries: list[Resource], described: list[str]) -> None:
    groups = [group(1), group(1, name="eks-db-0af1", **{"eks:nodegroup-name": "db"})]
    looks = KIND.follow(entries, [Asked(Look("DescribeAutoScalingGroups", {}), ({"AutoScalingGroups": groups},))])
    names = [one.parameters["nodegroupName"] for one in looks if one.operation == "DescribeNodegroup"]
    assert names == described


def test_where_there_is_no_node_group_nothing_more_is_asked() -> None:
    assert KIND.follow(ENTRIES, [Asked(Look("DescribeAutoScalingGroups", {}), ({"AutoScalingGroups": []},))]) == ()


def test_no_event_names_a_node_group() -> None:
    assert KIND.event.arns({"resources": ["arn:aws:autoscaling:x:autoScalingGroup:1:autoScalingGroupName/eks-a"]}) == ()
