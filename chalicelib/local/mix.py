"""How many members of a group are on-demand and how many are spot."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

ON_DEMAND = None
SPOT = "spot"
"""moto's word for the lifecycle of an instance, and EC2's: absent means on-demand."""


@dataclass(frozen=True, slots=True)
class InstanceMix:
    """A mixed instances policy; without one everything is on-demand.

    `on_demand_base` members come first, of the rest `on_demand_percent` (0 to 100) are on-demand.
    """

    on_demand_base: int = 0
    on_demand_percent: int = 100
    instance_types: tuple[str, ...] = ()

    def on_demand(self, desired: int) -> int:
        """How many of `desired` are on-demand; parts are rounded up, in favour of on-demand.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/mixed-instances-groups-set-up-overview.html
        """
        base = min(desired, self.on_demand_base)
        return base + ceil((desired - base) * self.on_demand_percent / 100)


def mix_of(group: Any) -> InstanceMix:
    """The mix that moto's group asks for; weights are not simulated."""
    policy = group.mixed_instances_policy or {}
    distribution = policy.get("InstancesDistribution", {})
    overrides = policy.get("LaunchTemplate", {}).get("Overrides") or []
    return InstanceMix(
        int(distribution.get("OnDemandBaseCapacity", 0)),
        int(distribution.get("OnDemandPercentageAboveBaseCapacity", 100)),
        tuple(override["InstanceType"] for override in overrides if "InstanceType" in override),
    )


def missing_and_surplus(
    mix: InstanceMix, desired: int, members: Sequence[Any]
) -> tuple[dict[str | None, int], list[Any]]:
    """How many to launch, by lifecycle, and whom to terminate: one of the two is empty.

    A new mix converts nobody; it shows in whom the next change of size launches or terminates.
    """
    spot = [member for member in members if member.instance.lifecycle == SPOT]
    on_demand = [member for member in members if member.instance.lifecycle != SPOT]
    delta = desired - len(members)
    wanted = mix.on_demand(desired)
    if delta >= 0:
        more = min(delta, max(0, wanted - len(on_demand)))
        return {ON_DEMAND: more, SPOT: delta - more}, []
    less = min(-delta, max(0, len(on_demand) - wanted))
    less = max(less, -delta - len(spot))
    return {}, _oldest(on_demand, less) + _oldest(spot, -delta - less)


def _oldest(members: Sequence[Any], count: int) -> list[Any]:
    unprotected = [member for member in members if not member.protected_from_scale_in]
    return sorted(unprotected, key=lambda member: (member.instance.launch_time, member.instance_id))[:count]
