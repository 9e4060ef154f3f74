"""A strategy says of a mix what ECS can be told, and comes back as it was."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.mixed import Setting
from chalicelib.core.strategies import as_it_was, changed, is_back, launch_type, mixed_of, names_spot

REGION = "eu-central-1"
ON_DEMAND, SPOT = "FARGATE", "FARGATE_SPOT"


def service(**fields: Any) -> dict[str, Any]:
    return {"runningCount": 3, "pendingCount": 1, **(fields or {"launchType": ON_DEMAND})}


def item(provider: str, weight: int, base: int = 0) -> dict[str, Any]:
    return {"capacityProvider": provider, "weight": weight, "base": base}


def told(*items: dict[str, Any]) -> dict[str, Any]:
    return service(capacityProviderStrategy=list(items))


@pytest.mark.parametrize(
    ("shown", "base", "percent"),
    [
        (service(), 0, 100),
        (told(item(ON_DEMAND, 1)), 0, 100),
        (told(item(ON_DEMAND, 1, 2), item(SPOT, 0)), 2, 100),
        (told(item(SPOT, 1)), 0, 0),
        (told(item(ON_DEMAND, 1, 2), item(SPOT, 3)), 2, 25),
        (told(item(ON_DEMAND, 1), item(SPOT, 2)), 0, 34),
        (told(item(ON_DEMAND, 0, 1), item(SPOT, 1)), 1, 0),
        (told(item(ON_DEMAND, 1), item(SPOT, 1, 2)), 0, 0),  # a base on spot
    ],
)
def test_base_and_weights_are_a_setting_rounded_in_favour_of_on_demand(
    shown: dict[str, Any], base: int, percent: int
) -> None:
    assert mixed_of(shown, REGION).setting == Setting(base, percent, (SPOT,))


@pytest.mark.parametrize("percent", [0, 1, 37, 99, 100])
def test_what_is_set_is_read_again_as_it_was_meant(percent: int) -> None:
    setting = Setting(2, percent, (SPOT,))
    assert mixed_of(service(**changed(setting)), REGION).setting == setting


@pytest.mark.parametrize("percent", [0, 37, 100])
def test_ecs_takes_what_is_set(percent: int) -> None:
    set_to = changed(Setting(2, percent))
    items = set_to["capacityProviderStrategy"]
    assert set_to["forceNewDeployment"] is True
    assert sum("base" in one for one in items) <= 1
    assert any(one["weight"] for one in items)
    assert {one["capacityProvider"] for one in items} == {ON_DEMAND, SPOT}


@pytest.mark.parametrize(
    ("before", "strategy"),
    [
        (service(), []),
        (
            told(item(SPOT, 1), item(ON_DEMAND, 2, 3)),
            [{**item(ON_DEMAND, 2, 3)}, {"capacityProvider": SPOT, "weight": 1}],
        ),
    ],
    ids=["launch type", "strategy"],
)
def test_its_own_strategy_comes_back_or_by_an_empty_one_its_launch_type(
    before: dict[str, Any], strategy: list[dict[str, Any]]
) -> None:
    own = mixed_of(before, REGION).policy
    assert as_it_was(own) == {"capacityProviderStrategy": strategy, "forceNewDeployment": True}
    ours = mixed_of(service(**changed(Setting(0, 50))), REGION).policy
    assert not is_back(ours, own)
    assert is_back(mixed_of(dict(reversed(before.items())), REGION).policy, own)


def test_the_order_of_its_providers_says_nothing() -> None:
    one, other = told(item(SPOT, 1), item(ON_DEMAND, 1)), told(item(ON_DEMAND, 1), item(SPOT, 1))
    assert is_back(mixed_of(one, REGION).policy, mixed_of(other, REGION).policy)


@pytest.mark.parametrize(("shown", "named"), [(service(), False), (told(item(ON_DEMAND, 1), item(SPOT, 0)), True)])
def test_a_strategy_that_names_spot_shows_that_its_cluster_has_it(shown: dict[str, Any], named: bool) -> None:
    assert names_spot(mixed_of(shown, REGION).policy) is named


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"launchType": "EC2"}, "the Auto Scaling group of its cluster"),
        ({"launchType": "EXTERNAL"}, "outside AWS"),
        ({"capacityProviderStrategy": [item("nodes", 1)]}, "capacity provider nodes"),
        ({"launchType": ON_DEMAND, "deploymentController": {"type": "CODE_DEPLOY"}}, "let ECS deploy it"),
        ({"deploymentController": {"type": "EXTERNAL"}}, "let ECS deploy it"),
        ({"launchType": "EC2", "schedulingStrategy": "DAEMON"}, "DAEMON"),
        ({"launchType": ON_DEMAND, "platformFamily": "WINDOWS_SERVER_2022_CORE"}, "Windows"),
        ({"deployments": []}, "neither its launch type nor its strategy"),
    ],
)
def test_a_service_that_can_have_no_mix_says_why(fields: dict[str, Any], why: str) -> None:
    assert why in str(mixed_of(service(**fields), REGION).unable)


@pytest.mark.parametrize(
    "fields",
    [{"launchType": ON_DEMAND}, {"capacityProviderStrategy": [item(SPOT, 1)], "deploymentController": {"type": "ECS"}}],
)
def test_a_service_on_fargate_that_ecs_deploys_can_have_one(fields: dict[str, Any]) -> None:
    mixed = mixed_of(service(**fields), REGION)
    assert (mixed.unable, mixed.zones, mixed.count) == (None, (REGION,), 4)
    assert launch_type(service(**fields)) == ON_DEMAND


def test_without_tasks_nothing_runs() -> None:
    assert not mixed_of(service(launchType=ON_DEMAND) | {"runningCount": 0, "pendingCount": 0}, REGION).runs
