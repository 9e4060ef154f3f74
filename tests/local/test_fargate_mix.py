"""The capacity mix of a service end to end: the flows over real boto3 calls, and Fargate Spot that runs dry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from chalicelib.core.capacity import Capacity
from chalicelib.core.model import Resource
from chalicelib.flows.hear import hear
from chalicelib.local.estate import Site
from chalicelib.local.estate_services import CLUSTER, add_ecs_service
from chalicelib.local.spot_market import ENDLESS, FARGATE_SPOT, SpotPool
from tests.flows.stage import definition
from tests.local.night import HOUR, MINUTE, Night

MIX = Capacity("web", on_demand_base=2, shares=(0.0, 0.75))
WHOLE = {"FARGATE": 4, "FARGATE_SPOT": 4}


@pytest.fixture
def night(site: Site) -> Iterator[Night]:
    """A service of eight on Fargate, whose mix was decided for some hours."""
    one = Night(site)
    add_ecs_service(site, one.name, desired=8)
    one.begin(Resource("web", "ecs-service", ids=(f"{CLUSTER}/{one.name}",)), windows="24/7", capacity=(MIX,))
    one.stage.run_for(3 * HOUR)
    yield one
    room(one, ENDLESS)


def room(night: Night, capacity: int) -> None:
    """Fargate Spot has room for so many, and what AWS says of it is heard."""
    site = night.site
    site.cloud.take_events()
    site.cloud.spot_pool(SpotPool(site.account, site.region, FARGATE_SPOT, ""), capacity=capacity)
    for event in site.cloud.take_events():
        hear(night.stage.world, event)


def running(night: Night) -> Counter[str]:
    """Tasks that are to stay, by provider."""
    ecs = night.site.client("ecs")
    arns = ecs.list_tasks(cluster=CLUSTER, serviceName=night.name)["taskArns"]
    tasks = ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []
    return Counter(task.get("capacityProviderName", task["launchType"]) for task in tasks)


def test_a_service_falls_back_when_spot_runs_dry_and_goes_back_when_it_is_calm(night: Night) -> None:
    assert running(night) == WHOLE
    room(night, 1)
    night.stage.run_for(MINUTE)
    shown = night.site.client("ecs").describe_services(cluster=CLUSTER, services=[night.name])["services"][0]
    assert {one["capacityProvider"] for one in shown["capacityProviderStrategy"] if one["weight"]} == {"FARGATE"}
    night.stage.run_for(4 * MINUTE)
    assert running(night) == {"FARGATE": 8}
    assert (shown["desiredCount"], "RegisterScalableTarget" in night.made()) == (8, False)
    room(night, ENDLESS)
    night.stage.run_for(4 * HOUR)
    assert running(night) == WHOLE


def test_a_service_asleep_comes_up_with_its_mix_and_gets_its_launch_type_back_with_its_file(night: Night) -> None:
    resource = Resource("web", "ecs-service", ids=(f"{CLUSTER}/{night.name}",))
    here = {"locations": (night.here,), "windows": "mon-sun 06:00-20:00"}
    night.stage.apply(definition(resource, capacity=(MIX,), **here))  # type: ignore[arg-type]
    night.until(5 * HOUR)
    assert running(night) == {}
    set_before = night.times("UpdateService")
    night.until(11 * HOUR)
    assert running(night) == WHOLE
    assert night.times("UpdateService") - set_before <= 2
    night.stage.apply(definition(resource, **here))  # type: ignore[arg-type]
    night.stage.run_for(30 * MINUTE)
    assert running(night) == {"FARGATE": 8}
    shown = night.site.client("ecs").describe_services(cluster=CLUSTER, services=[night.name])["services"][0]
    assert shown["launchType"] == "FARGATE"
    assert "capacityProviderStrategy" not in shown
