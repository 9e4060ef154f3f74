from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.local.estate import Site
from chalicelib.local.node_estate import NodeGroup, add_node_group
from tests.local.members import described as group_described
from tests.local.members import lifecycles, resize, sizes_of

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]
A_WHILE = timedelta(minutes=4)


def described(site: Site, name: str) -> dict[str, Any]:
    answer = site.client("eks").describe_nodegroup(clusterName="qa", nodegroupName=name)
    found: dict[str, Any] = answer["nodegroup"]
    return found


def behind(site: Site, name: str) -> str:
    return str(described(site, name)["resources"]["autoScalingGroups"][0]["name"])


def scale(site: Site, name: str, **sizes: int) -> None:
    site.client("eks").update_nodegroup_config(clusterName="qa", nodegroupName=name, scalingConfig=sizes)


def test_a_node_group_has_its_nodes_in_service_as_soon_as_it_was_built(site: Site) -> None:
    arn = add_node_group(site, NodeGroup("qa", "built", 1, 2, 5, tags={"Environment": "qa"}))
    found = described(site, "built")
    assert (found["nodegroupArn"], found["status"], found["tags"]) == (arn, "ACTIVE", {"Environment": "qa"})
    assert lifecycles(site, behind(site, "built")) == {"InService": 2}


def test_the_group_behind_it_is_found_by_the_tags_that_eks_gives_it(site: Site) -> None:
    add_node_group(site, NodeGroup("qa", "tagged", 1, 1, 2))
    filters = [{"Name": f"tag:eks:{name}", "Values": [value]} for name, value in _names("tagged").items()]
    answer = site.client("autoscaling").describe_auto_scaling_groups(Filters=filters)
    assert [group["AutoScalingGroupName"] for group in answer["AutoScalingGroups"]] == [behind(site, "tagged")]


def _names(name: str) -> dict[str, str]:
    return {"cluster-name": "qa", "nodegroup-name": name}


@pytest.mark.parametrize("spot", [False, True])
def test_its_nodes_are_of_its_types_and_of_its_capacity_type(site: Site, spot: bool) -> None:
    name = f"types-{spot}"
    add_node_group(site, NodeGroup("qa", name, 0, 4, 4, ("m5.large", "m5a.large"), spot=spot))
    found = site.client("ec2").describe_instances(
        Filters=[
            {"Name": "tag:eks:nodegroup-name", "Values": [name]},
            {"Name": "tag:eks:cluster-name", "Values": ["qa"]},
        ]
    )
    instances = [one for reservation in found["Reservations"] for one in reservation["Instances"]]
    assert Counter(one.get("InstanceLifecycle", "on-demand") for one in instances) == {
        "spot" if spot else "on-demand": 4
    }
    # https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html: on-demand takes them in their order
    assert {one["InstanceType"] for one in instances} == ({"m5.large", "m5a.large"} if spot else {"m5.large"})
    group = group_described(site, behind(site, name))
    assert group["CapacityRebalance"] is spot


def test_an_update_takes_its_time_and_then_its_nodes_go(site: Site, wait: Wait) -> None:
    add_node_group(site, NodeGroup("qa", "falling", 2, 2, 5))
    scale(site, "falling", minSize=0, desiredSize=0)
    found = described(site, "falling")
    assert (found["status"], found["scalingConfig"]) == ("UPDATING", {"minSize": 0, "maxSize": 5, "desiredSize": 0})
    assert lifecycles(site, behind(site, "falling")) == {"InService": 2}
    wait(timedelta(seconds=45))
    assert described(site, "falling")["status"] == "ACTIVE"
    assert lifecycles(site, behind(site, "falling")) == {"Terminating": 2}
    wait(A_WHILE)
    assert lifecycles(site, behind(site, "falling")) == {}


