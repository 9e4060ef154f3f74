"""ECS services on FARGATE and FARGATE_SPOT: who runs where, what happens without spot, what is refused."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.local.capacity_strategy import wanted
from chalicelib.local.estate import Site
from chalicelib.local.estate_services import CLUSTER, add_ecs_service
from chalicelib.local.spot_market import ENDLESS, FARGATE_SPOT, SpotPool

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]
A_WHILE, NOTICE = timedelta(minutes=6), timedelta(minutes=2)


def strategy(base: int, on_demand: int, spot: int) -> list[dict[str, str | int]]:
    return [
        {"capacityProvider": "FARGATE", "base": base, "weight": on_demand},
        {"capacityProvider": "FARGATE_SPOT", "weight": spot},
    ]


@pytest.fixture
def room(site: Site) -> Iterator[Callable[[int], None]]:
    pool = SpotPool(site.account, site.region, FARGATE_SPOT, "")
    yield lambda capacity: site.cloud.spot_pool(pool, capacity=capacity)
    site.cloud.spot_pool(pool, capacity=ENDLESS)


def providers(site: Site, name: str, status: str = "RUNNING") -> Counter[str]:
    ecs = site.client("ecs")
    arns = ecs.list_tasks(cluster=CLUSTER, serviceName=name, desiredStatus=status)["taskArns"]
    tasks = ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []
    return Counter(task.get("capacityProviderName", task["launchType"]) for task in tasks)


def described(site: Site, name: str) -> dict[str, Any]:
    (shown,) = site.client("ecs").describe_services(cluster=CLUSTER, services=[name])["services"]
    return dict(shown)


def update(site: Site, name: str, **changes: Any) -> None:
    site.client("ecs").update_service(cluster=CLUSTER, service=name, **changes)


@pytest.mark.parametrize(
    ("base", "weights", "desired", "expected"),
    [
        (0, (1, 1), 4, (2, 2)),
        (2, (0, 1), 6, (2, 4)),
        (2, (1, 3), 6, (3, 3)),
        (5, (1, 1), 3, (3, 0)),
        (1, (1, 4), 0, (0, 0)),
    ],
)
def test_the_base_comes_first_and_the_rest_by_weight(
    base: int, weights: tuple[int, int], desired: int, expected: tuple[int, int]
) -> None:
    found = wanted(strategy(base, *weights), desired)
    assert (found["FARGATE"], found["FARGATE_SPOT"]) == expected


def test_a_service_runs_as_its_strategy_says_and_shows_it(site: Site, wait: Wait) -> None:
    add_ecs_service(site, "mixed", desired=5, strategy=strategy(1, 1, 3))
    assert providers(site, "mixed") == {"FARGATE": 2, "FARGATE_SPOT": 3}
    assert described(site, "mixed")["capacityProviderStrategy"][1]["weight"] == 3
    assert "launchType" not in described(site, "mixed")
    update(site, "mixed", desiredCount=1)
    wait(A_WHILE)
    assert providers(site, "mixed") == {"FARGATE": 1}


def test_without_spot_its_tasks_are_not_placed_and_nothing_takes_their_part(
    site: Site, wait: Wait, room: Callable[[int], None]
) -> None:
    add_ecs_service(site, "waiting", desired=0, strategy=strategy(1, 0, 1))
    room(1)
    update(site, "waiting", desiredCount=4)
    wait(A_WHILE)
    shown = described(site, "waiting")
    assert (shown["runningCount"], shown["pendingCount"]) == (2, 2)
    failures = [event for event in site.cloud.take_events() if "PLACEMENT" in event["detail"].get("eventName", "")]
    assert failures[0]["detail"]["capacityProviderArns"] == [
        f"arn:aws:ecs:{site.region}:{site.account}:capacity-provider/FARGATE_SPOT"
    ]
    assert failures[0]["detail"]["reason"] == "RESOURCE:FARGATE"
    room(ENDLESS)
    wait(A_WHILE)
    assert providers(site, "waiting") == {"FARGATE": 1, "FARGATE_SPOT": 3}


def test_spot_tasks_are_warned_two_minutes_before_they_stop(
    site: Site, wait: Wait, room: Callable[[int], None]
) -> None:
    add_ecs_service(site, "interrupted", desired=3, strategy=strategy(1, 0, 1))
    room(0)
    told = [event for event in site.cloud.take_events() if event["detail-type"] == "ECS Task State Change"]
    own = [event["detail"] for event in told if event["detail"]["group"] == "service:interrupted"]
    assert [(one["lastStatus"], one["desiredStatus"], one["stopCode"]) for one in own] == [
        ("RUNNING", "STOPPED", "SpotInterruption")
    ] * 2
    assert providers(site, "interrupted") == {"FARGATE": 1}
    assert described(site, "interrupted")["runningCount"] == 3
    assert providers(site, "interrupted", status="STOPPED") == {"FARGATE_SPOT": 2}
    wait(NOTICE)
    assert providers(site, "interrupted") == {"FARGATE": 1}
    room(ENDLESS)
    wait(A_WHILE)
    assert providers(site, "interrupted") == {"FARGATE": 1, "FARGATE_SPOT": 2}


def test_another_strategy_takes_a_new_deployment_and_never_leaves_too_few(
    site: Site, wait: Wait, refusal: Refusal
) -> None:
    add_ecs_service(site, "moving", desired=4)
    spot = strategy(1, 0, 1)
    assert refusal(update, site=site, name="moving", capacityProviderStrategy=spot) == "InvalidParameterException"
    update(site, "moving", capacityProviderStrategy=spot, forceNewDeployment=True)
    for _ in range(6):
        assert described(site, "moving")["runningCount"] == 4
        wait(timedelta(minutes=1))
    assert providers(site, "moving") == {"FARGATE": 1, "FARGATE_SPOT": 3}


def test_an_empty_strategy_brings_back_the_launch_type(site: Site, wait: Wait, refusal: Refusal) -> None:
    add_ecs_service(site, "back", desired=2)
    update(site, "back", capacityProviderStrategy=strategy(0, 0, 1), forceNewDeployment=True)
    wait(A_WHILE)
    assert refusal(update, site=site, name="back", capacityProviderStrategy=[]) == "InvalidParameterException"
    update(site, "back", capacityProviderStrategy=[], forceNewDeployment=True)
    wait(A_WHILE)
    shown = described(site, "back")
    assert (shown["launchType"], shown.get("capacityProviderStrategy"), shown["runningCount"]) == ("FARGATE", None, 2)
    assert shown["deployments"][0]["createdAt"] <= site.cloud.clock.now()


def test_a_deployment_to_spot_that_is_not_there_keeps_the_old_tasks(
    site: Site, wait: Wait, room: Callable[[int], None]
) -> None:
    add_ecs_service(site, "stranded", desired=3)
    room(0)
    update(site, "stranded", capacityProviderStrategy=strategy(0, 0, 1), forceNewDeployment=True)
    wait(A_WHILE)
    assert described(site, "stranded")["runningCount"] == 3
    update(site, "stranded", capacityProviderStrategy=strategy(0, 1, 0), forceNewDeployment=True)
    wait(A_WHILE)
    assert providers(site, "stranded") == {"FARGATE": 3}


@pytest.mark.parametrize(
    "wrong",
    [
        [{"capacityProvider": "FARGATE", "weight": 0}],
        [{"capacityProvider": "elsewhere", "weight": 1}],
        [
            {"capacityProvider": "FARGATE", "base": 1, "weight": 1},
            {"capacityProvider": "FARGATE_SPOT", "base": 1, "weight": 1},
        ],
    ],
    ids=["no weight", "unknown provider", "two bases"],
)
def test_a_strategy_that_makes_no_sense_is_refused(site: Site, refusal: Refusal, wrong: list[dict[str, Any]]) -> None:
    add_ecs_service(site, "sensible", desired=1)
    change = {"capacityProviderStrategy": wrong, "forceNewDeployment": True}
    assert refusal(update, site=site, name="sensible", **change) == "InvalidParameterException"


def test_a_launch_type_and_a_strategy_at_once_are_refused(site: Site, refusal: Refusal) -> None:
    both = {"launchType": "FARGATE", "capacityProviderStrategy": strategy(0, 1, 1)}
    create = site.client("ecs").create_service
    add_ecs_service(site, "one-way")
    asked = {"cluster": CLUSTER, "serviceName": "both", "taskDefinition": "one-way", "desiredCount": 1}
    assert refusal(create, **asked, **both) == "InvalidParameterException"
