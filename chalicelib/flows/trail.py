"""What CloudTrail tells of an environment's past: when its instances and databases were started and stopped.

Groups and services are left out: CloudTrail does not show what schedules and scaling policies did with them.
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.core.model import Definition, Location, Observed, Sighting
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.choosing import days_in
from chalicelib.core.money.profiling import observed
from chalicelib.core.money.spans import Span
from chalicelib.core.money.trail import Told, created, spans_told
from chalicelib.flows.backfill import sized
from chalicelib.flows.looking import Unseen, followed
from chalicelib.flows.ports import Cloud
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Kind, Look, selected

KEPT = timedelta(days=90)
"""So long CloudTrail's event history goes back."""
TOLD = ("ec2-instance", "rds-instance", "rds-cluster", "redshift-cluster")
UP = (Observed.UP, Observed.RISING)
SOURCE = "CloudTrail's event history"


@dataclass(frozen=True, slots=True)
class Trailed:
    """The observed baselines, without sizes, of what CloudTrail tells of; the keys of the file that it does not tell
    of; and what AWS would not show."""

    baselines: tuple[Baseline, ...] = ()
    untold: tuple[str, ...] = ()
    unseen: tuple[Unseen, ...] = ()


def trailed(cloud: Cloud, definition: Definition, now: datetime, acted: datetime | None = None) -> Trailed:
    """What ran of the environment in the last 90 days, before Curfew, or another scheduler, `acted` on it."""
    begins, ends = now - KEPT, min(acted or now, now)
    spans: list[Span] = []
    since: dict[str, datetime] = {}
    unseen: list[Unseen] = []
    for key, sighting in _live(cloud, definition, unseen):
        told = _told(cloud, sighting, begins, now)
        if isinstance(told, Unseen):
            unseen.append(told)
            continue
        whose = (definition.environment, key, sighting.arn)
        spans += spans_told(whose, told, sighting.observed in UP, begins, now)
        if (at := created(told)) is not None:
            since[sighting.arn] = at
    found = observed(spans, begins, ends, days_in(definition), since, SOURCE)
    untold = tuple(resource.key for resource in definition.resources if resource.kind not in TOLD)
    return Trailed(tuple(map(sized, found)), untold, tuple(unseen))


def _live(cloud: Cloud, definition: Definition, unseen: list[Unseen]) -> Iterator[tuple[str, Sighting]]:
    """What the file selects, each under the first entry that does; what AWS would not show goes to `unseen`."""
    for kind in (kinds()[name] for name in TOLD):
        for location in definition.locations:
            yield from _of_kind(cloud, definition, kind, location, unseen)


def _of_kind(
    cloud: Cloud, definition: Definition, kind: Kind, location: Location, unseen: list[Unseen]
) -> Iterator[tuple[str, Sighting]]:
    resources = [resource for resource in definition.resources if resource.kind == kind.name]
    looks: list[Look] = []
    for resource in resources:
        looks += [look for look in kind.look(resource) if look not in looks]
    answers = followed(cloud, location, kind.title, kind.service, looks, partial(kind.follow, resources))
    if isinstance(answers, Unseen):
        unseen.append(answers)
        return
    for sighting in kind.read(location, answers):
        entry = next((resource for resource in resources if selected(resource, sighting)), None)
        if entry is not None:
            yield entry.key, sighting


def _told(cloud: Cloud, sighting: Sighting, begins: datetime, ends: datetime) -> tuple[Told, ...] | Unseen:
    attribute = {"AttributeKey": "ResourceName", "AttributeValue": sighting.id}
    look = Look("LookupEvents", {"LookupAttributes": [attribute], "StartTime": begins, "EndTime": ends})
    answers = followed(cloud, sighting.location, SOURCE, "cloudtrail", (look,), lambda asked: ())
    if isinstance(answers, Unseen):
        return answers
    events = [event for answer in answers for event in answer["Events"]]
    return tuple(Told(event["EventTime"], event["EventName"]) for event in events if not _refused(event))


def _refused(event: Mapping[str, Any]) -> bool:
    """AWS did not take the call.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
    """
    return "errorCode" in json.loads(event.get("CloudTrailEvent") or "{}")
