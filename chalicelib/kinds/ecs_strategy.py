"""Kind `ecs-service`, its capacity mix: tasks on FARGATE and FARGATE_SPOT, with the fall-back that AWS does not do.

Without spot capacity ECS leaves spot tasks waiting: "Fargate doesn't replace Spot capacity with on-demand capacity."
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.core import spot_tasks, strategies
from chalicelib.core.arns import arn
from chalicelib.core.mixed import Mixed, Setting, Watched
from chalicelib.core.model import Location, Sighting
from chalicelib.core.pools import Pool
from chalicelib.kinds.contract import Answer, Asked, Call, EventSource, Look, batches
from chalicelib.kinds.mixing import Mixing, Pools

MOST_TASKS = 100
"""Tasks in one page of a listing, and in one describe.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
"""
STATUSES = ("RUNNING", "STOPPED")
"""What a task is to become: those that are taken back are to be stopped, and shown for about an hour.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
"""


def watch(sighting: Sighting, pools: Pools, since: datetime) -> tuple[Look, ...]:
    """The service with its tasks, if it has any; its cluster, as long as its strategy does not name FARGATE_SPOT."""
    cluster, _, name = sighting.id.partition("/")
    named = strategies.names_spot(_mixed(sighting).policy)
    looks = [] if named else [Look("DescribeClusters", {"clusters": [cluster]})]
    if _mixed(sighting).runs:
        looks.append(Look("DescribeServices", {"cluster": cluster, "services": [name]}))
        listed = {"cluster": cluster, "serviceName": name, "maxResults": MOST_TASKS}
        looks += [Look("ListTasks", {**listed, "desiredStatus": status}) for status in STATUSES]
    return tuple(looks)


def follow(asked: Sequence[Asked]) -> tuple[Look, ...]:
    """Listings lead to describes of what they list."""
    listings = [one for one in asked if one.look.operation == "ListTasks"]
    tasks = sorted({arn for one in listings for page in one.answers for arn in page["taskArns"]})
    return tuple(
        Look("DescribeTasks", {"cluster": listings[0].look.parameters["cluster"], "tasks": batch})
        for batch in batches(tasks, MOST_TASKS)
    )


def watched(sighting: Sighting, pools: Pools, answers: Sequence[Answer], now: datetime) -> Watched:
    """Which tasks are spot and stay, and what was heard of Fargate Spot."""
    cluster = sighting.id.partition("/")[0]
    clusters = list(_shown(answers, "clusters"))
    providers = {provider for one in clusters for provider in one.get("capacityProviders", ())}
    if clusters and (why := spot_tasks.lacking(cluster, sorted(providers))):
        return Watched({}, unable=why)
    pool = Pool(strategies.SPOT, sighting.location.region)
    service = next(_shown(answers, "services"), None)
    return spot_tasks.watched(service, _shown(answers, "tasks"), pool, now) if service else Watched({})


def change(sighting: Sighting, own: str, setting: Setting) -> Call:
    """An update of the strategy in a new deployment; the count is none of its parameters, nor how it deploys."""
    return _update(sighting, strategies.changed(setting))


def undo(sighting: Sighting, own: str) -> Call:
    """An update to its own strategy, or launch type."""
    return _update(sighting, strategies.as_it_was(own))


def services(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The service, by both forms of its ARN, of a task that is taken back; nothing of any other."""
    detail = event["detail"]
    of_service, _, name = str(detail.get("group", "")).partition("service:")
    if detail.get("stopCode") not in spot_tasks.TAKEN or of_service or not name:
        return ()
    place, cluster = Location(event["account"], event["region"]), detail["clusterArn"].rpartition("/")[2]
    return arn(place, "ecs", f"service/{cluster}/{name}"), arn(place, "ecs", f"service/{name}")


def _mixed(sighting: Sighting) -> Mixed:
    assert sighting.mixed is not None
    return sighting.mixed


def _shown(answers: Sequence[Answer], what: str) -> Iterator[Mapping[str, Any]]:
    return (one for page in answers for one in page.get(what, ()))


def _update(sighting: Sighting, what: Mapping[str, Any]) -> Call:
    cluster, _, name = sighting.id.partition("/")
    return Call("ecs", "UpdateService", {"cluster": cluster, "service": name, **what}, (sighting.arn,))


MIXING = Mixing(
    kind="ecs-service",
    watch=watch,
    follow=follow,
    watched=watched,
    reads=("DescribeClusters", "ListTasks", "DescribeTasks"),
    change=change,
    undo=undo,
    is_back=strategies.is_back,
    event=EventSource("aws.ecs", ("ECS Task State Change",), services),
    on_instances=False,
)
