"""What speaks against a stop: connections, CPU, sessions, tasks and builds, as AWS shows them now.

What cannot be asked is a finding too, though not a certain one: nobody's work is cut off by a missing right.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from chalicelib.core.activity import Check, Finding, Sort
from chalicelib.core.model import Location, Observed, Sighting
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.flows.seen import Seen
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Answer, Look, Metric, batches

LOOKED_BACK = timedelta(minutes=10)
PERIOD = 300
"""Seconds that one figure stands for: without detailed monitoring EC2 has one every five minutes.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html
"""
METRICS_AT_ONCE = 500
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html"""
TASKS_AT_ONCE = 100
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html"""
NEWEST_BUILDS = 20
"""Of a project; one that runs longer than so many later ones is not found."""

READS = (
    ("cloudwatch", "GetMetricData"),
    ("ssm", "DescribeSessions"),
    ("ecs", "ListTasks"),
    ("ecs", "DescribeTasks"),
    ("codebuild", "ListBuildsForProject"),
    ("codebuild", "BatchGetBuilds"),
    ("resourcegroupstaggingapi", "GetResources"),
)


NOT_HERE = frozenset({"ClusterNotFoundException", "ResourceNotFoundException"})
"""A cluster or project may be in another of the environment's places."""


class UnaskedError(Exception):
    """AWS did not answer; the text says why."""


class NotHereError(UnaskedError):
    """There is no such thing in this place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to ask, and the resources that a check is about there (none where it is about something else)."""

    cloud: Cloud
    location: Location
    sightings: Sequence[Sighting]
    now: datetime

    def ask(self, service: str, operation: str, **parameters: Any) -> tuple[Answer, ...]:
        """All pages. Raises UnaskedError."""
        answers = self.cloud.look(self.location, service, (Look(operation, parameters, service),))
        if isinstance(answers, Refusal):
            raise (NotHereError if answers.code in NOT_HERE else UnaskedError)(str(answers))
        return answers


def findings(
    cloud: Cloud, checks: Iterable[Check], seen: Collection[Seen], locations: Iterable[Location], now: datetime
) -> tuple[Finding, ...]:
    """Everything that speaks against a stop now, certain or not."""
    here = tuple(locations)
    return tuple(finding for check in checks for finding in _found(cloud, check, seen, here, now))


def _found(
    cloud: Cloud, check: Check, seen: Collection[Seen], locations: Iterable[Location], now: datetime
) -> Iterator[Finding]:
    places = [Place(cloud, location, sightings, now) for location, sightings in _places(check, seen, locations)]
    lost: list[UnaskedError] = []
    for place in places:
        try:
            yield from (Finding(text) for text in ASKED[check.sort](check, place))
        except UnaskedError as why:
            lost.append(why)
    for each in lost:
        if len(lost) == len(places) or not isinstance(each, NotHereError):
            yield Finding(f"{check.sort} of {_subject(check)} cannot be told ({each})", certain=False)


def _places(
    check: Check, seen: Collection[Seen], locations: Iterable[Location]
) -> Iterator[tuple[Location, list[Sighting]]]:
    """Wherever the resource is up; for tasks and builds, wherever the environment has resources."""
    if check.sort in (Sort.TASKS, Sort.BUILDS):
        yield from ((location, []) for location in locations)
        return
    up = [one.sighting for one in seen if one.key == check.of and one.sighting.observed is Observed.UP]
    for location, group in groupby(sorted(up, key=_where), key=_where):
        yield location, list(group)


def _where(sighting: Sighting) -> Location:
    return sighting.location


def _subject(check: Check) -> str:
    return check.of or ", ".join(f"{name}={value}" for name, value in check.tags)


def _connections(check: Check, place: Place) -> Iterator[str]:
    for id, highest in _highest(check, place, "Maximum"):
        yield f"{check.of}: {highest:.0f} connections ({id})"


def _cpu(check: Check, place: Place) -> Iterator[str]:
    for id, highest in _highest(check, place, "Average"):
        yield f"{check.of}: CPU {highest:.0f}% ({id})"


