"""The mixed instances policy of a group: what AWS keeps of what is given, and what it refuses.

https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_MixedInstancesPolicy.html
https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.local.mix import LOWEST_PRICE, PRICE_CAPACITY_OPTIMIZED
from chalicelib.local.refusals import Refused

Policy = dict[str, Any]

STRATEGIES = (LOWEST_PRICE, "capacity-optimized", "capacity-optimized-prioritized", PRICE_CAPACITY_OPTIMIZED)
MOST_TYPES = 40
DEFAULTS: Mapping[str, Any] = {
    "OnDemandAllocationStrategy": "prioritized",
    "OnDemandBaseCapacity": 0,
    "OnDemandPercentageAboveBaseCapacity": 100,
    "SpotAllocationStrategy": LOWEST_PRICE,
}
OTHER_WAYS = ("launch_template", "launch_config_name")


def given(policy: Policy | None) -> Policy | None:
    """The policy with AWS's defaults for what was left out. Raises Refused for one that makes no sense."""
    if not policy:
        return None
    distribution = {**DEFAULTS, **(policy.get("InstancesDistribution") or {})}
    if distribution["SpotAllocationStrategy"] == LOWEST_PRICE:
        distribution.setdefault("SpotInstancePools", 2)
    _check_distribution(distribution)
    _check_overrides(policy["LaunchTemplate"].get("Overrides") or [])
    return {**policy, "InstancesDistribution": distribution}


def after(before: Policy | None, changes: Mapping[str, Any]) -> Policy | None:
    """The policy of a group after an update: another one, none if the group got a template of its own, or the same.

    An update may leave out the launch template; that of before then stays.
    """
    if any(changes.get(way) for way in OTHER_WAYS):
        return None
    policy = changes.get("mixed_instances_policy")
    if not policy:
        return _as_given(before)
    if "LaunchTemplate" not in policy:
        if not before:
            raise _refused("LaunchTemplate is required when a mixed instances policy is first given.")
        return given({**(_as_given(before) or {}), **policy})
    return given(policy)


def _as_given(policy: Policy | None) -> Policy | None:
    """The policy as a caller may give it: describes name the template twice, updates refuse that."""
    if not policy:
        return None
    template = dict(policy["LaunchTemplate"]["LaunchTemplateSpecification"])
    template.pop("LaunchTemplateName", None)
    return {**policy, "LaunchTemplate": {**policy["LaunchTemplate"], "LaunchTemplateSpecification": template}}


def _check_distribution(distribution: Mapping[str, Any]) -> None:
    """Its words on pools: github.com/app-sre/qontract-schemas/pull/400."""
    strategy = distribution["SpotAllocationStrategy"]
    if strategy not in STRATEGIES:
        valid = ", ".join(STRATEGIES)
        raise _refused(f"The specified SpotAllocationStrategy is not valid. Valid options are [{valid}].")
    if strategy != LOWEST_PRICE and distribution.get("SpotInstancePools"):
        raise _refused("SpotInstancePools option is only available with the lowest-price allocation strategy.")
    if not 0 <= int(distribution["OnDemandPercentageAboveBaseCapacity"]) <= 100:
        raise _refused("OnDemandPercentageAboveBaseCapacity must be between 0 and 100.")
    if int(distribution["OnDemandBaseCapacity"]) < 0:
        raise _refused("OnDemandBaseCapacity must be 0 or more.")


def _check_overrides(overrides: list[Mapping[str, Any]]) -> None:
    types = [override.get("InstanceType") for override in overrides]
    if len(types) > MOST_TYPES:
        raise _refused(f"You can specify up to {MOST_TYPES} instance types per Auto Scaling group.")
    if len({"WeightedCapacity" in override for override in overrides}) > 1:
        raise _refused("WeightedCapacity must be given for all instance types or for none.")


def _refused(message: str) -> Refused:
    return Refused("ValidationError", message)
