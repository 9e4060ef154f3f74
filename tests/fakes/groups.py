"""How the fake cloud shows Auto Scaling groups, those behind node groups of EKS, and the node groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.kinds.contract import Answer
from tests.fakes.things import Thing

SIZES = {"min": "MinSize", "max": "MaxSize", "desired": "DesiredCapacity"}
GROUPS = ("auto-scaling-group", "eks-node-group")


def group_name(thing: Thing) -> str:
    """The name of the group, or of the one behind the node group."""
    return f"eks-{_node_group(thing)[1]}" if thing.kind == "eks-node-group" else thing.id


def _node_group(thing: Thing) -> tuple[str, str]:
    cluster, _, name = thing.id.partition("/")
    return cluster, name


def _tags(thing: Thing) -> dict[str, str]:
    """A node group's own tags do not reach the group behind it."""
    if thing.kind != "eks-node-group":
        return thing.tags
    cluster, name = _node_group(thing)
    return {"eks:cluster-name": cluster, "eks:nodegroup-name": name}


def _groups(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    found = [thing for thing in things if thing.kind in GROUPS and _matches(thing, asked)]
    return {"AutoScalingGroups": [_group(thing) for thing in found]}


def _matches(thing: Thing, asked: Mapping[str, Any]) -> bool:
    if group_name(thing) not in asked.get("AutoScalingGroupNames", [group_name(thing)]):
        return False
    tags = _tags(thing)
    return all(
        any(tag in tags for tag in one["Values"])
        if one["Name"] == "tag-key"
        else tags.get(one["Name"].removeprefix("tag:")) in one["Values"]
        for one in asked.get("Filters", ())
    )


def _group(thing: Thing) -> dict[str, Any]:
    behind = thing.kind == "eks-node-group"
    return {
        "AutoScalingGroupName": group_name(thing),
        "AutoScalingGroupARN": f"{thing.arn}:group" if behind else thing.arn,
        "Tags": [{"Key": name, "Value": value} for name, value in _tags(thing).items()],
        "Instances": _members(thing),
        "SuspendedProcesses": [{"ProcessName": name} for name in sorted(thing.suspended)],
        **{theirs: thing.sizes[name] for name, theirs in SIZES.items()},
        **({} if behind else thing.fields),
    }


def _members(thing: Thing) -> list[dict[str, str]]:
    """Those that serve, those still to come, and one in the place of those on their way out."""
    desired = thing.sizes["desired"]
    states = ["InService"] * thing.serving + ["Pending"] * (desired - thing.serving)
    states += ["Terminating"] if thing.status == thing.words.falling else []
    return [{"InstanceId": f"i-{thing.id}-{n}", "LifecycleState": state} for n, state in enumerate(states)]


def members(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    """DescribeInstances by id: the members of groups, on-demand and Linux unless their group's field `Member` says."""
    wanted = {id for one in asked.get("Filters", ()) if one["Name"] == "instance-id" for id in one["Values"]}
    groups = [thing for thing in things if thing.kind in GROUPS]
    return {
        "Reservations": [
            {"Instances": [{**_instance(shown), **thing.fields.get("Member", {})}]}
            for thing in groups
            for shown in _group(thing)["Instances"]
            if shown["InstanceId"] in wanted
        ]
    }


def _instance(shown: Mapping[str, str]) -> dict[str, Any]:
    state = "pending" if shown["LifecycleState"] == "Pending" else "running"
    own = {"InstanceType": shown.get("InstanceType", "m5.large"), "UsageOperation": "RunInstances"}
    return {"InstanceId": shown["InstanceId"], "State": {"Name": state}, **own}


def _described(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    wanted = (asked["clusterName"], asked["nodegroupName"])
    thing = next(one for one in things if one.kind == "eks-node-group" and _node_group(one) == wanted)
    sizes = {f"{name}Size": thing.sizes[name] for name in ("min", "max", "desired")}
    node_group = {
        "nodegroupName": wanted[1],
        "nodegroupArn": thing.arn,
        "clusterName": wanted[0],
        "status": "ACTIVE",
        "scalingConfig": sizes,
        "tags": thing.tags,
        **thing.fields,
    }
    return {"nodegroup": node_group}


def _told(field: str) -> Any:
    """Answers with what tests put into the field of that name of a thing."""

    def answer(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
        groups = [thing for thing in things if thing.kind in GROUPS]
        wanted = asked.get("AutoScalingGroupName")
        return {
            field: [
                {"AutoScalingGroupName": group_name(thing), **one}
                for thing in groups
                if wanted in (None, group_name(thing))
                for one in thing.fields.get(field, ())
            ]
        }

    return answer


BY_OPERATION = {
    ("autoscaling", "DescribeAutoScalingGroups"): _groups,
    ("autoscaling", "DescribeScheduledActions"): _told("ScheduledUpdateGroupActions"),
    ("autoscaling", "DescribeScalingActivities"): _told("Activities"),
    ("eks", "DescribeNodegroup"): _described,
}
