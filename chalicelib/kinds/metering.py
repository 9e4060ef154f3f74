"""What kinds ask, and hear, to know what is billed of a resource, where its own describe does not tell.

All of it in as few calls as there are pages, whatever number of resources of a kind have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.core import scaling
from chalicelib.core.model import Sighting
from chalicelib.core.money import containers, databases, instances
from chalicelib.core.money.reading import Drawn
from chalicelib.kinds.contract import Answer, Asked, Look, batches

MOST_DATABASES = 100
"""Largest page. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html"""

MOST_TASKS = 100
"""Tasks in one describe, and on a page of a listing.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
"""

GONE = frozenset({"ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException"})


def draws_nothing(sighting: Sighting, answers: Sequence[Answer]) -> Drawn:
    """Nothing: it costs nothing by the hour."""
    return Drawn()


def group_members(sightings: Sequence[Sighting], asked: Sequence[Asked]) -> tuple[Look, ...]:
    """What the members of groups are: a group tells neither their life cycle nor their system."""
    ids = sorted({id for one in sightings for id in instances.listed(one)}) if not asked else []
    named = batches(ids, scaling.MOST_VALUES)
    return tuple(Look("DescribeInstances", scaling.instances_of(some), "ec2") for some in named)


def cluster_members(sightings: Sequence[Sighting], asked: Sequence[Asked]) -> tuple[Look, ...]:
    """The members of clusters that are billed: a cluster does not tell their classes."""
    ids = [one.id for one in sightings if databases.has_members(one)] if not asked else []
    filters = [[{"Name": "db-cluster-id", "Values": some}] for some in batches(ids, MOST_DATABASES)]
    return tuple(Look("DescribeDBInstances", {"Filters": each, "MaxRecords": MOST_DATABASES}) for each in filters)


def tasks(sightings: Sequence[Sighting], asked: Sequence[Asked]) -> tuple[Look, ...]:
    """The tasks of services that may be on Fargate: only they tell on what, how large they are and since when."""
    if not asked:
        fargate = [one.id.rpartition("/") for one in sightings if containers.may_be_on_fargate(one)]
        which = [{"cluster": cluster, "serviceName": name, "maxResults": MOST_TASKS} for cluster, _, name in fargate]
        return tuple(Look("ListTasks", each, absent=GONE) for each in which)
    listed: dict[str, list[str]] = {}
    for one in asked:
        arns = [arn for page in one.answers for arn in page.get("taskArns", ())]
        listed.setdefault(one.look.parameters["cluster"], []).extend(arns)
    found = [(cluster, some) for cluster, arns in listed.items() for some in batches(arns, MOST_TASKS)]
    return tuple(Look("DescribeTasks", {"cluster": cluster, "tasks": some}, absent=GONE) for cluster, some in found)


def told_by_rds(stopped: str, started: str) -> Callable[[Mapping[str, Any]], bool | None]:
    """Whether, by an event of RDS, a database is billed from then on; by the ids of the events that say so."""
    billed = {stopped: False, started: True}
    return lambda event: billed.get(event["detail"].get("EventID", ""))
