"""What a group finds when it wants to launch: each pool of its types and zones, with room and price; else AWS's words.

Where on-demand is short there is no spot either, as spot is what on-demand leaves over.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.local.allocation import UNPRICED, Offer
from chalicelib.local.mix import ON_DEMAND, InstanceMix, mix_of
from chalicelib.local.spot_market import ENDLESS, SpotPool
from chalicelib.local.spot_service import running_in
from chalicelib.local.world import World

SPOT_ONE_TYPE = (
    "Could not launch Spot Instances. InsufficientInstanceCapacity - "
    "There is no Spot capacity available that matches your request."
)
SPOT_MANY_TYPES = (
    "Could not launch Spot Instances. UnfulfillableCapacity - "
    "Unable to fulfill capacity due to your request configuration. Please adjust your request and try again."
)
"""Seen in github.com/cortexlabs/cortex/issues/1258 and github.com/mludvig/aws-ethereum-miner/issues/23."""

ON_DEMAND_SHORT = (
    "We currently do not have sufficient {type} capacity in the Availability Zone you requested ({zone}). "
    "Our system will be working on provisioning additional capacity."
)
"""https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-capacity.html"""


def offers_to(group: Any, world: World, lifecycle: str | None) -> list[Offer]:
    """The pools of the group, the zones in its order, in each the types in their order."""
    mix = mix_of(group)
    return [
        _offer(world, pool, subnet, lifecycle, mix)
        for subnet, zone in _places(group)
        for pool in _pools(group, mix, zone)
    ]


def why_not(group: Any, lifecycle: str | None, zone: str) -> str:
    """Why nothing was launched in the zone, in AWS's words."""
    types = mix_of(group).instance_types or (group.instance_type or "the requested",)
    if lifecycle != ON_DEMAND:
        return SPOT_ONE_TYPE if len(types) == 1 else SPOT_MANY_TYPES
    short = ON_DEMAND_SHORT.format(type=types[0], zone=zone)
    if group.mixed_instances_policy:
        return f"Could not launch On-Demand Instances. InsufficientInstanceCapacity - {short}"
    return short


def _places(group: Any) -> Iterator[tuple[str | None, str]]:
    if not group.vpc_zone_identifier:
        yield from ((None, zone) for zone in group.availability_zones)
        return
    for subnet in group.vpc_zone_identifier.split(","):
        yield subnet, group.ec2_backend.get_subnet(subnet).availability_zone


def _pools(group: Any, mix: InstanceMix, zone: str) -> Iterable[SpotPool]:
    types = mix.instance_types or (group.instance_type,)
    return (SpotPool(group.account_id, group.region, kind, zone) for kind in types)


def _offer(world: World, pool: SpotPool, subnet: str | None, lifecycle: str | None, mix: InstanceMix) -> Offer:
    kind, zone = pool.instance_type, pool.zone
    short = world.faults.shortage(pool.account, pool.region, kind, zone) is not None
    if lifecycle == ON_DEMAND or short:
        return Offer(kind, zone, subnet, 0 if short else ENDLESS)
    price = world.market.price(pool, world.now()) or UNPRICED
    too_dear = mix.highest_price is not None and UNPRICED > price > mix.highest_price
    return Offer(kind, zone, subnet, 0 if too_dear else _room(world, pool), price)


def _room(world: World, pool: SpotPool) -> int:
    capacity = world.market.capacity(pool)
    return capacity if capacity == ENDLESS else max(0, capacity - len(running_in(pool)))