def test_while_it_is_updated_no_other_update_is_taken(site: Site, wait: Wait, refusal: Refusal) -> None:
    add_node_group(site, NodeGroup("qa", "busy", 1, 1, 5))
    scale(site, "busy", desiredSize=2)
    update = site.client("eks").update_nodegroup_config
    again = {"clusterName": "qa", "nodegroupName": "busy", "scalingConfig": {"desiredSize": 3}}
    assert refusal(update, **again) == "ResourceInUseException"
    wait(A_WHILE)
    update(**again)
    assert described(site, "busy")["scalingConfig"]["desiredSize"] == 3


@pytest.mark.parametrize("sizes", [{"minSize": 3}, {"desiredSize": 9}, {"maxSize": 1}], ids=str)
def test_impossible_sizes_are_refused(site: Site, refusal: Refusal, sizes: dict[str, int]) -> None:
    name = f"bounds-{next(iter(sizes))}"
    add_node_group(site, NodeGroup("qa", name, 1, 2, 5))
    update = site.client("eks").update_nodegroup_config
    code = refusal(update, clusterName="qa", nodegroupName=name, scalingConfig=sizes)
    assert (code, described(site, name)["status"]) == ("InvalidParameterException", "ACTIVE")


@pytest.mark.parametrize("name", ["describe_nodegroup", "update_nodegroup_config"])
def test_an_unknown_node_group_is_refused(site: Site, refusal: Refusal, name: str) -> None:
    call = getattr(site.client("eks"), name)
    assert refusal(call, clusterName="qa", nodegroupName="nobody") == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("direct", "ends_at"),
    [
        ({"MinSize": 0, "MaxSize": 0, "DesiredCapacity": 0}, (2, 5, 2)),
        ({"MaxSize": 9, "DesiredCapacity": 9}, (2, 5, 5)),
        ({"DesiredCapacity": 4}, (2, 5, 4)),
    ],
    ids=["a scheduler's zero", "more than its maximum", "an autoscaler's size"],
)
def test_eks_puts_back_what_is_set_on_the_group_behind_it_and_takes_over_a_desired_size(
    site: Site, wait: Wait, direct: dict[str, int], ends_at: tuple[int, int, int]
) -> None:
    name = f"synced-{direct['DesiredCapacity']}"
    add_node_group(site, NodeGroup("qa", name, 2, 2, 5))
    resize(site, behind(site, name), **direct)
    wait(timedelta(minutes=10))
    assert sizes_of(site, behind(site, name)) == ends_at
    assert described(site, name)["scalingConfig"]["desiredSize"] == ends_at[2]
    assert described(site, name)["status"] == "ACTIVE"


def test_a_shortage_degrades_it_until_a_launch_succeeds_and_it_is_scaled_meanwhile(site: Site, wait: Wait) -> None:
    add_node_group(site, NodeGroup("qa", "short", 0, 0, 5, ("m5.2xlarge",)))
    place = (site.account, site.region, "m5.2xlarge")
    site.cloud.insufficient_capacity(*place)
    scale(site, "short", desiredSize=1)
    wait(A_WHILE)
    found = described(site, "short")
    assert (found["status"], found["health"]["issues"][0]["code"]) == ("DEGRADED", "AsgInstanceLaunchFailures")
    scale(site, "short", desiredSize=0)
    wait(A_WHILE)
    assert described(site, "short")["status"] == "DEGRADED"
    site.cloud.capacity_returns(*place)
    scale(site, "short", desiredSize=1)
    wait(A_WHILE)
    found = described(site, "short")
    assert (found["status"], found["health"]["issues"]) == ("ACTIVE", [])


def test_a_deleted_node_group_leaves_no_group_behind(site: Site) -> None:
    add_node_group(site, NodeGroup("qa", "deleted", 1, 1, 1))
    name = behind(site, "deleted")
    site.client("eks").delete_nodegroup(clusterName="qa", nodegroupName="deleted")
    answer = site.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    assert answer["AutoScalingGroups"] == []
