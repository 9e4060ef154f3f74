"""What describes show of a group and its members."""

from __future__ import annotations

from collections import Counter
from typing import Any

from chalicelib.local.estate import Site


def described(site: Site, name: str) -> dict[str, Any]:
    answer = site.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    found: dict[str, Any] = answer["AutoScalingGroups"][0]
    return found


def lifecycles(site: Site, name: str) -> Counter[str]:
    return Counter(member["LifecycleState"] for member in described(site, name)["Instances"])


def resize(site: Site, name: str, **sizes: int) -> None:
    site.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName=name, **sizes)


def member_of(site: Site, name: str) -> str:
    return str(described(site, name)["Instances"][0]["InstanceId"])


def sizes_of(site: Site, name: str) -> tuple[int, int, int]:
    group = described(site, name)
    return group["MinSize"], group["MaxSize"], group["DesiredCapacity"]
