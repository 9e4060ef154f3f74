"""Kind `ec2-instance`: an EC2 instance, started and stopped in batches, healthy at 2/2 status checks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.core import ec2_standing as standing
from chalicelib.core.alternates import FIXED, TYPE
from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.core.unread import unread
from chalicelib.kinds.contract import (
    Answer,
    Asked,
    Call,
    EventSource,
    Kind,
    Look,
    Move,
    State,
    Usual,
    batched,
    batches,
    measured_by_id,
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

HIBERNATION_REFUSED = ("UnsupportedHibernationConfiguration", "UnsupportedOperation", "IncorrectInstanceState")
"""AWS does not hibernate it, or not yet: its agent needs some minutes after a launch.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshoot-instance-hibernate.html
github.com/aws-solutions/instance-scheduler-on-aws/issues/510
"""


def look(resource: Resource) -> tuple[Look, ...]:
    """Describes for ids and names, by filter because one unknown id in a request fails it all; one for the tags."""
    names = [_pattern(name) for name in resource.names]
    ids = [identifier.rpartition("/")[2] for identifier in resource.ids]
    ids += [name for name in names if name.startswith("i-") or set(name) <= set("0123456789abcdef*?")]
    looks = [_instances_with({"instance-id": batch}) for batch in batches(ids, MOST_FILTER_VALUES)]
    looks += [_instances_with({"tag:Name": batch}) for batch in batches(names, MOST_FILTER_VALUES)]
    if resource.tags:
        looks.append(_instances_with({f"tag:{name}": [_literal(value)] for name, value in resource.tags}))
    return tuple(looks)


def follow(resources: Sequence[Resource], asked: Sequence[Asked]) -> tuple[Look, ...]:
    """Looks at the requests behind the Spot Instances that nobody owns: a describe does not tell their type."""
    pages = [page for one in asked if one.look.operation == "DescribeInstances" for page in one.answers]
    spot = [one for one in _instances(pages) if standing.is_spot(one) and not standing.owned(one, _tags(one))]
    requests = [one["SpotInstanceRequestId"] for one in spot if "SpotInstanceRequestId" in one]
    named = batches(list(dict.fromkeys(requests)), MOST_FILTER_VALUES)
    which = [{**_filters({"spot-instance-request-id": batch}), "MaxResults": PAGE} for batch in named]
    return tuple(Look("DescribeSpotInstanceRequests", one, optional="its Spot request") for one in which)


def read(location: Location, answers: Sequence[Answer]) -> Iterator[Sighting]:
    """The instances, except those that are gone; none is healthy before its status checks."""
    requests = {
        request["SpotInstanceRequestId"]: request
        for page in answers
        for request in page.get("SpotInstanceRequests", ())
    }
    unknown = "; ".join(unread(answers))
    for instance in _instances(answers):
        state = STATES.get(instance["State"]["Name"])
        if state:
            ineligible = standing.ineligible(instance, _tags(instance), requests, unknown)
            yield _sighting(location, instance, state, ineligible)


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


def inspect(sightings: Sequence[Sighting]) -> tuple[Look, ...]:
    """One look for each that could be stopped: only this tells its stop protection."""
    return tuple(
        Look("DescribeInstanceAttribute", {"InstanceId": sighting.id, "Attribute": "disableApiStop"})
        for sighting in sightings
        if sighting.ineligible is None and sighting.observed in (Observed.UP, Observed.RISING, Observed.DOWN)
    )


def inspected(sightings: Sequence[Sighting], answers: Sequence[Answer]) -> tuple[Sighting, ...]:
    """The sightings, ineligible where stop protection is on."""
    protected = {answer["InstanceId"] for answer in answers if answer.get("DisableApiStop", {}).get("Value")}
    why = "its stop protection is on, which Curfew respects: turn it off (disableApiStop) to let it rest"
    return tuple(replace(one, ineligible=why) if one.id in protected else one for one in sightings)


def caveats(resource: Resource, sighting: Sighting) -> tuple[str, ...]:
    """Why it will not be hibernated, or not get another type, though its entry asks for that."""
    said = []
    if resource.hibernate and sighting.details.get("hibernation") != "configured":
        said.append("it was not launched with hibernation enabled: it is stopped without keeping its memory")
    if resource.instance_types and sighting.details.get("lifecycle") == "spot":
        said.append("it is a Spot Instance, whose type cannot be changed: instance_types does not help it")
    return tuple(said)


def start(moves: Sequence[Move]) -> tuple[Call, ...]:
    """StartInstances in batches, harmless for what runs already; one by one what is to start as another type."""
    same = [move for move in moves if not _changes_type(move)]
    return (*_calls("StartInstances", same), *(_start_as(move) for move in moves if _changes_type(move)))


def stop(moves: Sequence[Move]) -> tuple[Call, ...]:
    """StopInstances in batches, harmless for what is stopped already; those hibernate that can and shall."""
    plain = _calls("StopInstances", [move for move in moves if not _hibernates(move)])
    hibernating = _calls("StopInstances", [move for move in moves if _hibernates(move)])
    return (*plain, *map(_hibernating, hibernating))


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


def _pattern(name: str) -> str:
    """What EC2 matches with at least what a shell pattern does: it knows * and ? and the backslash, but no [...]."""
    return re.sub(r"\[!?+\]?+[^]]*\]", "?", name.replace("\\", "\\\\"))


def _literal(text: str) -> str:
    return re.sub(r"([\\*?])", r"\\\1", text)


def _instances_with(criteria: Mapping[str, Sequence[str]]) -> Look:
    present = {"instance-state-name": list(STATES)}
    return Look("DescribeInstances", {**_filters({**criteria, **present}), "MaxResults": PAGE})


def _filters(criteria: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    return {"Filters": [{"Name": name, "Values": list(values)} for name, values in criteria.items()]}


def _instances(pages: Sequence[Answer]) -> Iterator[Mapping[str, Any]]:
    for page in pages:
        for reservation in page.get("Reservations", ()):
            yield from reservation["Instances"]


def _tags(instance: Mapping[str, Any]) -> dict[str, str]:
    return pairs(instance.get("Tags", ()))


def _sighting(location: Location, instance: Mapping[str, Any], state: State, ineligible: str | None) -> Sighting:
    return Sighting(
        arn=_arn(location, instance["InstanceId"]),
        id=instance["InstanceId"],
        kind=KIND.name,
        location=location,
        observed=state.observed,
        tags=_tags(instance),
        ineligible=ineligible,
        note=state.note,
        cause=standing.cause(instance),
        warnings=tuple(standing.warnings(instance)),
        details=standing.details(instance),
    )


def _changes_type(move: Move) -> bool:
    """It is to start as another type, and AWS takes that now.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-resize.html
    """
    seen = move.sighting
    settled = seen.observed is Observed.DOWN and FIXED not in seen.details
    return settled and move.instance_type not in (None, seen.details.get(TYPE))


def _start_as(move: Move) -> Call:
    arns, which = (move.sighting.arn,), {"InstanceId": move.sighting.id}
    change = Call("ec2", "ModifyInstanceAttribute", {**which, "InstanceType": {"Value": move.instance_type}}, arns)
    return Call("ec2", "StartInstances", {"InstanceIds": [move.sighting.id]}, arns, before=(change,))


def _hibernates(move: Move) -> bool:
    wanted = move.resource is not None and move.resource.hibernate
    return wanted and move.sighting.details.get("hibernation") == "configured"


def _hibernating(plain: Call) -> Call:
    """The call that hibernates what `plain` would stop; `plain` is made instead where AWS will not hibernate."""
    parameters = {**plain.parameters, "Hibernate": True}
    return replace(plain, parameters=parameters, instead=dict.fromkeys(HIBERNATION_REFUSED, plain))


def _arn(location: Location, instance_id: str) -> str:
    return f"arn:{_partition(location.region)}:ec2:{location.region}:{location.account}:instance/{instance_id}"


def _partition(region: str) -> str:
    """EC2 describes give no ARN; https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html."""
    names = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
    return next((name for prefix, name in names.items() if region.startswith(f"{prefix}-")), "aws")


def _calls(operation: str, moves: Sequence[Move]) -> tuple[Call, ...]:
    return batched("ec2", operation, "InstanceIds", moves, BATCH)


# No error is benign: a start of what runs and a stop of what is stopped succeed, and IncorrectInstanceState
# also means terminated or not to be started yet; the next look tells which.
KIND = Kind(
    name="ec2-instance",
    title="EC2 instance",
    service="ec2",
    rests="stopped, or hibernated where its entry says so",
    returns="the instance with its volumes, as its preferred type",
    usual=Usual(start=timedelta(minutes=3), stop=timedelta(minutes=1)),
    event=EventSource("aws.ec2", ("EC2 Instance State-change Notification",), arns),
    reads=("DescribeInstanceAttribute", "DescribeInstanceStatus", "DescribeInstances", "DescribeSpotInstanceRequests"),
    mutates=("ModifyInstanceAttribute", "StartInstances", "StopInstances"),
    look=look,
    read=read,
    start=start,
    stop=stop,
    follow=follow,
    options={"hibernate": frozenset(), "instance_types": frozenset({"ModifyInstanceAttribute"})},
    check=check,
    checked=checked,
    inspect=inspect,
    inspected=inspected,
    caveats=caveats,
    measures={"cpu": measured_by_id("AWS/EC2", "CPUUtilization", "InstanceId")},
)
