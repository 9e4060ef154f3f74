"""The state-change events AWS would send, in the shape EventBridge delivers them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """An account and a Region."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of `resource` (type and name as the service writes them) in this place."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True, slots=True)
class DatabaseNews:
    """One entry of AWS's list of database events: its id, its sentence and its categories."""

    event_id: str
    message: str
    categories: tuple[str, ...] = ("notification",)


@dataclass(frozen=True, slots=True)
class ServiceNews:
    """An ECS service action event: INFO, WARN or ERROR, its name, and the capacity provider it is about, if any."""

    event_type: str
    name: str
    provider: str = ""


# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
INSTANCE_STOPPED = DatabaseNews("RDS-EVENT-0087", "DB instance stopped.")
INSTANCE_STARTED = DatabaseNews("RDS-EVENT-0088", "DB instance started.")
INSTANCE_RESTARTED_BY_AWS = DatabaseNews(
    "RDS-EVENT-0154",
    "DB instance is being started due to it exceeding the maximum allowed time being stopped.",
)
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
CLUSTER_STOPPED = DatabaseNews("RDS-EVENT-0150", "DB cluster stopped.")
CLUSTER_STARTED = DatabaseNews("RDS-EVENT-0151", "DB cluster started.")
CLUSTER_RESTARTED_BY_AWS = DatabaseNews(
    "RDS-EVENT-0153",
    "DB cluster is being started due to it exceeding the maximum allowed time being stopped.",
)


def key_out_of_reach(name: str) -> DatabaseNews:
    """A DB instance does not come up because RDS cannot use its key."""
    sentence = f"Amazon RDS is unable to access the KMS encryption key for database instance {name}."
    return DatabaseNews("RDS-EVENT-0418", sentence, ("failure",))


def key_lost(name: str) -> DatabaseNews:
    """A DB instance is put away until its key can be used again."""
    sentence = f"Amazon RDS has been unable to access the KMS encryption key for database instance {name}."
    return DatabaseNews("RDS-EVENT-0419", sentence, ("availability",))


def instance_state_changed(place: Place, instance_id: str, state: str, at: datetime) -> Event:
    """EC2 says that an instance is in `state` now.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
    """
    return _envelope(
        "EC2 Instance State-change Notification",
        "aws.ec2",
        place,
        at,
        [place.arn("ec2", f"instance/{instance_id}")],
        {"instance-id": instance_id, "state": state},
    )


def interruption_warned(place: Place, instance_id: str, action: str, at: datetime) -> Event:
    """EC2 says that it takes back a Spot Instance in two minutes; `action` is terminate, stop or hibernate.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
    """
    detail = {"instance-id": instance_id, "instance-action": action}
    arn = place.arn("ec2", f"instance/{instance_id}")
    return _envelope("EC2 Spot Instance Interruption Warning", "aws.ec2", place, at, [arn], detail)


def rebalance_recommended(place: Place, instance_id: str, at: datetime) -> Event:
    """EC2 says that a Spot Instance is at an elevated risk of interruption.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html
    """
    arn = place.arn("ec2", f"instance/{instance_id}")
    detail = {"instance-id": instance_id}
    return _envelope("EC2 Instance Rebalance Recommendation", "aws.ec2", place, at, [arn], detail)


def database_event(place: Place, name: str, news: DatabaseNews, at: datetime) -> Event:
    """RDS tells news of the instance called `name`."""
    arn = place.arn("rds", f"db:{name}")
    return _rds_event("RDS DB Instance Event", "DB_INSTANCE", place, arn, name, news, at)


def cluster_event(place: Place, name: str, news: DatabaseNews, at: datetime) -> Event:
    """RDS tells news of the cluster called `name`."""
    arn = place.arn("rds", f"cluster:{name}")
    return _rds_event("RDS DB Cluster Event", "CLUSTER", place, arn, name, news, at)


def group_activity(  # every argument is a field of the event
    detail_type: str,
    place: Place,
    group_arn: str,
    instance_id: str,
    description: str,
    at: datetime,
    details: Mapping[str, str],
) -> Event:
    """Auto Scaling tells how a launch or termination ended.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
    """
    resources = [group_arn]
    if instance_id:
        resources.append(place.arn("ec2", f"instance/{instance_id}"))
    detail: dict[str, Any] = {
        "StatusCode": "Failed" if "Unsuccessful" in detail_type else "InProgress",
        "AutoScalingGroupName": group_arn.rpartition("/")[2],
        "ActivityId": str(uuid5(NAMESPACE_URL, f"{detail_type}{instance_id}{at}")),
        "EC2InstanceId": instance_id,
        "Description": description,
        "StartTime": _written(at),
        "EndTime": _written(at),
        "Details": dict(details),
    }
    return _envelope(detail_type, "aws.autoscaling", place, at, resources, detail)


def service_action(place: Place, arn: str, cluster_arn: str, news: ServiceNews, at: datetime) -> Event:
    """ECS tells news of a service.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html
    """
    detail: dict[str, Any] = {"eventType": news.event_type, "eventName": news.name, "clusterArn": cluster_arn}
    detail["createdAt"] = _written(at)
    if news.provider:
        provider = place.arn("ecs", f"capacity-provider/{news.provider}")
        detail |= {"capacityProviderArns": [provider], "reason": "RESOURCE:FARGATE"}
    return _envelope("ECS Service Action", "aws.ecs", place, at, [arn], detail)


def task_stopping(place: Place, task: Mapping[str, Any], at: datetime) -> Event:
    """ECS says that a spot task is interrupted: while it runs, two minutes before, and again once it has stopped.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
    """
    reason = {"stopCode": "SpotInterruption", "stoppedReason": "Your Spot Task was interrupted."}
    detail = {**task, "desiredStatus": "STOPPED", **reason}
    return _envelope("ECS Task State Change", "aws.ecs", place, at, [task["taskArn"]], detail)


def alarm_changed(place: Place, name: str, armed: bool, at: datetime) -> Event:
    """CloudWatch tells that the configuration of an alarm is another.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
    """
    detail = {"alarmName": name, "operation": "update", "configuration": {"actionsEnabled": armed}}
    arn = place.arn("cloudwatch", f"alarm:{name}")
    return _envelope("CloudWatch Alarm Configuration Change", "aws.cloudwatch", place, at, [arn], detail)


def _rds_event(
    detail_type: str, source_type: str, place: Place, arn: str, name: str, news: DatabaseNews, at: datetime
) -> Event:
    detail = {
        "EventCategories": list(news.categories),
        "SourceType": source_type,
        "SourceArn": arn,
        "SourceIdentifier": name,
        "Date": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "Message": news.message,
        "EventID": news.event_id,
    }
    return _envelope(detail_type, "aws.rds", place, at, [arn], detail)


def _envelope(
    detail_type: str, source: str, place: Place, at: datetime, resources: list[str], detail: dict[str, Any]
) -> Event:
    """An event with the id that the same news at the same instant always has."""
    return {
        "version": "0",
        "id": str(uuid5(NAMESPACE_URL, f"{detail_type}{resources}{sorted(detail.items())}{at}")),
        "detail-type": detail_type,
        "source": source,
        "account": place.account,
        "time": _written(at),
        "region": place.region,
        "resources": resources,
        "detail": detail,
    }


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
