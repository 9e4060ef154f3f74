"""Kind `eks-node-group`: a managed node group of EKS rests at min 0 and desired 0; its maximum stays.

EKS refuses a maximum below 1, so what asks for nodes at night (Cluster Autoscaler) can still grow it. Sizes are set
through EKS, which puts back what is set on the Auto Scaling group behind it. That group tells which members serve; it
is also how a node group is found, by the tags EKS gives it: a name that does not exist is then no error.

No event tells of a node group: EKS sends none, and those of Auto Scaling name the group behind it, whose ARN nobody
owns. The looks while it moves, and the resync, see what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from chalicelib.core import node_group_state, scaling, sizes
from chalicelib.core.model import Location, Observed, Resource, Sighting, Sizes
from chalicelib.core.money import instances
from chalicelib.core.scaling import Members
from chalicelib.core.unread import unread
from chalicelib.kinds import metering
from chalicelib.kinds.contract import Answer, Asked, Call, EventSource, Kind, Look, Metric, Move, Usual, batches, pairs
from chalicelib.kinds.mixing import MEMBER_EVENTS, Pools, Twinning, member, watched, watched_groups

CLUSTER, NODE_GROUP = "eks:cluster-name", "eks:nodegroup-name"
AUTOSCALED = "k8s.io/cluster-autoscaler/enabled"
"""Tags that EKS gives the group behind a node group; the last lets Cluster Autoscaler find it.

https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
"""

GROWN_AGAIN = (
    "pods that wait for a node make Cluster Autoscaler grow it again, if that runs on other nodes: "
    "scale its deployment to 0 for the rest"
)

SIZES = {"min": "minSize", "max": "maxSize", "desired": "desiredSize"}

Groups = Sequence[Mapping[str, Any]]


def look(resource: Resource) -> tuple[Look, ...]:
    """Describes of the groups behind the node groups: by cluster and name; all of them for tags and patterns."""
    if resource.names or resource.tags:
        return (_behind({"Name": "tag-key", "Values": [NODE_GROUP]}),)
    named = sorted({pair for identifier in resource.ids if (pair := _named(identifier))[1]})
    return tuple(
        _behind(_tagged(CLUSTER, [cluster]), _tagged(NODE_GROUP, batch))
        for cluster, group in groupby(named, key=lambda pair: pair[0])
        for batch in batches([name for _, name in group], scaling.PAGE)
    )


def follow(resources: Sequence[Resource], asked: Sequence[Asked]) -> tuple[Look, ...]:
    """A look at each node group that a group shows and an entry may select, and one at what is scheduled for those."""
    groups = [group for one in asked for group in _groups(one.answers) if _may_be_selected(resources, *_owner(group))]
    looks = [_node_group(cluster, name) for cluster, name in dict.fromkeys(map(_owner, groups)) if name]
    scheduled = scaling.schedules_of(sorted({group["AutoScalingGroupName"] for group in groups}))
    schedules = Look("DescribeScheduledActions", scheduled, "autoscaling", optional=scaling.SCHEDULES)
    return (*looks, schedules) if looks else ()


def read(location: Location, answers: Sequence[Answer]) -> Iterator[Sighting]:
    """The node groups, except those being deleted; healthy when every desired node serves."""
    groups = {group["AutoScalingGroupName"]: group for group in _groups(answers)}
    actions = [action for answer in answers for action in answer.get("ScheduledUpdateGroupActions", ())]
    unknown = unread(answers)
    for node_group in (answer["nodegroup"] for answer in answers if "nodegroup" in answer):
        if node_group["status"] != "DELETING":
            mine = (node_group["clusterName"], node_group["nodegroupName"])
            behind = [group for group in groups.values() if _owner(group) == mine]
            names = [group["AutoScalingGroupName"] for group in behind]
            own = [action for action in actions if action["AutoScalingGroupName"] in names]
            seen = _sighting(location, node_group, behind, own)
            yield replace(seen, warnings=(*seen.warnings, *unknown))


def start(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One update each, to the sizes of its restore point; none for a node group without one."""
    return tuple(
        _resize(move.sighting, sizes.intended(move.sighting, move.restore))
        for move in moves
        if move.restore is not None and any(move.restore.sizes.values())
    )


