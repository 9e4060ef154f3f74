"""Mixed groups on spot: who is launched where, who is replaced, who is taken away, and what is said of it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.local.estate import Group, Site, add_group
from chalicelib.local.mix import InstanceMix
from chalicelib.local.spot_market import ENDLESS
from tests.local.members import described, lifecycles, resize
from tests.local.spot_sites import (
    NOT_LAUNCHED,
    RECOMMENDATION,
    WARNING,
    by_pool,
    dry,
    instances,
    policy,
    pool,
    split,
    spot_ids,
    told,
)

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]
A_WHILE, NOTICE = timedelta(minutes=6), timedelta(minutes=2)
TYPES = ("m5.large", "m5a.large")


@pytest.fixture(autouse=True)
def plenty(site: Site) -> None:
    dry(site, *TYPES, capacity=ENDLESS)


def spot_group(site: Site, name: str, size: int, mix: InstanceMix | None = None, rebalance: bool = False) -> str:
    mix = mix or InstanceMix(0, 0, TYPES)
    return add_group(site, Group(name, 0, size, size + 10, mix=mix, rebalance=rebalance))


def test_on_demand_takes_its_first_type_and_spot_the_cheapest_pools_in_every_zone(site: Site) -> None:
    for zone in "abc":
        site.cloud.spot_pool(pool(site, "m5a.large", zone), price=Decimal("0.03"))
        site.cloud.spot_pool(pool(site, "m5.large", zone), price=Decimal("0.04"))
    spot_group(site, "cheap", 9, InstanceMix(3, 0, TYPES))
    found = by_pool(site, "cheap")
    assert {place: count for place, count in found.items() if place.startswith("m5a")} == {
        "m5a.large a": 2,
        "m5a.large b": 2,
        "m5a.large c": 2,
    }
    assert split(site, "cheap") == (3, 6)


def test_a_zone_that_is_dry_is_told_and_the_others_take_its_part(site: Site, wait: Wait) -> None:
    for kind in TYPES:
        site.cloud.spot_pool(pool(site, kind, "a"), capacity=0)
    spot_group(site, "one-dry-zone", 0)
    resize(site, "one-dry-zone", DesiredCapacity=4)
    (event,) = told(site, NOT_LAUNCHED)
    assert event["detail"]["Details"] == {"Availability Zone": f"{site.region}a"}
    assert "UnfulfillableCapacity" in event["detail"]["Description"]
    wait(A_WHILE)
    assert {place[-1] for place in by_pool(site, "one-dry-zone")} == {"b", "c"}
    assert lifecycles(site, "one-dry-zone") == {"InService": 4}


@pytest.mark.parametrize(
    ("types", "words"),
    [
        (TYPES[:1], "InsufficientInstanceCapacity - There is no Spot capacity available that matches your request."),
        (TYPES, "UnfulfillableCapacity - Unable to fulfill capacity due to your request configuration."),
    ],
)
def test_without_spot_a_group_stays_short_and_says_so_until_spot_is_back(
    site: Site, wait: Wait, types: tuple[str, ...], words: str
) -> None:
    name = f"without-spot-{len(types)}"
    dry(site, *TYPES)
    spot_group(site, name, 0, InstanceMix(1, 0, types))
    resize(site, name, DesiredCapacity=3)
    wait(A_WHILE)
    assert split(site, name) == (1, 0)
    failed = site.client("autoscaling").describe_scaling_activities(
        AutoScalingGroupName=name, Filters=[{"Name": "Status", "Values": ["Failed"]}]
    )["Activities"]
    said = f"Could not launch Spot Instances. {words}"
    assert failed[0]["StatusMessage"].startswith(said)
    assert failed[0]["Description"].startswith(f"Launching a new EC2 instance.  Status Reason: {said}")
    dry(site, *TYPES, capacity=ENDLESS)
    wait(A_WHILE)
    assert split(site, name) == (1, 2)


def test_on_demand_comes_in_at_once_when_the_policy_asks_for_it(site: Site, wait: Wait) -> None:
    spot_group(site, "falls-back", 4)
    dry(site, *TYPES)
    wait(A_WHILE)
    assert split(site, "falls-back") == (0, 0)
    policy(site, "falls-back", OnDemandPercentageAboveBaseCapacity=100)
    wait(A_WHILE)
    assert split(site, "falls-back") == (4, 0)
    assert described(site, "falls-back")["DesiredCapacity"] == 4


def test_a_change_of_the_percentage_replaces_members_and_never_has_too_few(site: Site, wait: Wait) -> None:
    spot_group(site, "gradual", 20, InstanceMix(0, 100, TYPES))
    policy(site, "gradual", OnDemandPercentageAboveBaseCapacity=25)
    fewest = 20
    for _ in range(20):
        fewest = min(fewest, lifecycles(site, "gradual")["InService"])
        assert len(described(site, "gradual")["Instances"]) - lifecycles(site, "gradual")["Terminating"] <= 33
        wait(timedelta(seconds=30))
    assert (fewest, split(site, "gradual")) == (20, (5, 15))


def test_a_change_to_spot_that_is_not_there_leaves_on_demand_running(site: Site, wait: Wait) -> None:
    dry(site, *TYPES)
    spot_group(site, "kept", 3, InstanceMix(0, 100, TYPES))
    policy(site, "kept", OnDemandPercentageAboveBaseCapacity=0)
    wait(A_WHILE)
    assert split(site, "kept") == (3, 0)
    assert told(site, NOT_LAUNCHED)


def test_other_types_and_strategies_replace_nobody(site: Site, wait: Wait) -> None:
    spot_group(site, "same", 3)
    before = sorted(spot_ids(site, "same"))
    policy(site, "same", ("m6i.large",), SpotAllocationStrategy="capacity-optimized")
    wait(A_WHILE)
    assert sorted(spot_ids(site, "same")) == before
    resize(site, "same", DesiredCapacity=4)
    wait(A_WHILE)
    assert sum(one["InstanceType"] == "m6i.large" for one in instances(site, "same")) == 1


def test_a_group_sent_to_sleep_amid_replacements_sleeps_and_wakes_as_its_policy_says(site: Site, wait: Wait) -> None:
    spot_group(site, "asleep", 6, InstanceMix(0, 100, TYPES))
    policy(site, "asleep", OnDemandPercentageAboveBaseCapacity=50)
    wait(timedelta(seconds=20))
    resize(site, "asleep", DesiredCapacity=0)
    wait(A_WHILE)
    assert lifecycles(site, "asleep") == {}
    policy(site, "asleep", OnDemandBaseCapacity=1, OnDemandPercentageAboveBaseCapacity=0)
    wait(A_WHILE)
    assert lifecycles(site, "asleep") == {}
    resize(site, "asleep", DesiredCapacity=6)
    wait(A_WHILE)
    assert split(site, "asleep") == (1, 5)


def test_an_interruption_is_announced_two_minutes_before_and_replaced_after(site: Site, wait: Wait) -> None:
    spot_group(site, "interrupted", 3)
    victim = spot_ids(site, "interrupted")[0]
    site.cloud.interrupt(site.account, site.region, victim)
    (event,) = told(site, WARNING)
    assert event["detail"] == {"instance-id": victim, "instance-action": "terminate"}
    wait(NOTICE - timedelta(seconds=1))
    assert lifecycles(site, "interrupted") == {"InService": 3}
    wait(timedelta(seconds=1))
    (shown,) = [one for one in instances(site, "interrupted") if one["InstanceId"] == victim]
    assert (shown["State"]["Name"], shown["StateReason"]["Code"]) == ("shutting-down", "Server.SpotInstanceTermination")
    wait(A_WHILE)
    assert lifecycles(site, "interrupted") == {"InService": 3}
    assert victim not in spot_ids(site, "interrupted")


def test_a_group_that_rebalances_has_the_replacement_before_the_interruption(site: Site, wait: Wait) -> None:
    spot_group(site, "rebalancing", 3, rebalance=True)
    victim = spot_ids(site, "rebalancing")[0]
    site.cloud.recommend_rebalance(site.account, site.region, victim)
    (event,) = told(site, RECOMMENDATION)
    assert event["resources"] == [f"arn:aws:ec2:{site.region}:{site.account}:instance/{victim}"]
    assert lifecycles(site, "rebalancing") == {"InService": 3, "Pending": 1}
    for _ in range(12):
        wait(timedelta(seconds=20))
        assert lifecycles(site, "rebalancing")["InService"] >= 3
    assert lifecycles(site, "rebalancing") == {"InService": 3}
    assert victim not in spot_ids(site, "rebalancing")
    newest = site.client("autoscaling").describe_scaling_activities(AutoScalingGroupName="rebalancing")["Activities"]
    assert [one["Description"].split(":")[0] for one in newest[:2]] == [
        "Terminating EC2 instance",
        "Launching a new EC2 instance",
    ]
    assert newest[0]["Description"].endswith(victim)
    for activity, done in zip(newest[:2], ("taken out of service", "launched"), strict=True):
        assert activity["Cause"].endswith(f"{done} in response to an EC2 instance rebalance recommendation.")


def test_a_group_that_does_not_rebalance_lets_a_recommendation_pass(site: Site, wait: Wait) -> None:
    spot_group(site, "calm", 2)
    before = sorted(spot_ids(site, "calm"))
    site.cloud.recommend_rebalance(site.account, site.region, *before)
    wait(A_WHILE)
    assert sorted(spot_ids(site, "calm")) == before


def test_an_update_switches_rebalancing_on(site: Site) -> None:
    spot_group(site, "switched", 1)
    update = site.client("autoscaling").update_auto_scaling_group
    update(AutoScalingGroupName="switched", CapacityRebalance=True)
    assert described(site, "switched")["CapacityRebalance"] is True
    resize(site, "switched", DesiredCapacity=2)
    assert described(site, "switched")["CapacityRebalance"] is True


def test_a_terminated_member_is_replaced_unless_the_group_shrinks_with_it(site: Site, wait: Wait) -> None:
    spot_group(site, "dismissing", 3)
    terminate = site.client("autoscaling").terminate_instance_in_auto_scaling_group
    first, second, *_ = spot_ids(site, "dismissing")
    terminate(InstanceId=first, ShouldDecrementDesiredCapacity=False)
    wait(A_WHILE)
    assert lifecycles(site, "dismissing") == {"InService": 3}
    terminate(InstanceId=second, ShouldDecrementDesiredCapacity=True)
    wait(A_WHILE)
    assert (described(site, "dismissing")["DesiredCapacity"], lifecycles(site, "dismissing")) == (2, {"InService": 2})
    assert not {first, second} & set(spot_ids(site, "dismissing"))


def test_a_group_at_its_lowest_size_is_not_shrunk(site: Site, refusal: Refusal) -> None:
    add_group(site, Group("lowest", 1, 1, 2, mix=InstanceMix(0, 0, TYPES)))
    terminate = site.client("autoscaling").terminate_instance_in_auto_scaling_group
    (only,) = spot_ids(site, "lowest")
    assert refusal(terminate, InstanceId=only, ShouldDecrementDesiredCapacity=True) == "ValidationError"
    assert refusal(terminate, InstanceId="i-none", ShouldDecrementDesiredCapacity=False) == "ValidationError"


@pytest.mark.parametrize(
    "wrong",
    [
        {"OnDemandPercentageAboveBaseCapacity": 101},
        {"OnDemandBaseCapacity": -1},
        {"SpotAllocationStrategy": "cheapest"},
        {"SpotAllocationStrategy": "price-capacity-optimized", "SpotInstancePools": 3},
    ],
    ids=str,
)
def test_a_policy_that_makes_no_sense_is_refused(site: Site, refusal: Refusal, wrong: dict[str, object]) -> None:
    name = f"refused-{'-'.join(map(str, wrong.values()))}"
    spot_group(site, name, 0)
    before = described(site, name)["MixedInstancesPolicy"]
    assert refusal(policy, site=site, name=name, **wrong) == "ValidationError"
    assert described(site, name)["MixedInstancesPolicy"] == before


def test_a_policy_shows_the_defaults_of_what_it_left_out_and_keeps_its_template(site: Site) -> None:
    spot_group(site, "defaults", 0)
    before = described(site, "defaults")["MixedInstancesPolicy"]["LaunchTemplate"]
    site.client("autoscaling").update_auto_scaling_group(
        AutoScalingGroupName="defaults", MixedInstancesPolicy={"InstancesDistribution": {"OnDemandBaseCapacity": 2}}
    )
    after = described(site, "defaults")["MixedInstancesPolicy"]
    assert after["LaunchTemplate"] == before
    assert after["InstancesDistribution"] == {
        "OnDemandAllocationStrategy": "prioritized",
        "OnDemandBaseCapacity": 2,
        "OnDemandPercentageAboveBaseCapacity": 100,
        "SpotAllocationStrategy": "lowest-price",
        "SpotInstancePools": 2,
    }
