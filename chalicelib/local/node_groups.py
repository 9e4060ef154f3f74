"""Managed node groups of EKS: an Auto Scaling group behind each, whose sizes EKS sets and puts back.

What EKS does about sizes that somebody sets on that group is not documented; here it keeps its own minimum and
maximum, and takes over a desired size between them, which is how Cluster Autoscaler works with it.
https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.eks.exceptions import InvalidParameterException, ResourceInUseException
from moto.eks.models import eks_backends

from chalicelib.local.activities import LAUNCHED, NOT_LAUNCHED
from chalicelib.local.durations import Journey
from chalicelib.local.mix import PRICE_CAPACITY_OPTIMIZED
from chalicelib.local.world import World

CLUSTER, NODE_GROUP = "eks:cluster-name", "eks:nodegroup-name"
SCALED_IN = ("ACTIVE", "DEGRADED")
"""Statuses in which EKS takes another size; degraded: github.com/aws/containers-roadmap/issues/2326."""

NOT_SAID = (
    "launch_config_name",
    "launch_template",
    "default_cooldown",
    "health_check_period",
    "health_check_type",
    "placement_group",
)
NONE_OF = ("availability_zones", "load_balancers", "target_group_arns", "termination_policies")
"""What else moto wants to be told of a new group."""

LAUNCH_FAILURES = "AsgInstanceLaunchFailures"
"""https://docs.aws.amazon.com/eks/latest/APIReference/API_Issue.html"""


class NodeGroups:
    """The journeys of node groups; moto's objects carry the state."""

    def __init__(self, world: World) -> None:
        self._world = world

    def create(self, node_group: Any, account: str) -> None:
        """The node group has a group behind it, with its nodes on their way."""
        node_group.health = {"issues": []}  # moto shares one between all node groups, and the sizes, too
        node_group.scaling_config = dict(node_group.scaling_config)
        node_group.account_id = account
        name = f"eks-{node_group.nodegroup_name}-{node_group.uuid}"
        node_group.resources["autoScalingGroups"] = [{"name": name}]
        backend: Any = autoscaling_backends[account][node_group.region]
        backend.create_auto_scaling_group(
            name=name,
            desired_capacity=node_group.scaling_config["desiredSize"],
            max_size=node_group.scaling_config["maxSize"],
            min_size=node_group.scaling_config["minSize"],
            vpc_zone_identifier=",".join(node_group.subnets),
            tags=[{"Key": key, "Value": value, "PropagateAtLaunch": True} for key, value in _tags(node_group).items()],
            mixed_instances_policy=_what_to_launch(node_group),
            capacity_rebalance=_is_spot(node_group),
            **dict.fromkeys(NOT_SAID),
            **{name: [] for name in NONE_OF},
        )

    def update(self, node_group: Any, scaling_config: Mapping[str, int]) -> None:
        """The node group is being updated to the sizes given. Raises what EKS answers to sizes it does not take."""
        if node_group.status not in SCALED_IN:
            raise ResourceInUseException(
                clusterName=node_group.cluster_name,
                nodegroupName=node_group.nodegroup_name,
                addonName=None,
                message="Nodegroup cannot be updated as it is currently not in Active State",
            )
        sizes = {**node_group.scaling_config, **scaling_config}
        check_sizes(sizes)
        node_group.scaling_config = sizes
        node_group.status = "UPDATING"
        self._world.begin(Journey.NODE_GROUP_UPDATE, node_group.arn, partial(self._apply, node_group))

    def delete(self, node_group: Any) -> None:
        """The group behind it is gone."""
        group = _group_behind(node_group)
        if group is not None:
            group.autoscaling_backend.delete_auto_scaling_group(group.name)

    def sizes_set(self, group: Any) -> None:
        """EKS will notice that the sizes of a group behind a node group were set; others are ignored."""
        node_group = _node_group_of(group)
        if node_group is not None:
            self._world.begin(Journey.NODE_GROUP_SYNC, f"{node_group.arn}/sync", partial(self._synchronise, node_group))

    def launched(self, group: Any, what: str, message: str) -> None:
        """A launch that failed degrades the node group, until one succeeds."""
        node_group = _node_group_of(group)
        if node_group is None or what not in (LAUNCHED, NOT_LAUNCHED):
            return
        issue = {"code": LAUNCH_FAILURES, "message": message, "resourceIds": [group.name]}
        node_group.health = {"issues": [issue] if what == NOT_LAUNCHED else []}
        if node_group.status in SCALED_IN:
            node_group.status = _settled(node_group)

    def _apply(self, node_group: Any) -> None:
        node_group.status = _settled(node_group)
        group = _group_behind(node_group)
        if group is not None:
            _set(group, node_group.scaling_config, node_group.scaling_config["desiredSize"])

    def _synchronise(self, node_group: Any) -> None:
        group = _group_behind(node_group)
        if group is None or node_group.status not in SCALED_IN:
            return
        lowest, highest = node_group.scaling_config["minSize"], node_group.scaling_config["maxSize"]
        desired = min(max(group.desired_capacity, lowest), highest)
        node_group.scaling_config["desiredSize"] = desired
        if (group.min_size, group.max_size, group.desired_capacity) != (lowest, highest, desired):
            _set(group, node_group.scaling_config, desired)


