"""What a kind says whose members may be a mix of on-demand and spot: how the mix is watched, set and put back.

The members are those of Auto Scaling groups, so what becomes of them is asked of EC2 and of Auto Scaling.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.core import scaling, spot_signs
from chalicelib.core.arns import arn
from chalicelib.core.mixed import Setting, Watched
from chalicelib.core.mixed_policy import template_of
from chalicelib.core.model import Location, Sighting
from chalicelib.core.pools import Pool
from chalicelib.kinds.contract import Asked, Call, EventSource, Look, batches

Pools = Mapping[str, Pool]
"""Members, present and former, by id, with the pool that each is from."""

SPOT_EVENTS = ("EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation")
"""https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html
"""

MOST_VALUES = 200
"""Values that a filter of EC2 takes. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html"""


def leads_nowhere(asked: Sequence[Asked]) -> tuple[Look, ...]:
    """Nothing further to ask."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """How the members of a mix are watched.

    `kind` is the name of the kind. `watch` asks what became of these members, and of launches since that instant,
    nothing where there is nothing to ask; `follow` gives the looks that the last ones lead to; `watched` reads them
    all. `reads` are operations that they need besides those of the kind. `event` tells of members; `member` is the ARN
    of one by its id, as the event names it, None where it names the group. `on_instances`: its pools are types and
    zones of EC2, whose prices AWS tells.
    """

    kind: str
    watch: Callable[[Sighting, Pools, datetime], tuple[Look, ...]]
    watched: Callable[[Sighting, Pools, Sequence[Mapping[str, Any]], datetime], Watched]
    event: EventSource
    member: Callable[[Location, str], str] | None = None
    follow: Callable[[Sequence[Asked]], tuple[Look, ...]] = leads_nowhere
    reads: tuple[str, ...] = ()
    on_instances: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixing(Watching):
    """How the mix of a kind is watched, set and put back; no call changes a size.

    `change` sets another mix in what the sighting shows, `undo` brings back what was changed in the group's own
    policy, `is_back` says that nothing of it is left in a policy. `template` asks for what its own policy launches
    from, where that says the type; `alone` reads, of such a policy and what was answered, the types of which it would
    launch on-demand members by itself: one, or those of which AWS takes the cheapest. A kind without `alone` would
    launch the first type of its pools.
    """

    change: Callable[[Sighting, str, Setting], Call]
    undo: Callable[[Sighting, str], Call]
    is_back: Callable[[str, str], bool]
    template: Callable[[str], tuple[Look, ...]] = lambda policy: ()
    alone: Callable[[str, Sequence[Mapping[str, Any]]], tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Twinning(Watching):
    """How the mix of two resources of a kind is watched and set, of which one is on-demand and one spot.

    `resize` sets a desired size and nothing else. `place` is what both must be in.
    """

    resize: Callable[[Sighting, int], Call]
    place: Callable[[Sighting], str]


def watched_groups(sighting: Sighting, groups: Iterable[str], pools: Pools, since: datetime) -> tuple[Look, ...]:
    """What became of the Spot requests behind these members, and the activities of these groups since.

    Nothing where there are no members and are to be none.
    """
    if not pools and not sighting.sizes.get("desired"):
        return ()
    filters = ({"Name": "instance-id", "Values": batch} for batch in batches(sorted(pools), MOST_VALUES))
    requests = [Look("DescribeSpotInstanceRequests", {"Filters": [each]}, "ec2") for each in filters]
    activities = [scaling.activities_since(group, since) for group in groups]
    return (*requests, *(Look("DescribeScalingActivities", each, "autoscaling") for each in activities))


def watched(sighting: Sighting, pools: Pools, answers: Sequence[Mapping[str, Any]], now: datetime) -> Watched:
    """Which members are spot and stay, of those that it still has, and what was heard of pools."""
    types = sighting.mixed.setting.types if sighting.mixed else ()
    present = sighting.mixed.members if sighting.mixed else {}
    requests = [one for answer in answers for one in answer.get("SpotInstanceRequests", ())]
    activities = [one for answer in answers for one in answer.get("Activities", ())]
    heard = spot_signs.watched(pools, types, requests, activities, now)
    return replace(heard, spot={id: pool for id, pool in heard.spot.items() if id in present})


def member(location: Location, id: str) -> str:
    """The ARN of a member there."""
    return arn(location, "ec2", f"instance/{id}")


def members(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The instance that an event of Spot tells of."""
    return (member(Location(event["account"], event["region"]), event["detail"]["instance-id"]),)


MEMBER_EVENTS = EventSource("aws.ec2", SPOT_EVENTS, members)


def launch_template(policy: str) -> tuple[Look, ...]:
    """One look at the version of the launch template of such a policy, where that names the type."""
    asked = template_of(policy)
    return (Look("DescribeLaunchTemplateVersions", asked, "ec2"),) if asked else ()