def _highest(check: Check, place: Place, statistic: str) -> Iterator[tuple[str, float]]:
    """The id of each resource with a figure above what counts as idle, and that figure."""
    silent = []
    for start in range(0, len(place.sightings), METRICS_AT_ONCE):
        some = place.sightings[start : start + METRICS_AT_ONCE]
        queries = [_query(number, _metric(check, each), statistic) for number, each in enumerate(some)]
        answers = place.ask(
            "cloudwatch",
            "GetMetricData",
            MetricDataQueries=queries,
            StartTime=place.now - LOOKED_BACK,
            EndTime=place.now,
        )
        values = _values(answers)
        for number, each in enumerate(some):
            figures = values.get(f"m{number}", [])
            silent += [] if figures else [each.id]
            if figures and max(figures) > check.above:
                yield each.id, max(figures)
    if silent:
        raise UnaskedError(f"CloudWatch has no figures of {', '.join(silent[:3])} for the last ten minutes")


def _metric(check: Check, sighting: Sighting) -> Metric:
    measure = kinds()[sighting.kind].measures.get(check.sort.value)
    if measure is None:
        raise UnaskedError(f"{sighting.kind} has no such metric")
    return measure(sighting)


def _query(number: int, metric: Metric, statistic: str) -> Mapping[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions.items()]
    named = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
    return {"Id": f"m{number}", "MetricStat": {"Metric": named, "Period": PERIOD, "Stat": statistic}}


def _values(answers: Iterable[Answer]) -> dict[str, list[float]]:
    """The figures of each query; its values may come in several pages."""
    values: dict[str, list[float]] = {}
    for answer in answers:
        for result in answer["MetricDataResults"]:
            values.setdefault(result["Id"], []).extend(result.get("Values", ()))
    return values


def _sessions(check: Check, place: Place) -> Iterator[str]:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeSessions.html"""
    ours = {sighting.id for sighting in place.sightings}
    for answer in place.ask("ssm", "DescribeSessions", State="Active"):
        for session in answer["Sessions"]:
            if session.get("Target") in ours:
                who = session.get("Owner", "somebody").rpartition("/")[2]
                yield f"{check.of}: a session of {who} ({session['Target']})"


def _tasks(check: Check, place: Place) -> Iterator[str]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html"""
    chosen = {"family": check.family} if check.family else {}
    pages = place.ask("ecs", "ListTasks", cluster=check.of, desiredStatus="RUNNING", **chosen)
    running = [arn for page in pages for arn in page["taskArns"]]
    if check.tags:
        running = list(_tagged(check, place, running))
    if running:
        yield f"{len(running)} {'task runs' if len(running) == 1 else 'tasks run'} in {check.of}"


def _tagged(check: Check, place: Place, arns: Sequence[str]) -> Iterator[str]:
    wanted = set(check.tags)
    for some in batches(arns, TASKS_AT_ONCE):
        for answer in place.ask("ecs", "DescribeTasks", cluster=check.of, tasks=some, include=["TAGS"]):
            for task in answer["tasks"]:
                if wanted <= {(tag["key"], tag["value"]) for tag in task.get("tags", ())}:
                    yield task["taskArn"]


def _builds(check: Check, place: Place) -> Iterator[str]:
    """https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ListBuildsForProject.html"""
    for project in [check.of] if check.of else list(_projects(check, place)):
        newest = {"MaxItems": NEWEST_BUILDS}
        pages = place.ask(
            "codebuild", "ListBuildsForProject", projectName=project, sortOrder="DESCENDING", PaginationConfig=newest
        )
        ids = [id for page in pages for id in page["ids"]][:NEWEST_BUILDS]
        answers = place.ask("codebuild", "BatchGetBuilds", ids=ids) if ids else ()
        builds = [build for answer in answers for build in answer["builds"]]
        yield from (f"build {each['id']} runs" for each in builds if each["buildStatus"] == "IN_PROGRESS")


def _projects(check: Check, place: Place) -> Iterator[str]:
    """The names of the projects with all the tags: builds have none of their own."""
    tags = [{"Key": name, "Values": [value]} for name, value in check.tags]
    wanted: Mapping[str, Any] = {"ResourceTypeFilters": ["codebuild:project"], "TagFilters": tags}
    for page in place.ask("resourcegroupstaggingapi", "GetResources", **wanted):
        yield from (each["ResourceARN"].rpartition("/")[2] for each in page["ResourceTagMappingList"])


ASKED: Mapping[Sort, Callable[[Check, Place], Iterator[str]]] = {
    Sort.CONNECTIONS: _connections,
    Sort.CPU: _cpu,
    Sort.SESSIONS: _sessions,
    Sort.TASKS: _tasks,
    Sort.BUILDS: _builds,
}
