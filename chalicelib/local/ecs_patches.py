"""Where moto's ECS and Application Auto Scaling are replaced: tasks start and stop at once there, and know no bounds.

- `EC2ContainerServiceResponse.create_service`: moto forgets the capacity provider strategy.
- `EC2ContainerServiceBackend.update_service`: a change of strategy needs a new deployment.
- `EC2ContainerServiceResponse.list_tasks`, `describe_tasks`: moto knows those of RunTask, but its services have none.
"""

from collections.abc import Iterator
from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.core.responses import ActionResult
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

from chalicelib.local import capacity_strategy, service_refusals
from chalicelib.local.ecs_services import Services
from chalicelib.local.ecs_tasks import tasks_of
from chalicelib.local.spot_service import SpotService
from chalicelib.local.world import World

Patch = tuple[Any, str, Any]

NOTHING_SUSPENDED = {
    "DynamicScalingInSuspended": False,
    "DynamicScalingOutSuspended": False,
    "ScheduledScalingSuspended": False,
}


def ecs_patches(world: World, spot: SpotService) -> Iterator[Patch]:
    """What to put in which place of moto."""
    services = Services(world)
    spot.watch_pools(services.pool_changed)
    yield from _service_patches(services)
    yield from _task_patches()
    yield from _bounds_patches(services)


def _service_patches(services: Services) -> Iterator[Patch]:
    backend, response = EC2ContainerServiceBackend, EC2ContainerServiceResponse
    create, update, describe = response.create_service, backend.update_service, backend.describe_services

    def create_service(self: Any) -> ActionResult:
        strategy, launch_type = self._get_param("capacityProviderStrategy"), self._get_param("launchType")
        capacity_strategy.check_one_way(strategy, launch_type)
        if strategy:
            capacity_strategy.check(strategy, _providers(self.ecs_backend, self._get_param("cluster", "default")))
        answer = create(self)
        service = answer.result["service"]  # type: ignore[index]
        services.adopt(service, strategy)
        return answer

    def update_service(self: Any, service_properties: dict[str, Any]) -> Any:
        desired = service_properties.pop("desired_count", None)
        strategy = service_properties.pop("capacity_provider_strategy", None)
        forced = bool(service_properties.get("force_new_deployment"))
        cluster = service_properties.get("cluster", "default")
        _check_strategy(self, cluster, service_properties["service"], strategy, forced)
        service = update(self, service_properties)
        if forced:
            services.redeploy(service, strategy)
        if desired is not None:
            service_refusals.check_service_scales(service)
            services.scale(service, desired)
        return service

    def describe_services(self: Any, cluster_str: str, service_names_or_arns: list[str]) -> Any:
        service_refusals.check_services_described(service_names_or_arns)
        return describe(self, cluster_str, service_names_or_arns)

    yield response, "create_service", create_service
    yield backend, "update_service", update_service
    yield backend, "describe_services", describe_services


def _task_patches() -> Iterator[Patch]:
    response = EC2ContainerServiceResponse
    list_alone, describe_alone = response.list_tasks, response.describe_tasks

    def list_tasks(self: Any) -> ActionResult:
        of_services = [task["taskArn"] for task in _tasks(self) if _asked_for(self, task)]
        alone: Any = [] if self._get_param("serviceName") else list_alone(self).result["taskArns"]  # type: ignore[index]
        return ActionResult({"taskArns": [*alone, *of_services]})

    def describe_tasks(self: Any) -> ActionResult:
        alone: Any = describe_alone(self).result["tasks"]  # type: ignore[index]
        asked = {_id(one): one for one in self._get_param("tasks", [])}
        of_services = [task for task in _tasks(self) if _id(task["taskArn"]) in asked]
        found = {_id(task.task_arn) for task in alone} | {_id(task["taskArn"]) for task in of_services}
        missing = [{"arn": one, "reason": "MISSING"} for id, one in asked.items() if id not in found]
        return ActionResult({"tasks": [*alone, *of_services], "failures": missing})

    yield response, "list_tasks", list_tasks
    yield response, "describe_tasks", describe_tasks


def _tasks(request: Any) -> list[dict[str, Any]]:
    """The tasks of all services of the cluster."""
    cluster = _id(request._get_param("cluster", "default"))
    return [
        task for one in request.ecs_backend.services.values() if one.cluster_name == cluster for task in tasks_of(one)
    ]


def _asked_for(request: Any, task: dict[str, Any]) -> bool:
    """Whether ListTasks asks for this task of a service, none of which a person started."""
    if request._get_param("startedBy") or request._get_param("containerInstance"):
        return False
    if request._get_param("desiredStatus", "RUNNING") != task["desiredStatus"]:
        return False
    own = {
        "serviceName": task["group"].partition(":")[2],
        "family": _id(task["taskDefinitionArn"]).partition(":")[0],
    }
    return all(_id(request._get_param(name, value)) == value for name, value in own.items())


def _id(arn: str) -> str:
    return arn.split("/")[-1]


def _check_strategy(backend: Any, cluster: str, name: str, strategy: Any, forced: bool) -> None:
    if strategy is None:
        return
    service = backend._get_service(cluster, name.split("/")[-1])
    if strategy:
        capacity_strategy.check(strategy, _providers(backend, cluster))
    capacity_strategy.check_forced((strategy or None) != service.capacity_provider_strategy, forced)


def _providers(backend: Any, cluster: str) -> list[str]:
    return backend._get_cluster(cluster).capacity_providers or []


def _bounds_patches(services: Services) -> Iterator[Patch]:
    scaling = ApplicationAutoscalingBackend
    register = scaling.register_scalable_target

    def register_scalable_target(self: Any, namespace: str, r_id: str, dimension: str, **changes: Any) -> Any:
        known = self.targets.get(dimension, {}).get(r_id)
        service_refusals.check_bounds(known, changes["min_capacity"], changes["max_capacity"])
        if changes["suspended_state"] is not None:
            changes["suspended_state"] = {**NOTHING_SUSPENDED, **changes["suspended_state"]}
        target = register(self, namespace, r_id, dimension, **changes)
        if namespace == "ecs":
            services.bound(_service(self, r_id), target)
        return target

    yield scaling, "register_scalable_target", register_scalable_target


def _service(scaling: Any, resource_id: str) -> Any:
    _, cluster, name = resource_id.split("/")
    return scaling.ecs_backend.services[f"{cluster}:{name}"]
