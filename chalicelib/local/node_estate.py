"""A builder for managed node groups of EKS; what it makes runs and is healthy already."""

from dataclasses import dataclass, field, replace

from chalicelib.local.estate import Site, Tags

ROLE = "arn:aws:iam::{account}:role/{name}"


@dataclass(frozen=True, slots=True)
class NodeGroup:
    """A managed node group to build, in a cluster that is built with it if it is not there."""

    cluster: str
    name: str
    minimum: int
    desired: int
    maximum: int
    instance_types: tuple[str, ...] = ("m5.large",)
    spot: bool = False
    tags: Tags = field(default_factory=dict)


def add_node_group(site: Site, group: NodeGroup) -> str:
    """A node group over all zones with its desired nodes in service; answers its ARN."""
    eks = site.client("eks")
    with site.cloud.already_running():
        _add_cluster(site, group.cluster)
        answer = eks.create_nodegroup(
            clusterName=group.cluster,
            nodegroupName=group.name,
            subnets=site.subnets,
            nodeRole=ROLE.format(account=site.account, name="nodes"),
            scalingConfig={"minSize": group.minimum, "desiredSize": group.desired, "maxSize": group.maximum},
            instanceTypes=list(group.instance_types),
            capacityType="SPOT" if group.spot else "ON_DEMAND",
            tags=group.tags,
        )
    return str(answer["nodegroup"]["nodegroupArn"])


def add_twins(site: Site, group: NodeGroup, on_spot: int) -> tuple[str, str]:
    """Two node groups of the same types, `name`-on-demand and `name`-spot, which share the desired nodes.

    The capacity type of a node group cannot be changed, so that two are needed to shift between them
    (https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupConfig.html). Answers both ARNs.
    """
    minimum = min(group.minimum, group.desired - on_spot)
    lasting = replace(group, name=f"{group.name}-on-demand", minimum=minimum, desired=group.desired - on_spot)
    cheap = replace(group, name=f"{group.name}-spot", minimum=0, desired=on_spot, spot=True)
    return add_node_group(site, lasting), add_node_group(site, cheap)


def _add_cluster(site: Site, name: str) -> None:
    eks = site.client("eks")
    if name not in eks.list_clusters()["clusters"]:
        role = ROLE.format(account=site.account, name="cluster")
        eks.create_cluster(name=name, roleArn=role, resourcesVpcConfig={"subnetIds": site.subnets})
