"""What AWS shows of a group's members and launches, read as news of pools and of on-demand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.group_memory import News, What
from chalicelib.core.mixed import Watched
from chalicelib.core.pools import Pool
from chalicelib.core.shortage import Launch

Told = Mapping[str, Any]
"""One Spot request or scaling activity, as AWS describes it."""

TAKEN = frozenset(
    {
        "marked-for-termination",
        "instance-terminated-by-price",
        "instance-terminated-no-capacity",
        "instance-terminated-capacity-oversubscribed",
    }
)
"""Status codes of a request whose instance AWS takes, or took, back; the first comes two minutes ahead.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html
"""
STAYS = "active"
NO_SPOT = "could not launch spot instances"
"""How the message of such a failure begins.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html
"""
NO_CAPACITY = ("insufficientinstancecapacity", "do not have sufficient")
"""What the message of a launch says that failed because AWS had no such instance; others (a quota) are no shortage.

"Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient ... capacity
in the Availability Zone you requested"; a group without a mixed policy is told the second sentence only.
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ts-as-instancelaunchfailure.html
"""
LAUNCHING = "launching a new ec2 instance"
"""How the description of a launch begins; once there is an instance, it is named."""
AT_RISK = "rebalance recommendation"
"""The words in the cause of an activity by which a group replaces a member that is at risk.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
"""
LEAVES = "Terminating EC2 instance"
"""How the description of an activity begins that ends a member.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-capacity-rebalancing.html
"""
INSTANCE = re.compile(r"i-[0-9A-Za-z-]+")


def watched(
    known: Mapping[str, Pool], types: Iterable[str], requests: Iterable[Told], activities: Iterable[Told], now: datetime
) -> Watched:
    """The members that are spot and stay, those that are on-demand, and what was heard of pools and of launches.

    `known` are present and former members; `types` those that the group asks for.
    """
    asked = [one for one in requests if one.get("InstanceId") in known]
    spot = {one["InstanceId"]: known[one["InstanceId"]] for one in asked if _stays(one)}
    taken = [News(known[one["InstanceId"]], one["Status"]["UpdateTime"], What.LOST) for one in asked if _taken(one)]
    seen = [News(pool, now, What.SEEN) for pool in sorted(set(spot.values()))]
    told = tuple(activities)
    heard = [news for one in told for news in (*_refused(one, tuple(types)), *_at_risk(one, known))]
    on_demand = frozenset(known) - {one["InstanceId"] for one in asked}
    launches = tuple(launch for one in told for launch in _launched(one, on_demand))
    return Watched(spot, (*taken, *heard, *seen), on_demand=on_demand, launches=launches)


def _stays(request: Told) -> bool:
    return request["State"] == STAYS and not _taken(request)


def _taken(request: Told) -> bool:
    return request.get("Status", {}).get("Code") in TAKEN


def _refused(activity: Told, types: tuple[str, ...]) -> Iterator[News]:
    """Each type that the message names, or else each that was asked for, in the zone where it failed."""
    said = activity.get("StatusMessage") or ""
    zone = json.loads(activity.get("Details") or "{}").get("Availability Zone")
    if activity.get("StatusCode") != "Failed" or NO_SPOT not in said.lower() or not zone:
        return
    named = tuple(name for name in types if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", said))
    for name in named or types:
        yield News(Pool(name, zone), activity["StartTime"], What.REFUSED)


def _launched(activity: Told, on_demand: frozenset[str]) -> Iterator[Launch]:
    """An attempt to launch on-demand members that AWS had no capacity for, or that brought one of these."""
    said = (activity.get("StatusMessage") or "").lower()
    if activity.get("StatusCode") == "Failed":
        if NO_SPOT not in said and any(words in said for words in NO_CAPACITY):
            yield Launch(activity["StartTime"], succeeded=False)
        return
    description = activity.get("Description") or ""
    if description.lower().startswith(LAUNCHING) and not on_demand.isdisjoint(INSTANCE.findall(description)):
        yield Launch(activity["StartTime"], succeeded=True)


def _at_risk(activity: Told, known: Mapping[str, Pool]) -> Iterator[News]:
    """The member that goes; the one that is launched in its place has the same cause, and is at no risk."""
    leaves = activity.get("Description", "").startswith(LEAVES)
    if not leaves or AT_RISK not in (activity.get("Cause") or "").lower():
        return
    for name in INSTANCE.findall(f"{activity.get('Description', '')} {activity['Cause']}"):
        if name in known:
            yield News(known[name], activity["StartTime"], What.WARNED)
