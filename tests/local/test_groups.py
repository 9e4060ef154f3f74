from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.local.estate import Group, Site, add_group
from chalicelib.local.mix import InstanceMix
from tests.local.members import described, lifecycles, member_of, resize

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]
A_WHILE = timedelta(minutes=3)


def spot_and_on_demand(site: Site, name: str) -> Counter[str]:
    ids = [member["InstanceId"] for member in described(site, name)["Instances"]]
    answer = site.client("ec2").describe_instances(InstanceIds=ids)
    found = [each for reservation in answer["Reservations"] for each in reservation["Instances"]]
    return Counter(instance.get("InstanceLifecycle", "on-demand") for instance in found)


def test_a_group_has_its_members_in_service_as_soon_as_it_was_built(site: Site) -> None:
    add_group(site, Group("built", 1, 3, 5, tags={"Environment": "orders-qa"}))
    assert lifecycles(site, "built") == {"InService": 3}
    assert site.cloud.take_events() == []


def test_a_group_sent_to_zero_terminates_its_members_in_a_while(site: Site, wait: Wait) -> None:
    add_group(site, Group("falling", 1, 3, 5))
    resize(site, "falling", MinSize=0, DesiredCapacity=0)
    assert lifecycles(site, "falling") == {"Terminating": 3}
    wait(A_WHILE)
    assert lifecycles(site, "falling") == {}


def test_a_group_launches_what_is_desired_in_a_while(site: Site, wait: Wait) -> None:
    add_group(site, Group("rising", 0, 0, 60))
    resize(site, "rising", DesiredCapacity=55)
    wait(timedelta(seconds=59))
    assert lifecycles(site, "rising") == {"Pending": 55}
    wait(timedelta(seconds=31))
    assert lifecycles(site, "rising") == {"InService": 55}
    zones = {member["AvailabilityZone"] for member in described(site, "rising")["Instances"]}
    assert len(zones) == len(site.subnets)


def test_launches_and_terminations_are_events(site: Site, wait: Wait) -> None:
    arn = add_group(site, Group("telling", 0, 1, 2))
    resize(site, "telling", DesiredCapacity=0)
    wait(A_WHILE)
    resize(site, "telling", DesiredCapacity=1)
    wait(A_WHILE)
    events = [event for event in site.cloud.take_events() if event["source"] == "aws.autoscaling"]
    assert [(event["detail-type"], event["resources"][0]) for event in events] == [
        ("EC2 Instance Terminate Successful", arn),
        ("EC2 Instance Launch Successful", arn),
    ]


@pytest.mark.parametrize("terminate", [False, True], ids=["stopped", "terminated"])
def test_a_member_that_is_stopped_or_terminated_is_replaced(site: Site, wait: Wait, terminate: bool) -> None:
    name = f"replacing-{terminate}"
    add_group(site, Group(name, 2, 2, 2))
    lost = member_of(site, name)
    ec2 = site.client("ec2")
    (ec2.terminate_instances if terminate else ec2.stop_instances)(InstanceIds=[lost])
    wait(timedelta(minutes=6))
    assert lifecycles(site, name) == {"InService": 2}
    assert lost not in {member["InstanceId"] for member in described(site, name)["Instances"]}


def test_suspended_processes_leave_a_stopped_member_alone_until_they_resume(site: Site, wait: Wait) -> None:
    add_group(site, Group("suspended", 1, 1, 1))
    stopped = member_of(site, "suspended")
    autoscaling = site.client("autoscaling")
    autoscaling.suspend_processes(
        AutoScalingGroupName="suspended", ScalingProcesses=["HealthCheck", "ReplaceUnhealthy", "Launch"]
    )
    site.client("ec2").stop_instances(InstanceIds=[stopped])
    wait(timedelta(hours=1))
    assert member_of(site, "suspended") == stopped
    autoscaling.resume_processes(AutoScalingGroupName="suspended")
    wait(A_WHILE)
    assert lifecycles(site, "suspended") == {"InService": 1}
    assert member_of(site, "suspended") != stopped


