"""What AWS shows of a group's spot members and launches, read as news of pools."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.core.group_memory import News, What
from chalicelib.core.mixed import Watched
from chalicelib.core.pools import Pool

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
    """The members that are spot and stay, and what was heard of pools.

    `known` are present and former members; `types` those that the group asks for.
    """
    asked = [one for one in requests if one.get("InstanceId") in known]
    spot = {one["InstanceId"]: known[one["InstanceId"]] for one in asked if _stays(one)}
    taken = [News(known[one["InstanceId"]], one["Status"]["UpdateTime"], What.LOST) for one in asked if _taken(one)]
    seen = [News(pool, now, What.SEEN) for pool in sorted(set(spot.values()))]
    heard = [news for one in activities for news in (*_refused(one, tuple(types)), *_at_risk(one, known))]
    return Watched(spot, (*taken, *heard, *seen))


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


def _at_risk(activity: Told, known: Mapping[str, Pool]) -> Iterator[News]:
    """The member that goes; the one that is launched in its place has the same cause, and is at no risk."""
    leaves = activity.get("Description", "").startswith(LEAVES)
    if not leaves or AT_RISK not in (activity.get("Cause") or "").lower():
        return
    for name in INSTANCE.findall(f"{activity.get('Description', '')} {activity['Cause']}"):
        if name in known:
            yield News(known[name], activity["StartTime"], What.WARNED)
