"""What the tasks of a service draw."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.core.model import Sighting
from chalicelib.core.money.reading import printed
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Asked, Look
from tests.fakes.cloud import HERE

KIND = kinds()["ecs-service"]
FETCHED = datetime(2026, 11, 22, 8, 0, 4, tzinfo=UTC)


def service(running: int = 2, **fields: Any) -> Sighting:
    told = {
        "serviceArn": "arn:web",
        "serviceName": "web",
        "clusterArn": "arn:aws:ecs:eu-central-1:111122223333:cluster/shop",
        "status": "ACTIVE",
        "desiredCount": 2,
        "runningCount": running,
        "deployments": [],
    }
    (sighting,) = KIND.read(HERE, [{"services": [{**told, **fields}]}])
    return sighting


def task(**fields: Any) -> dict[str, Any]:
    usual = {"clusterArn": "arn:aws:ecs:eu-central-1:111122223333:cluster/shop", "group": "service:web"}
    size = {"launchType": "FARGATE", "lastStatus": "RUNNING", "cpu": "512", "memory": "3072"}
    return {**usual, **size, **fields}


def drawn(*tasks: dict[str, Any]) -> str:
    return printed(KIND.draws(service(), [{"tasks": list(tasks)}]).draws)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "fargate:eu-central-1:gb:linux:on-demand*3 fargate:eu-central-1:vcpu:linux:on-demand*0.5"),
        (
            {"capacityProviderName": "FARGATE_SPOT"},
            "fargate:eu-central-1:gb:linux:spot*3 fargate:eu-central-1:vcpu:linux:spot*0.5",
        ),
        (
            {"attributes": [{"name": "ecs.cpu-architecture", "value": "arm64"}]},
            "fargate:eu-central-1:gb:linux-arm:on-demand*3 fargate:eu-central-1:vcpu:linux-arm:on-demand*0.5",
        ),
        (
            {"platformFamily": "WINDOWS_SERVER_2022_CORE"},
            "fargate:eu-central-1:gb:windows:on-demand*3 fargate:eu-central-1:vcpu:windows:on-demand*0.5",
        ),
        (
            {"ephemeralStorage": {"sizeInGiB": 50}},
            "fargate:eu-central-1:gb:linux:on-demand*3 fargate:eu-central-1:storage-gb:linux:on-demand*30"
            " fargate:eu-central-1:vcpu:linux:on-demand*0.5",
        ),
        ({"launchType": "EC2"}, ""),
        ({"lastStatus": "PROVISIONING"}, ""),
        ({"lastStatus": "STOPPED", "pullStartedAt": FETCHED}, ""),
        ({"group": "service:other"}, ""),
        ({"clusterArn": "arn:aws:ecs:eu-central-1:111122223333:cluster/other"}, ""),
        ({"cpu": None}, "unknown:a-task-without-a-size"),
    ],
    ids=str,
)
def test_a_task_draws_its_size_where_fargate_runs_it(fields: dict[str, Any], text: str) -> None:
    assert drawn(task(**fields)) == text


def test_tasks_of_a_size_add_up() -> None:
    assert drawn(task(), task()).endswith("vcpu:linux:on-demand")


def test_a_task_is_billed_from_when_it_fetches_its_image() -> None:
    found = KIND.draws(service(), [{"tasks": [task(lastStatus="PENDING", pullStartedAt=FETCHED)]}])
    assert {at for at, _ in found.came} == {FETCHED}
    assert len(found.came) == len(found.draws) == 2


def test_its_tasks_are_listed_then_described_a_hundred_at_a_time() -> None:
    (listing,) = KIND.meter([service()], ())
    assert listing.parameters == {"cluster": "shop", "serviceName": "web", "maxResults": 100}
    asked = Asked(listing, tuple({"taskArns": [f"task-{n}" for n in range(75)]} for _ in range(2)))
    described = KIND.meter([service()], [asked])
    assert [(look.operation, len(look.parameters["tasks"])) for look in described] == [
        ("DescribeTasks", 100),
        ("DescribeTasks", 50),
    ]
    assert KIND.meter([service()], [Asked(look, ()) for look in described]) == ()


@pytest.mark.parametrize("sighting", [service(launchType="EC2"), service(running=0)], ids=["EC2", "none"])
def test_nothing_is_asked_of_what_runs_no_task_on_fargate(sighting: Sighting) -> None:
    assert KIND.meter([sighting], ()) == ()
    assert KIND.draws(sighting, ()).draws == ()


def test_a_look_of_another_kind_leads_nowhere() -> None:
    assert KIND.meter([service()], [Asked(Look("DescribeTasks", {"cluster": "shop"}), ({"tasks": []},))]) == ()
