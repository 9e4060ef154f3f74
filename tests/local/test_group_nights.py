"""Nights of groups and node groups on the embedded cloud: the flows over real boto3 calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from chalicelib.adapters.cloud import AwsCloud
from chalicelib.core.model import Location, Observed, Resource, ResourceState
from chalicelib.local.estate import Group, Site, add_group
from chalicelib.local.faults import Breakage
from chalicelib.local.node_estate import NodeGroup, add_node_group
from tests.flows.stage import Stage, definition
from tests.local.members import described, lifecycles, sizes_of
from tests.local.night import FollowedClock

HOUR = timedelta(hours=1)
NUMBERS = count(1)
REST = timedelta(hours=3)
ADD: dict[str, Callable[[Site, str], str]] = {
    "auto-scaling-group": lambda site, name: add_group(site, Group(name, 2, 3, 5, tags={"Env": name})),
    "eks-node-group": lambda site, name: add_node_group(site, NodeGroup("night", name, 2, 3, 5, tags={"Env": name})),
}
EVERY = pytest.mark.parametrize("kind", list(ADD))
ONLY_GROUPS = pytest.mark.parametrize("kind", ["auto-scaling-group"])


class House:
    """One group of 2 to 5 with three members, in an environment that rests from 20:00 to 23:00."""

    def __init__(self, site: Site, kind: str, prepare: Callable[[House], None] | None = None) -> None:
        self.site, self.name = site, f"group-{next(NUMBERS):02}"
        self.arn = ADD[kind](site, self.name)
        self.evening = (site.cloud.clock.now() + timedelta(days=1)).replace(hour=20, minute=0)
        if prepare:
            prepare(self)
        self.stage = Stage(FollowedClock(site.cloud, self.evening - HOUR))
        self.stage.world = replace(self.stage.world, cloud=AwsCloud(site.cloud))
        entry = Resource("nodes", kind, tags=(("Env", self.name),))
        here = (Location(site.account, site.region),)
        self.stage.apply(definition(entry, windows="mon-sun 23:00-20:00", locations=here))
        self.stage.run_for(timedelta(minutes=20))
        site.cloud.calls.clear()

    @property
    def group(self) -> str:
        """The group itself, or the one behind the node group."""
        groups = self.site.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
        names = [str(group["AutoScalingGroupName"]) for group in groups]
        return next(name for name in names if self.name in name)

    def run_until_evening_plus(self, length: timedelta) -> None:
        self.stage.run_until(self.evening + length)

    def state(self) -> ResourceState:
        return self.stage.store.states("orders-qa")[self.arn]

    def made(self, *operations: str) -> list[str]:
        return [call.operation for call in self.site.cloud.calls if call.operation in operations]

    def suspended(self) -> list[str]:
        return sorted(process["ProcessName"] for process in described(self.site, self.group)["SuspendedProcesses"])

    def schedule(self, **what: Any) -> None:
        """From that evening on at 21:30, when it rests."""
        self.site.client("autoscaling").put_scheduled_update_group_action(
            AutoScalingGroupName=self.group,
            ScheduledActionName="late",
            Recurrence="30 21 * * *",
            StartTime=self.evening,
            **what,
        )


@EVERY
def test_a_night_takes_one_call_down_and_one_back(site: Site, kind: str) -> None:
    house = House(site, kind)
    house.run_until_evening_plus(2 * HOUR)
    assert (house.state().seen, lifecycles(site, house.group)) == (Observed.DOWN, {})
    house.run_until_evening_plus(REST + HOUR)
    assert (sizes_of(site, house.group), lifecycles(site, house.group)) == ((2, 5, 3), {"InService": 3})
    assert house.state().restore is None
    changes = house.made("UpdateAutoScalingGroup", "UpdateNodegroupConfig", "SuspendProcesses", "ResumeProcesses")
    assert len(changes) == 2


@EVERY
def test_a_wake_in_the_middle_of_the_descent_turns_it_round(site: Site, kind: str) -> None:
    house = House(site, kind)
    house.run_until_evening_plus(timedelta(minutes=1))
    here = (Location(site.account, site.region),)
    stored = house.stage.store.load(house.stage.head()).definition
    assert stored is not None
    house.stage.apply(replace(stored, uptime=definition(windows="24/7").uptime, locations=here))
    house.run_until_evening_plus(HOUR)
    assert (sizes_of(site, house.group), lifecycles(site, house.group)) == ((2, 5, 3), {"InService": 3})


@ONLY_GROUPS
def test_scheduled_actions_do_not_wake_a_group_and_go_on_once_it_is_back(site: Site, kind: str) -> None:
    house = House(site, kind, lambda house: house.schedule(MinSize=1, MaxSize=4, DesiredCapacity=4))
    house.run_until_evening_plus(2 * HOUR)
    assert (house.state().seen, house.suspended()) == (Observed.DOWN, ["ScheduledActions"])
    house.run_until_evening_plus(REST + HOUR)
    assert (sizes_of(site, house.group), house.suspended()) == ((2, 5, 3), [])
    assert house.made("SuspendProcesses", "ResumeProcesses") == ["SuspendProcesses", "ResumeProcesses"]


@ONLY_GROUPS
def test_what_somebody_else_suspended_stays_suspended(site: Site, kind: str) -> None:
    def prepare(house: House) -> None:
        house.schedule(MaxSize=4)
        site.client("autoscaling").suspend_processes(
            AutoScalingGroupName=house.group, ScalingProcesses=["ScheduledActions", "AZRebalance"]
        )

    house = House(site, kind, prepare)
    house.run_until_evening_plus(REST + HOUR)
    assert house.suspended() == ["AZRebalance", "ScheduledActions"]
    assert house.made("SuspendProcesses", "ResumeProcesses") == []


@EVERY
def test_members_that_wait_in_a_hook_are_told_and_the_night_goes_on_without_them(site: Site, kind: str) -> None:
    def prepare(house: House) -> None:
        site.client("autoscaling").put_lifecycle_hook(
            LifecycleHookName="drain",
            AutoScalingGroupName=house.group,
            LifecycleTransition="autoscaling:EC2_INSTANCE_TERMINATING",
            HeartbeatTimeout=1200,
        )

    house = House(site, kind, prepare)
    house.run_until_evening_plus(timedelta(minutes=10))
    assert (house.state().seen, house.state().note) == (
        Observed.FALLING,
        "3 still to go, 3 wait in a lifecycle hook",
    )
    house.run_until_evening_plus(HOUR)
    assert house.state().seen is Observed.DOWN


@EVERY
def test_a_shortage_in_the_morning_is_told_in_the_words_of_aws_and_mended_by_time(site: Site, kind: str) -> None:
    house = House(site, kind)
    house.run_until_evening_plus(2 * HOUR)
    site.cloud.insufficient_capacity(site.account, site.region, "m5.large")
    house.run_until_evening_plus(REST + timedelta(minutes=20))
    assert "sufficient m5.large capacity" in (house.state().cause or "")
    site.cloud.capacity_returns(site.account, site.region, "m5.large")
    house.run_until_evening_plus(REST + HOUR)
    assert (house.state().seen, house.state().cause) == (Observed.UP, None)


@EVERY
def test_members_that_no_stop_ends_are_told_before_it_and_during_it(site: Site, kind: str) -> None:
    def protect(house: House, protected: bool) -> None:
        members = [member["InstanceId"] for member in described(site, house.group)["Instances"]]
        site.client("autoscaling").set_instance_protection(
            AutoScalingGroupName=house.group, InstanceIds=members[:1], ProtectedFromScaleIn=protected
        )

    house = House(site, kind, lambda house: protect(house, True))
    told = "protected from scale-in: remove the protection"
    assert f"a stop leaves 1 running that are {told}" in house.state().warnings
    house.run_until_evening_plus(HOUR)
    assert (house.state().seen, house.state().note) == (Observed.FALLING, f"1 still to go, 1 {told}")
    protect(house, False)
    house.run_until_evening_plus(2 * HOUR)
    assert house.state().seen is Observed.DOWN


@EVERY
def test_launches_that_fail_for_want_of_a_key_are_told(site: Site, kind: str) -> None:
    house = House(site, kind)
    house.run_until_evening_plus(2 * HOUR)
    arn = described(site, house.group)["AutoScalingGroupARN"]
    site.cloud.break_resource(arn, Breakage.FALLS_BACK)
    house.run_until_evening_plus(REST + timedelta(minutes=20))
    assert "InternalError" in (house.state().cause or "")
    site.cloud.mend(arn)


@ONLY_GROUPS
def test_a_group_that_loses_its_tags_at_night_comes_back_all_the_same(site: Site, kind: str) -> None:
    house = House(site, kind)
    house.run_until_evening_plus(2 * HOUR)
    tag = {"ResourceId": house.name, "ResourceType": "auto-scaling-group", "Key": "Env"}
    site.client("autoscaling").delete_tags(Tags=[tag])
    house.run_until_evening_plus(REST + HOUR)
    assert (sizes_of(site, house.group), lifecycles(site, house.group)) == ((2, 5, 3), {"InService": 3})


def test_a_group_of_eks_is_left_alone_and_its_owner_told_what_to_list(site: Site) -> None:
    add_node_group(site, NodeGroup("night", "wrong", 1, 1, 2))
    groups = site.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    name = next(group["AutoScalingGroupName"] for group in groups if "eks-wrong-" in group["AutoScalingGroupName"])
    stage = Stage(FollowedClock(site.cloud, site.cloud.clock.now()))
    stage.world = replace(stage.world, cloud=AwsCloud(site.cloud))
    entry = Resource("nodes", "auto-scaling-group", ids=(name,))
    here = (Location(site.account, site.region),)
    stage.apply(definition(entry, windows="mon-sun 00:00-00:01", locations=here))
    stage.run_for(HOUR)
    (state,) = stage.store.states("orders-qa").values()
    assert (state.seen, state.ineligible) == (
        Observed.UP,
        "EKS keeps its sizes, as node group night/wrong: list that instead (kind eks-node-group)",
    )
