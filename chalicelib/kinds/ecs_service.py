"""Kind `ecs-service`: rests at no tasks, and comes back with its desired count and its autoscaling bounds.

It is called "cluster/service". Application Auto Scaling keeps the desired count of a service between two bounds and
puts it back between them whenever they are set, so that both go to zero and both come back. Like a group, a bounded
service is up as long as its maximum lets it grow, however few tasks it has.
https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import Any

from chalicelib.core import bounds, scaling, strategies, tasks
from chalicelib.core.model import Location, Observed, Resource, RestorePoint, Sighting, Sizes
from chalicelib.kinds.contract import Answer, Asked, Call, EventSource, Kind, Look, Metric, Move, Usual, batches

PAGE = 100
"""Largest page of a listing. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html"""

MOST_DESCRIBED = 10
"""Services in one describe. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html"""

MOST_TARGETS = 50
"""Scalable targets in one page, and so in one look.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DescribeScalableTargets.html
"""

NO_CLUSTER = frozenset({"ClusterNotFoundException"})
DIMENSION = "ecs:service:DesiredCount"
SCHEDULED = "ScheduledScalingSuspended"
DYNAMIC = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended")
"""https://docs.aws.amazon.com/autoscaling/application/APIReference/API_SuspendedState.html"""

EVERYWHERE = Look("ListClusters", {"maxResults": PAGE})
Told = Mapping[str, Any]
"""A service or its scalable target, as AWS describes it."""


def look(resource: Resource) -> tuple[Look, ...]:
    """Describes for what is named with its cluster, listings for patterns, the tagging API for tags.

    A service that is older than ARNs with clusters is looked for in all of them.
    """
    paths = [_path(identifier) for identifier in resource.ids]
    listed, everywhere = _to_list(resource.names)
    looks = [*_describes(paths), *_listings(listed)]
    if everywhere or not all("/" in path for path in paths):
        looks.append(EVERYWHERE)
    if resource.tags:
        looks.append(_tagged(resource.tags))
    return tuple(looks)


def follow(resources: Sequence[Resource], asked: Sequence[Asked]) -> tuple[Look, ...]:
    """Clusters lead to their services, those to describes, and describes to the bounds of autoscaling."""
    tagged = {_path(found["ResourceARN"]) for page in _pages(asked, "GetResources") for found in _mappings(page)}
    clusters = {_last(arn) for page in _pages(asked, "ListClusters") for arn in page["clusterArns"]}
    looks = [*_listings(clusters), *_describes({*tagged, *_listed(asked)}), *_targets(asked)]
    if not all("/" in path for path in tagged):
        looks.append(EVERYWHERE)
    return tuple(looks)


def read(location: Location, answers: Sequence[Answer]) -> Iterator[Sighting]:
    """The services, except those that were deleted; healthy when all desired tasks of the newest deployment run."""
    targets = {target["ResourceId"]: target for page in answers for target in page.get("ScalableTargets", ())}
    for service in (service for page in answers for service in page.get("services", ())):
        if service["status"] != "INACTIVE":
            yield _sighting(location, service, targets.get(f"service/{_id(service)}", {}))


def caused(sightings: Sequence[Sighting], answers: Sequence[Answer]) -> tuple[Sighting, ...]:
    """The sightings with what ECS complains of in each service's own events."""
    return tuple(replace(one, cause=one.details.get("complaint")) for one in sightings)


def start(moves: Sequence[Move]) -> tuple[Call, ...]:
    """Each to the sizes of its restore point; what is back has our suspension of scheduled scaling lifted."""
    return tuple(
        _lift(move.sighting) if _is_back(move) else _rise(move.sighting, bounds.intended(move.sighting, move.restore))
        for move in moves
        if move.restore is not None and any(move.restore.sizes.values())
    )


def stop(moves: Sequence[Move]) -> tuple[Call, ...]:
    """Each to no tasks, after its bounds were set to zero and its scheduled scaling suspended."""
    return tuple(_fall(move.sighting) for move in moves)


