"""A small environment at an endpoint that is not ours, built, looked at and removed with ordinary boto3 calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

Clients = Callable[[str], Any]
"""A boto3 client for a service."""

SIZES = (1, 3, 2)
"""Minimum, maximum and desired size of the group."""
RESTING = (0, 0, 0)
SERVERS = 2
SCHEDULE = """\
environment: {name}
owner: platform-team
stage: dev
locations: [{{account: "{account}", region: {region}}}]
resources:
  database: {{kind: rds-instance, tags: {{Environment: {name}}}}}
  servers: {{kind: ec2-instance, tags: {{Environment: {name}}}, needs: [database]}}
  nodes: {{kind: auto-scaling-group, ids: [{name}], needs: [database]}}
uptime:
  timezone: UTC
  windows: ["{day} 08:00-09:00"]
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the three parts stand: a status, the servers' states by id, and the group's sizes."""

    database: str
    servers: tuple[tuple[str, str], ...]
    group: tuple[int, int, int]

    @property
    def up(self) -> bool:
        """Everything runs, at the sizes it was built with."""
        return self == Standing("available", self._servers("running"), SIZES)

    @property
    def down(self) -> bool:
        """Everything rests."""
        return self == Standing("stopped", self._servers("stopped"), RESTING)

    def _servers(self, state: str) -> tuple[tuple[str, str], ...]:
        return tuple((id, state) for id, _ in self.servers)


@contextmanager
def built(client: Clients, name: str) -> Iterator[None]:
    """Within it a database, two servers and a group called or tagged `name` exist; afterwards they do not."""
    with ExitStack() as undo:
        _build_database(client("rds"), name, undo)
        _build_servers(client("ec2"), name, undo)
        _build_group(client("ec2"), client("autoscaling"), name, undo)
        yield


def standing(client: Clients, name: str) -> Standing:
    """How the parts called or tagged `name` stand now."""
    [database] = client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    wanted = [{"Name": "tag:Environment", "Values": [name]}]
    found = client("ec2").describe_instances(Filters=wanted)["Reservations"]
    servers = sorted((each["InstanceId"], each["State"]["Name"]) for one in found for each in one["Instances"])
    groups = client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    sizes = (groups[0]["MinSize"], groups[0]["MaxSize"], groups[0]["DesiredCapacity"])
    return Standing(database["DBInstanceStatus"], tuple(servers), sizes)


def _build_database(rds: Any, name: str, undo: ExitStack) -> None:
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="curfew",
        MasterUserPassword="simulated",
        Tags=_tags(name),
    )
    undo.callback(rds.delete_db_instance, DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def _build_servers(ec2: Any, name: str, undo: ExitStack) -> None:
    answer = ec2.run_instances(
        ImageId=_image(ec2),
        InstanceType="t3.micro",
        MinCount=SERVERS,
        MaxCount=SERVERS,
        TagSpecifications=[{"ResourceType": "instance", "Tags": _tags(name)}],
    )
    undo.callback(ec2.terminate_instances, InstanceIds=[each["InstanceId"] for each in answer["Instances"]])


def _build_group(ec2: Any, autoscaling: Any, name: str, undo: ExitStack) -> None:
    """Its members carry no tag of the environment: they are the group's, not servers of their own."""
    data = {"ImageId": _image(ec2), "InstanceType": "t3.micro"}
    ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    undo.callback(ec2.delete_launch_template, LaunchTemplateName=name)
    minimum, maximum, desired = SIZES
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName=name,
        MinSize=minimum,
        MaxSize=maximum,
        DesiredCapacity=desired,
        LaunchTemplate={"LaunchTemplateName": name, "Version": "$Latest"},
        AvailabilityZones=[ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]],
    )
    undo.callback(autoscaling.delete_auto_scaling_group, AutoScalingGroupName=name, ForceDelete=True)


def _image(ec2: Any) -> str:
    return str(ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"])


def _tags(name: str) -> list[dict[str, str]]:
    return [{"Key": "Environment", "Value": name}]
