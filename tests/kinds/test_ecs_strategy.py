"""What is asked and called for the capacity mix of an ECS service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.core.group_memory import What
from chalicelib.core.mixed import Setting
from chalicelib.core.model import Location, Sighting
from chalicelib.kinds.contract import Asked, Look
from chalicelib.kinds.ecs_service import KIND
from chalicelib.kinds.ecs_strategy import MIXING

PLACE = Location("111122223333", "eu-central-1")
NOW = datetime(2027, 3, 8, 12, tzinfo=UTC)
CLUSTER = "arn:aws:ecs:eu-central-1:111122223333:cluster/shop"
LONG = "arn:aws:ecs:eu-central-1:111122223333:service/shop/web"
SHORT = "arn:aws:ecs:eu-central-1:111122223333:service/web"
SPOT: dict[str, Any] = {"capacityProviderStrategy": [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]}
ON_DEMAND: dict[str, Any] = {"launchType": "FARGATE"}


def seen(count: int = 3, **fields: Any) -> Sighting:
    service = {
        "serviceArn": LONG,
        "serviceName": "web",
        "clusterArn": CLUSTER,
        "status": "ACTIVE",
        "desiredCount": count,
        "runningCount": count,
        **fields,
    }
    (sighting,) = KIND.read(PLACE, [{"services": [service]}])
    return sighting


def asked(sighting: Sighting) -> list[str]:
    return [look.operation for look in MIXING.watch(sighting, {}, NOW)]


@pytest.mark.parametrize(
    ("sighting", "operations"),
    [
        (seen(**SPOT), ["DescribeServices", "ListTasks", "ListTasks"]),
        (seen(**ON_DEMAND), ["DescribeClusters", "DescribeServices", "ListTasks", "ListTasks"]),
        (seen(0, **ON_DEMAND), ["DescribeClusters"]),
        (seen(0, **SPOT), []),
    ],
)
def test_its_cluster_is_asked_until_its_strategy_names_spot_and_its_tasks_while_it_has_any(
    sighting: Sighting, operations: list[str]
) -> None:
    assert asked(sighting) == operations


def test_tasks_that_are_to_stop_are_listed_too_and_each_is_described_once() -> None:
    looks = MIXING.watch(seen(**SPOT), {}, NOW)
    pages = [{"taskArns": [f"task/{n}" for n in range(start, start + 90)]} for start in (0, 60)]
    listings = [Asked(look, (page,)) for look, page in zip(looks[1:], pages, strict=True)]
    described = MIXING.follow([Asked(looks[0], ({"services": []},)), *listings])
    assert [look.parameters["desiredStatus"] for look in looks[1:]] == ["RUNNING", "STOPPED"]
    assert [len(look.parameters["tasks"]) for look in described] == [100, 50]
    assert MIXING.follow([Asked(look, ({"tasks": []},)) for look in described]) == ()


def test_a_cluster_without_fargate_spot_makes_it_unable() -> None:
    shown: list[dict[str, Any]] = [
        {"clusters": [{"capacityProviders": ["FARGATE"]}]},
        {"services": [{"desiredCount": 3}]},
    ]
    assert "FARGATE_SPOT" in str(MIXING.watched(seen(**ON_DEMAND), {}, shown, NOW).unable)


def test_its_spot_tasks_are_all_of_one_pool_as_wide_as_the_region() -> None:
    task = {"taskArn": "task/shop/1", "capacityProviderName": "FARGATE_SPOT", "lastStatus": "RUNNING"}
    shown: list[dict[str, Any]] = [
        {"services": [{"desiredCount": 1, **SPOT}]},
        {"tasks": [{**task, "desiredStatus": "RUNNING"}]},
    ]
    heard = MIXING.watched(seen(**SPOT), {}, shown, NOW)
    assert {(str(news.pool), news.what) for news in heard.news} == {("FARGATE_SPOT in eu-central-1", What.SEEN)}
    assert list(heard.spot) == ["1"]


def test_a_service_that_is_gone_since_tells_nothing() -> None:
    assert MIXING.watched(seen(**SPOT), {}, [{"services": []}], NOW).news == ()


def test_a_change_and_its_undoing_are_updates_of_the_strategy_alone() -> None:
    sighting = seen(**ON_DEMAND)
    assert sighting.mixed is not None
    for call in (MIXING.change(sighting, "", Setting(2, 50)), MIXING.undo(sighting, sighting.mixed.policy)):
        assert (call.service, call.operation, call.arns) == ("ecs", "UpdateService", (LONG,))
        assert call.parameters.keys() == {"cluster", "service", "capacityProviderStrategy", "forceNewDeployment"}
        assert (call.parameters["cluster"], call.parameters["service"]) == ("shop", "web")


@pytest.mark.parametrize(
    ("detail", "arns"),
    [
        ({"stopCode": "SpotInterruption", "group": "service:web"}, (LONG, SHORT)),
        ({"stopCode": "EssentialContainerExited", "group": "service:web"}, ()),
        ({"group": "service:web"}, ()),
        ({"stopCode": "SpotInterruption", "group": "family:migration"}, ()),
    ],
)
def test_an_event_of_a_task_that_is_taken_back_tells_of_its_service_and_no_other_event_does(
    detail: dict[str, Any], arns: tuple[str, ...]
) -> None:
    event = {"account": PLACE.account, "region": PLACE.region, "detail": {"clusterArn": CLUSTER, **detail}}
    assert MIXING.event.arns(event) == arns


def test_looks_name_the_service_by_its_cluster() -> None:
    first = MIXING.watch(seen(**SPOT), {}, NOW)[0]
    assert first == Look("DescribeServices", {"cluster": "shop", "services": ["web"]})
