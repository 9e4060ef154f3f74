"""Kind `auto-scaling-group`: rests at size 0/0/0 and comes back at the sizes it had.

Up or down is read from `max`, not from `desired`: a group whose own autoscaler brought it to zero may grow at
any moment, so it is up; with a maximum of zero it rests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from chalicelib.core.model import Location, Observed, Resource, RestorePoint, Sighting, Sizes
from chalicelib.kinds.contract import (
    Answer,
    Call,
    EventSource,
    Kind,
    Look,
    Move,
    Usual,
    batches,
    pairs,
)

PAGE = 100
"""Largest page, which is also how many names one look may hold.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
"""

ASLEEP: Sizes = {"min": 0, "max": 0, "desired": 0}


def look(resource: Resource) -> tuple[Look, ...]:
    """Describes for the names; one for the tags."""
    names = [identifier.rpartition(":autoScalingGroupName/")[2] for identifier in resource.ids]
    looks = [
        Look("DescribeAutoScalingGroups", {"AutoScalingGroupNames": batch, "MaxRecords": PAGE})
        for batch in batches(names, PAGE)
    ]
    if resource.tags:
        filters = [{"Name": f"tag:{name}", "Values": [value]} for name, value in resource.tags]
        looks.append(Look("DescribeAutoScalingGroups", {"Filters": filters, "MaxRecords": PAGE}))
    return tuple(looks)


def read(location: Location, answers: Sequence[Answer]) -> Iterator[Sighting]:
    """The groups, except those being deleted; healthy when every desired member serves."""
    for group in (group for answer in answers for group in answer["AutoScalingGroups"]):
        if not group.get("Status"):  # AWS gives a status only to a group that is being deleted
            yield _sighting(location, group)


def start(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One update each, to the sizes of its restore point; none for a group without one."""
    return tuple(
        _resize(move.sighting, intended(move.sighting, move.restore))
        for move in moves
        if move.restore is not None and any(move.restore.sizes.values())
    )


def stop(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One update each, to zero."""
    return tuple(_resize(move.sighting, ASLEEP) for move in moves)


def left(sighting: Sighting) -> Sizes:
    """Zero: the group keeps its definition and no members."""
    return ASLEEP


def intended(sighting: Sighting, restore: RestorePoint) -> Sizes:
    """The sizes to come back to: those of the restore point, except where somebody set others meanwhile.

    A desired size that alone was changed is an autoscaler's and no wish; always min <= desired <= max.
    """
    wanted = {**restore.sizes, **theirs(sighting, restore)}
    highest = wanted["max"]
    lowest = min(wanted["min"], highest)
    return {"min": lowest, "max": highest, "desired": min(max(wanted["desired"], lowest), highest)}


def theirs(sighting: Sighting, restore: RestorePoint) -> Sizes:
    """The sizes that are neither what we left nor what we restore, and so somebody's."""
    changed = {
        name: now for name, now in sighting.sizes.items() if now not in (restore.left.get(name, 0), restore.sizes[name])
    }
    if "min" not in changed:
        changed.pop("desired", None)
    return changed


def kept(sighting: Sighting, restore: RestorePoint) -> Mapping[str, tuple[int, int]]:
    """Where a whole group differs from its restore point, as (restore point, now).

    A desired size that alone differs is an autoscaler's and not told.
    """
    now = sighting.sizes
    changed = {name: (size, now[name]) for name, size in restore.sizes.items() if size != now[name]}
    if "min" not in changed:
        changed.pop("desired", None)
    return changed


def whole(sighting: Sighting, restore: RestorePoint) -> bool:
    """Whether min and max are as intended and desired is at least min."""
    now, aim = sighting.sizes, intended(sighting, restore)
    return now["min"] == aim["min"] and now["max"] == aim["max"] and now["desired"] >= aim["min"]


def arns(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The group of a launch or termination event; its ARN holds an id that only `resources` tells."""
    return tuple(arn for arn in event["resources"] if ":autoScalingGroup:" in arn)


def _sighting(location: Location, group: Mapping[str, Any]) -> Sighting:
    members = group.get("Instances", ())
    sizes = {"min": group["MinSize"], "max": group["MaxSize"], "desired": group["DesiredCapacity"]}
    in_service = sum(member["LifecycleState"] == "InService" for member in members)
    observed = _observed(sizes, in_service, len(members))
    return Sighting(
        arn=group["AutoScalingGroupARN"],
        id=group["AutoScalingGroupName"],
        kind=KIND.name,
        location=location,
        observed=observed,
        healthy=observed is Observed.UP,
        tags=pairs(group.get("Tags", ())),
        sizes=sizes,
        note=_note(observed, sizes, in_service, group),
        in_service=in_service,
    )


def _observed(sizes: Sizes, in_service: int, members: int) -> Observed:
    if sizes["max"] == 0:
        return Observed.FALLING if members else Observed.DOWN
    return Observed.UP if in_service >= sizes["desired"] else Observed.RISING


def _note(observed: Observed, sizes: Sizes, in_service: int, group: Mapping[str, Any]) -> str | None:
    """What keeps it from arriving. A suspended process never ends by itself, so it comes first."""
    suspended = {process["ProcessName"] for process in group.get("SuspendedProcesses", ())}
    for state, process in ((Observed.RISING, "Launch"), (Observed.FALLING, "Terminate")):
        if observed is state and process in suspended:
            return f"its process {process} is suspended: resume it"
    if observed is Observed.RISING:
        return f"{in_service} of {sizes['desired']} in service"
    if observed is Observed.FALLING:
        return f"{len(group['Instances'])} still to go"
    return None


def _resize(sighting: Sighting, sizes: Sizes) -> Call:
    """A group's mixed instances policy is not part of its sizes and stays as it is."""
    parameters = {
        "AutoScalingGroupName": sighting.id,
        "MinSize": sizes["min"],
        "MaxSize": sizes["max"],
        "DesiredCapacity": sizes["desired"],
    }
    return Call("autoscaling", "UpdateAutoScalingGroup", parameters, (sighting.arn,))


# No error is benign: an update to the sizes it has succeeds; ScalingActivityInProgress asks to try again.
KIND = Kind(
    name="auto-scaling-group",
    title="Auto Scaling group",
    service="autoscaling",
    usual=Usual(start=timedelta(minutes=4), stop=timedelta(minutes=2)),
    event=EventSource(
        "aws.autoscaling",
        (
            "EC2 Instance Launch Successful",
            "EC2 Instance Launch Unsuccessful",
            "EC2 Instance Terminate Successful",
        ),
        arns,
    ),
    reads=("DescribeAutoScalingGroups",),
    mutates=("UpdateAutoScalingGroup",),
    look=look,
    read=read,
    start=start,
    stop=stop,
    turns_midway=True,
    sized=True,
    left=left,
    theirs=theirs,
    whole=whole,
    kept=kept,
)
