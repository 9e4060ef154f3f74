"""Kind `ec2-instance`: an EC2 instance, started and stopped in batches, healthy at 2/2 status checks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.kinds.contract import (
    Answer,
    Call,
    EventSource,
    Kind,
    Look,
    Move,
    State,
    Usual,
    batches,
    pairs,
)

MOST_FILTER_VALUES = 200
"""Values one filter may hold. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html"""

MOST_STATUS_IDS = 100
"""Ids one DescribeInstanceStatus may name.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
"""

PAGE = 1000
"""Largest page. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html"""

BATCH = 50
"""Instances in one call: large calls are slow and more easily throttled, AWS advises smaller requests.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html
"""

STATES = {
    "pending": State(Observed.RISING),
    "running": State(Observed.UP),
    "stopping": State(Observed.FALLING),
    "shutting-down": State(Observed.FALLING, note="being terminated"),
    "stopped": State(Observed.DOWN),
}
"""Terminated is absent: such an instance is gone, though AWS shows it for an hour.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html
"""

NEVER_STOPPED = {
    "spot": "it is a Spot Instance: AWS may refuse to stop it",
    "scheduled": "it is a Scheduled Instance: AWS does not stop those",
    "capacity-block": "it runs in a Capacity Block that is paid for either way",
}
"""Lifecycles that are left alone; a describe does not tell a persistent Spot request from a one-time one.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-requests.html#stopping-a-spot-instance
"""


def look(resource: Resource) -> tuple[Look, ...]:
    """Describes for the ids, by filter because one unknown id in a request fails it all; one for the tags."""
    ids = [identifier.rpartition("/")[2] for identifier in resource.ids]
    looks = [_filtered({"instance-id": batch}) for batch in batches(ids, MOST_FILTER_VALUES)]
    if resource.tags:
        looks.append(_filtered({f"tag:{name}": [value] for name, value in resource.tags}))
    return tuple(looks)


def read(location: Location, answers: Sequence[Answer]) -> Iterator[Sighting]:
    """The instances, except those that are gone; none is healthy before its status checks."""
    for reservation in (reservation for answer in answers for reservation in answer["Reservations"]):
        for instance in reservation["Instances"]:
            state = STATES.get(instance["State"]["Name"])
            if state:
                yield _sighting(location, instance, state)


def check(sightings: Sequence[Sighting]) -> tuple[Look, ...]:
    """One look at the status checks of what runs: by id while that fits one call, else account-wide."""
    running = [sighting.id for sighting in sightings if sighting.observed is Observed.UP]
    if not running:
        return ()
    passed = _filters({"instance-status.status": ["ok"], "system-status.status": ["ok"]})
    which = {"InstanceIds": running} if len(running) <= MOST_STATUS_IDS else {"MaxResults": PAGE}
    return (Look("DescribeInstanceStatus", {**passed, **which}),)


def checked(sightings: Sequence[Sighting], answers: Sequence[Answer]) -> tuple[Sighting, ...]:
    """The sightings, healthy where both status checks were passed and with a note where they were not."""
    passed = {status["InstanceId"] for answer in answers for status in answer["InstanceStatuses"]}
    return tuple(_judged(sighting, passed) for sighting in sightings)


def start(moves: Sequence[Move]) -> tuple[Call, ...]:
    """StartInstances in batches; harmless for what runs already."""
    return _calls("StartInstances", moves)


def stop(moves: Sequence[Move]) -> tuple[Call, ...]:
    """StopInstances in batches; harmless for what is stopped already."""
    return _calls("StopInstances", moves)


def arns(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The instance of an event that tells of its arrival; states on the way there change nothing for us."""
    if event["detail"]["state"] not in ("running", "stopped"):
        return ()
    location = Location(event["account"], event["region"])
    return (_arn(location, event["detail"]["instance-id"]),)


def _judged(sighting: Sighting, passed: Collection[str]) -> Sighting:
    if sighting.observed is not Observed.UP:
        return sighting
    if sighting.id in passed:
        return replace(sighting, healthy=True)
    return replace(sighting, note="status checks not passed yet")


def _filtered(criteria: Mapping[str, Sequence[str]]) -> Look:
    present = {"instance-state-name": list(STATES)}
    return Look("DescribeInstances", {**_filters({**criteria, **present}), "MaxResults": PAGE})


def _filters(criteria: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {"Filters": [{"Name": name, "Values": list(values)} for name, values in criteria.items()]}


def _sighting(location: Location, instance: Mapping[str, Any], state: State) -> Sighting:
    tags = pairs(instance.get("Tags", ()))
    return Sighting(
        arn=_arn(location, instance["InstanceId"]),
        id=instance["InstanceId"],
        kind=KIND.name,
        location=location,
        observed=state.observed,
        tags=tags,
        ineligible=_ineligible(instance, tags),
        note=state.note,
    )


def _ineligible(instance: Mapping[str, Any], tags: Mapping[str, str]) -> str | None:
    if group := tags.get("aws:autoscaling:groupName"):
        return f"it belongs to the group {group}, which would replace it: list the group instead"
    if instance.get("RootDeviceType") == "instance-store":
        return "its root volume is an instance store, which a stop would lose"
    return NEVER_STOPPED.get(instance.get("InstanceLifecycle", ""))


def _arn(location: Location, instance_id: str) -> str:
    return f"arn:{_partition(location.region)}:ec2:{location.region}:{location.account}:instance/{instance_id}"


def _partition(region: str) -> str:
    """EC2 describes give no ARN; https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html."""
    names = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
    return next((name for prefix, name in names.items() if region.startswith(f"{prefix}-")), "aws")


def _calls(operation: str, moves: Sequence[Move]) -> tuple[Call, ...]:
    by_id = {move.sighting.id: move.sighting.arn for move in moves}
    return tuple(
        Call("ec2", operation, {"InstanceIds": batch}, tuple(by_id[instance] for instance in batch))
        for batch in batches(list(by_id), BATCH)
    )


# No error is benign: a start of what runs and a stop of what is stopped succeed, and IncorrectInstanceState
# also means terminated or not to be started yet; the next look tells which.
KIND = Kind(
    name="ec2-instance",
    title="EC2 instance",
    service="ec2",
    usual=Usual(start=timedelta(minutes=3), stop=timedelta(minutes=1)),
    event=EventSource("aws.ec2", ("EC2 Instance State-change Notification",), arns),
    reads=("DescribeInstances", "DescribeInstanceStatus"),
    mutates=("StartInstances", "StopInstances"),
    look=look,
    read=read,
    start=start,
    stop=stop,
    options=frozenset({"hibernate", "instance_types"}),
    check=check,
    checked=checked,
)
