"""What is changed of a group's policy, and that it comes back as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.core.mixed import Setting
from chalicelib.core.mixed_policy import as_it_was, changed, is_back, mixed_of, on_demand_types, template_of

TEMPLATE = {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "orders", "Version": "3"}
ID_ONLY = {"LaunchTemplateId": "lt-1", "Version": "3"}
NEWER = {"LaunchTemplateId": "lt-1", "Version": "4"}
OVERRIDES = [{"InstanceType": "m5.large", "ImageId": "ami-1"}, {"InstanceType": "m5a.large"}]
OWN: dict[str, Any] = {
    "LaunchTemplate": {"LaunchTemplateSpecification": TEMPLATE, "Overrides": OVERRIDES},
    "InstancesDistribution": {
        "OnDemandAllocationStrategy": "prioritized",
        "OnDemandBaseCapacity": 1,
        "OnDemandPercentageAboveBaseCapacity": 20,
        "SpotAllocationStrategy": "lowest-price",
        "SpotInstancePools": 2,
        "SpotMaxPrice": "0.05",
    },
}
MIXED = {"MixedInstancesPolicy": OWN, "CapacityRebalance": False}
PLAIN = {"LaunchTemplate": TEMPLATE}
HALF = Setting(2, 50, ("m6i.large", "m5.large"))


def after(group: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """The group once AWS has taken the parameters."""
    other = {"LaunchTemplate": "MixedInstancesPolicy", "MixedInstancesPolicy": "LaunchTemplate"}
    gone = {other[key] for key in parameters if key in other}
    return {**{key: value for key, value in group.items() if key not in gone}, **parameters}


def test_the_setting_is_read_as_aws_shows_it() -> None:
    assert mixed_of(MIXED).setting == Setting(1, 20, ("m5.large", "m5a.large"))


def test_a_group_without_a_policy_is_all_on_demand_of_its_members_types() -> None:
    member = {"InstanceId": "i-1", "InstanceType": "m5.large", "AvailabilityZone": "a", "LifecycleState": "InService"}
    assert mixed_of({**PLAIN, "Instances": [member]}).setting == Setting(0, 100, ("m5.large",))


def test_base_percentage_types_and_strategy_are_set_and_the_rest_stays() -> None:
    policy = changed(mixed_of(MIXED).policy, "", HALF)["MixedInstancesPolicy"]
    assert policy["LaunchTemplate"] == {
        "LaunchTemplateSpecification": ID_ONLY,
        "Overrides": [{"InstanceType": "m6i.large"}, {"InstanceType": "m5.large", "ImageId": "ami-1"}],
    }
    assert policy["InstancesDistribution"] == {
        "OnDemandAllocationStrategy": "prioritized",
        "OnDemandBaseCapacity": 2,
        "OnDemandPercentageAboveBaseCapacity": 50,
        "SpotAllocationStrategy": "price-capacity-optimized",
        "SpotMaxPrice": "0.05",
    }


@pytest.mark.parametrize("group", [MIXED, PLAIN], ids=["mixed", "plain"])
def test_the_whole_policy_comes_back(group: dict[str, Any]) -> None:
    own = mixed_of(group).policy
    ours = after(group, changed(own, own, HALF))
    assert not is_back(mixed_of(ours).policy, own)
    back = after(ours, as_it_was(mixed_of(ours).policy, own))
    assert is_back(mixed_of(back).policy, own)
    assert json.loads(mixed_of(back).policy) == json.loads(own)


def test_a_template_that_was_deployed_meanwhile_stays() -> None:
    own = mixed_of(MIXED).policy
    ours = changed(own, own, HALF)
    ours["MixedInstancesPolicy"]["LaunchTemplate"]["LaunchTemplateSpecification"] = NEWER
    back = as_it_was(mixed_of(ours).policy, own)["MixedInstancesPolicy"]["LaunchTemplate"]
    assert back == {"LaunchTemplateSpecification": NEWER, "Overrides": OVERRIDES}


def test_what_was_said_of_a_type_comes_back_with_it() -> None:
    own = mixed_of(MIXED).policy
    without = changed(own, own, Setting(2, 50, ("m5a.large",)))
    again = changed(mixed_of(without).policy, own, Setting(2, 50, ("m5.large",)))
    assert again["MixedInstancesPolicy"]["LaunchTemplate"]["Overrides"] == OVERRIDES[:1]


def test_a_group_with_weights_or_without_a_launch_template_can_have_no_mix() -> None:
    weights = {"LaunchTemplate": {**OWN["LaunchTemplate"], "Overrides": [{"WeightedCapacity": "2"}]}}
    assert "weights" in str(mixed_of({"MixedInstancesPolicy": weights}).unable)
    assert "no launch template" in str(mixed_of({"LaunchConfigurationName": "old"}).unable)


def cheapest() -> dict[str, Any]:
    """The mixed group, which takes the cheapest of its types on-demand."""
    distribution = {**OWN["InstancesDistribution"], "OnDemandAllocationStrategy": "lowest-price"}
    return {**MIXED, "MixedInstancesPolicy": {**OWN, "InstancesDistribution": distribution}}


def version(**data: str) -> dict[str, Any]:
    """AWS's answer about a launch template."""
    return {"LaunchTemplateVersions": [{"LaunchTemplateData": data}]}


def by_requirements() -> dict[str, Any]:
    """A group whose types are what has something."""
    template = {"LaunchTemplateSpecification": TEMPLATE, "Overrides": [{"InstanceRequirements": {"VCpuCount": {}}}]}
    return {"MixedInstancesPolicy": {"LaunchTemplate": template}}


@pytest.mark.parametrize(
    ("group", "types"),
    [
        (MIXED, ("m5.large",)),
        (cheapest(), ("m5.large", "m5a.large")),
        (by_requirements(), ()),
        (PLAIN, ("c5.large",)),
    ],
    ids=["the first", "all, where AWS takes the cheapest", "not known", "that of the launch template"],
)
def test_a_group_would_launch_on_demand_members_of_its_own_types(group: dict[str, Any], types: tuple[str, ...]) -> None:
    assert on_demand_types(mixed_of(group).policy, [version(InstanceType="c5.large")]) == types


def test_the_launch_template_is_asked_for_where_no_override_names_a_type() -> None:
    assert template_of(mixed_of(PLAIN).policy) == {"LaunchTemplateId": "lt-1", "Versions": ["3"]}
    named = {"LaunchTemplate": {"LaunchTemplateName": "orders"}}
    assert template_of(mixed_of(named).policy) == {"LaunchTemplateName": "orders", "Versions": ["$Default"]}
    assert template_of(mixed_of(MIXED).policy) == template_of(mixed_of({}).policy) == {}


def test_a_launch_template_without_a_type_leaves_it_unknown() -> None:
    assert on_demand_types(mixed_of(PLAIN).policy, [version(ImageId="ami-1")]) == ()
