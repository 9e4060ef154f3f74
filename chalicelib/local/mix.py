"""How many members of a group are on-demand and how many are spot, and in which pools it may look for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

from chalicelib.local import allocation
from chalicelib.local.allocation import Strategy

ON_DEMAND = None
SPOT = "spot"
"""moto's word for the lifecycle of an instance, and EC2's: absent means on-demand."""

LOWEST_PRICE, PRICE_CAPACITY_OPTIMIZED = "lowest-price", "price-capacity-optimized"


@dataclass(frozen=True, slots=True)
class InstanceMix:
    """A mixed instances policy; without one everything is on-demand.

    `on_demand_base` members come first, of the rest `on_demand_percent` (0 to 100) are on-demand. `spot_pools` is how
    many pools of a zone `lowest-price` spreads over; above `highest_price` an hour no spot is launched.
    """

    on_demand_base: int = 0
    on_demand_percent: int = 100
    instance_types: tuple[str, ...] = ()
    spot_allocation: str = PRICE_CAPACITY_OPTIMIZED
    spot_pools: int = 2
    highest_price: Decimal | None = None

    def on_demand(self, desired: int) -> int:
        """How many of `desired` are on-demand; parts are rounded up, in favour of on-demand.

        https://docs.aws.amazon.com/autoscaling/ec2/userguide/mixed-instances-groups-set-up-overview.html
        """
        base = min(desired, self.on_demand_base)
        return base + ceil((desired - base) * self.on_demand_percent / 100)

    def distribution(self) -> dict[str, Any]:
        """The mix as AWS is asked for it."""
        return {
            "OnDemandBaseCapacity": self.on_demand_base,
            "OnDemandPercentageAboveBaseCapacity": self.on_demand_percent,
            "SpotAllocationStrategy": self.spot_allocation,
            **({"SpotInstancePools": self.spot_pools} if self.spot_allocation == LOWEST_PRICE else {}),
            **({"SpotMaxPrice": str(self.highest_price)} if self.highest_price else {}),
        }

    def strategy(self, lifecycle: str | None) -> Strategy:
        """How pools are chosen; on-demand takes the types in their order, which is AWS's default, too."""
        if lifecycle == ON_DEMAND:
            return allocation.in_order
        if self.spot_allocation == LOWEST_PRICE:
            return allocation.cheapest_of(self.spot_pools)
        by_price = self.spot_allocation == PRICE_CAPACITY_OPTIMIZED
        return allocation.deep_and_cheap if by_price else allocation.deepest


def mix_of(group: Any) -> InstanceMix:
    """The mix that moto's group asks for; weights are not simulated."""
    policy = group.mixed_instances_policy or {}
    distribution = policy.get("InstancesDistribution", {})
    overrides = policy.get("LaunchTemplate", {}).get("Overrides") or []
    highest = distribution.get("SpotMaxPrice")
    return InstanceMix(
        int(distribution.get("OnDemandBaseCapacity", 0)),
        int(distribution.get("OnDemandPercentageAboveBaseCapacity", 100)),
        tuple(override["InstanceType"] for override in overrides if "InstanceType" in override),
        distribution.get("SpotAllocationStrategy", LOWEST_PRICE),
        int(distribution.get("SpotInstancePools") or 2),
        Decimal(highest) if highest else None,
    )


def missing_and_surplus(
    mix: InstanceMix, desired: int, members: Sequence[Any]
) -> tuple[dict[str | None, int], list[Any]]:
    """How many to launch, by lifecycle, and whom to terminate: one of the two is empty."""
    spot = of_lifecycle(members, SPOT)
    on_demand = of_lifecycle(members, ON_DEMAND)
    delta = desired - len(members)
    wanted = mix.on_demand(desired)
    if delta >= 0:
        more = min(delta, max(0, wanted - len(on_demand)))
        return {ON_DEMAND: more, SPOT: delta - more}, []
    less = min(-delta, max(0, len(on_demand) - wanted))
    less = max(less, -delta - len(spot))
    return {}, oldest(on_demand, less) + oldest(spot, -delta - less)


def of_lifecycle(members: Sequence[Any], lifecycle: str | None) -> list[Any]:
    """Those of the members that are on-demand, or those that are spot."""
    return [member for member in members if (member.instance.lifecycle == SPOT) == (lifecycle == SPOT)]


def oldest(members: Sequence[Any], count: int) -> list[Any]:
    """The so many oldest of those that may be terminated."""
    unprotected = [member for member in members if not member.protected_from_scale_in]
    return sorted(unprotected, key=lambda member: (member.instance.launch_time, member.instance_id))[:count]
