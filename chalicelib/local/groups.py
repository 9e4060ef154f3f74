"""Auto Scaling groups that launch, replace and terminate members until they have what is desired."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from chalicelib.local import hooks, refusals
from chalicelib.local.activities import LAUNCHED, NOT_LAUNCHED, TERMINATED, Activities, News
from chalicelib.local.durations import LAUNCH_RETRY, Journey
from chalicelib.local.hooks import Hooks
from chalicelib.local.mix import missing_and_surplus, mix_of
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
        policy = changes.get("mixed_instances_policy") or _policy_as_given(group.mixed_instances_policy)
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
        members = [member for member in group.instance_states if member.lifecycle_state in EXPECTED]
        missing, surplus = missing_and_surplus(mix_of(group), group.desired_capacity, members)
        if "Launch" not in suspended:
            for lifecycle, count in missing.items():
                self._launch(group, count, lifecycle)
        if "Terminate" not in suspended:
            for member in surplus:
                self._terminate(member)

    def instance_changed(self, instance: Any) -> None:
        """The group has noticed what became of its member; instances without a group are ignored."""
        group = getattr(instance, "autoscaling_group", None)
        states = group.instance_states if group else []
        member = next((state for state in states if state.instance is instance), None)
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
                self._terminate(member)

    def _launch(self, group: Any, count: int, lifecycle: str | None) -> None:
        overrides = mix_of(group).instance_types or (group.instance_type,)
        subnets = group.vpc_zone_identifier.split(",") if group.vpc_zone_identifier else [None]
        pools = [(kind, subnet) for subnet in subnets for kind in overrides if self._has_capacity(group, kind)]
        if not pools:
            self._launch_later(group)
            return
        for index, (kind, subnet) in enumerate(pools):
            share = len(range(index, count, len(pools)))
            if share:
                self._enrol(self._launch_members(group, share, kind, subnet, lifecycle))

    def _has_capacity(self, group: Any, instance_type: str) -> bool:
        return not self._world.faults.is_short(group.account_id, group.region, instance_type)

    def _launch_later(self, group: Any) -> None:
        text = "Launching a new EC2 instance"
        short = group.instance_type or "this type's"
        why = (
            f"{text}.  Status Reason: We currently do not have sufficient {short} capacity in the zones you requested."
        )
        self._activities.tell(group, News(NOT_LAUNCHED, text, message=f"{why} Launching EC2 instance failed."))
        self._world.after(LAUNCH_RETRY, group.arn, partial(self.converge, group))

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
        self._activities.tell(group, News(LAUNCHED, text, member.instance_id))
        if group.target_group_arns and group.name in group.autoscaling_backend.autoscaling_groups:
            group.autoscaling_backend.update_attached_target_groups(group.name)

    def _terminate(self, member: Any) -> None:
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
        self._activities.tell(group, News(TERMINATED, text, member.instance_id))


def _is_unhealthy(member: Any) -> bool:
    return member.health_status == "Unhealthy" or member.instance.state not in UP


def _given(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def _policy_as_given(policy: dict[str, Any] | None) -> dict[str, Any] | None:
    """The policy as a caller may give it: describes name the template twice, updates refuse that."""
    if not policy:
        return None
    template = dict(policy["LaunchTemplate"]["LaunchTemplateSpecification"])
    template.pop("LaunchTemplateName", None)
    return {**policy, "LaunchTemplate": {**policy["LaunchTemplate"], "LaunchTemplateSpecification": template}}
