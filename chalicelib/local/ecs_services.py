"""ECS services whose tasks take their time, and Application Auto Scaling that keeps their count between bounds."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.ecs.models import EC2ContainerServiceBackend

from chalicelib.local import service_refusals
from chalicelib.local.durations import LAUNCH_RETRY, Journey
from chalicelib.local.events import Place, ServiceNews, service_action
from chalicelib.local.faults import Breakage
from chalicelib.local.world import World

Patch = tuple[Any, str, Any]

NO_CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone."
NOT_PLACED = "No Container Instances were found in your cluster."
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html"""

NOTHING_SUSPENDED = {
    "DynamicScalingInSuspended": False,
    "DynamicScalingOutSuspended": False,
    "ScheduledScalingSuspended": False,
}


class Services:
    """The journeys of ECS services; moto's objects carry the state."""

    def __init__(self, world: World) -> None:
        self._world = world

    def scale(self, service: Any, desired: int) -> None:
        """The service wants so many tasks, and some are on their way."""
        service.desired_count = desired
        _count(service)
        if desired > service.running_count:
            self._place(service)
        elif desired < service.running_count:
            self._drain(service)
        else:
            self._world.begin(Journey.ECS_START, service.arn, partial(self._steady, service))

    def bound(self, service: Any, target: Any) -> None:
        """The count is between the bounds of its scalable target: AWS moves it there whenever one is registered.

        https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
        """
        within = min(max(service.desired_count, target.min_capacity), target.max_capacity)
        if within != service.desired_count:
            self.scale(service, within)

    def _place(self, service: Any) -> None:
        steady = partial(self._steady, service)
        culprit, breakage = self._world.faults.of(service.arn)
        if breakage in (Breakage.NEVER_ARRIVES, Breakage.NEVER_HEALTHY, Breakage.FALLS_BACK):
            self._complain(service, NOT_PLACED)
            self._world.park(service.arn, culprit, steady)
        elif self._world.faults.is_short(service._account_id, service.region_name, service.launch_type):
            self._complain(service, NO_CAPACITY)
            self._world.after(LAUNCH_RETRY, service.arn, partial(self._place, service))
        else:
            self._world.begin(Journey.ECS_START, service.arn, steady)

    def _drain(self, service: Any) -> None:
        culprit, breakage = self._world.faults.of(service.arn)
        if breakage is Breakage.NEVER_STOPS:
            self._world.park(service.arn, culprit, partial(self._steady, service))
        else:
            self._world.begin(Journey.ECS_STOP, service.arn, partial(self._steady, service))

    def _steady(self, service: Any) -> None:
        service.running_count = service.desired_count
        _count(service)
        self._tell(service, "has reached a steady state.")
        self._announce(service, "INFO", "SERVICE_STEADY_STATE")

    def _complain(self, service: Any, reason: str) -> None:
        self._tell(service, f"was unable to place a task. Reason: {reason}")
        self._announce(service, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE")

    def _tell(self, service: Any, said: str) -> None:
        now = self._world.now()
        entry = {"id": f"{now:%Y%m%d%H%M%S}", "createdAt": now, "message": f"(service {service.name}) {said}"}
        service.events = [entry, *service.events][:100]

    def _announce(self, service: Any, event_type: str, name: str) -> None:
        place = Place(service._account_id, service.region_name)
        news = ServiceNews(event_type, name)
        self._world.announce(service_action(place, service.arn, service.cluster_arn, news, self._world.now()))


def ecs_patches(world: World) -> Iterator[Patch]:
    """What to put in which place of moto, which starts and stops tasks at once and knows no bounds."""
    services = Services(world)
    yield from _service_patches(services)
    yield from _bounds_patches(services)


def _service_patches(services: Services) -> Iterator[Patch]:
    backend = EC2ContainerServiceBackend
    create, update, describe = backend.create_service, backend.update_service, backend.describe_services

    def create_service(self: Any, *given: Any, **options: Any) -> Any:
        service = create(self, *given, **options)
        services.scale(service, service.desired_count)
        return service

    def update_service(self: Any, service_properties: dict[str, Any]) -> Any:
        desired = service_properties.pop("desired_count", None)
        service = update(self, service_properties)
        if desired is not None:
            service_refusals.check_service_scales(service)
            services.scale(service, desired)
        return service

    def describe_services(self: Any, cluster_str: str, service_names_or_arns: list[str]) -> Any:
        service_refusals.check_services_described(service_names_or_arns)
        return describe(self, cluster_str, service_names_or_arns)

    yield backend, "create_service", create_service
    yield backend, "update_service", update_service
    yield backend, "describe_services", describe_services


def _bounds_patches(services: Services) -> Iterator[Patch]:
    register = ApplicationAutoscalingBackend.register_scalable_target

    def register_scalable_target(self: Any, namespace: str, r_id: str, dimension: str, **changes: Any) -> Any:
        known = self.targets.get(dimension, {}).get(r_id)
        service_refusals.check_bounds(known, changes["min_capacity"], changes["max_capacity"])
        if changes["suspended_state"] is not None:
            changes["suspended_state"] = {**NOTHING_SUSPENDED, **changes["suspended_state"]}
        target = register(self, namespace, r_id, dimension, **changes)
        if namespace == "ecs":
            services.bound(_service(self, r_id), target)
        return target

    yield ApplicationAutoscalingBackend, "register_scalable_target", register_scalable_target


def _service(scaling: Any, resource_id: str) -> Any:
    _, cluster, name = resource_id.split("/")
    return scaling.ecs_backend.services[f"{cluster}:{name}"]


def _count(service: Any) -> None:
    """Its only deployment counts the same tasks."""
    service.pending_count = max(0, service.desired_count - service.running_count)
    for deployment in service.deployments:
        deployment["desiredCount"] = service.desired_count
        deployment["runningCount"] = service.running_count
        deployment["pendingCount"] = service.pending_count
        deployment["rolloutState"] = "COMPLETED"
