"""What Auto Scaling tells and remembers of its groups: each launch and termination, and why some failed.

Events say it once; the activities of a group can be asked for afterwards. A change of size says in AWS how many there
were before and after, which is left out here.
"""

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from chalicelib.local.events import Place, group_activity
from chalicelib.local.refusals import Refused
from chalicelib.local.world import World

MOST_REMEMBERED = 500
"""Of each group; AWS remembers six weeks."""

LAUNCHED = "EC2 Instance Launch Successful"
NOT_LAUNCHED = "EC2 Instance Launch Unsuccessful"
TERMINATED = "EC2 Instance Terminate Successful"

REMEMBERED_FOR = timedelta(weeks=6)
STATUS, NOT_BEFORE, NOT_AFTER = "Status", "StartTimeLowerBound", "StartTimeUpperBound"
"""https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html"""

Watcher = Callable[[Any, str, str], None]
"""Is given the group, what happened (one of the three above) and AWS's message."""


class Why(StrEnum):
    """In response to what a member comes or goes.

    AWS's words: https://repost.aws/knowledge-center/auto-scaling-instance-how-terminated. It publishes none for a
    rebalance recommendation; they are taken from the name of its event.
    """

    SIZE = "a difference between desired and actual capacity"
    HEALTH = "an EC2 health check indicating it has been terminated or stopped"
    ASKED = "a user request"
    AT_RISK = "an EC2 instance rebalance recommendation"


@dataclass(frozen=True, slots=True)
class News:
    """One launch or termination: how it ended, in AWS's words; `message` says why it failed, `zone` where."""

    what: str
    description: str
    instance_id: str = ""
    message: str = ""
    zone: str = ""
    why: Why = Why.SIZE

    @property
    def details(self) -> dict[str, str]:
        """Where it was, as AWS writes it."""
        return {"Availability Zone": self.zone} if self.zone else {}

    @property
    def said(self) -> str:
        """What happened, and why it failed if it did."""
        return f"{self.description}.  Status Reason: {self.message}" if self.message else self.description

    def cause(self, at: datetime) -> str:
        """Why it was begun."""
        done = "taken out of service" if self.what == TERMINATED else "launched"
        return f"At {at:%Y-%m-%dT%H:%M:%SZ} an instance was {done} in response to {self.why}."


class Activities:
    """The activities of all groups; each group carries its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """`watcher` is called after each activity."""
        self._watchers.append(watcher)

    def tell(self, group: Any, news: News) -> None:
        """The activity is an event, and is remembered."""
        now, place = self._world.now(), Place(group.account_id, group.region)
        event = group_activity(news.what, place, group.arn, news.instance_id, news.said, now, news.details)
        self._world.announce(event)
        self.remember(group, news)
        for watcher in self._watchers:
            watcher(group, news.what, news.message)

    def remember(self, group: Any, news: News) -> None:
        """The activity may be asked for."""
        now = self._world.now()
        _of(group).appendleft(
            {
                "ActivityId": str(uuid5(NAMESPACE_URL, f"{news}{group.arn}{now}")),
                "AutoScalingGroupName": group.name,
                "AutoScalingGroupARN": group.arn,
                "Description": news.said,
                "Cause": news.cause(now),
                "StartTime": now,
                "EndTime": now,
                "StatusCode": "Failed" if news.message else "Successful",
                "StatusMessage": news.message or None,
                "Progress": 100,
                "Details": json.dumps(news.details),
            }
        )


def described(
    backend: Any, name: str | None, filters: Sequence[Mapping[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """What DescribeScalingActivities answers, newest first. Raises Refused for filters that AWS does not take."""
    asked = {one["Name"]: one["Values"] for one in filters}
    _check(name, asked)
    first = max(_instant(asked.get(NOT_BEFORE)) or now - REMEMBERED_FOR, now - REMEMBERED_FOR)
    last = _instant(asked.get(NOT_AFTER)) or now
    groups = [group for group in backend.autoscaling_groups.values() if name in (None, group.name)]
    found = [one for group in groups for one in _of(group) if first <= one["StartTime"] <= last]
    wanted = [one for one in found if one["StatusCode"] in asked.get(STATUS, [one["StatusCode"]])]
    return sorted(wanted, key=lambda one: one["StartTime"], reverse=True)


def _check(name: str | None, asked: Mapping[str, Any]) -> None:
    for one in asked:
        if one not in (STATUS, NOT_BEFORE, NOT_AFTER):
            raise Refused("ValidationError", f"The filter {one} is not valid.")
    if STATUS in asked and name is None:
        raise Refused("ValidationError", f"The filter {STATUS} can only be used with AutoScalingGroupName.")


def _instant(values: Sequence[str] | None) -> datetime | None:
    """Without an offset it is UTC."""
    if not values:
        return None
    try:
        told = datetime.fromisoformat(values[0])
    except ValueError:
        raise Refused("ValidationError", f"{values[0]} is not an ISO 8601 timestamp.") from None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _of(group: Any) -> deque[dict[str, Any]]:
    known: deque[dict[str, Any]] = vars(group).setdefault("activities", deque(maxlen=MOST_REMEMBERED))
    return known
