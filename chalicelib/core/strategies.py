"""The capacity provider strategy of an ECS service: read as the setting of its mix, made from one, and put back.

A base of tasks runs on FARGATE, the others on FARGATE and FARGATE_SPOT by weight. Fargate names neither the types nor
the zones of its spot capacity: it counts as one pool, as wide as the Region.
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.core.mixed import Mixed, Setting

Told = Mapping[str, Any]
"""One service as AWS describes it."""
Strategy = Sequence[Mapping[str, Any]]

FARGATE, SPOT = "FARGATE", "FARGATE_SPOT"
STRATEGY, LAUNCH_TYPE = "capacityProviderStrategy", "launchType"
ELSEWHERE = {
    "EC2": "its tasks run on instances (launch type EC2): give the Auto Scaling group of its cluster a mix instead",
    "EXTERNAL": "its tasks run on machines outside AWS (launch type EXTERNAL), where there is no spot: give it no mix",
}
DEPLOYERS = {
    "CODE_DEPLOY": "CodeDeploy deploys it, and cannot be told a strategy here: let ECS deploy it, or give it no mix",
    "EXTERNAL": "its strategy is that of its task sets, which its own controller makes: let ECS deploy it, or give it "
    "no mix",
}
"""https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html"""
DAEMON = "it runs one task on each instance (DAEMON), and Fargate has no such services: give it no mix"
WINDOWS = "its tasks are Windows, which Fargate Spot does not run: give it no mix"
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html"""


def mixed_of(service: Told, region: str) -> Mixed:
    """How the service launches its tasks."""
    tasks = service["runningCount"] + service.get("pendingCount", 0)
    return Mixed(setting(service), _own(service), zones=(region,), unable=_unable(service), count=tasks)


def setting(service: Told) -> Setting:
    """What its strategy says; with a launch type, or none of it on spot, all is on-demand.

    A base on spot has no words in a setting. It counts as all on spot, which no mix takes for what is wanted unless
    all may be.
    """
    items = {one["capacityProvider"]: one for one in _strategy(service)}
    spot, on_demand = items.get(SPOT, {}), items.get(FARGATE, {})
    share, rest = int(spot.get("weight", 0)), int(on_demand.get("weight", 0))
    if spot.get("base"):
        return Setting(0, 0, (SPOT,))
    percent = 100 - 100 * share // (share + rest) if share else 100
    return Setting(int(on_demand.get("base", 0)), percent, (SPOT,))


def changed(setting: Setting) -> dict[str, Any]:
    """The parameters that set it. FARGATE_SPOT stays named when it gets no tasks, so that people see who decides.

    AWS takes another strategy only with a new deployment, which replaces all tasks as the service's own deployment
    configuration says. https://github.com/pipe-cd/pipecd/pull/6385 has AWS's words.
    """
    on_demand = {"capacityProvider": FARGATE, "base": setting.base, "weight": setting.percent}
    return _deployed([on_demand, {"capacityProvider": SPOT, "weight": 100 - setting.percent}])


def as_it_was(own: str) -> dict[str, Any]:
    """The parameters that bring back its own strategy, or by an empty one its launch type.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
    """
    return _deployed(json.loads(own)[STRATEGY])


def is_back(policy: str, own: str) -> bool:
    """It launches its tasks as it did before."""
    return policy == own


def names_spot(policy: str) -> bool:
    """FARGATE_SPOT is part of it, so that its cluster must have that provider."""
    return any(one["capacityProvider"] == SPOT for one in json.loads(policy)[STRATEGY])


def launch_type(service: Told) -> str:
    """EC2, FARGATE or EXTERNAL; FARGATE, too, where a strategy of Fargate's providers stands in its place."""
    providers = {one["capacityProvider"] for one in _strategy(service)}
    return FARGATE if providers and providers <= {FARGATE, SPOT} else str(service.get(LAUNCH_TYPE) or "")


def _deployed(strategy: Strategy) -> dict[str, Any]:
    return {STRATEGY: [_without_no_base(one) for one in strategy], "forceNewDeployment": True}


def _without_no_base(item: Mapping[str, Any]) -> dict[str, Any]:
    """Only one provider of a strategy may have a base."""
    return {name: value for name, value in item.items() if name != "base" or value}


def _strategy(service: Told) -> Strategy:
    found: Strategy = service.get(STRATEGY) or ()
    return found


def _own(service: Told) -> str:
    """Its strategy and its launch type, one of which AWS shows, in one spelling."""
    items = [
        {"capacityProvider": one["capacityProvider"], "base": one.get("base", 0), "weight": one.get("weight", 0)}
        for one in _strategy(service)
    ]
    items.sort(key=lambda one: str(one["capacityProvider"]))
    return json.dumps({STRATEGY: items, LAUNCH_TYPE: service.get(LAUNCH_TYPE) or ""}, sort_keys=True)


def _unable(service: Told) -> str | None:
    controller = (service.get("deploymentController") or {}).get("type", "ECS")
    if service.get("schedulingStrategy") == "DAEMON":
        return DAEMON
    if controller != "ECS":
        return DEPLOYERS.get(controller, f"{controller} deploys it: let ECS deploy it, or give it no mix")
    if str(service.get("platformFamily", "")).upper().startswith("WINDOWS"):
        return WINDOWS
    return _not_on_fargate(service)


def _not_on_fargate(service: Told) -> str | None:
    others = [one["capacityProvider"] for one in _strategy(service) if one["capacityProvider"] not in (FARGATE, SPOT)]
    if others:
        return f"its tasks run on capacity provider {others[0]}: give the Auto Scaling group behind that a mix instead"
    if launch_type(service) == FARGATE:
        return None
    return ELSEWHERE.get(launch_type(service), "ECS tells neither its launch type nor its strategy: give it no mix")
