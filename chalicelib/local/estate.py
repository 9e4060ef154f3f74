"""Builders for what an organisation has in AWS: everything they make runs and is healthy already."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.mix import InstanceMix

Tags = dict[str, str]


@dataclass(frozen=True)
class Site:
    """One account and Region of the embedded cloud, with its default VPC and one image."""

    cloud: EmbeddedCloud
    account: str
    region: str

    def client(self, service: str) -> Any:
        """A boto3 client that acts here."""
        return self.cloud.client(service, self.account, self.region)

    def client_of(self, caller: str, service: str) -> Any:
        """A boto3 client that acts here in the name of somebody else than Curfew."""
        return self.cloud.client(service, self.account, self.region, caller)

    @cached_property
    def subnets(self) -> list[str]:
        """The ids of the subnets, one a zone."""
        answer = self.client("ec2").describe_subnets()
        return [subnet["SubnetId"] for subnet in answer["Subnets"]]

    @cached_property
    def image(self) -> str:
        """The id of an image to launch from."""
        answer = self.client("ec2").register_image(Name="node", Architecture="x86_64", VirtualizationType="hvm")
        return str(answer["ImageId"])


@dataclass(frozen=True, slots=True)
class Group:
    """An Auto Scaling group to build."""

    name: str
    minimum: int
    desired: int
    maximum: int
    instance_type: str = "m5.large"
    tags: Tags = field(default_factory=dict)
    mix: InstanceMix | None = None
    rebalance: bool = False


def add_rds_instance(
    site: Site, name: str, *, engine: str = "postgres", size: str = "db.m6g.large", tags: Tags | None = None
) -> str:
    """A DB instance that is available; answers its ARN."""
    with site.cloud.already_running():
        answer = site.client("rds").create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass=size,
            Engine=engine,
            AllocatedStorage=100,
            MasterUsername="admin",
            MasterUserPassword="simulated",
            Tags=_tag_list(tags),
        )
    return str(answer["DBInstance"]["DBInstanceArn"])


def add_rds_replica(site: Site, name: str, source: str, *, tags: Tags | None = None) -> str:
    """A read replica of the DB instance `source`; answers its ARN."""
    with site.cloud.already_running():
        answer = site.client("rds").create_db_instance_read_replica(
            DBInstanceIdentifier=name, SourceDBInstanceIdentifier=source, Tags=_tag_list(tags)
        )
    return str(answer["DBInstance"]["DBInstanceArn"])


def add_aurora_cluster(
    site: Site,
    name: str,
    *,
    engine: str = "aurora-postgresql",
    size: str = "db.r6g.large",
    members: int = 2,
    tags: Tags | None = None,
) -> str:
    """An Aurora cluster with members called `name`-1, `name`-2 and so on, all available; answers its ARN."""
    rds = site.client("rds")
    with site.cloud.already_running():
        answer = rds.create_db_cluster(
            DBClusterIdentifier=name,
            Engine=engine,
            MasterUsername="admin",
            MasterUserPassword="simulated",
            Tags=_tag_list(tags),
        )
        for number in range(1, members + 1):
            rds.create_db_instance(
                DBInstanceIdentifier=f"{name}-{number}",
                DBInstanceClass=size,
                Engine=engine,
                DBClusterIdentifier=name,
                Tags=_tag_list(tags),
            )
        rds.describe_db_clusters(DBClusterIdentifier=name)  # moto says "creating" to the first who asks
    return str(answer["DBCluster"]["DBClusterArn"])


def add_ec2_instances(
    site: Site,
    count: int,
    *,
    instance_type: str = "m5.large",
    tags: Tags | None = None,
    spot: bool = False,
    launch: Mapping[str, Any] | None = None,
) -> list[str]:
    """So many instances that run and pass both checks; answers their ids.

    `launch` are more parameters of RunInstances ({"HibernationOptions": {"Configured": True}}).
    """
    options: dict[str, Any] = {"InstanceMarketOptions": {"MarketType": "spot"}} if spot else {}
    options |= launch or {}
    if tags:
        options["TagSpecifications"] = [{"ResourceType": "instance", "Tags": _tag_list(tags)}]
    with site.cloud.already_running():
        answer = site.client("ec2").run_instances(
            ImageId=site.image,
            InstanceType=instance_type,
            MinCount=count,
            MaxCount=count,
            SubnetId=site.subnets[0],
            **options,
        )
    return [instance["InstanceId"] for instance in answer["Instances"]]


def add_group(site: Site, group: Group) -> str:
    """An Auto Scaling group over all zones with its desired members in service; answers its ARN."""
    autoscaling = site.client("autoscaling")
    with site.cloud.already_running():
        _add_launch_template(site, group)
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=group.name,
            MinSize=group.minimum,
            DesiredCapacity=group.desired,
            MaxSize=group.maximum,
            VPCZoneIdentifier=",".join(site.subnets),
            CapacityRebalance=group.rebalance,
            Tags=[{**tag, "PropagateAtLaunch": True} for tag in _tag_list(group.tags)],
            **_what_to_launch(group),
        )
    answer = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[group.name])
    return str(answer["AutoScalingGroups"][0]["AutoScalingGroupARN"])


def add_role(site: Site, name: str, external_id: str | None = None) -> str:
    """A role that anybody may assume who gives the external id; answers its ARN."""
    condition = {"Condition": {"StringEquals": {"sts:ExternalId": external_id}}} if external_id else {}
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", **condition}
    answer = site.client("iam").create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    return str(answer["Role"]["Arn"])


def _add_launch_template(site: Site, group: Group) -> None:
    site.client("ec2").create_launch_template(
        LaunchTemplateName=f"{group.name}-template",
        LaunchTemplateData={"ImageId": site.image, "InstanceType": group.instance_type},
    )


def _what_to_launch(group: Group) -> dict[str, Any]:
    template = {"LaunchTemplateName": f"{group.name}-template", "Version": "$Latest"}
    if group.mix is None:
        return {"LaunchTemplate": template}
    kinds = group.mix.instance_types or (group.instance_type,)
    return {
        "MixedInstancesPolicy": {
            "LaunchTemplate": {
                "LaunchTemplateSpecification": template,
                "Overrides": [{"InstanceType": kind} for kind in kinds],
            },
            "InstancesDistribution": group.mix.distribution(),
        }
    }


def _tag_list(tags: Tags | None) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
