"""Kind `auto-scaling-group`: rests at size 0/0/0 and comes back at the sizes it had.

Up or down is read from `max`, not from `desired`: a group whose own autoscaler brought it to zero may grow at
any moment, so it is up; with a maximum of zero it rests, and no scaling policy can grow it. A scheduled action can:
while it rests, such a group's scheduled actions are suspended, by us and for as long only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core import group_owners, mixed_policy, scaling, sizes, spot_signs
from chalicelib.core.arns import arn
from chalicelib.core.mixed import Setting, Watched
from chalicelib.core.model import Location, Observed, Resource, RestorePoint, Sighting, Sizes
from chalicelib.core.scaling import SCHEDULED_ACTIONS, Members
from chalicelib.core.unread import unread
from chalicelib.kinds.contract import (
    Answer,
    Asked,
    Call,
    EventSource,
    Kind,
    Look,
    Move,
    Usual,
    batches,
    measured_by_id,
    pairs,
)
from chalicelib.kinds.mixing import Mixing, Pools

ASLEEP: Sizes = {"min": 0, "max": 0, "desired": 0}

SPOT_EVENTS = ("EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation")
"""https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html
"""

MOST_VALUES = 200
"""Values that a filter of EC2 takes. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html"""


def look(resource: Resource) -> tuple[Look, ...]:
    """Describes for the names; one for the tags; a single one of all groups where there are patterns."""
    if resource.names:
        return (_described({}),)
    names = [identifier.rpartition(":autoScalingGroupName/")[2] for identifier in resource.ids]
    looks = [_described({"AutoScalingGroupNames": batch}) for batch in batches(names, scaling.PAGE)]
    if resource.tags:
        looks.append(
            _described({"Filters": [{"Name": f"tag:{name}", "Values": [value]} for name, value in resource.tags]})
        )
    return tuple(looks)


def follow(resources: Sequence[Resource], asked: Sequence[Asked]) -> tuple[Look, ...]:
    """One look at the scheduled actions of the groups seen."""
    names = sorted({group["AutoScalingGroupName"] for one in asked for group in _groups(one.answers)})
    return (Look("DescribeScheduledActions", scaling.schedules_of(names), optional=scaling.SCHEDULES),) if names else ()


def read(location: Location, answers: Sequence[Answer]) -> Iterator[Sighting]:
    """The groups, except those being deleted; healthy when every desired member serves."""
    actions = [action for answer in answers for action in answer.get("ScheduledUpdateGroupActions", ())]
    unknown = unread(answers)
    for group in _groups(answers):
        if not group.get("Status"):  # AWS gives a status only to a group that is being deleted
            own = [action for action in actions if action["AutoScalingGroupName"] == group["AutoScalingGroupName"]]
            seen = _sighting(location, group, scaling.members_of([group]), own)
            yield replace(seen, warnings=(*seen.warnings, *unknown))


def start(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One call each: an update to the sizes of its restore point, or, for what is back, the end of our suspension.

    None for a group without sizes to go back to.
    """
    return tuple(
        _back(move.sighting, move.restore)
        for move in moves
        if move.restore is not None and any(move.restore.sizes.values())
    )


