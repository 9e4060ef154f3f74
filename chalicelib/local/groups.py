"""Auto Scaling groups that launch, replace and terminate members until they have what is desired."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from chalicelib.local import hooks, mixed_policy, refusals, replacements
from chalicelib.local.activities import LAUNCHED, NOT_LAUNCHED, TERMINATED, Activities, News, Why
from chalicelib.local.allocation import allocate
from chalicelib.local.durations import LAUNCH_RETRY, Journey
from chalicelib.local.hooks import Hooks
from chalicelib.local.mix import missing_and_surplus, mix_of
from chalicelib.local.offers import offers_to, why_not
from chalicelib.local.world import World

Launch = Callable[[Any, int, str, str | None, str | None], Sequence[Any]]
"""Launches for a group: how many, instance type, subnet, lifecycle (None or "spot"); answers the members."""

Watcher = Callable[[Any], None]
"""Is given a group whose sizes were just set."""

UP = ("pending", "running")
EXPECTED = ("Pending", "Pending:Wait", "InService")


class Groups:
    """The journeys of Auto Scaling groups; moto's objects carry the state."""

    def __init__(self, world: World, launch: Launch, activities: Activities, waiting: Hooks) -> None:
        self._world = world
        self._launch_members = launch
        self._activities = activities
        self._hooks = waiting
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """`watcher` is called with a group after each change of its sizes."""
        self._watchers.append(watcher)

    def update(self, group: Any, write: Callable[..., None], changes: dict[str, Any]) -> None:
        """The group has the new sizes and is on its way to them. Raises Refused for impossible sizes.

        A minimum above, or a maximum below, the desired size moves it when none is given
        (https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html).
        """
        minimum = _given(changes.get("min_size"), group.min_size)
        maximum = _given(changes.get("max_size"), group.max_size)
        desired = changes.get("desired_capacity")
        if desired is None and minimum <= maximum:
            desired = min(max(group.desired_capacity, minimum), maximum)
        refusals.check_group_sizes(minimum, _given(desired, minimum), maximum)
        policy = mixed_policy.after(group.mixed_instances_policy, changes)
        write(group, **{**changes, "desired_capacity": desired, "mixed_instances_policy": policy})

    def resize(self, group: Any, desired: int | None) -> None:
        """The group wants `desired` members (its minimum when None) and is on its way there."""
        size = _given(desired, group.min_size)
        refusals.check_group_sizes(group.min_size, size, group.max_size)
        group.desired_capacity = size
        self.converge(group)
        for watcher in self._watchers:
            watcher(group)

    def empty(self, group: Any) -> None:
        """The group is being deleted: its sizes are zero and its members are terminating."""
        group.min_size = 0
        self.resize(group, 0)

    def converge(self, group: Any) -> None:
        """What is missing is being launched, what is unhealthy or too much is being terminated.

        Suspended processes are left out
        (https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html).
        """
        suspended = set(group._suspended_processes)
        if not suspended & {"HealthCheck", "ReplaceUnhealthy"}:
            self._retire_unhealthy(group)
        if "Terminate" not in suspended:
            for member in replacements.replaced(_expected(group)):
                self._terminate(member, Why.AT_RISK if replacements.is_at_risk(member) else Why.SIZE)
        self._reach_size(group, suspended)

    def _reach_size(self, group: Any, suspended: set[str]) -> None:
        mix, members = mix_of(group), replacements.staying(_expected(group))
        missing, surplus = missing_and_surplus(mix, group.desired_capacity, members)
        if "Launch" not in suspended:
            for lifecycle, count in missing.items():
                self._launch(group, count, lifecycle)
        if "Terminate" not in suspended:
            for member in surplus:
                self._terminate(member)
        if any(replacements.replaces(member) for member in surplus):
            self._reach_size(group, suspended)
        elif not suspended & {"Launch", "Terminate"} and len(members) == group.desired_capacity:
            self._replace(group)

    def _replace(self, group: Any) -> None:
        due = replacements.due(mix_of(group), group.desired_capacity, replacements.staying(_expected(group)))
        for lifecycle, members in due.items():
            room = replacements.room(group, len(_expected(group)))
            self._launch(group, min(len(members), room), lifecycle, members)

    def endangered(self, instance: Any) -> None:
        """A group with Capacity Rebalancing replaces the member that AWS recommends to replace; others wait.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
        """
        member = _membership(instance)
        if member is not None and member.auto_scaling_group.capacity_rebalance:
            replacements.put_at_risk(member)
            self.converge(member.auto_scaling_group)

    def dismiss(self, instance: Any, decrement: bool) -> None:
        """The member is being terminated; unless the desired size is decremented with it, another comes."""
        member = _membership(instance)
        group = member.auto_scaling_group
        if decrement:
            refusals.check_group_decrement(group)
            group.desired_capacity -= 1
        self._terminate(member, Why.ASKED)
        self.converge(group)
        for watcher in self._watchers:
            watcher(group)

    def instance_changed(self, instance: Any) -> None:
        """The group has noticed what became of its member; instances without a group are ignored."""
        member = _membership(instance)
        if member is None:
            return
        if instance.state == "running" and member.lifecycle_state == "Pending":
            self._arrive(member)
        elif instance.state == "terminated" and member.lifecycle_state == "Terminating":
            self._remove(member)
        elif instance.state not in UP and member.lifecycle_state in EXPECTED:
            self._miss(member)

    def _miss(self, member: Any) -> None:
        """A member that never served is a launch that failed; either way it is replaced soon."""
        group = member.auto_scaling_group
        if member.lifecycle_state == "Pending":
            reason = member.instance.state_reason.message
            text = f"Launching a new EC2 instance: {member.instance_id}"
            message = f"Instance became unhealthy while waiting to be in service. Termination Reason: {reason}"
            self._activities.tell(group, News(NOT_LAUNCHED, text, member.instance_id, message))
        self._world.begin(Journey.GROUP_HEALTH_CHECK, group.arn, partial(self.converge, group))

    def _retire_unhealthy(self, group: Any) -> None:
        for member in list(group.instance_states):
            if member.lifecycle_state in EXPECTED and _is_unhealthy(member):
                member.health_status = "Unhealthy"
                self._terminate(member, Why.HEALTH)

    def _launch(self, group: Any, count: int, lifecycle: str | None, replaced: Sequence[Any] = ()) -> None:
        """`count` members are pending, or the zones that had nothing are told and asked again; see `replacements`."""
        offers = offers_to(group, self._world, lifecycle)
        present = Counter(member.instance.availability_zone for member in _expected(group))
        found = allocate(count, offers, present, mix_of(group).strategy(lifecycle))
        for zone in found.dry_zones:
            self._tell_shortage(group, lifecycle, zone)
        if sum(found.launches.values()) < count:
            self._world.retry_after(LAUNCH_RETRY, group.arn, partial(self.converge, group))
        members = [
            member
            for offer, share in found.launches.items()
            for member in self._launch_members(group, share, offer.instance_type, offer.subnet, lifecycle)
        ]
        for member, old in zip(members, replaced, strict=False):
            member.replaces = old
        self._enrol(members)

    def _tell_shortage(self, group: Any, lifecycle: str | None, zone: str) -> None:
        why = f"{why_not(group, lifecycle, zone)} Launching EC2 instance failed."
        self._activities.tell(group, News(NOT_LAUNCHED, "Launching a new EC2 instance", message=why, zone=zone))

    def _enrol(self, members: Sequence[Any]) -> None:
        for member in members:
            member.auto_scaling_group.instance_states.append(member)
            member.lifecycle_state = "Pending"
            self.instance_changed(member.instance)

    def _arrive(self, member: Any) -> None:
        if self._hooks.holds(member, hooks.LAUNCHING, partial(self._welcome, member)):
            member.lifecycle_state = "Pending:Wait"
        else:
            self._put_in_service(member)

    def _welcome(self, member: Any, goes_on: bool) -> None:
        if member.lifecycle_state != "Pending:Wait":
            return
        if goes_on:
            self._put_in_service(member)
        else:
            self._terminate(member)
            self.converge(member.auto_scaling_group)

    def _put_in_service(self, member: Any) -> None:
        group = member.auto_scaling_group
        member.lifecycle_state = "InService"
        text = f"Launching a new EC2 instance: {member.instance_id}"
        why = Why.AT_RISK if replacements.is_at_risk(replacements.replaces(member)) else Why.SIZE
        self._activities.tell(group, News(LAUNCHED, text, member.instance_id, why=why))
        if group.target_group_arns and group.name in group.autoscaling_backend.autoscaling_groups:
            group.autoscaling_backend.update_attached_target_groups(group.name)
        if replacements.replaces(member):
            self.converge(group)

    def _terminate(self, member: Any, why: Why = Why.SIZE) -> None:
        member.leaves_for = why
        self._hooks.release(member.instance_id)
        if self._hooks.holds(member, hooks.TERMINATING, lambda goes_on: self._take_down(member)):
            member.lifecycle_state = "Terminating:Wait"
        else:
            self._take_down(member)

    def _take_down(self, member: Any) -> None:
        member.lifecycle_state = "Terminating"
        if member.instance.state == "terminated":
            self._remove(member)
        else:
            member.instance.terminate()

    def _remove(self, member: Any) -> None:
        group = member.auto_scaling_group
        group.instance_states.remove(member)
        group.autoscaling_backend.elbv2_backend.notify_terminate_instances([member.instance_id])
        text = f"Terminating EC2 instance: {member.instance_id}"
        self._activities.tell(group, News(TERMINATED, text, member.instance_id, why=member.leaves_for))


def _expected(group: Any) -> list[Any]:
    return [member for member in group.instance_states if member.lifecycle_state in EXPECTED]


def _membership(instance: Any) -> Any:
    """The instance as its group keeps it; None for one without a group."""
    group = getattr(instance, "autoscaling_group", None)
    states = group.instance_states if group else []
    return next((state for state in states if state.instance is instance), None)


def _is_unhealthy(member: Any) -> bool:
    return member.health_status == "Unhealthy" or member.instance.state not in UP


def _given(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value
