"""What EC2 Auto Scaling tells of a group: what its members are doing, what is scheduled for it, why launches failed.

Two kinds read it: the group on its own, and the group behind a node group of EKS.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.core.durations import format_instant
from chalicelib.core.model import Sizes

Told = Mapping[str, Any]
"""One group, scheduled action or activity, as AWS describes it."""

SIZES = {"min": "MinSize", "max": "MaxSize", "desired": "DesiredCapacity"}
"""AWS's names for the sizes of a group."""

SCHEDULED_ACTIONS = "ScheduledActions"
"""The process that carries out scheduled actions; those due while it is suspended are not made up for.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
"""

SCHEDULES = "its scheduled actions"
"""What a look at scheduled actions tells, for people: without it nothing keeps those from waking a group at night."""

SUSPENDED = "suspended"
"""Under this name the details of a sighting say what of its scaling is suspended, with commas between."""

PROTECTED = "protected from scale-in: remove the protection"
STAYING = {
    "Standby": "in standby: put them back into service",
    "Terminating:Retained": "retained by the group's lifecycle policy: terminate them",
}
"""Members that no change of size terminates, with what to do, by lifecycle state.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-enter-exit-standby.html
"""

ENDED = ("Terminating", "Terminating:Proceed", "Terminated", "Detaching", "Detached")
"""Members that run no more, or are no members any more; what a lifecycle hook holds still runs.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html
"""

MOST_VALUES, MOST_INSTANCES = 200, 1000
"""Values that a filter of EC2 takes, and instances on a page.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
"""

HINTS = {"Client.InternalError": "may Auto Scaling's role use the KMS key of its volumes?"}
"""What AWS's words do not say. https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html"""

LONGEST_CAUSE = 240

PAGE = 100
"""Largest page of each describe of Auto Scaling.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
"""


@dataclass(frozen=True, slots=True)
class Members:
    """The members of one or more groups.

    `in_service` is in units of desired capacity: a member counts by its weight. `waiting` are held by a lifecycle
    hook. `staying` counts those that no change of size terminates, by what to do about them. `ids` are those that may
    run.
    """

    total: int
    in_service: int
    waiting: int
    staying: Mapping[str, int]
    suspended: tuple[str, ...]
    instance_types: tuple[str, ...]
    ids: tuple[str, ...] = ()

    def coming(self, desired: int) -> str:
        """What keeps the group from its desired size. A suspended process never ends by itself, so it comes first."""
        return self._held("Launch") or f"{self.in_service} of {desired} in service{self._hooked()}"

    def leaving(self) -> str:
        """What keeps the group from being empty."""
        stay = "".join(f", {count} {why}" for why, count in self.staying.items())
        return self._held("Terminate") or f"{self.total} still to go{self._hooked()}{stay}"

    def warnings(self) -> tuple[str, ...]:
        """What a stop would leave running."""
        return tuple(f"a stop leaves {count} running that are {why}" for why, count in self.staying.items())

    def _held(self, process: str) -> str:
        return f"its process {process} is suspended: resume it" if process in self.suspended else ""

    def _hooked(self) -> str:
        return f", {self.waiting} wait in a lifecycle hook" if self.waiting else ""


def members_of(groups: Sequence[Told]) -> Members:
    """What the members of these groups are doing."""
    members = [member for group in groups for member in group.get("Instances", ())]
    serving = [member for member in members if member["LifecycleState"] == "InService"]
    processes = {one["ProcessName"] for group in groups for one in group.get("SuspendedProcesses", ())}
    return Members(
        total=len(members),
        in_service=sum(int(member.get("WeightedCapacity") or 1) for member in serving),
        waiting=sum(member["LifecycleState"].endswith(":Wait") for member in members),
        staying=Counter(why for member in members if (why := _why_it_stays(member))),
        suspended=tuple(sorted(processes)),
        instance_types=tuple(sorted({member["InstanceType"] for member in members if "InstanceType" in member})),
        ids=tuple(sorted(one["InstanceId"] for one in members if "InstanceId" in one and not _is_ended(one))),
    )


