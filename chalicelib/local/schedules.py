"""Scheduled actions of Auto Scaling groups, carried out on the simulated clock.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
"""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim

from chalicelib.local.activities import NOT_LAUNCHED, Activities, News
from chalicelib.local.refusals import Refused
from chalicelib.local.world import World

PROCESS = "ScheduledActions"
SIZES = ("min_size", "max_size", "desired_capacity")
UNCHANGED: dict[str, Any] = {
    "availability_zones": [],
    "vpc_zone_identifier": None,
    "launch_config_name": None,
    "launch_template": None,
    "health_check_period": None,
    "health_check_type": None,
}
"""What else moto's update of a group wants to be told."""


class Schedules:
    """The scheduled actions that wait for their time; moto keeps what they set."""

    def __init__(self, world: World, activities: Activities) -> None:
        self._world = world
        self._activities = activities

    def arrange(self, backend: Any, action: Any) -> None:
        """The action happens at its next time, instead of what was arranged under its name before."""
        at = _next(action, self._world.now())
        key = f"{backend.account_id}/{backend.region_name}/{key_of(action)}"
        self._world.transitions.cancel(key)
        if at is not None:
            self._world.transitions.schedule(key, at, partial(self._happen, backend, action))

    def _happen(self, backend: Any, action: Any) -> None:
        """While its process is suspended it does not, and is not made up for."""
        group = backend.autoscaling_groups.get(action.auto_scaling_group_name)
        if group is None or backend.scheduled_actions.get(key_of(action)) is not action:
            return
        if PROCESS not in group._suspended_processes:
            self._set(group, action)
        if action.recurrence:
            self.arrange(backend, action)
        else:
            del backend.scheduled_actions[key_of(action)]

    def _set(self, group: Any, action: Any) -> None:
        given = {name: getattr(action, name) for name in SIZES}
        try:
            group.update(**UNCHANGED, **given)
        except Refused as refusal:
            text = f"Executing scheduled action {action.scheduled_action_name}"
            self._activities.remember(group, News(NOT_LAUNCHED, text, message=refusal.message))


def key_of(action: Any) -> str:
    """What tells an action from others: names are unique within a group only."""
    return f"{action.auto_scaling_group_name}/{action.scheduled_action_name}"


def _next(action: Any, now: datetime) -> datetime | None:
    """The first time after now at which it is due; recurrences are in its own time zone, within its start and end."""
    start, end = _instant(action.start_time), _instant(action.end_time)
    if not action.recurrence:
        return start if start and start > now else None
    zone = ZoneInfo(action.time_zone or "UTC")
    due = next(CronSim(action.recurrence, max(now, start or now).astimezone(zone))).astimezone(UTC)
    return due if end is None or due <= end else None


def _instant(told: datetime | None) -> datetime | None:
    """moto's instants are naive, and UTC."""
    return told.replace(tzinfo=UTC) if told and told.tzinfo is None else told
