"""How the fake cloud shows and moves what several of AWS's services have a part in: ECS, alarms, Redshift, tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.kinds.contract import Answer
from tests.fakes.groups import BY_OPERATION as GROUPS
from tests.fakes.things import Thing

Answering = Callable[[Sequence[Thing], Mapping[str, Any]], Answer]

RESOURCE_TYPES = {"ecs:service": "ecs-service", "cloudwatch:alarm": "cloudwatch-alarm"}


def _tags(thing: Thing, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: name, value: content} for name, content in thing.tags.items()]


def _tagged(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    """GetResources: all of these types with all of these tags, or those with these ARNs."""
    found = [thing for thing in things if thing.tags and _is_tagged(thing, asked)]
    return {"ResourceTagMappingList": [{"ResourceARN": thing.arn, "Tags": _tags(thing)} for thing in found]}


def _is_tagged(thing: Thing, asked: Mapping[str, Any]) -> bool:
    if "ResourceARNList" in asked:
        return thing.arn in asked["ResourceARNList"]
    if thing.kind not in [RESOURCE_TYPES.get(name) for name in asked["ResourceTypeFilters"]]:
        return False
    return all(thing.tags.get(one["Key"]) in one["Values"] for one in asked["TagFilters"])


def _services(things: Sequence[Thing]) -> dict[tuple[str, str], Thing]:
    """ECS services by cluster and name."""
    return {(t.id.partition("/")[0], t.id.partition("/")[2]): t for t in things if t.kind == "ecs-service"}


def _ecs_clusters(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    return {"clusterArns": sorted({f"arn:aws:ecs:::cluster/{cluster}" for cluster, _ in _services(things)})}


def _ecs_services(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    found = [thing for (cluster, _), thing in _services(things).items() if cluster == _last(asked["cluster"])]
    return {"serviceArns": [thing.arn for thing in found]}


def _ecs_describe(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    known, cluster = _services(things), _last(asked["cluster"])
    found = [known[(cluster, _last(name))] for name in asked["services"] if (cluster, _last(name)) in known]
    return {"services": [_ecs_service(thing) for thing in found], "failures": []}


def _ecs_service(thing: Thing) -> dict[str, Any]:
    cluster, _, name = thing.id.partition("/")
    leaving = thing.status == thing.words.falling
    counts = {"desiredCount": thing.sizes["desired"], "runningCount": thing.serving + leaving, "pendingCount": 0}
    primary = {"status": "PRIMARY", "rolloutState": "COMPLETED", **counts}
    return {
        "serviceArn": thing.arn,
        "serviceName": name,
        "clusterArn": f"arn:aws:ecs:::cluster/{cluster}",
        "status": "ACTIVE",
        "schedulingStrategy": "REPLICA",
        "tags": _tags(thing, "key", "value"),
        "deployments": [primary],
        "events": [],
        **counts,
        **thing.fields,
    }


def _ecs_tasks(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    """One for each that serves; none is to be stopped."""
    thing = _services(things)[(_last(asked["cluster"]), _last(asked["serviceName"]))]
    serving = thing.serving if asked["desiredStatus"] == "RUNNING" else 0
    return {"taskArns": [f"{thing.arn.replace(':service/', ':task/')}/{number}" for number in range(serving)]}


def _scalable_targets(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    services = {f"service/{cluster}/{name}": thing for (cluster, name), thing in _services(things).items()}
    found = {name: services[name] for name in asked["ResourceIds"] if name in services}
    return {
        "ScalableTargets": [
            {"ResourceId": name, "MinCapacity": thing.sizes["min"], "MaxCapacity": thing.sizes["max"]}
            | {"SuspendedState": dict.fromkeys(thing.suspended, True)}
            for name, thing in found.items()
        ]
    }


def _redshift(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    return {
        "Clusters": [
            {"ClusterIdentifier": thing.id, "ClusterStatus": thing.status, "AutomatedSnapshotRetentionPeriod": 1}
            | {"Tags": _tags(thing), **thing.fields}
            for thing in things
            if thing.kind == "redshift-cluster"
        ]
    }


def _alarms(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    names, prefix = asked.get("AlarmNames"), asked.get("AlarmNamePrefix", "")
    return {
        "MetricAlarms": [
            {"AlarmName": thing.id, "AlarmArn": thing.arn, "ActionsEnabled": thing.status == thing.words.up}
            | thing.fields
            for thing in things
            if thing.kind == "cloudwatch-alarm"
            and (thing.id in names if names is not None else thing.id.startswith(prefix))
        ]
    }


def _snapshots(list_: str, kind: str, word: str) -> Answering:
    """Answers with our snapshots of each database: the stamps in its field `Snapshots`."""

    def answer(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
        wanted = {id for one in asked["Filters"] for id in one["Values"]}
        found = [thing for thing in things if thing.kind == kind and thing.id in wanted]
        return {
            list_: [
                {f"{word}SnapshotIdentifier": f"curfew-{thing.id}-{stamp}", "SnapshotType": "manual"}
                | {f"{word}{'Instance' * (word == 'DB')}Identifier": thing.id, "Status": "available"}
                | {"TagList": [{"Key": "curfew:snapshot", "Value": "yes"}]}
                for thing in found
                for stamp in thing.fields.get("Snapshots", ())
            ]
        }

    return answer


def _global_clusters(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    name = asked["GlobalClusterIdentifier"]
    members = [{"DBClusterArn": t.arn} for t in things if t.fields.get("GlobalClusterIdentifier") == name]
    return {"GlobalClusters": [{"GlobalClusterIdentifier": name, "GlobalClusterMembers": members}]}


def _events(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    """What a database's field `Events` says RDS told of it."""
    found = [thing for thing in things if thing.id == asked["SourceIdentifier"]]
    return {"Events": [event for thing in found for event in thing.fields.get("Events", ())]}


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _spot_requests(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    """Persistent requests, unless an instance says otherwise (SpotType="one-time")."""
    wanted = asked["Filters"][0]["Values"]
    found = {thing.fields.get("SpotInstanceRequestId"): thing for thing in things}
    return {
        "SpotInstanceRequests": [
            {"SpotInstanceRequestId": name, "Type": found[name].fields.get("SpotType", "persistent"), "State": "active"}
            for name in wanted
            if name in found
        ]
    }


def _instance_attribute(things: Sequence[Thing], asked: Mapping[str, Any]) -> Answer:
    thing = next(thing for thing in things if thing.id == asked["InstanceId"])
    return {"InstanceId": thing.id, "DisableApiStop": {"Value": thing.fields.get("Protected", False)}}


BY_SERVICE: dict[tuple[str, str], Answering] = {
    **GROUPS,
    ("resourcegroupstaggingapi", "GetResources"): _tagged,
    ("ecs", "ListClusters"): _ecs_clusters,
    ("ecs", "ListServices"): _ecs_services,
    ("ecs", "DescribeServices"): _ecs_describe,
    ("ecs", "ListTasks"): _ecs_tasks,
    ("application-autoscaling", "DescribeScalableTargets"): _scalable_targets,
    ("redshift", "DescribeClusters"): _redshift,
    ("rds", "DescribeDBSnapshots"): _snapshots("DBSnapshots", "rds-instance", "DB"),
    ("rds", "DescribeDBClusterSnapshots"): _snapshots("DBClusterSnapshots", "rds-cluster", "DBCluster"),
    ("rds", "DescribeGlobalClusters"): _global_clusters,
    ("rds", "DescribeEvents"): _events,
    ("cloudwatch", "DescribeAlarms"): _alarms,
    ("ec2", "DescribeSpotInstanceRequests"): _spot_requests,
    ("ec2", "DescribeInstanceAttribute"): _instance_attribute,
}
"""Answers by service and operation, out of all things in the place and the parameters asked with."""