def stop(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One update each, to zero; before it what its restore point says we suspend is suspended."""
    return tuple(_resize(move.sighting, ASLEEP, _suspensions(move)) for move in moves)


def left(sighting: Sighting) -> Sizes:
    """Zero: the group keeps its definition and no members."""
    return ASLEEP


def suspends(sighting: Sighting) -> tuple[str, ...]:
    """Scheduled actions, where one would wake the group and nobody else suspended them."""
    wakes, already = "scheduled" in sighting.details, SCHEDULED_ACTIONS in _suspended(sighting)
    return (SCHEDULED_ACTIONS,) if wakes and not already else ()


def unlifted(sighting: Sighting, restore: RestorePoint) -> bool:
    """Whether something that we suspended still is."""
    return any(process in _suspended(sighting) for process in restore.suspended)


def cause(sightings: Sequence[Sighting]) -> tuple[Look, ...]:
    """One look a group at the activities that failed."""
    return tuple(Look("DescribeScalingActivities", scaling.failures_of(one.id)) for one in sightings)


def caused(sightings: Sequence[Sighting], answers: Sequence[Answer]) -> tuple[Sighting, ...]:
    """The sightings with what AWS said of the newest failure."""
    failed = scaling.failures(activity for answer in answers for activity in answer.get("Activities", ()))
    return tuple(replace(one, cause=failed.get(one.id)) for one in sightings)


def watch(sighting: Sighting, pools: Pools, since: datetime) -> tuple[Look, ...]:
    """What became of the Spot requests behind these members, and the group's activities since."""
    if not pools:
        return ()
    filters = ({"Name": "instance-id", "Values": batch} for batch in batches(sorted(pools), MOST_VALUES))
    requests = [Look("DescribeSpotInstanceRequests", {"Filters": [each]}, "ec2") for each in filters]
    return (*requests, Look("DescribeScalingActivities", scaling.activities_since(sighting.id, since)))


def watched(sighting: Sighting, pools: Pools, answers: Sequence[Answer], now: datetime) -> Watched:
    """Which members are spot and stay, and what was heard of pools."""
    assert sighting.mixed is not None
    requests = [one for answer in answers for one in answer.get("SpotInstanceRequests", ())]
    activities = [one for answer in answers for one in answer.get("Activities", ())]
    heard = spot_signs.watched(pools, sighting.mixed.setting.types, requests, activities, now)
    return replace(heard, spot={id: pool for id, pool in heard.spot.items() if id in sighting.mixed.members})


def remix(sighting: Sighting, own: str, setting: Setting) -> Call:
    """An update of base, percentage and types; sizes are none of its parameters."""
    return _update(sighting, mixed_policy.changed(_policy(sighting), own, setting))


def unmix(sighting: Sighting, own: str) -> Call:
    """An update to what its own policy said of what was changed."""
    return _update(sighting, mixed_policy.as_it_was(_policy(sighting), own))


def members(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The instance that an event of Spot tells of."""
    return (member(Location(event["account"], event["region"]), event["detail"]["instance-id"]),)


def member(location: Location, id: str) -> str:
    """The ARN of a member there."""
    return arn(location, "ec2", f"instance/{id}")


def arns(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The group of a launch or termination event; its ARN holds an id that only `resources` tells."""
    return tuple(arn for arn in event["resources"] if ":autoScalingGroup:" in arn)


def _described(which: Mapping[str, Any]) -> Look:
    return Look("DescribeAutoScalingGroups", {**which, "MaxRecords": scaling.PAGE})


def _groups(answers: Iterable[Answer]) -> Iterator[Mapping[str, Any]]:
    return (group for answer in answers for group in answer.get("AutoScalingGroups", ()))


def _sighting(
    location: Location, group: Mapping[str, Any], members: Members, actions: Sequence[scaling.Told]
) -> Sighting:
    now = {name: group[theirs] for name, theirs in scaling.SIZES.items()}
    tags = pairs(group.get("Tags", ()))
    observed = _observed(now, members)
    notes = {Observed.RISING: members.coming(now["desired"]), Observed.FALLING: members.leaving()}
    return Sighting(
        arn=group["AutoScalingGroupARN"],
        id=group["AutoScalingGroupName"],
        kind=KIND.name,
        location=location,
        observed=observed,
        healthy=observed is Observed.UP,
        tags=tags,
        sizes=now,
        ineligible=group_owners.ineligible(group, tags),
        note=notes.get(observed),
        in_service=members.in_service,
        warnings=(*group_owners.warnings(group, tags), *members.warnings(), *_told(actions)),
        details=_details(members, scaling.waking(actions, ASLEEP)),
        mixed=mixed_policy.mixed_of(group),
    )


def _observed(now: Sizes, members: Members) -> Observed:
    if now["max"] == 0:
        return Observed.FALLING if members.total else Observed.DOWN
    return Observed.UP if members.in_service >= now["desired"] else Observed.RISING


def _told(actions: Sequence[scaling.Told]) -> Iterator[str]:
    for action in scaling.waking(actions, ASLEEP):
        yield f"{scaling.scheduled(action)}: suspended while the group rests, and not made up for"
    for action in scaling.lulling(actions):
        yield f"{scaling.scheduled(action)}: it does so whatever windows and leases say"


def _details(members: Members, waking: Sequence[scaling.Told]) -> dict[str, str]:
    found = {
        "instance_types": members.instance_types,
        "scheduled": tuple(action["ScheduledActionName"] for action in waking),
        scaling.SUSPENDED: members.suspended,
    }
    return {name: ",".join(values) for name, values in found.items() if values}


def _suspended(sighting: Sighting) -> list[str]:
    return sighting.details.get(scaling.SUSPENDED, "").split(",")


def _back(sighting: Sighting, restore: RestorePoint) -> Call:
    if sighting.healthy and sizes.whole(sighting, restore) and unlifted(sighting, restore):
        return _processes("ResumeProcesses", sighting, restore.suspended)
    return _resize(sighting, sizes.intended(sighting, restore))


def _suspensions(move: Move) -> tuple[Call, ...]:
    """Only what is on record as ours: else it would never be lifted."""
    ours = move.restore.suspended if move.restore else ()
    missing = [process for process in ours if process not in _suspended(move.sighting)]
    return (_processes("SuspendProcesses", move.sighting, missing),) if missing else ()


def _processes(operation: str, sighting: Sighting, names: Sequence[str]) -> Call:
    parameters = {"AutoScalingGroupName": sighting.id, "ScalingProcesses": list(names)}
    return Call("autoscaling", operation, parameters, (sighting.arn,))


def _resize(sighting: Sighting, to: Sizes, before: tuple[Call, ...] = ()) -> Call:
    """A group's mixed instances policy is not part of its sizes and stays as it is."""
    return _update(sighting, {scaling.SIZES[name]: size for name, size in to.items()}, before)


def _update(sighting: Sighting, what: Mapping[str, Any], before: tuple[Call, ...] = ()) -> Call:
    parameters = {"AutoScalingGroupName": sighting.id, **what}
    return Call("autoscaling", "UpdateAutoScalingGroup", parameters, (sighting.arn,), before)


def _policy(sighting: Sighting) -> str:
    assert sighting.mixed is not None
    return sighting.mixed.policy


# No error is benign: an update to the sizes it has succeeds; ScalingActivityInProgress asks to try again.
KIND = Kind(
    name="auto-scaling-group",
    title="Auto Scaling group",
    service="autoscaling",
    rests="at size 0/0/0, without members",
    returns="its minimum, maximum and desired size, with new members",
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
    reads=(
        "DescribeAutoScalingGroups",
        "DescribeScheduledActions",
        "DescribeScalingActivities",
        "ec2:DescribeSpotInstanceRequests",
    ),
    mutates=("UpdateAutoScalingGroup", "SuspendProcesses", "ResumeProcesses"),
    look=look,
    follow=follow,
    read=read,
    start=start,
    stop=stop,
    turns_midway=True,
    sized=True,
    left=left,
    theirs=sizes.theirs,
    whole=sizes.whole,
    kept=sizes.kept,
    suspends=suspends,
    unlifted=unlifted,
    cause=cause,
    caused=caused,
    measures={"cpu": measured_by_id("AWS/EC2", "CPUUtilization", "AutoScalingGroupName")},
)
MIXING = Mixing(
    kind=KIND.name,
    watch=watch,
    watched=watched,
    change=remix,
    undo=unmix,
    is_back=mixed_policy.is_back,
    member=member,
    event=EventSource("aws.ec2", SPOT_EVENTS, members),
)