def check_sizes(sizes: Mapping[str, int]) -> None:
    """Raises what EKS answers unless minimum <= desired <= maximum, and 1 <= maximum.

    Its words: github.com/hashicorp/terraform-provider-aws/issues/18310; the lowest maximum:
    https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html
    """
    lowest, highest, desired = sizes["minSize"], sizes["maxSize"], sizes["desiredSize"]
    if highest < 1:
        raise InvalidParameterException(message=f"Maximum capacity {highest} can't be less than 1")
    if lowest > desired:
        raise InvalidParameterException(
            message=f"Minimum capacity {lowest} can't be greater than desired size {desired}"
        )
    if desired > highest:
        raise InvalidParameterException(message=f"desired capacity {desired} can't be greater than max size {highest}")


def _settled(node_group: Any) -> str:
    return "DEGRADED" if node_group.health["issues"] else "ACTIVE"


def _set(group: Any, sizes: Mapping[str, int], desired: int) -> None:
    group.min_size, group.max_size = sizes["minSize"], sizes["maxSize"]
    group.set_desired_capacity(desired)


def _tags(node_group: Any) -> dict[str, str]:
    """https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html"""
    cluster = node_group.cluster_name
    return {
        CLUSTER: cluster,
        NODE_GROUP: node_group.nodegroup_name,
        f"kubernetes.io/cluster/{cluster}": "owned",
        "k8s.io/cluster-autoscaler/enabled": "true",
        f"k8s.io/cluster-autoscaler/{cluster}": "owned",
    }


def _is_spot(node_group: Any) -> bool:
    """Spot node groups rebalance by themselves; a node group stays what it was created as.

    https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html#managed-node-group-capacity-types
    """
    return bool(node_group.capacity_type == "SPOT")


def _what_to_launch(node_group: Any) -> dict[str, Any]:
    ec2 = ec2_backends[node_group.account_id][node_group.region]
    name = f"eks-{node_group.uuid}"
    data = {"ImageId": ec2.register_image("eks-node").id, "InstanceType": node_group.instance_types[0]}
    ec2.create_launch_template(name, "", data, {})
    spot = {"SpotAllocationStrategy": PRICE_CAPACITY_OPTIMIZED} if _is_spot(node_group) else {}
    return {
        "LaunchTemplate": {
            "LaunchTemplateSpecification": {"LaunchTemplateName": name, "Version": "$Latest"},
            "Overrides": [{"InstanceType": kind} for kind in node_group.instance_types],
        },
        "InstancesDistribution": {
            "OnDemandBaseCapacity": 0,
            "OnDemandPercentageAboveBaseCapacity": 0 if spot else 100,
            **spot,
        },
    }


def _group_behind(node_group: Any) -> Any:
    groups = autoscaling_backends[node_group.account_id][node_group.region].autoscaling_groups
    return groups.get(node_group.resources["autoScalingGroups"][0]["name"])


def _node_group_of(group: Any) -> Any:
    tags = {tag["Key"]: tag["Value"] for tag in group.tags}
    if NODE_GROUP not in tags:
        return None
    cluster = eks_backends[group.account_id][group.region].clusters.get(tags.get(CLUSTER, ""))
    return cluster.nodegroups.get(tags[NODE_GROUP]) if cluster else None
