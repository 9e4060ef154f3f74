"""What ECS tells of a service: which of its tasks serve, how its deployment goes, what it complains of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.core.model import Observed
from chalicelib.core.strategies import launch_type

Service = Mapping[str, Any]
"""One service as DescribeServices shows it.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html
"""

STEADY = "has reached a steady state"

COMPLAINTS = ("unable to", "failed", "unhealthy", "could not", "cannot", "limit")
"""What the events of a service say when its tasks do not come up.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
"""

LONGEST_COMPLAINT = 240


def serving(service: Service) -> int:
    """How many tasks of the newest deployment run, and of older ones that run the same.

    Those of another task definition are on their way out, and not what was deployed. A deployment that only moves tasks
    (another capacity provider strategy) has the same, and what it replaces serves until then.
    """
    newest = _primary(service)
    if not newest:
        return int(service["runningCount"])
    older = [one for one in service["deployments"] if one is not newest and _runs_the_same(one, newest)]
    return sum(int(one["runningCount"]) for one in (newest, *older))


def observed(service: Service, highest: int) -> Observed:
    """What the counts say; `highest` is how far autoscaling may grow it, 0 when it may not."""
    if service["status"] == "DRAINING":
        return Observed.FALLING
    if not service["desiredCount"] and not highest:
        return Observed.FALLING if service["runningCount"] else Observed.DOWN
    return Observed.UP if serving(service) >= service["desiredCount"] else Observed.RISING


def ineligible(service: Service) -> str | None:
    """Why its desired count is not ours to set, or None.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_services.html
    """
    if service.get("schedulingStrategy") == "DAEMON":
        return "it runs one task on each instance of its cluster (DAEMON) and rests when they do: list those instead"
    return None


def note(service: Service, state: Observed) -> str | None:
    """What keeps it from arriving, in words."""
    if service["status"] == "DRAINING":
        return "being deleted"
    if _primary(service).get("rolloutState") == "FAILED":
        return f"its deployment failed: {_primary(service).get('rolloutStateReason', 'ECS gives no reason')}"
    if state is Observed.RISING:
        return f"{serving(service)} of {service['desiredCount']} tasks run"
    if state is Observed.FALLING:
        return f"{service['runningCount']} tasks still to go"
    return None


def details(service: Service) -> dict[str, str]:
    """What its price depends on, and what ECS complains of, if of anything."""
    told = {
        "launch_type": launch_type(service),
        "task_definition": service.get("taskDefinition", ""),
        "complaint": _complaint(service),
    }
    return {name: value for name, value in told.items() if value}


def _runs_the_same(one: Service, other: Service) -> bool:
    return "taskDefinition" in one and one["taskDefinition"] == other.get("taskDefinition")


def _primary(service: Service) -> Service:
    """The newest deployment; empty where CodeDeploy or somebody's own controller deploys."""
    deployments: Iterable[Service] = service.get("deployments", ())
    return next((one for one in deployments if one["status"] == "PRIMARY"), {})


def _complaint(service: Service) -> str:
    """What ECS complained of last since the service was steady, or nothing; ECS lists the newest event first."""
    for message in (event["message"] for event in service.get("events", ())):
        if STEADY in message:
            return ""
        if any(word in message for word in COMPLAINTS):
            return str(message).removeprefix(f"(service {service['serviceName']}) ")[:LONGEST_COMPLAINT]
    return ""
