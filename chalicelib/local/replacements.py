"""Members that are replaced while they run: those of the wrong purchase option, and those at risk of interruption.

AWS launches the new member first and terminates the old one when the new one serves. A change of the on-demand base
or percentage does this to as many members as it takes; changes of types, strategy or highest price do it to none.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-autoscaling-autoscalinggroup-instancesdistribution.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
"""

from collections.abc import Sequence
from typing import Any

from chalicelib.local.mix import ON_DEMAND, SPOT, InstanceMix, of_lifecycle, oldest

IN_SERVICE = "InService"


def replaces(member: Any) -> Any:
    """The member that this one was launched for; None for most."""
    return getattr(member, "replaces", None)


def put_at_risk(member: Any) -> None:
    """The member is to be replaced by another of spot."""
    member.at_risk = True


def is_at_risk(member: Any) -> bool:
    """Whether AWS recommends to replace it."""
    return bool(getattr(member, "at_risk", False))


def staying(members: Sequence[Any]) -> list[Any]:
    """The members without those for which another was launched."""
    leaving = [replaces(member) for member in members]
    return [member for member in members if member not in leaving]


def replaced(members: Sequence[Any]) -> list[Any]:
    """Those that may go now: the members launched for them serve."""
    serving = [replaces(member) for member in members if member.lifecycle_state == IN_SERVICE]
    return [member for member in members if member in serving]


def due(mix: InstanceMix, desired: int, members: Sequence[Any]) -> dict[str | None, list[Any]]:
    """By the lifecycle of their replacements, the members to replace; those at risk first.

    Call it with as many members as are desired.
    """
    on_demand, spot = of_lifecycle(members, ON_DEMAND), of_lifecycle(members, SPOT)
    more_on_demand = mix.on_demand(desired) - len(on_demand)
    endangered = [member for member in spot if is_at_risk(member)]
    others = oldest([member for member in spot if member not in endangered], len(spot))
    to_on_demand = [*endangered, *others][: max(more_on_demand, 0)]
    at_risk = [member for member in endangered if member not in to_on_demand]
    return {ON_DEMAND: to_on_demand, SPOT: oldest(on_demand, max(-more_on_demand, 0)) + at_risk}


def room(group: Any, members: int) -> int:
    """How many more there may be for a while: up to a tenth above the group's highest size, at least one.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
    """
    return max(0, int(group.max_size) + max(1, int(group.max_size) // 10) - members)