def suspends(sighting: Sighting) -> tuple[str, ...]:
    """Scheduled scaling, which could set other bounds at night, unless it is suspended already."""
    return (SCHEDULED,) if bounds.bounded(sighting) and SCHEDULED not in _suspended(sighting) else ()


def unlifted(sighting: Sighting, restore: RestorePoint) -> bool:
    """Whether scheduled scaling still is suspended, by us."""
    return SCHEDULED in restore.suspended and SCHEDULED in _suspended(sighting)


def arns(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The service of an event."""
    return tuple(arn for arn in event["resources"] if ":service/" in arn)


def _path(identifier: str) -> str:
    """ "cluster/service" of an id or an ARN; only "service" of an ARN from before 2018.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html#ecs-resource-ids
    """
    return identifier.rpartition(":service/")[2]


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _id(service: Mapping[str, Any]) -> str:
    return f"{_last(service['clusterArn'])}/{service['serviceName']}"


def _to_list(patterns: Iterable[str]) -> tuple[set[str], bool]:
    """The clusters that patterns name outright, and whether some pattern may mean any cluster."""
    clusters = {pattern.rpartition("/")[0] for pattern in patterns}
    open_ended = {cluster for cluster in clusters if not cluster or set(cluster) & set("*?[/")}
    return clusters - open_ended, bool(open_ended)


def _listings(clusters: Iterable[str]) -> list[Look]:
    return [
        Look("ListServices", {"cluster": cluster, "maxResults": PAGE}, absent=NO_CLUSTER)
        for cluster in sorted(clusters)
    ]


def _describes(paths: Iterable[str]) -> list[Look]:
    """Describes of what is named with its cluster, one cluster at a time."""
    named = sorted(path for path in paths if "/" in path)
    return [
        Look("DescribeServices", {"cluster": cluster, "services": batch, "include": ["TAGS"]}, absent=NO_CLUSTER)
        for cluster, group in groupby(named, key=lambda path: path.partition("/")[0])
        for batch in batches([_last(path) for path in group], MOST_DESCRIBED)
    ]


def _tagged(tags: Iterable[tuple[str, str]]) -> Look:
    filters = [{"Key": name, "Values": [value]} for name, value in tags]
    parameters = {"ResourceTypeFilters": ["ecs:service"], "TagFilters": filters, "ResourcesPerPage": PAGE}
    return Look("GetResources", parameters, service="resourcegroupstaggingapi")


def _pages(asked: Iterable[Asked], operation: str) -> Iterator[Answer]:
    return (page for one in asked if one.look.operation == operation for page in one.answers)


def _mappings(page: Answer) -> Iterable[Mapping[str, Any]]:
    found: Iterable[Mapping[str, Any]] = page["ResourceTagMappingList"]
    return found


def _listed(asked: Iterable[Asked]) -> Iterator[str]:
    for one in asked:
        if one.look.operation == "ListServices":
            for arn in (arn for page in one.answers for arn in page["serviceArns"]):
                yield f"{one.look.parameters['cluster']}/{_last(arn)}"


def _targets(asked: Iterable[Asked]) -> list[Look]:
    services = [one for page in _pages(asked, "DescribeServices") for one in page["services"]]
    ids = sorted({f"service/{_id(service)}" for service in services if service["status"] != "INACTIVE"})
    which = {"ServiceNamespace": "ecs", "ScalableDimension": DIMENSION}
    return [
        Look("DescribeScalableTargets", {**which, "ResourceIds": batch}, service="application-autoscaling")
        for batch in batches(ids, MOST_TARGETS)
    ]


def _sighting(location: Location, service: Told, target: Told) -> Sighting:
    counts = {"desired": service["desiredCount"]}
    if target:
        counts |= {"min": target["MinCapacity"], "max": target["MaxCapacity"]}
    state = tasks.observed(service, counts.get("max", 0))
    return Sighting(
        arn=service["serviceArn"],
        id=_id(service),
        kind=KIND.name,
        location=location,
        observed=state,
        healthy=state is Observed.UP,
        tags={tag["key"]: tag.get("value", "") for tag in service.get("tags", ())},
        sizes=counts,
        in_service=tasks.serving(service),
        ineligible=tasks.ineligible(service),
        note=tasks.note(service, state),
        details={**tasks.details(service), scaling.SUSPENDED: ",".join(_suspensions(target))},
        mixed=strategies.mixed_of(service, location.region),
    )


def _suspensions(target: Told) -> list[str]:
    return sorted(name for name, is_so in target.get("SuspendedState", {}).items() if is_so)


def _suspended(sighting: Sighting) -> list[str]:
    return sighting.details.get(scaling.SUSPENDED, "").split(",")


def _is_back(move: Move) -> bool:
    sighting, restore = move.sighting, move.restore
    return restore is not None and sighting.healthy and bounds.whole(sighting, restore) and unlifted(sighting, restore)


def _fall(sighting: Sighting) -> Call:
    """The bounds go first: autoscaling would put the tasks back."""
    rest = _count(sighting, 0)
    if not bounds.bounded(sighting):
        return rest
    suspended = _suspension(sighting, True) if suspends(sighting) else {}
    return replace(rest, before=(_register(sighting, {"MinCapacity": 0, "MaxCapacity": 0, **suspended}),))


def _rise(sighting: Sighting, aim: Sizes) -> Call:
    """The bounds come last: once they are back, so is the count, and no half of it is taken for autoscaling's."""
    count = _count(sighting, aim["desired"])
    if not bounds.bounded(sighting):
        return count
    between = {"MinCapacity": aim["min"], "MaxCapacity": aim["max"]}
    return replace(_register(sighting, between), before=(count,))


def _lift(sighting: Sighting) -> Call:
    return _register(sighting, _suspension(sighting, False))


def _suspension(sighting: Sighting, scheduled: bool) -> dict[str, Any]:
    """The others are named as they are: what somebody suspended stays so."""
    others = {name: name in _suspended(sighting) for name in DYNAMIC}
    return {"SuspendedState": {**others, SCHEDULED: scheduled}}


def _count(sighting: Sighting, desired: int) -> Call:
    cluster, _, name = sighting.id.partition("/")
    return Call("ecs", "UpdateService", {"cluster": cluster, "service": name, "desiredCount": desired}, (sighting.arn,))


def _register(sighting: Sighting, changes: Mapping[str, Any]) -> Call:
    """What is not named in `changes` stays as it is."""
    target = {"ServiceNamespace": "ecs", "ResourceId": f"service/{sighting.id}", "ScalableDimension": DIMENSION}
    return Call("application-autoscaling", "RegisterScalableTarget", {**target, **changes}, (sighting.arn,))


def cpu(sighting: Sighting) -> Metric:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html"""
    cluster, _, name = sighting.id.partition("/")
    return Metric("AWS/ECS", "CPUUtilization", {"ClusterName": cluster, "ServiceName": name})


# No error is benign: an update to the count or the bounds it has succeeds.
KIND = Kind(
    name="ecs-service",
    title="ECS service",
    service="ecs",
    rests="at no tasks, its autoscaling between 0 and 0",
    returns="its desired count and its autoscaling bounds, with new tasks",
    usual=Usual(start=timedelta(minutes=3), stop=timedelta(minutes=6)),  # a load balancer drains for 5 min
    event=EventSource("aws.ecs", ("ECS Service Action", "ECS Deployment State Change"), arns),
    reads=(
        "DescribeServices",
        "ListClusters",
        "ListServices",
        "application-autoscaling:DescribeScalableTargets",
        "resourcegroupstaggingapi:GetResources",
    ),
    mutates=("UpdateService", "application-autoscaling:RegisterScalableTarget"),
    look=look,
    follow=follow,
    read=read,
    start=start,
    stop=stop,
    caused=caused,
    turns_midway=True,
    sized=True,
    left=bounds.left,
    theirs=bounds.theirs,
    whole=bounds.whole,
    kept=bounds.kept,
    suspends=suspends,
    unlifted=unlifted,
    measures={"cpu": cpu},
)
