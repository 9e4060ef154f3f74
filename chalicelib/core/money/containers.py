"""What the tasks of an ECS service draw: vCPUs and GB on Fargate. On EC2 their instances are billed, and they are not.

AWS bills a task of Fargate from when it begins to fetch its image until it ends.
https://aws.amazon.com/fargate/pricing/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalicelib.core.model import Location, Sighting
from chalicelib.core.money.rates import ON_DEMAND, SPOT
from chalicelib.core.money.reading import Drawn, unknown
from chalicelib.core.money.spans import Draw

Task = Mapping[str, Any]
"""One task as DescribeTasks shows it. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html"""

UNIT = Decimal(1024)
"""CPU units of a vCPU, and MiB of a GB."""
FREE_STORAGE = 20
"""GiB of storage that a task has at no further cost."""
ARCHITECTURE = "ecs.cpu-architecture"
ELSEWHERE = ("EC2", "EXTERNAL", "MANAGED_INSTANCES")
"""Launch types of which ECS bills no vCPUs."""


def may_be_on_fargate(sighting: Sighting) -> bool:
    """Whether any of its tasks may run, and on Fargate."""
    return sighting.details.get("launch_type") not in ELSEWHERE and "tasks" in sighting.details


def of_tasks(sighting: Sighting, answers: Sequence[Mapping[str, Any]]) -> Drawn:
    """What the tasks of a service draw."""
    cluster, _, name = sighting.id.rpartition("/")
    tasks = [one for page in answers for one in page.get("tasks", ()) if _is_of(one, cluster, name)]
    drawn = [(_began(task), draw) for task in tasks if _runs(task) for draw in _draws(sighting.location, task)]
    came = tuple((at, draw) for at, draw in drawn if at is not None)
    return Drawn(tuple(draw for _, draw in drawn), came=came)


def _is_of(task: Task, cluster: str, name: str) -> bool:
    return task.get("group") == f"service:{name}" and str(task["clusterArn"]).endswith(f"/{cluster}")


def _runs(task: Task) -> bool:
    fetching = "pullStartedAt" in task or task.get("lastStatus") == "RUNNING"
    return task.get("launchType") == "FARGATE" and fetching and task.get("lastStatus") != "STOPPED"


def _began(task: Task) -> datetime | None:
    return task.get("pullStartedAt") or task.get("startedAt")


def _draws(location: Location, task: Task) -> Iterator[Draw]:
    if not task.get("cpu") or not task.get("memory"):
        yield unknown("a task without a size")
        return
    terms = SPOT if task.get("capacityProviderName") == "FARGATE_SPOT" else ON_DEMAND
    amounts = {"vcpu": Decimal(task["cpu"]) / UNIT, "gb": Decimal(task["memory"]) / UNIT, "storage-gb": _storage(task)}
    for what, units in amounts.items():
        if units:
            yield Draw(f"fargate:{location.region}:{what}:{_platform(task)}:{terms}", units)


def _storage(task: Task) -> Decimal:
    """GiB that are billed besides."""
    return max(Decimal(task.get("ephemeralStorage", {}).get("sizeInGiB", 0)) - FREE_STORAGE, Decimal())


def _platform(task: Task) -> str:
    if str(task.get("platformFamily", "")).lower().startswith("windows"):
        return "windows"
    arm = any(one["name"] == ARCHITECTURE and one.get("value") == "arm64" for one in task.get("attributes", ()))
    return "linux-arm" if arm else "linux"
