from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import pytest

from chalicelib.local.estate import Group, Site, add_group
from tests.local.members import lifecycles, sizes_of

Wait = Callable[[timedelta], None]
DAY = timedelta(days=1)


def schedule(site: Site, group: str, name: str = "morning", **what: Any) -> None:
    site.client("autoscaling").put_scheduled_update_group_action(
        AutoScalingGroupName=group, ScheduledActionName=name, **what
    )


def scheduled(site: Site, group: str) -> list[str]:
    answer = site.client("autoscaling").describe_scheduled_actions(AutoScalingGroupName=group)
    return [action["ScheduledActionName"] for action in answer["ScheduledUpdateGroupActions"]]


def every_day_in(site: Site, time: timedelta) -> str:
    at = site.cloud.clock.now() + time
    return f"{at.minute} {at.hour} * * *"


def test_a_recurring_action_sets_sizes_every_time(site: Site, wait: Wait) -> None:
    add_group(site, Group("daily", 0, 0, 0))
    schedule(site, "daily", Recurrence=every_day_in(site, timedelta(hours=1)), MinSize=1, MaxSize=3)
    wait(timedelta(hours=2))
    assert (sizes_of(site, "daily"), lifecycles(site, "daily")) == ((1, 3, 1), {"InService": 1})
    site.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName="daily", MinSize=0, MaxSize=0)
    wait(DAY)
    assert sizes_of(site, "daily") == (1, 3, 1)


def test_a_recurrence_is_in_its_own_time_zone(site: Site, wait: Wait) -> None:
    add_group(site, Group("zoned", 0, 0, 0))
    schedule(site, "zoned", Recurrence=every_day_in(site, timedelta(hours=5)), TimeZone="Asia/Dubai", MaxSize=3)
    wait(timedelta(minutes=62))  # Dubai is four hours ahead
    assert sizes_of(site, "zoned") == (0, 3, 0)


def test_an_action_that_happens_once_is_gone_afterwards(site: Site, wait: Wait) -> None:
    add_group(site, Group("once", 0, 0, 0))
    schedule(site, "once", StartTime=(site.cloud.clock.now() + timedelta(hours=1)).astimezone(UTC), MaxSize=2)
    assert scheduled(site, "once") == ["morning"]
    wait(timedelta(hours=2))
    assert (sizes_of(site, "once"), scheduled(site, "once")) == ((0, 2, 0), [])


def test_while_the_process_is_suspended_actions_are_missed_and_not_made_up_for(site: Site, wait: Wait) -> None:
    add_group(site, Group("missed", 0, 0, 0))
    autoscaling = site.client("autoscaling")
    schedule(site, "missed", Recurrence=every_day_in(site, timedelta(hours=1)), MaxSize=3)
    autoscaling.suspend_processes(AutoScalingGroupName="missed", ScalingProcesses=["ScheduledActions"])
    wait(timedelta(hours=2))
    autoscaling.resume_processes(AutoScalingGroupName="missed", ScalingProcesses=["ScheduledActions"])
    wait(timedelta(hours=2))
    assert sizes_of(site, "missed") == (0, 0, 0)
    wait(DAY)
    assert sizes_of(site, "missed") == (0, 3, 0)


def test_an_action_beyond_the_maximum_fails_and_changes_nothing(site: Site, wait: Wait) -> None:
    add_group(site, Group("beyond", 0, 0, 0))
    schedule(site, "beyond", Recurrence=every_day_in(site, timedelta(hours=1)), DesiredCapacity=3)
    wait(timedelta(hours=2))
    assert sizes_of(site, "beyond") == (0, 0, 0)
    answer = site.client("autoscaling").describe_scaling_activities(AutoScalingGroupName="beyond")
    assert [one["StatusCode"] for one in answer["Activities"]] == ["Failed"]


@pytest.mark.parametrize("name", ["morning", "evening"])
def test_names_are_unique_within_a_group_only_and_a_deleted_action_is_gone(site: Site, wait: Wait, name: str) -> None:
    first, second = f"first-{name}", f"second-{name}"
    for group in (first, second):
        add_group(site, Group(group, 0, 0, 0))
        schedule(site, group, name, Recurrence=every_day_in(site, timedelta(hours=1)), MaxSize=3)
    site.client("autoscaling").delete_scheduled_action(AutoScalingGroupName=first, ScheduledActionName=name)
    assert (scheduled(site, first), scheduled(site, second)) == ([], [name])
    wait(timedelta(hours=2))
    assert (sizes_of(site, first), sizes_of(site, second)) == ((0, 0, 0), (0, 3, 0))
