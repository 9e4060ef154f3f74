"""ECS services whose tasks take their time, and run where a launch type or a capacity provider strategy puts them.

Spot tasks that are not placed wait for spot: "Fargate does not replace Spot capacity with on-demand capacity."
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
"""

from functools import partial
from typing import Any

from moto.ecs.models import ecs_backends

from chalicelib.local.capacity_strategy import Strategy, wanted
from chalicelib.local.durations import LAUNCH_RETRY, Journey
from chalicelib.local.ecs_tasks import tasks_of
from chalicelib.local.events import Place, ServiceNews, service_action, task_stopping
from chalicelib.local.faults import Breakage
from chalicelib.local.spot_market import FARGATE_SPOT, SpotPool
from chalicelib.local.spot_service import NOTICE
from chalicelib.local.world import World

NO_CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone."
NOT_PLACED = "No Container Instances were found in your cluster."
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html"""


class Services:
    """The journeys of ECS services; moto's objects carry the state."""

    def __init__(self, world: World) -> None:
        self._world = world

    def adopt(self, service: Any, strategy: Strategy | None) -> None:
        """A new service has its first tasks on their way."""
        service.placed, service.former, service.marked = {}, 0, 0
        service.first_launch_type = service.launch_type or "FARGATE"
        self._follow(service, strategy)
        self.scale(service, service.desired_count)

    def scale(self, service: Any, desired: int) -> None:
        """The service wants so many tasks, and some are on their way."""
        service.desired_count = desired
        _count(service)
        if _missing(service):
            self._place(service)
        elif desired < service.running_count:
            self._drain(service)
        else:
            self._world.begin(Journey.ECS_START, service.arn, partial(self._steady, service))

    def redeploy(self, service: Any, strategy: Strategy | None) -> None:
        """A new deployment starts all tasks anew, as the strategy says; each old one goes when a new one runs."""
        service.former, service.placed = service.running_count, {}
        self._follow(service, service.capacity_provider_strategy if strategy is None else strategy)
        self.scale(service, service.desired_count)

    def bound(self, service: Any, target: Any) -> None:
        """The count is between the bounds of its scalable target: AWS moves it there whenever one is registered.

        https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        """
        within = min(max(service.desired_count, target.min_capacity), target.max_capacity)
        if within != service.desired_count:
            self.scale(service, within)

    def pool_changed(self, pool: SpotPool) -> None:
        """Where Fargate Spot has less room than it runs tasks, some get their two minutes' notice."""
        if pool.instance_type != FARGATE_SPOT:
            return
        for service in _services(pool.account, pool.region):
            staying = service.placed.get(FARGATE_SPOT, 0) - service.marked
            excess = min(staying, -self._room(service, FARGATE_SPOT))
            if excess > 0:
                self._warn(service, excess)

    def _follow(self, service: Any, strategy: Strategy | None) -> None:
        """A deployment begins as the strategy says; without one, or an empty one, by its launch type."""
        service.capacity_provider_strategy = strategy or None
        service.launch_type = None if strategy else service.first_launch_type
        for deployment in service.deployments:
            deployment["createdAt"] = deployment["updatedAt"] = self._world.now()

    def _warn(self, service: Any, count: int) -> None:
        service.marked += count
        self._tell_tasks(service, count, "RUNNING")
        key = f"{service.arn}/interruption/{self._world.now().isoformat()}"
        self._world.after(NOTICE, key, partial(self._lose, service, count))

    def _lose(self, service: Any, count: int) -> None:
        service.marked -= count
        gone = min(count, service.placed.get(FARGATE_SPOT, 0))
        if gone:
            self._tell_tasks(service, gone, "STOPPED")
            service.placed[FARGATE_SPOT] -= gone
            self.scale(service, service.desired_count)

    def _tell_tasks(self, service: Any, count: int, status: str) -> None:
        place = Place(service._account_id, service.region_name)
        spot = [task for task in tasks_of(service) if task.get("capacityProviderName") == FARGATE_SPOT]
        for task in spot[-count:]:
            self._world.announce(task_stopping(place, {**task, "lastStatus": status}, self._world.now()))

    def _place(self, service: Any) -> None:
        arrive = partial(self._arrive, service)
        culprit, breakage = self._world.faults.of(service.arn)
        if breakage in (Breakage.NEVER_ARRIVES, Breakage.NEVER_HEALTHY, Breakage.FALLS_BACK):
            self._complain(service, NOT_PLACED)
            self._world.park(service.arn, culprit, arrive)
            return
        missing = _missing(service)
        for provider, count in missing.items():
            if self._room(service, provider) < count:
                self._complain(service, NO_CAPACITY, provider)
        if any(self._room(service, provider) > 0 for provider in missing):
            self._world.begin(Journey.ECS_START, service.arn, arrive)
        else:
            self._world.retry_after(LAUNCH_RETRY, service.arn, partial(self._place, service))

    def _arrive(self, service: Any) -> None:
        for provider, count in _missing(service).items():
            coming = max(0, min(count, self._room(service, provider)))
            service.placed[provider] = service.placed.get(provider, 0) + coming
        self._settle(service)

    def _room(self, service: Any, provider: str) -> int:
        account, region = service._account_id, service.region_name
        if self._world.faults.is_short(account, region, provider):
            return 0
        if provider != FARGATE_SPOT:
            return int(service.desired_count)
        services = _services(account, region)
        used: int = sum(one.placed.get(FARGATE_SPOT, 0) - one.marked for one in services)
        return self._world.market.capacity(SpotPool(account, region, FARGATE_SPOT, "")) - used

    def _drain(self, service: Any) -> None:
        culprit, breakage = self._world.faults.of(service.arn)
        if breakage is Breakage.NEVER_STOPS:
            self._world.park(service.arn, culprit, partial(self._leave, service))
        else:
            self._world.begin(Journey.ECS_STOP, service.arn, partial(self._leave, service))

    def _leave(self, service: Any) -> None:
        wants = _wanted(service)
        service.placed = {provider: min(count, wants.get(provider, 0)) for provider, count in service.placed.items()}
        self._settle(service)

    def _settle(self, service: Any) -> None:
        placed = sum(service.placed.values())
        service.former = min(service.former, max(0, service.desired_count - placed))
        _count(service)
        if _missing(service):
            self._world.retry_after(LAUNCH_RETRY, service.arn, partial(self._place, service))
        else:
            self._steady(service)

    def _steady(self, service: Any) -> None:
        self._tell(service, "has reached a steady state.")
        self._announce(service, "INFO", "SERVICE_STEADY_STATE")

    def _complain(self, service: Any, reason: str, provider: str = "") -> None:
        self._tell(service, f"was unable to place a task. Reason: {reason}")
        named = provider if service.capacity_provider_strategy else ""
        self._announce(service, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE", named)

    def _tell(self, service: Any, said: str) -> None:
        now = self._world.now()
        entry = {"id": f"{now:%Y%m%d%H%M%S}", "createdAt": now, "message": f"(service {service.name}) {said}"}
        service.events = [entry, *service.events][:100]

    def _announce(self, service: Any, event_type: str, name: str, provider: str = "") -> None:
        place = Place(service._account_id, service.region_name)
        news = ServiceNews(event_type, name, provider)
        self._world.announce(service_action(place, service.arn, service.cluster_arn, news, self._world.now()))


def _services(account: str, region: str) -> list[Any]:
    return list(ecs_backends[account][region].services.values())


def _wanted(service: Any) -> dict[str, int]:
    if service.capacity_provider_strategy:
        return wanted(service.capacity_provider_strategy, service.desired_count)
    return {service.launch_type: service.desired_count}


def _missing(service: Any) -> dict[str, int]:
    short = {provider: count - service.placed.get(provider, 0) for provider, count in _wanted(service).items()}
    return {provider: count for provider, count in short.items() if count > 0}


def _count(service: Any) -> None:
    """Its only deployment counts the same tasks, those of the one before included."""
    service.running_count = sum(service.placed.values()) + service.former
    service.pending_count = max(0, service.desired_count - service.running_count)
    for deployment in service.deployments:
        deployment["desiredCount"] = service.desired_count
        deployment["runningCount"] = service.running_count
        deployment["pendingCount"] = service.pending_count
        deployment["rolloutState"] = "COMPLETED"
