"""Kind `cloudwatch-alarm`: a metric or composite alarm, whose actions are muted while what it watches rests.

It is up while its actions are enabled, and down while they are not. Its state goes on to change, and nobody is told.
Only what we muted is armed again: an alarm that somebody else muted has no restore point.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.core.unread import unread
from chalicelib.kinds.contract import Answer, Asked, Call, EventSource, Kind, Look, Move, Usual, batched, batches, pairs

MOST_NAMES = 100
"""Alarms one call may name, and the largest page of a describe.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
"""

MOST_ARNS = 100
"""ARNs that the tagging API takes at a time, and its largest page.

https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
"""

BOTH = {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": MOST_NAMES}
"""A describe that names no type shows metric alarms only."""

ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")


def look(resource: Resource) -> tuple[Look, ...]:
    """Describes for names and for what patterns begin with; the tagging API for tags."""
    looks = [*_named(_name(identifier) for identifier in resource.ids), *map(_beginning, resource.names)]
    if resource.tags:
        filters = [{"Key": name, "Values": [value]} for name, value in resource.tags]
        which = {"ResourceTypeFilters": ["cloudwatch:alarm"], "ResourcesPerPage": MOST_ARNS}
        looks.append(_tagging({**which, "TagFilters": filters}))
    return tuple(looks)


def follow(resources: Sequence[Resource], asked: Sequence[Asked]) -> tuple[Look, ...]:
    """What tags select is described, and of what is described the tags are read: a describe shows none."""
    found = [page for one in asked if "TagFilters" in one.look.parameters for page in one.answers]
    names = {_name(one["ResourceARN"]) for page in found for one in page["ResourceTagMappingList"]}
    described = sorted(alarm["AlarmArn"] for one in asked for alarm in _alarms(one.answers))
    return (*_named(sorted(names)), *map(_tags_of, batches(described, MOST_ARNS)))


def read(location: Location, answers: Sequence[Answer]) -> Iterator[Sighting]:
    """The alarms; each is healthy as soon as its actions are enabled, whatever it says."""
    mappings = [one for page in answers for one in page.get("ResourceTagMappingList", ())]
    tags = {one["ResourceARN"]: pairs(one["Tags"]) for one in mappings}
    unknown = "; ".join(unread(answers))
    for alarm in _alarms(answers):
        armed = alarm["ActionsEnabled"]
        yield Sighting(
            arn=alarm["AlarmArn"],
            id=alarm["AlarmName"],
            kind=KIND.name,
            location=location,
            observed=Observed.UP if armed else Observed.DOWN,
            healthy=armed,
            tags=tags.get(alarm["AlarmArn"], {}),
            ineligible=_ineligible(alarm, "" if alarm["AlarmArn"] in tags else unknown),
            note=None if armed else "its actions are muted",
        )


def start(moves: Sequence[Move]) -> tuple[Call, ...]:
    """EnableAlarmActions in batches; harmless for what is armed already."""
    return _calls("EnableAlarmActions", moves)


def stop(moves: Sequence[Move]) -> tuple[Call, ...]:
    """DisableAlarmActions in batches; harmless for what is muted already."""
    return _calls("DisableAlarmActions", moves)


def arns(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The alarm whose configuration somebody changed."""
    return tuple(event["resources"])


def _name(identifier: str) -> str:
    """The name in an ARN, which may hold colons itself; a name is its own."""
    return identifier.partition(":alarm:")[2] if identifier.startswith("arn:") else identifier


def _named(names: Iterable[str]) -> list[Look]:
    return [Look("DescribeAlarms", {"AlarmNames": batch, **BOTH}) for batch in batches(list(names), MOST_NAMES)]


def _beginning(pattern: str) -> Look:
    prefix = re.split(r"[*?\[]", pattern)[0]
    return Look("DescribeAlarms", {**({"AlarmNamePrefix": prefix} if prefix else {}), **BOTH})


def _tagging(parameters: Mapping[str, Any]) -> Look:
    return Look("GetResources", parameters, service="resourcegroupstaggingapi")


def _tags_of(arns: Sequence[str]) -> Look:
    return replace(_tagging({"ResourceARNList": list(arns)}), optional="its tags")


def _alarms(answers: Iterable[Answer]) -> Iterator[Mapping[str, Any]]:
    for page in answers:
        yield from page.get("MetricAlarms", ())
        yield from page.get("CompositeAlarms", ())


def _ineligible(alarm: Mapping[str, Any], untold: str) -> str | None:
    """Why muting it would do harm, or might: without its tags nobody knows that it is not production's. One that is
    muted may be armed all the same.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
    """
    if any(":scalingPolicy:" in action for name in ACTIONS for action in alarm.get(name, ())):
        return "it drives a scaling policy: muting it would stop the scaling"
    return f"it is not muted, as {untold}" if untold and alarm["ActionsEnabled"] else None


def _calls(operation: str, moves: Sequence[Move]) -> tuple[Call, ...]:
    return batched("cloudwatch", operation, "AlarmNames", moves, MOST_NAMES)


# No error is benign: muting what is muted and arming what is armed succeed.
KIND = Kind(
    name="cloudwatch-alarm",
    title="CloudWatch alarm",
    service="cloudwatch",
    rests="its actions are muted; its state goes on to change",
    returns="its actions, if it was Curfew that muted them",
    usual=Usual(start=timedelta(minutes=1), stop=timedelta(minutes=1)),
    event=EventSource("aws.cloudwatch", ("CloudWatch Alarm Configuration Change",), arns),
    reads=("DescribeAlarms", "resourcegroupstaggingapi:GetResources"),
    mutates=("DisableAlarmActions", "EnableAlarmActions"),
    look=look,
    follow=follow,
    read=read,
    start=start,
    stop=stop,
    watches=True,
)
