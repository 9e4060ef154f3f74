"""Where moto's Auto Scaling is replaced: its groups launch, replace and terminate at once, and forget why.

- `FakeAutoScalingGroup.update/set_desired_capacity`, `AutoScalingBackend.resume_processes` and friends: groups take
  their time. moto's `update` also forgets the mixed instances policy, and its counts lose fractions.
- `AutoScalingResponse.describe_scaling_activities`: moto knows none. `complete_lifecycle_action`: it has none.
- `AutoScalingBackend.create_auto_scaling_group`: moto takes any mixed instances policy, and knows few defaults.
- `AutoScalingResponse.update_auto_scaling_group`: moto ignores CapacityRebalance.
- `AutoScalingBackend.terminate_instance`: moto's forgets the member at once, and asks no hook.
- `AutoScalingBackend.set_instance_protection`: what is not protected any more is terminated.
- `AutoScalingBackend.put_scheduled_update_group_action`, `delete_scheduled_action`: moto's never happen, and are kept
  by their name alone, which is unique within a group only.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import moto.autoscaling.models as autoscaling
from moto.autoscaling.exceptions import ValidationError
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models.instances import InstanceBackend

from chalicelib.local import mixed_policy
from chalicelib.local.activities import Activities, described
from chalicelib.local.compute import Compute
from chalicelib.local.groups import Groups
from chalicelib.local.hooks import Hooks
from chalicelib.local.node_group_patches import node_group_patches
from chalicelib.local.node_groups import NodeGroups
from chalicelib.local.schedules import Schedules, key_of
from chalicelib.local.spot_service import SpotService
from chalicelib.local.world import World

Patch = tuple[Any, str, Any]
GROUP_NAME_TAG = autoscaling.ASG_NAME_TAG
MOST_RECORDS = 100


def group_patches(world: World, compute: Compute, spot: SpotService) -> Iterator[Patch]:
    """What to put in which place of moto, for groups and for the node groups that have one behind them."""
    activities, hooks, node_groups = Activities(world), Hooks(world), NodeGroups(world)
    groups = Groups(world, partial(_launch_members, compute, InstanceBackend.run_instances), activities, hooks)
    compute.watch(groups.instance_changed)
    spot.watch(groups.endangered)
    groups.watch(node_groups.sizes_set)
    activities.watch(node_groups.launched)
    yield from _group_patches(groups)
    yield from _member_patches(groups)
    yield from _policy_patches()
    yield from _activity_patches(world)
    yield from _hook_patches(hooks, groups)
    yield from _schedule_patches(Schedules(world, activities))
    yield from node_group_patches(world, node_groups)


def _group_patches(groups: Groups) -> Iterator[Patch]:
    backend, group = autoscaling.AutoScalingBackend, autoscaling.FakeAutoScalingGroup
    update, resume, delete = group.update, backend.resume_processes, backend.delete_auto_scaling_group

    def resume_processes(self: Any, group_name: str, scaling_processes: list[str]) -> None:
        resume(self, group_name, scaling_processes)
        groups.converge(self.autoscaling_groups[group_name])

    def delete_group(self: Any, group_name: str) -> None:
        groups.empty(self.autoscaling_groups[group_name])
        delete(self, group_name)

    yield group, "update", lambda self, **changes: groups.update(self, update, changes)
    yield group, "set_desired_capacity", lambda self, new_capacity: groups.resize(self, new_capacity)
    yield backend, "resume_processes", resume_processes
    yield backend, "delete_auto_scaling_group", delete_group
    yield backend, "notify_terminate_instances", lambda self, instance_ids: None


def _member_patches(groups: Groups) -> Iterator[Patch]:
    def terminate_instance(self: Any, instance_id: str, should_decrement: bool) -> Any:
        known = (state for group in self.autoscaling_groups.values() for state in group.instance_states)
        member = next((state for state in known if state.instance_id == instance_id), None)
        if member is None:
            raise ValidationError(f"Instance Id not found - No managed instance found for instance ID: {instance_id}")
        size = member.auto_scaling_group.desired_capacity
        groups.dismiss(member.instance, should_decrement)
        return autoscaling.TerminateInstanceActivity(member.instance, size)

    yield autoscaling.AutoScalingBackend, "terminate_instance", terminate_instance


def _policy_patches() -> Iterator[Patch]:
    backend = autoscaling.AutoScalingBackend
    create, update = backend.create_auto_scaling_group, AutoScalingResponse.update_auto_scaling_group

    def create_auto_scaling_group(self: Any, **given: Any) -> Any:
        policy = mixed_policy.given(given.pop("mixed_instances_policy", None))
        return create(self, **given, mixed_instances_policy=policy)

    def update_auto_scaling_group(self: Any) -> ActionResult:
        rebalance = self._get_bool_param("CapacityRebalance", None)
        answer = update(self)
        if rebalance is not None:
            group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
            group.capacity_rebalance = rebalance
        return answer

    yield backend, "create_auto_scaling_group", create_auto_scaling_group
    yield AutoScalingResponse, "update_auto_scaling_group", update_auto_scaling_group


def _activity_patches(world: World) -> Iterator[Patch]:
    def describe_scaling_activities(self: Any) -> ActionResult:
        name, filters = self._get_param("AutoScalingGroupName"), self._get_param("Filters", [])
        found = described(self.autoscaling_backend, name, filters, world.now())
        start, most = int(self._get_param("NextToken") or 0), self._get_int_param("MaxRecords", MOST_RECORDS)
        token = str(start + most) if len(found) > start + most else None
        return ActionResult({"Activities": found[start : start + most], "NextToken": token})

    yield AutoScalingResponse, "describe_scaling_activities", describe_scaling_activities


def _hook_patches(hooks: Hooks, groups: Groups) -> Iterator[Patch]:
    backend = autoscaling.AutoScalingBackend
    protect = backend.set_instance_protection

    def complete_lifecycle_action(self: Any) -> EmptyResult:
        hooks.complete(self._get_param("InstanceId"), self._get_param("LifecycleActionResult"))
        return EmptyResult()

    def set_instance_protection(self: Any, group_name: str, instance_ids: list[str], protected: bool | None) -> None:
        protect(self, group_name, instance_ids, protected)
        groups.converge(self.autoscaling_groups[group_name])

    yield AutoScalingResponse, "complete_lifecycle_action", complete_lifecycle_action
    yield backend, "set_instance_protection", set_instance_protection


def _schedule_patches(schedules: Schedules) -> Iterator[Patch]:
    backend = autoscaling.AutoScalingBackend
    put = backend.put_scheduled_update_group_action

    def put_action(self: Any, **given: Any) -> Any:
        action = put(self, **given)
        self.scheduled_actions[key_of(action)] = self.scheduled_actions.pop(action.scheduled_action_name)
        schedules.arrange(self, action)
        return action

    def delete_action(self: Any, auto_scaling_group_name: str, scheduled_action_name: str) -> None:
        known = self.describe_scheduled_actions(auto_scaling_group_name, [scheduled_action_name])
        if not known:
            raise ValidationError("Scheduled action name not found")
        del self.scheduled_actions[key_of(known[0])]

    yield backend, "put_scheduled_update_group_action", put_action
    yield backend, "delete_scheduled_action", delete_action


def _launch_members(
    compute: Compute,
    run: Callable[..., Any],
    group: Any,
    count: int,
    instance_type: str,
    subnet: str | None,
    lifecycle: str | None,
) -> list[Any]:
    """New members of `group`, as moto keeps them, not yet listed by it."""
    template = group.ec2_launch_template
    launch = partial(
        run,
        group.ec2_backend,
        group.image_id,
        count,
        group.user_data,
        group.security_groups,
        instance_type=instance_type,
        region_name=group.region,
        tags={"instance": {**group.get_propagated_tags(), **group.instance_tags, GROUP_NAME_TAG: group.name}},
        launch_config=group.launch_config,
        launch_template={"LaunchTemplateId": template.id} if template else None,
        is_instance_type_default=False,
        lifecycle=lifecycle,
        **({"subnet_id": subnet} if subnet else {"placement": group.availability_zones[0]}),
    )
    reservation = compute.launch(launch, group)
    protected = group.new_instances_protected_from_scale_in
    return [
        autoscaling.InstanceState(instance, protected_from_scale_in=protected) for instance in reservation.instances
    ]
