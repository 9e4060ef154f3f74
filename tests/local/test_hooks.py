from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.local.estate import Group, Site, add_group
from tests.local.members import lifecycles, member_of, resize

Wait = Callable[[timedelta], None]
LAUNCHING, TERMINATING = "autoscaling:EC2_INSTANCE_LAUNCHING", "autoscaling:EC2_INSTANCE_TERMINATING"
A_WHILE = timedelta(minutes=3)


def hook(site: Site, group: str, transition: str, result: str = "CONTINUE", seconds: int = 1800) -> None:
    site.client("autoscaling").put_lifecycle_hook(
        LifecycleHookName="drain",
        AutoScalingGroupName=group,
        LifecycleTransition=transition,
        HeartbeatTimeout=seconds,
        DefaultResult=result,
    )


def complete(site: Site, group: str, result: str) -> None:
    site.client("autoscaling").complete_lifecycle_action(
        LifecycleHookName="drain",
        AutoScalingGroupName=group,
        InstanceId=member_of(site, group),
        LifecycleActionResult=result,
    )


def test_a_member_waits_for_its_hook_before_it_serves(site: Site, wait: Wait) -> None:
    add_group(site, Group("launching", 0, 0, 1))
    hook(site, "launching", LAUNCHING)
    resize(site, "launching", DesiredCapacity=1)
    wait(A_WHILE)
    assert lifecycles(site, "launching") == {"Pending:Wait": 1}
    complete(site, "launching", "CONTINUE")
    assert lifecycles(site, "launching") == {"InService": 1}


@pytest.mark.parametrize("result", ["CONTINUE", "ABANDON"])
def test_a_member_that_goes_waits_until_its_hook_is_completed_either_way(site: Site, wait: Wait, result: str) -> None:
    name = f"terminating-{result}"
    add_group(site, Group(name, 0, 1, 1))
    hook(site, name, TERMINATING)
    resize(site, name, DesiredCapacity=0)
    wait(A_WHILE)
    assert lifecycles(site, name) == {"Terminating:Wait": 1}
    complete(site, name, result)
    assert lifecycles(site, name) == {"Terminating": 1}
    wait(A_WHILE)
    assert lifecycles(site, name) == {}


def test_after_its_timeout_the_default_result_holds(site: Site, wait: Wait) -> None:
    add_group(site, Group("timed-out", 0, 1, 1))
    hook(site, "timed-out", TERMINATING, seconds=300)
    resize(site, "timed-out", DesiredCapacity=0)
    wait(timedelta(minutes=4))
    assert lifecycles(site, "timed-out") == {"Terminating:Wait": 1}
    wait(timedelta(minutes=3))
    assert lifecycles(site, "timed-out") == {}


def test_a_member_that_its_hook_abandons_is_replaced(site: Site, wait: Wait) -> None:
    add_group(site, Group("abandoned", 0, 0, 1))
    hook(site, "abandoned", LAUNCHING, "ABANDON")
    resize(site, "abandoned", DesiredCapacity=1)
    wait(A_WHILE)
    first = member_of(site, "abandoned")
    complete(site, "abandoned", "ABANDON")
    wait(A_WHILE)
    assert lifecycles(site, "abandoned") == {"Pending:Wait": 1}
    assert member_of(site, "abandoned") != first


def test_a_member_that_waits_may_be_sent_away_again(site: Site, wait: Wait) -> None:
    add_group(site, Group("turned", 0, 0, 1))
    hook(site, "turned", LAUNCHING, seconds=120)
    resize(site, "turned", DesiredCapacity=1)
    wait(timedelta(seconds=95))
    assert lifecycles(site, "turned") == {"Pending:Wait": 1}
    resize(site, "turned", DesiredCapacity=0)
    wait(timedelta(minutes=5))
    assert lifecycles(site, "turned") == {}
