"""The mixed instances policy of an Auto Scaling group: read, changed in what Curfew sets, and put back whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.core.mixed import Mixed, Setting
from chalicelib.core.pools import Pool

Told = Mapping[str, Any]
"""One group, or one answer, as AWS describes it."""

POLICY, TEMPLATE, REBALANCE = "MixedInstancesPolicy", "LaunchTemplate", "CapacityRebalance"
SPECIFICATION, OVERRIDES, DISTRIBUTION = "LaunchTemplateSpecification", "Overrides", "InstancesDistribution"
STRATEGY = "price-capacity-optimized"
"""The strategy that AWS recommends for spot.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
"""
CHEAPEST = "lowest-price"
"""The strategy by which on-demand members are of the cheapest type, rather than of the first."""
PLACED = {"InstanceId", "InstanceType", "AvailabilityZone"}
"""What AWS tells of a member that has been launched."""
KEPT = ("OnDemandAllocationStrategy", "SpotMaxPrice")
"""What stays of a distribution; the number of pools is refused with any strategy but lowest-price."""


def mixed_of(group: Told) -> Mixed:
    """How the group launches its members."""
    there = [one for one in group.get("Instances", ()) if one.keys() >= PLACED]
    staying = [one for one in there if not one["LifecycleState"].startswith("Terminat")]
    members = {one["InstanceId"]: Pool(one["InstanceType"], one["AvailabilityZone"]) for one in staying}
    serving = frozenset(one["InstanceId"] for one in staying if one["LifecycleState"] == "InService")
    zones = tuple(sorted(group.get("AvailabilityZones", ())))
    return Mixed(_setting(group, members), _whole(group), members, zones, _unable(group), serving=serving)


def of_one_sort(groups: Sequence[Told], spot: bool, types: Sequence[str]) -> Mixed:
    """How these groups together launch members that are all spot, or all on-demand, of these types or their own."""
    each = [mixed_of(group) for group in groups]
    own = sorted({name for one in each for name in one.setting.types})
    return Mixed(
        Setting(percent=0 if spot else 100, types=tuple(types or own)),
        "",
        {id: pool for one in each for id, pool in one.members.items()},
        tuple(sorted({zone for one in each for zone in one.zones})),
        serving=frozenset(id for one in each for id in one.serving),
    )


def changed(policy: str, own: str, setting: Setting) -> dict[str, Any]:
    """The parameters that set base, percentage and types of a group with this policy, and leave the rest as it is.

    `own` is the policy before the first change: what it says of a type that was left out since comes back with it.
    """
    now, before = json.loads(policy), json.loads(own or policy)
    overrides = {one.get("InstanceType"): one for each in (before, now) for one in _overrides(each)}
    kept = {name: value for name, value in _distribution(before).items() if name in KEPT}
    return {
        POLICY: {
            TEMPLATE: {
                SPECIFICATION: _specification(now),
                OVERRIDES: [overrides.get(name, {"InstanceType": name}) for name in setting.types],
            },
            DISTRIBUTION: {
                **kept,
                "OnDemandBaseCapacity": setting.base,
                "OnDemandPercentageAboveBaseCapacity": setting.percent,
                "SpotAllocationStrategy": STRATEGY,
            },
        },
        REBALANCE: True,
    }


def as_it_was(policy: str, own: str) -> dict[str, Any]:
    """The parameters that bring back what was changed; the launch template, which was not, stays as it is now."""
    now, before = json.loads(policy), json.loads(own)
    if POLICY not in before:
        return {REBALANCE: before[REBALANCE], TEMPLATE: _specification(now)}
    template = {**before[POLICY][TEMPLATE], SPECIFICATION: _specification(now)}
    return {REBALANCE: before[REBALANCE], POLICY: {**before[POLICY], TEMPLATE: template}}


def is_back(policy: str, own: str) -> bool:
    """Nothing of what was changed is left."""
    return _text(as_it_was(policy, own)) == policy


def template_of(policy: str) -> dict[str, Any]:
    """The parameters that ask for the launch template; none where the types of the policy's own overrides hold."""
    said = json.loads(policy)
    if _overrides(said) or not (POLICY in said or TEMPLATE in said):
        return {}
    whole = _specification(said)
    which = {name: whole[name] for name in ("LaunchTemplateId", "LaunchTemplateName") if name in whole}
    return {**which, "Versions": [whole.get("Version", "$Default")]}


def on_demand_types(policy: str, answers: Iterable[Told]) -> tuple[str, ...]:
    """The types of which such a group launches its on-demand members: one, or those of which AWS takes the cheapest.

    Empty where neither overrides nor the launch template, which the answers show, name any.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/allocation-strategies.html
    """
    said = json.loads(policy)
    if not _overrides(said):
        versions = [one["LaunchTemplateData"] for each in answers for one in each.get("LaunchTemplateVersions", ())]
        return tuple(one["InstanceType"] for one in versions if "InstanceType" in one)
    named = [one.get("InstanceType") for one in _overrides(said)]
    if not all(named):
        return ()
    cheapest = _distribution(said).get("OnDemandAllocationStrategy") == CHEAPEST
    return tuple(named if cheapest else named[:1])


def _specification(told: Told) -> Any:
    """Which launch template it launches from."""
    return told[POLICY][TEMPLATE][SPECIFICATION] if POLICY in told else told[TEMPLATE]


def _overrides(told: Told) -> Any:
    return told.get(POLICY, {}).get(TEMPLATE, {}).get(OVERRIDES) or ()


def _distribution(told: Told) -> Any:
    return told.get(POLICY, {}).get(DISTRIBUTION) or {}


def _text(told: Told) -> str:
    """One spelling, so that two such texts can be compared."""
    return json.dumps(told, sort_keys=True, default=str)


def _whole(group: Told) -> str:
    """What AWS would take back."""
    own: dict[str, Any] = {REBALANCE: bool(group.get(REBALANCE, False))}
    if POLICY in group:
        own[POLICY] = _one_name(group[POLICY])
    elif TEMPLATE in group:
        own[TEMPLATE] = _one_name(group[TEMPLATE])
    return _text(own)


def _one_name(value: Any) -> Any:
    """The same without the names of launch templates that have an id: AWS shows both and takes one.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateSpecification.html
    """
    if isinstance(value, list):
        return [_one_name(one) for one in value]
    if not isinstance(value, dict):
        return value
    twice = "LaunchTemplateId" in value
    return {key: _one_name(one) for key, one in value.items() if not (twice and key == "LaunchTemplateName")}


def _setting(group: Told, members: Mapping[str, Pool]) -> Setting:
    """Without a policy all is on-demand, and of the type that its members have."""
    own = {pool.instance_type for pool in members.values()}
    if POLICY not in group:
        return Setting(types=tuple(sorted(own)))
    said = _distribution(group)
    return Setting(
        int(said.get("OnDemandBaseCapacity") or 0),
        int(said.get("OnDemandPercentageAboveBaseCapacity", 100)),
        tuple(one["InstanceType"] for one in _overrides(group) if "InstanceType" in one) or tuple(sorted(own)),
    )


def _unable(group: Told) -> str | None:
    if POLICY not in group and TEMPLATE not in group:
        return "it has no launch template, which a mix needs: make one of its launch configuration"
    if any(one.get("WeightedCapacity") for one in _overrides(group)):
        return "its types have weights, and a mix counts members: take the weights out"
    return None