def test_a_mixed_group_has_the_right_count_and_split_and_keeps_its_policy(site: Site, wait: Wait) -> None:
    mix = InstanceMix(2, 33, ("m5.large", "m5a.large", "m6i.large"))
    add_group(site, Group("mixed", 0, 55, 55, mix=mix))
    # 2 + 33 % of 53 = 17.49, rounded up in favour of on-demand
    assert spot_and_on_demand(site, "mixed") == {"on-demand": 20, "spot": 35}
    resize(site, "mixed", DesiredCapacity=0)
    wait(A_WHILE)
    resize(site, "mixed", DesiredCapacity=22)
    wait(A_WHILE)
    assert spot_and_on_demand(site, "mixed") == {"on-demand": 9, "spot": 13}
    distribution = described(site, "mixed")["MixedInstancesPolicy"]["InstancesDistribution"]
    assert distribution["OnDemandBaseCapacity"] == 2
    types = Counter(member["InstanceType"] for member in described(site, "mixed")["Instances"])
    assert set(types) == set(mix.instance_types)


def test_a_mixed_group_keeps_its_split_when_it_shrinks(site: Site, wait: Wait) -> None:
    add_group(site, Group("shrinking", 0, 10, 10, mix=InstanceMix(2, 25)))
    resize(site, "shrinking", DesiredCapacity=6)
    wait(A_WHILE)
    assert spot_and_on_demand(site, "shrinking") == {"on-demand": 3, "spot": 3}


@pytest.mark.parametrize(
    "sizes",
    [{"DesiredCapacity": 9}, {"MinSize": 3, "DesiredCapacity": 2}, {"MinSize": 6}, {"MaxSize": 0}],
    ids=str,
)
def test_impossible_sizes_are_refused(site: Site, refusal: Refusal, sizes: dict[str, int]) -> None:
    name = f"bounds-{'-'.join(sizes)}"
    add_group(site, Group(name, 1, 2, 5))
    update = site.client("autoscaling").update_auto_scaling_group
    assert refusal(update, AutoScalingGroupName=name, **sizes) == "ValidationError"
    assert lifecycles(site, name) == {"InService": 2}


def test_a_higher_minimum_raises_what_is_desired(site: Site) -> None:
    add_group(site, Group("raised", 1, 2, 5))
    resize(site, "raised", MinSize=4)
    assert described(site, "raised")["DesiredCapacity"] == 4


@pytest.mark.parametrize("operation", ["update_auto_scaling_group", "suspend_processes"])
def test_unknown_groups_are_refused(site: Site, refusal: Refusal, operation: str) -> None:
    call = getattr(site.client("autoscaling"), operation)
    assert refusal(call, AutoScalingGroupName="nobody") == "ValidationError"


def test_turning_round_in_the_middle_of_a_descent_ends_at_the_size_asked_last(site: Site, wait: Wait) -> None:
    add_group(site, Group("turning", 0, 4, 4))
    resize(site, "turning", DesiredCapacity=0)
    wait(timedelta(seconds=20))
    resize(site, "turning", DesiredCapacity=4)
    wait(A_WHILE)
    assert lifecycles(site, "turning") == {"InService": 4}


def test_a_deleted_group_leaves_no_members(site: Site, wait: Wait) -> None:
    add_group(site, Group("deleted", 2, 2, 2))
    member = member_of(site, "deleted")
    site.client("autoscaling").delete_auto_scaling_group(AutoScalingGroupName="deleted", ForceDelete=True)
    wait(A_WHILE)
    answer = site.client("ec2").describe_instances(InstanceIds=[member])
    assert answer["Reservations"][0]["Instances"][0]["State"]["Name"] == "terminated"


def test_members_protected_from_scale_in_stay_until_nothing_protects_them(site: Site, wait: Wait) -> None:
    add_group(site, Group("protected", 0, 3, 3))
    autoscaling, kept = site.client("autoscaling"), member_of(site, "protected")
    protection = {"AutoScalingGroupName": "protected", "InstanceIds": [kept]}
    autoscaling.set_instance_protection(**protection, ProtectedFromScaleIn=True)
    resize(site, "protected", MaxSize=0, DesiredCapacity=0)
    wait(A_WHILE)
    assert [member["InstanceId"] for member in described(site, "protected")["Instances"]] == [kept]
    autoscaling.set_instance_protection(**protection, ProtectedFromScaleIn=False)
    wait(A_WHILE)
    assert lifecycles(site, "protected") == {}
