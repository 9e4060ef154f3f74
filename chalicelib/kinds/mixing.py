"""What a kind says whose members may be a mix of on-demand and spot: how the mix is watched, set and put back.

The members are those of Auto Scaling groups, so what becomes of them is asked of EC2 and of Auto Scaling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.core import scaling, spot_signs
from chalicelib.core.arns import arn
from chalicelib.core.mixed import Setting, Watched
from chalicelib.core.model import Location, Sighting
from chalicelib.core.pools import Pool
from chalicelib.kinds.contract import Call, EventSource, Look, batches

Pools = Mapping[str, Pool]
"""Members, present and former, by id, with the pool that each is from."""

SPOT_EVENTS = ("EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation")
"""https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html
"""

MOST_VALUES = 200
"""Values that a filter of EC2 takes. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html"""


@dataclass(frozen=True, slots=True)
class Watching:
    """How the members of a mix are watched.

    `watch` asks what became of these members, and of launches since that instant; `watched` reads it. `member` is the
    ARN of a member by its id, as `event` names it.
    """

    watch: Callable[[Sighting, Pools, datetime], tuple[Look, ...]]
    watched: Callable[[Sighting, Pools, Sequence[Mapping[str, Any]], datetime], Watched]
    member: Callable[[Location, str], str]
    event: EventSource


@dataclass(frozen=True, slots=True)
class Mixing(Watching):
    """How the mix of a kind is watched, set and put back; no call changes a size.

    `change` sets another mix in what the sighting shows, `undo` brings back what was changed in the group's own policy.
    """

    change: Callable[[Sighting, str, Setting], Call]
    undo: Callable[[Sighting, str], Call]


@dataclass(frozen=True, slots=True)
class Twinning(Watching):
    """How the mix of two resources of a kind is watched and set, of which one is on-demand and one spot.

    `resize` sets a desired size and nothing else. `place` is what both must be in.
    """

    resize: Callable[[Sighting, int], Call]
    place: Callable[[Sighting], str]


def watched_groups(groups: Iterable[str], pools: Pools, since: datetime) -> tuple[Look, ...]:
    """What became of the Spot requests behind these members, and the activities of these groups since."""
    filters = ({"Name": "instance-id", "Values": batch} for batch in batches(sorted(pools), MOST_VALUES))
    requests = [Look("DescribeSpotInstanceRequests", {"Filters": [each]}, "ec2") for each in filters]
    activities = [scaling.activities_since(group, since) for group in groups]
    return (*requests, *(Look("DescribeScalingActivities", each, "autoscaling") for each in activities))


def watched(sighting: Sighting, pools: Pools, answers: Sequence[Mapping[str, Any]], now: datetime) -> Watched:
    """Which members are spot and stay, and what was heard of pools."""
    types = sighting.mixed.setting.types if sighting.mixed else ()
    requests = [one for answer in answers for one in answer.get("SpotInstanceRequests", ())]
    activities = [one for answer in answers for one in answer.get("Activities", ())]
    return spot_signs.watched(pools, types, requests, activities, now)


def member(location: Location, id: str) -> str:
    """The ARN of a member there."""
    return arn(location, "ec2", f"instance/{id}")


def members(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The instance that an event of Spot tells of."""
    return (member(Location(event["account"], event["region"]), event["detail"]["instance-id"]),)


MEMBER_EVENTS = EventSource("aws.ec2", SPOT_EVENTS, members)
