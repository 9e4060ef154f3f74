"""One AWS resource in memory: how it moves in its own time, and how a describe shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.model import Location
from chalicelib.kinds.contract import Answer


@dataclass(frozen=True)
class Words:
    """How one kind calls its four states, what its ARN looks like, and the id of one that is called `name`."""

    up: str
    down: str
    rising: str
    falling: str
    arn: str
    id: str = "{name}"


DATABASE = ("available", "stopped", "starting", "stopping")
WORDS = {
    "ec2-instance": Words("running", "stopped", "pending", "stopping", "ec2:{place}:instance/{id}", "i-{name}"),
    "rds-instance": Words(*DATABASE, "rds:{place}:db:{id}"),
    "rds-cluster": Words(*DATABASE, "rds:{place}:cluster:{id}"),
    "auto-scaling-group": Words(
        "up", "down", "rising", "falling", "autoscaling:{place}:autoScalingGroup:0:autoScalingGroupName/{id}"
    ),
    "eks-node-group": Words("up", "down", "rising", "falling", "eks:{place}:nodegroup/{id}/0", "shop/{name}"),
    "ecs-service": Words("up", "down", "rising", "falling", "ecs:{place}:service/{id}", "shop/{name}"),
    "redshift-cluster": Words("available", "paused", "resuming", "pausing", "redshift:{place}:cluster:{id}"),
    "cloudwatch-alarm": Words("armed", "muted", "armed", "muted", "cloudwatch:{place}:alarm:{id}"),
}


def called(kind: str, name: str) -> str:
    """The id of the resource of this kind with this name."""
    return WORDS[kind].id.format(name=name)


@dataclass
class Thing:
    """One resource: its state word, when it arrives there and where it goes from there."""

    kind: str
    id: str
    arn: str
    location: Location
    status: str
    start: timedelta
    stop: timedelta
    tags: dict[str, str]
    sizes: dict[str, int] = field(default_factory=dict)
    serving: int = 0
    fields: dict[str, Any] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    arrives_at: datetime | None = None
    arrives_as: str = ""
    healthy_at: datetime | None = None

    @property
    def words(self) -> Words:
        return WORDS[self.kind]

    def settle(self, now: datetime) -> None:
        if self.arrives_at is not None and self.arrives_at <= now:
            self.status, self.arrives_at = self.arrives_as, None
            self.serving = self.sizes.get("desired", 0)

    def depart(self, up: bool, now: datetime, arrives: bool) -> None:
        """It moves up or down and arrives in its time, an instance half-way to its status checks."""
        takes = self.start if up else self.stop
        self.healthy_at = now + takes if arrives else datetime.max.replace(tzinfo=now.tzinfo)
        self.status = self.words.rising if up else self.words.falling
        self.arrives_as = self.words.up if up or self.sizes.get("desired") else self.words.down
        if self.kind == "ec2-instance":
            said = f"User initiated ({now:%Y-%m-%d %H:%M:%S} GMT)"
            self.fields |= {"LaunchTime": now} if up else {"StateTransitionReason": said}
        halfway = takes / 2 if up and self.kind == "ec2-instance" else takes
        self.arrives_at = now + halfway if arrives else None
        self.settle(now)


def _tags(thing: Thing) -> list[dict[str, str]]:
    return [{"Key": name, "Value": value} for name, value in thing.tags.items()]


def _instances(things: Sequence[Thing]) -> Answer:
    return {
        "Reservations": [
            {"Instances": [{"InstanceId": t.id, "State": {"Name": t.status}, "Tags": _tags(t), **t.fields}]}
            for t in things
        ]
    }


def _statuses(things: Sequence[Thing]) -> Answer:
    return {"InstanceStatuses": [{"InstanceId": thing.id} for thing in things]}


def _databases(things: Sequence[Thing]) -> Answer:
    return {
        "DBInstances": [
            {"DBInstanceIdentifier": t.id, "DBInstanceArn": t.arn, "DBInstanceStatus": t.status}
            | {"TagList": _tags(t), "Engine": "postgres", **t.fields}
            for t in things
        ]
    }


def _clusters(things: Sequence[Thing]) -> Answer:
    return {
        "DBClusters": [
            {"DBClusterIdentifier": t.id, "DBClusterArn": t.arn, "Status": t.status}
            | {"TagList": _tags(t), "Engine": "aurora-mysql", **t.fields}
            for t in things
        ]
    }


def cluster_members(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    """DescribeDBInstances by cluster: two of a class each, unless the cluster's field `Member` says another."""
    wanted = {id for one in asked.get("Filters", ()) if one["Name"] == "db-cluster-id" for id in one["Values"]}
    own = {"DBInstanceClass": "db.t4g.large"}
    return {
        "DBInstances": [
            {"DBInstanceIdentifier": f"{t.id}-{n}", "DBClusterIdentifier": t.id, "DBInstanceStatus": t.status}
            | own
            | t.fields.get("Member", {})
            for t in things
            if t.kind == "rds-cluster" and t.id in wanted
            for n in (1, 2)
        ]
    }


ANSWERS: dict[str, tuple[str, Callable[[Sequence[Thing]], Answer]]] = {
    "DescribeInstances": ("ec2-instance", _instances),
    "DescribeInstanceStatus": ("ec2-instance", _statuses),
    "DescribeDBInstances": ("rds-instance", _databases),
    "DescribeDBClusters": ("rds-cluster", _clusters),
}
