"""What Auto Scaling tells and remembers of its groups: each launch and termination, and why some failed.

Events say it once; the activities of a group can be asked for afterwards.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from chalicelib.local.events import Place, group_activity
from chalicelib.local.world import World

MOST_REMEMBERED = 500
"""Of each group; AWS remembers six weeks."""

LAUNCHED = "EC2 Instance Launch Successful"
NOT_LAUNCHED = "EC2 Instance Launch Unsuccessful"
TERMINATED = "EC2 Instance Terminate Successful"

Watcher = Callable[[Any, str, str], None]
"""Is given the group, what happened (one of the three above) and AWS's message."""


@dataclass(frozen=True, slots=True)
class News:
    """One launch or termination: how it ended, in AWS's words; `message` says why it failed, `zone` where."""

    what: str
    description: str
    instance_id: str = ""
    message: str = ""
    zone: str = ""

    @property
    def details(self) -> dict[str, str]:
        """Where it was, as AWS writes it."""
        return {"Availability Zone": self.zone} if self.zone else {}


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
        text = news.message or news.description
        self._world.announce(group_activity(news.what, place, group.arn, news.instance_id, text, now, news.details))
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
                "Description": news.description,
                "Cause": f"At {now:%Y-%m-%dT%H:%M:%SZ} the group was brought to its desired capacity.",
                "StartTime": now,
                "EndTime": now,
                "StatusCode": "Failed" if news.message else "Successful",
                "StatusMessage": news.message or None,
                "Progress": 100,
                "Details": json.dumps(news.details),
            }
        )


def described(backend: Any, name: str | None, filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What DescribeScalingActivities answers, newest first.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingActivities.html
    """
    groups = [group for group in backend.autoscaling_groups.values() if name in (None, group.name)]
    wanted = next((one["Values"] for one in filters if one["Name"] == "Status"), None)
    found = [one for group in groups for one in _of(group) if wanted is None or one["StatusCode"] in wanted]
    return sorted(found, key=lambda one: one["StartTime"], reverse=True)


def _of(group: Any) -> deque[dict[str, Any]]:
    known: deque[dict[str, Any]] = vars(group).setdefault("activities", deque(maxlen=MOST_REMEMBERED))
    return known
