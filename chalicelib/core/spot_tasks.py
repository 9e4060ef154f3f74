"""What ECS shows of a service's spot tasks, and of those that it could not place, read as news of Fargate Spot.

All of Fargate Spot is one pool, and a change of strategy starts every task anew: while some are taken back, or are not
placed, the others are no sign that there is capacity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core import strategies
from chalicelib.core.group_memory import News, What
from chalicelib.core.mixed import Watched
from chalicelib.core.pools import Pool
from chalicelib.core.tasks import STEADY

Told = Mapping[str, Any]
"""One service or task as AWS describes it."""

TAKEN = frozenset({"SpotInterruption", "TerminationNotice"})
"""Stop codes of a task that AWS takes back: it runs for two more minutes, and is to be stopped.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
"""
NOT_PLACED = ("unable to place a task", "capacity is unavailable")
"""The words of the service event when there is no capacity.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html
https://repost.aws/knowledge-center/ecs-fargate-runtask-capacity
"""
SILENT_FOR = timedelta(minutes=30)
"""Tasks that are missing so long, without an event, are taken for not placed: AWS repeats an event of the same cause
only after six hours, and pauses for up to 27 minutes where tasks fail by themselves.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
"""


def watched(service: Told, tasks: Iterable[Told], pool: Pool, now: datetime) -> Watched:
    """The spot tasks that stay, and what was heard of the pool: the service's tasks, those that stop included."""
    spot = [task for task in tasks if task.get("capacityProviderName") == strategies.SPOT]
    staying = [task for task in spot if task["desiredStatus"] == "RUNNING"]
    taken = [task for task in spot if task.get("stopCode") in TAKEN]
    leaving = [task for task in taken if task["lastStatus"] != "STOPPED"]
    times = sorted({_taken_at(task, now) for task in taken})
    news = [News(pool, at, What.LOST) for at in times]
    refused = _not_placed(service, len(staying) + len(leaving), times, now)
    news += [News(pool, now, What.REFUSED)] if refused else []
    fails = refused or leaving
    if not fails and any(task["lastStatus"] == "RUNNING" for task in staying):
        news.append(News(pool, now, What.SEEN))
    return Watched({task["taskArn"].rpartition("/")[2]: pool for task in staying}, tuple(news))


def lacking(cluster: str, providers: Sequence[str]) -> str | None:
    """Why no strategy can name Fargate's providers in a cluster that has these; None where one can."""
    missing = [name for name in (strategies.FARGATE, strategies.SPOT) if name not in providers]
    if not missing:
        return None
    what = " and ".join(missing)
    return f"its cluster {cluster} has no capacity provider {what}: add it there (PutClusterCapacityProviders)"


def _taken_at(task: Told, now: datetime) -> datetime:
    """When it began to stop; now, where AWS tells only that it will."""
    at: datetime = task.get("stoppingAt") or task.get("stoppedAt") or now
    return at


def _not_placed(service: Told, there: int, lost: Sequence[datetime], now: datetime) -> bool:
    """Spot tasks are missing, and ECS says that it has no room for them, or has done nothing for long."""
    size = service["desiredCount"]
    newest = next((one for one in service.get("deployments", ()) if one["status"] == "PRIMARY"), None)
    if newest is None or there >= size - strategies.setting(service).on_demand(size):
        return False
    begun, events = newest["createdAt"], service.get("events", ())
    last = max([newest.get("updatedAt", begun), *lost, *(event["createdAt"] for event in events)])
    return any(at >= begun for at in _complaints(service)) or last <= now - SILENT_FOR


def _complaints(service: Told) -> Iterator[datetime]:
    """When ECS said so since the service was last steady; it lists the newest event first."""
    for event in service.get("events", ()):
        said = event["message"].lower()
        if STEADY in said:
            return
        if all(words in said for words in NOT_PLACED):
            yield event["createdAt"]
