"""A capacity provider strategy: how many tasks of an ECS service each provider is to run.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from chalicelib.local.refusals import Refused

Strategy = Sequence[Mapping[str, Any]]

MOST_PROVIDERS = 20
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html"""


def wanted(strategy: Strategy, desired: int) -> dict[str, int]:
    """Tasks by provider: the base first, the rest by weight; what does not divide goes where most is missing."""
    tasks = {item["capacityProvider"]: min(int(item.get("base", 0)), desired) for item in strategy}
    weights = {item["capacityProvider"]: int(item.get("weight", 0)) for item in strategy}
    base = dict(tasks)
    for _ in range(desired - sum(tasks.values())):
        weighed = (provider for provider in tasks if weights[provider])
        least = min(weighed, key=lambda one: ((tasks[one] - base[one]) / weights[one], -weights[one]), default=None)
        if least is not None:
            tasks[least] += 1
    return tasks


def check(strategy: Strategy, known: Collection[str]) -> None:
    """Raises Refused for a strategy that ECS does not take in a cluster with these providers."""
    providers = [item["capacityProvider"] for item in strategy]
    if unknown := [one for one in providers if one not in known]:
        raise _refused(f"The specified capacity provider '{unknown[0]}' is not associated with the cluster.")
    if len(providers) > MOST_PROVIDERS:
        raise _refused(f"A capacity provider strategy can contain a maximum of {MOST_PROVIDERS} capacity providers.")
    if sum(bool(item.get("base")) for item in strategy) > 1:
        raise _refused("Only one capacity provider in a capacity provider strategy can have a base value defined.")
    if not any(item.get("weight") for item in strategy):
        raise _refused("At least one capacity provider in a strategy must have a weight value greater than 0.")


def check_one_way(strategy: Strategy | None, launch_type: str | None) -> None:
    """Raises Refused when a service is told both ways to launch."""
    if strategy and launch_type:
        raise _refused(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
        )


def check_forced(changes: bool, forced: bool) -> None:
    """Raises Refused for another strategy without a new deployment.

    Its words: github.com/pipe-cd/pipecd/pull/6385
    """
    if changes and not forced:
        raise _refused(
            "When switching from launch type to capacity provider strategy on an existing service, or making a change "
            "to a capacity provider strategy on a service that is already using one, you must force a new deployment."
        )


def _refused(message: str) -> Refused:
    return Refused("InvalidParameterException", message)
