"""What tests of spot ask and say: pools of a site, members by lifecycle and pool, events by their kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from chalicelib.local.estate import Site
from chalicelib.local.spot_market import SpotPool
from tests.local.members import described

WARNING, RECOMMENDATION = "EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation"
NOT_LAUNCHED = "EC2 Instance Launch Unsuccessful"


def pool(site: Site, instance_type: str, zone: str = "a") -> SpotPool:
    return SpotPool(site.account, site.region, instance_type, f"{site.region}{zone}")


def dry(site: Site, *types: str, capacity: int = 0) -> None:
    for instance_type in types:
        for zone in zones(site):
            site.cloud.spot_pool(SpotPool(site.account, site.region, instance_type, zone), capacity=capacity)


def zones(site: Site) -> list[str]:
    found = site.client("ec2").describe_subnets(SubnetIds=site.subnets)["Subnets"]
    return [subnet["AvailabilityZone"] for subnet in found]


def instances(site: Site, name: str) -> list[dict[str, Any]]:
    ids = [member["InstanceId"] for member in described(site, name)["Instances"]]
    answer = site.client("ec2").describe_instances(InstanceIds=ids) if ids else {"Reservations": []}
    return [one for reservation in answer["Reservations"] for one in reservation["Instances"]]


def spot_ids(site: Site, name: str) -> list[str]:
    return [one["InstanceId"] for one in instances(site, name) if one.get("InstanceLifecycle") == "spot"]


def split(site: Site, name: str) -> tuple[int, int]:
    """On-demand and spot members that are to stay."""
    leaving = {each["InstanceId"] for each in described(site, name)["Instances"] if "Term" in each["LifecycleState"]}
    kinds = [one.get("InstanceLifecycle") for one in instances(site, name) if one["InstanceId"] not in leaving]
    return kinds.count(None), kinds.count("spot")


def by_pool(site: Site, name: str) -> Counter[str]:
    return Counter(f"{one['InstanceType']} {one['Placement']['AvailabilityZone'][-1]}" for one in instances(site, name))


def policy(site: Site, name: str, types: Sequence[str] = (), **distribution: Any) -> None:
    """The group's policy has another distribution, and other types where some are given."""
    now = described(site, name)["MixedInstancesPolicy"]
    template = dict(now["LaunchTemplate"]["LaunchTemplateSpecification"])
    template.pop("LaunchTemplateName")
    overrides = [{"InstanceType": kind} for kind in types] or now["LaunchTemplate"]["Overrides"]
    site.client("autoscaling").update_auto_scaling_group(
        AutoScalingGroupName=name,
        MixedInstancesPolicy={
            "LaunchTemplate": {"LaunchTemplateSpecification": template, "Overrides": overrides},
            "InstancesDistribution": {**now["InstancesDistribution"], **distribution},
        },
    )


def told(site: Site, detail_type: str) -> list[dict[str, Any]]:
    return [event for event in site.cloud.take_events() if event["detail-type"] == detail_type]
