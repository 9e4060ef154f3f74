"""Services and warehouses rest and come back whole; alarms are silent meanwhile, and armed whatever became of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core.model import Resource
from tests.flows.stage import MONDAY, Stage, definition

EVENING = MONDAY.replace(hour=22)
MORNING = MONDAY.replace(day=9, hour=10)
WAREHOUSE = Resource("warehouse", "redshift-cluster", ids=("sales",))
WEB = Resource("web", "ecs-service", ids=("shop/web",), needs=("warehouse",))
ALARMS = Resource("alarms", "cloudwatch-alarm", names=("orders-*",))


@pytest.fixture
def stage() -> Stage:
    one = Stage()
    one.cloud.add("redshift-cluster", "sales", start=timedelta(minutes=9), stop=timedelta(minutes=8))
    one.cloud.add("ecs-service", "shop/web", sizes=(2, 6, 3))
    one.cloud.add("cloudwatch-alarm", "orders-cpu")
    one.cloud.add("cloudwatch-alarm", "orders-muted-by-hand", up=False)
    one.apply(definition(WAREHOUSE, WEB, ALARMS))
    return one


def statuses(stage: Stage) -> dict[str, str]:
    return {thing.id: stage.cloud.status(thing.arn) for thing in stage.cloud.things.values()}


def made(stage: Stage) -> list[str]:
    return [call.operation for call in stage.cloud.made]


def test_a_night_brings_counts_bounds_and_alarms_back(stage: Stage) -> None:
    stage.run_until(EVENING)
    assert statuses(stage) == {
        "sales": "paused",
        "shop/web": "down",
        "orders-cpu": "muted",
        "orders-muted-by-hand": "muted",
    }
    stage.run_until(MORNING)
    assert statuses(stage) == {
        "sales": "available",
        "shop/web": "up",
        "orders-cpu": "armed",
        "orders-muted-by-hand": "muted",
    }
    (web,) = [thing for thing in stage.cloud.things.values() if thing.kind == "ecs-service"]
    assert (web.sizes, web.suspended) == ({"min": 2, "max": 6, "desired": 3}, set())


def test_alarms_are_silent_before_anything_goes_down_and_until_everything_is_back(stage: Stage) -> None:
    stage.run_until(MORNING)
    calls = made(stage)
    assert calls[0] == "DisableAlarmActions"
    assert calls.count("DisableAlarmActions") == calls.count("EnableAlarmActions") == 1
    assert calls.index("EnableAlarmActions") > calls.index("ResumeCluster")


def test_alarms_are_armed_although_a_start_failed(stage: Stage) -> None:
    stage.run_until(EVENING)
    sales = next(arn for arn, thing in stage.cloud.things.items() if thing.id == "sales")
    stage.cloud.never_arrive.add(sales)
    stage.run_until(MORNING)
    assert statuses(stage)["sales"] == "resuming"
    assert statuses(stage)["orders-cpu"] == "armed"
