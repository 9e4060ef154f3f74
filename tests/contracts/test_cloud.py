"""What every Cloud promises, over the fake and over boto3 against an emulated AWS (which moves at once)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, Protocol

import pytest

from chalicelib.adapters.cloud import AwsCloud
from chalicelib.core.model import Location, Observed, Resource, RestorePoint, Sighting
from chalicelib.core.refusal import Remedy, remedy
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Answer, Asked, Call, Look, Move, selected
from tests.fakes import FakeClock
from tests.fakes.cloud import FakeCloud
from tests.fakes.things import called

PLACE = Location("123456789012", "eu-west-1")
TAGS = (("Env", "qa"), ("Tier", "app"))
NUMBERS = count()
WITHOUT_NODES = {"eks-node-group"}
"""The emulator's node groups have none; tests/local/test_group_nights.py has the embedded cloud's."""
EVERY = pytest.mark.parametrize("kind", sorted(kinds().keys() - WITHOUT_NODES))


class World(Protocol):
    """A cloud and the means to put something into it."""

    cloud: Cloud

    def add(self, kind: str, name: str) -> None:
        """There is one more resource of this kind, up, with TAGS and of size 1/3/2."""


class FakeWorld:
    def __init__(self) -> None:
        self.fake = FakeCloud(FakeClock())
        self.cloud: Cloud = self.fake

    def add(self, kind: str, name: str) -> None:
        no = timedelta()
        self.fake.add(kind, name, location=PLACE, tags=dict(TAGS), sizes=(1, 3, 2), start=no, stop=no)


@dataclass
class OneAccount:
    """Clients of the emulator, whatever the account."""

    make: Callable[[str], Any]

    def client(self, service: str, account: str, region: str) -> Any:
        return self.make(service)


class AwsWorld:
    def __init__(self, aws: Callable[[str], Any]) -> None:
        self.aws = aws
        self.cloud: Cloud = AwsCloud(OneAccount(aws))

    def add(self, kind: str, name: str) -> None:
        getattr(self, "_" + kind.replace("-", "_"))(name, [{"Key": key, "Value": value} for key, value in TAGS])

    def _rds_instance(self, name: str, tags: list[dict[str, str]]) -> None:
        self.aws("rds").create_db_instance(
            DBInstanceIdentifier=name, DBInstanceClass="db.t3.small", Engine="postgres", Tags=tags,
            AllocatedStorage=20, MasterUsername="root", MasterUserPassword="not-a-secret",
        )  # fmt: skip

    def _rds_cluster(self, name: str, tags: list[dict[str, str]]) -> None:
        self.aws("rds").create_db_cluster(
            DBClusterIdentifier=name, Engine="aurora-mysql", Tags=tags,
            MasterUsername="root", MasterUserPassword="not-a-secret",
        )  # fmt: skip

    def _ec2_instance(self, name: str, tags: list[dict[str, str]]) -> None:
        named = [*tags, {"Key": "Name", "Value": name}]
        self.aws("ec2").run_instances(
            ImageId="ami-12c6146b", MinCount=1, MaxCount=1,
            TagSpecifications=[{"ResourceType": "instance", "Tags": named}],
        )  # fmt: skip

    def _auto_scaling_group(self, name: str, tags: list[dict[str, str]]) -> None:
        scaling = self.aws("autoscaling")
        scaling.create_launch_configuration(
            LaunchConfigurationName=name, ImageId="ami-12c6146b", InstanceType="t3.small"
        )
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=name, LaunchConfigurationName=name, AvailabilityZones=["eu-west-1a"],
            MinSize=1, MaxSize=3, DesiredCapacity=2, Tags=tags,
        )  # fmt: skip

    def _ecs_service(self, name: str, tags: list[dict[str, str]]) -> None:
        cluster, _, short = name.partition("/")
        self.aws("ecs").create_cluster(clusterName=cluster)
        self.aws("ecs").create_service(
            cluster=cluster, serviceName=short, deploymentController={"type": "EXTERNAL"},
            tags=[{"key": tag["Key"], "value": tag["Value"]} for tag in tags],
        )  # fmt: skip
        self.aws("ecs").update_service(cluster=cluster, service=short, desiredCount=2)
        self.aws("application-autoscaling").register_scalable_target(
            ServiceNamespace="ecs", ResourceId=f"service/{name}", ScalableDimension="ecs:service:DesiredCount",
            MinCapacity=1, MaxCapacity=3,
        )  # fmt: skip

    def _redshift_cluster(self, name: str, tags: list[dict[str, str]]) -> None:
        self.aws("redshift").create_cluster(
            ClusterIdentifier=name, NodeType="ra3.xlplus", Tags=tags,
            MasterUsername="root", MasterUserPassword="Not-a-secret-1",
        )  # fmt: skip

    def _cloudwatch_alarm(self, name: str, tags: list[dict[str, str]]) -> None:
        self.aws("cloudwatch").put_metric_alarm(
            AlarmName=name, Namespace="AWS/EC2", MetricName="CPUUtilization", Statistic="Average", Tags=tags,
            Period=300, EvaluationPeriods=1, Threshold=80, ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip


@pytest.fixture(params=["fake", "aws"])
def world(request: pytest.FixtureRequest) -> World:
    """An empty world of each sort."""
    if request.param == "fake":
        return FakeWorld()
    aws = request.getfixturevalue("aws")
    request.getfixturevalue("emptied")
    return AwsWorld(aws)


@pytest.fixture
def emptied(aws: Callable[[str], Any]) -> None:
    """Nothing is left in the emulator from the test before."""
    for group in aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]:
        name = group["AutoScalingGroupName"]
        aws("autoscaling").delete_auto_scaling_group(AutoScalingGroupName=name, ForceDelete=True)
        aws("autoscaling").delete_launch_configuration(LaunchConfigurationName=name)
    for reservation in aws("ec2").describe_instances()["Reservations"]:
        ids = [instance["InstanceId"] for instance in reservation["Instances"]]
        aws("ec2").terminate_instances(InstanceIds=ids)
    for database in aws("rds").describe_db_instances()["DBInstances"]:
        aws("rds").delete_db_instance(DBInstanceIdentifier=database["DBInstanceIdentifier"])
    for cluster in aws("rds").describe_db_clusters()["DBClusters"]:
        aws("rds").delete_db_cluster(DBClusterIdentifier=cluster["DBClusterIdentifier"])
    for cluster in aws("redshift").describe_clusters()["Clusters"]:
        aws("redshift").delete_cluster(ClusterIdentifier=cluster["ClusterIdentifier"], SkipFinalClusterSnapshot=True)
    for cluster in aws("ecs").list_clusters()["clusterArns"]:
        for service in aws("ecs").list_services(cluster=cluster)["serviceArns"]:
            aws("ecs").delete_service(cluster=cluster, service=service, force=True)
    alarms = aws("cloudwatch").describe_alarms()["MetricAlarms"]
    aws("cloudwatch").delete_alarms(AlarmNames=[alarm["AlarmName"] for alarm in alarms])


def seen(world: World, resource: Resource) -> list[Sighting]:
    kind = kinds()[resource.kind]
    looks, found = kind.look(resource), list[Answer]()
    while looks:
        asked = [Asked(look, pages(world, kind.service, look)) for look in looks]
        found += [page for one in asked for page in one.answers]
        looks = kind.follow((resource,), asked)
    return [sighting for sighting in kind.read(PLACE, found) if selected(resource, sighting)]


def pages(world: World, service: str, look: Look) -> tuple[Answer, ...]:
    answers = world.cloud.look(PLACE, service, (look,))
    assert isinstance(answers, tuple), answers
    return answers


def add(world: World, kind: str) -> None:
    """There is one more of this kind."""
    world.add(kind, called(kind, f"it-{next(NUMBERS)}"))


def by_tags(kind: str) -> Resource:
    return Resource("it", kind, tags=TAGS)


def acted(world: World, calls: Sequence[Call]) -> list[Refusal | None]:
    return [refusal for _, refusal in world.cloud.act(PLACE, calls)]


@EVERY
def test_a_resource_is_found_by_its_tags_and_by_its_id(world: World, kind: str) -> None:
    add(world, kind)
    (by_tag,) = seen(world, by_tags(kind))
    (by_id,) = seen(world, Resource("it", kind, ids=(by_tag.id,)))
    assert by_id == by_tag
    assert by_tag.observed is Observed.UP
    assert dict(TAGS).items() <= by_tag.tags.items()


@EVERY
def test_other_tags_find_nothing(world: World, kind: str) -> None:
    add(world, kind)
    assert seen(world, Resource("it", kind, tags=(*TAGS, ("Team", "other")))) == []


@EVERY
def test_a_stop_brings_it_down_and_a_start_brings_it_back(world: World, kind: str) -> None:
    known = kinds()[kind]
    add(world, kind)
    (up,) = seen(world, by_tags(kind))
    restore = RestorePoint(1, FakeClock().now(), up.sizes, known.left(up))
    assert acted(world, known.stop([Move(up, restore)])) == [None]
    (down,) = seen(world, by_tags(kind))
    assert down.observed is Observed.DOWN
    assert acted(world, known.start([Move(down, restore)])) == [None]
    (back,) = seen(world, by_tags(kind))
    assert back.observed is Observed.UP
    assert (back.sizes, back.arn) == (up.sizes, up.arn)


@EVERY
def test_a_second_stop_succeeds_or_waiting_is_all_that_helps(world: World, kind: str) -> None:
    known = kinds()[kind]
    add(world, kind)
    calls = known.stop([Move(sighting) for sighting in seen(world, by_tags(kind))])
    assert acted(world, calls) == [None]
    for refusal in acted(world, calls):
        benign = known.benign.get(calls[0].operation, frozenset())
        assert refusal is None or refusal.code in benign or remedy(str(refusal)) is Remedy.WAIT


def test_running_instances_pass_their_checks(world: World) -> None:
    known = kinds()["ec2-instance"]
    world.add("ec2-instance", f"it-{next(NUMBERS)}")
    sightings = seen(world, by_tags("ec2-instance"))
    answers = world.cloud.look(PLACE, "ec2", known.check(sightings))
    assert isinstance(answers, tuple)
    assert [sighting.healthy for sighting in known.checked(sightings, answers)] == [True]


def test_every_call_comes_back_once_refused_or_not(world: World) -> None:
    known = kinds()["rds-instance"]
    names = [f"it-{next(NUMBERS)}" for _ in range(10)]
    for name in names:
        world.add("rds-instance", name)
    calls = list(known.stop([Move(sighting) for sighting in seen(world, by_tags("rds-instance"))]))
    missing = Call("rds", "StopDBInstance", {"DBInstanceIdentifier": "nobody"}, ("arn:nobody",))
    answers = {call.arns: refusal for call, refusal in world.cloud.act(PLACE, [*calls, missing])}
    refused = answers.pop(missing.arns)
    assert isinstance(refused, Refusal)
    assert not refused.throttled
    assert answers == {call.arns: None for call in calls}


def test_looks_are_answered_in_their_order(world: World) -> None:
    for _ in range(3):
        world.add("rds-instance", f"it-{next(NUMBERS)}")
    ids = [sighting.id for sighting in seen(world, by_tags("rds-instance"))]
    looks = [look for id in ids for look in kinds()["rds-instance"].look(Resource("it", "rds-instance", ids=(id,)))]
    answers = world.cloud.look(PLACE, "rds", looks)
    assert isinstance(answers, tuple)
    assert [database["DBInstanceIdentifier"] for page in answers for database in page["DBInstances"]] == ids


def test_no_look_is_no_answer(world: World) -> None:
    nothing: list[Look] = []
    assert world.cloud.look(PLACE, "rds", nothing) == ()