def schedules_of(groups: Sequence[str]) -> dict[str, Any]:
    """What to ask DescribeScheduledActions for: it takes the name of one group, or none for all."""
    return {**({"AutoScalingGroupName": groups[0]} if len(groups) == 1 else {}), "MaxRecords": PAGE}


def failures_of(group: str) -> dict[str, Any]:
    """What to ask DescribeScalingActivities for: what failed, of the six weeks it remembers.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
    """
    failed = {"Name": "Status", "Values": ["Failed", "Cancelled"]}
    return {"AutoScalingGroupName": group, "Filters": [failed], "MaxRecords": PAGE}


def activities_since(group: str, since: datetime) -> dict[str, Any]:
    """What to ask DescribeScalingActivities for: all that began since that instant."""
    lower = {"Name": "StartTimeLowerBound", "Values": [format_instant(since)]}
    return {"AutoScalingGroupName": group, "Filters": [lower], "MaxRecords": PAGE}


def waking(actions: Iterable[Told], asleep: Sizes) -> list[Told]:
    """The scheduled actions that would wake a group that rests at these sizes.

    AWS refuses one that wants more than the maximum, so a group with a maximum of 0 is woken only by a new maximum.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
    """
    return [action for action in actions if _wakes(action, asleep)]


def lulling(actions: Iterable[Told]) -> list[Told]:
    """The scheduled actions that would put a group to rest, whoever wants it up."""
    return [action for action in actions if 0 in (action.get("MaxSize"), action.get("DesiredCapacity"))]


def scheduled(action: Told) -> str:
    """The action in words: its name, when it is due, what it sets."""
    zone = action.get("TimeZone", "UTC")
    when = f"{action['Recurrence']} {zone}" if action.get("Recurrence") else f"{action['StartTime']:%Y-%m-%d %H:%M} UTC"
    sizes = ", ".join(f"{name} {action[theirs]}" for name, theirs in SIZES.items() if action.get(theirs) is not None)
    return f"scheduled action {action['ScheduledActionName']} ({when}) sets {sizes}"


def failures(activities: Iterable[Told]) -> dict[str, str]:
    """Why the newest launch or termination that failed did so, by group, with the instant it began."""
    newest = {one["AutoScalingGroupName"]: one for one in sorted(activities, key=lambda one: one["StartTime"])}
    return {group: _cause(activity) for group, activity in newest.items()}


def instances_of(ids: Sequence[str]) -> dict[str, Any]:
    """What to ask DescribeInstances for; by filter, as one unknown id in a request fails it all."""
    return {"Filters": [{"Name": "instance-id", "Values": list(ids)}], "MaxResults": MOST_INSTANCES}


def _is_ended(member: Told) -> bool:
    return member["LifecycleState"] in ENDED


def _why_it_stays(member: Told) -> str:
    state = member["LifecycleState"]
    if state == "InService" and member.get("ProtectedFromScaleIn"):
        return PROTECTED
    return STAYING.get(state, "")


def _wakes(action: Told, asleep: Sizes) -> bool:
    lowest, highest, wanted = (action.get(theirs, asleep[name]) for name, theirs in SIZES.items())
    return bool(highest and (lowest or wanted or not asleep["max"]))


def _cause(activity: Told) -> str:
    said = " ".join((activity.get("StatusMessage") or activity.get("Cause") or activity["Description"]).split())
    said = said.removeprefix("Launching a new EC2 instance. Status Reason: ")
    hint = "".join(f" ({hint})" for code, hint in HINTS.items() if code in said)
    cut = said if len(said) <= LONGEST_CAUSE else f"{said[: LONGEST_CAUSE - 3]}..."
    return f"{activity['StartTime']:%Y-%m-%d %H:%M} UTC: {cut}{hint}"