def stop(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One update each, to no nodes."""
    return tuple(_resize(move.sighting, left(move.sighting)) for move in moves)


def left(sighting: Sighting) -> Sizes:
    """No nodes; the maximum as it is."""
    return {**sighting.sizes, "min": 0, "desired": 0}


def cause(sightings: Sequence[Sighting]) -> tuple[Look, ...]:
    """One look a group at the activities that failed."""
    return tuple(
        Look("DescribeScalingActivities", scaling.failures_of(group), "autoscaling")
        for one in sightings
        for group in _names(one)
    )


def caused(sightings: Sequence[Sighting], answers: Sequence[Answer]) -> tuple[Sighting, ...]:
    """The sightings with what Auto Scaling said of the newest failure, else with what EKS says of their health."""
    failed = scaling.failures(activity for answer in answers for activity in answer.get("Activities", ()))
    return tuple(
        replace(one, cause=next((failed[group] for group in _names(one) if group in failed), one.cause))
        for one in sightings
    )


def watch(sighting: Sighting, pools: Pools, since: datetime) -> tuple[Look, ...]:
    """What became of the Spot requests behind its nodes, and the activities of the group behind it since.

    EKS's own issues (AsgInstanceLaunchFailures) name neither type nor zone.
    https://docs.aws.amazon.com/eks/latest/APIReference/API_Issue.html
    """
    return watched_groups(sighting, _names(sighting), pools, since)


def resize(sighting: Sighting, desired: int) -> Call:
    """An update of its desired size; minimum and maximum are none of its parameters."""
    return _resize(sighting, {"desired": desired})


def cluster(sighting: Sighting) -> str:
    """The cluster that it is of."""
    return sighting.id.partition("/")[0]


def arns(event: Mapping[str, Any]) -> tuple[str, ...]:
    """None: see above."""
    return ()


def _named(identifier: str) -> tuple[str, str]:
    """Cluster and name of `cluster/name`, or of an ARN, which ends in them and an id."""
    cluster, _, rest = identifier.rpartition(":nodegroup/")[2].partition("/")
    return cluster, rest.partition("/")[0]


def _may_be_selected(resources: Iterable[Resource], cluster: str, name: str) -> bool:
    """The group behind it does not tell its tags, nor its `Name` tag, which a pattern without a slash may mean."""
    if any(resource.tags or (cluster, name) in map(_named, resource.ids) for resource in resources):
        return True
    patterns = [pattern for resource in resources for pattern in resource.names]
    return any("/" not in pattern or fnmatchcase(f"{cluster}/{name}", pattern) for pattern in patterns)


def _tagged(tag: str, values: Sequence[str]) -> dict[str, Any]:
    return {"Name": f"tag:{tag}", "Values": list(values)}


def _behind(*filters: Mapping[str, Any]) -> Look:
    return Look("DescribeAutoScalingGroups", {"Filters": list(filters), "MaxRecords": scaling.PAGE}, "autoscaling")


def _node_group(cluster: str, name: str) -> Look:
    """It may be gone a moment before the group behind it."""
    asked = {"clusterName": cluster, "nodegroupName": name}
    return Look("DescribeNodegroup", asked, absent=frozenset({"ResourceNotFoundException"}))


def _groups(answers: Iterable[Answer]) -> Iterator[Mapping[str, Any]]:
    return (group for answer in answers for group in answer.get("AutoScalingGroups", ()))


def _owner(group: Mapping[str, Any]) -> tuple[str, str]:
    tags = pairs(group.get("Tags", ()))
    return tags.get(CLUSTER, ""), tags.get(NODE_GROUP, "")


def _names(sighting: Sighting) -> list[str]:
    return [name for name in sighting.details.get("groups", "").split(",") if name]


def _sighting(
    location: Location, node_group: Mapping[str, Any], groups: Groups, actions: Sequence[scaling.Told]
) -> Sighting:
    now, members = _sizes(node_group, groups), scaling.members_of(groups)
    status, issue = node_group["status"], node_group_state.first_issue(node_group)
    observed = node_group_state.observed(status, now, members)
    up = observed is Observed.UP
    return Sighting(
        arn=node_group["nodegroupArn"],
        id=f"{node_group['clusterName']}/{node_group['nodegroupName']}",
        kind=KIND.name,
        location=location,
        observed=observed,
        healthy=up,
        tags=node_group.get("tags", {}),
        sizes=now,
        note=node_group_state.note(observed, now, members, status, issue),
        cause=issue if observed is Observed.RISING else None,
        busy=up and status == "UPDATING",
        in_service=members.in_service,
        warnings=(*_warnings(now, groups), *members.warnings(), *_told(now, actions)),
        details=_details(node_group, groups, members),
        mixed=node_group_state.mixed(node_group, groups),
    )


def _sizes(node_group: Mapping[str, Any], groups: Groups) -> Sizes:
    """Those EKS keeps; an autoscaler's desired size shows on the group first, where no update of EKS is under way.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html
    """
    now = {name: node_group["scalingConfig"][theirs] for name, theirs in SIZES.items()}
    if groups and node_group["status"] != "UPDATING":
        now["desired"] = sum(group["DesiredCapacity"] for group in groups)
    return now


def _warnings(now: Sizes, groups: Groups) -> Iterator[str]:
    if now["max"] > now["min"] and any(AUTOSCALED in pairs(group.get("Tags", ())) for group in groups):
        yield GROWN_AGAIN


def _told(now: Sizes, actions: Sequence[scaling.Told]) -> Iterator[str]:
    for action in scaling.waking(actions, {**now, "min": 0, "desired": 0}):
        yield f"{scaling.scheduled(action)} of the group behind it, also while it rests: delete it"


def _details(node_group: Mapping[str, Any], groups: Groups, members: Members) -> dict[str, str]:
    found = {
        "groups": [group["AutoScalingGroupName"] for group in groups],
        "instance_types": node_group.get("instanceTypes") or members.instance_types,
        instances.MEMBERS: members.ids,
        "capacity_type": [node_group_state.sort(node_group)],
        node_group_state.UPDATING: ["yes"] if node_group["status"] in node_group_state.CHANGING else [],
    }
    return {name: ",".join(values) for name, values in found.items() if values}


def _resize(sighting: Sighting, to: Sizes) -> Call:
    _, _, name = sighting.id.partition("/")
    config = {SIZES[field]: size for field, size in to.items()}
    parameters = {"clusterName": cluster(sighting), "nodegroupName": name, "scalingConfig": config}
    return Call("eks", "UpdateNodegroupConfig", parameters, (sighting.arn,))


def cpu(sighting: Sighting) -> Metric:
    """That of the group behind it; a node group has one."""
    group = next(iter(_names(sighting)), sighting.id)
    return Metric("AWS/EC2", "CPUUtilization", {"AutoScalingGroupName": group})


# No error is benign: ResourceInUseException says that an update is under way, which need not be ours.
KIND = Kind(
    name="eks-node-group",
    title="EKS managed node group",
    service="eks",
    rests="at minimum and desired size 0, without nodes; its maximum stays",
    returns="its minimum, maximum and desired size, with new nodes",
    usual=Usual(start=timedelta(minutes=5), stop=timedelta(minutes=5)),
    event=EventSource("aws.autoscaling", (), arns),
    reads=(
        "DescribeNodegroup",
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeScheduledActions",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeSpotInstanceRequests",
    ),
    mutates=("UpdateNodegroupConfig",),
    look=look,
    follow=follow,
    read=read,
    start=start,
    stop=stop,
    draws=instances.of_members,
    turns_midway=True,
    sized=True,
    left=left,
    theirs=sizes.theirs,
    whole=sizes.whole,
    kept=sizes.kept,
    cause=cause,
    caused=caused,
    measures={"cpu": cpu},
    meter=metering.group_members,
    meters=("ec2:DescribeInstances",),
)
TWINNING = Twinning(
    kind=KIND.name,
    watch=watch,
    watched=watched,
    member=member,
    event=MEMBER_EVENTS,
    resize=resize,
    place=cluster,
)
