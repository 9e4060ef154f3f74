"""The tasks that a service runs, as ListTasks and DescribeTasks show them; those that stopped are not kept.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
"""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from chalicelib.local.spot_market import FARGATE_SPOT

TAKEN_BACK = {
    "desiredStatus": "STOPPED",
    "stopCode": "SpotInterruption",
    "stoppedReason": "Your Spot Task was interrupted.",
}
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html"""

FORMER = "former"
"""Where the tasks of the deployment before ran is not kept."""


def tasks_of(service: Any) -> list[dict[str, Any]]:
    """One for each running task, with the capacity provider it runs on where the service has a strategy.

    The last ones on spot are to be stopped where spot takes some back.
    """
    where = {**service.placed, FORMER: service.former}
    tasks = [_task(service, provider, number) for provider, count in where.items() for number in range(count)]
    spot = [task for task in tasks if task.get("capacityProviderName") == FARGATE_SPOT]
    for task in spot[max(len(spot) - service.marked, 0) :]:
        task.update(TAKEN_BACK)
    return tasks


def _task(service: Any, provider: str, number: int) -> dict[str, Any]:
    arn = service.cluster_arn.replace(":cluster/", ":task/")
    on_provider = service.capacity_provider_strategy and provider != FORMER
    return {
        "taskArn": f"{arn}/{uuid5(NAMESPACE_URL, f'{service.arn}/{provider}/{number}').hex}",
        "clusterArn": service.cluster_arn,
        "taskDefinitionArn": service.task_definition,
        "group": f"service:{service.name}",
        "launchType": "EC2" if provider == "EC2" else "FARGATE",
        "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING",
        **({"capacityProviderName": provider} if on_provider else {}),
    }
