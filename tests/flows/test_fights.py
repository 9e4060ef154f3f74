from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core.model import Resource
from chalicelib.flows.events import What
from chalicelib.flows.ports import Refusal
from tests.flows.stage import MONDAY, Stage, definition

FRIDAY = MONDAY.replace(day=12)
OPENING = MONDAY.replace(day=9, hour=8)
HALF_AN_HOUR = timedelta(minutes=30)
SPOT = {"Code": "Server.SpotInstanceShutdown", "Message": "no Spot capacity"}
RETIRED = {"Code": "Server.ScheduledStop", "Message": "Stopped due to a scheduled retirement"}


@pytest.mark.parametrize("reason", [SPOT, RETIRED])
def test_what_aws_itself_stops_twice_a_day_is_started_each_time(reason: dict[str, str]) -> None:
    stage = Stage()
    server = stage.cloud.add("ec2-instance", "i-web", start=timedelta(minutes=2), StateReason=reason)
    stage.apply(definition(Resource("web", "ec2-instance", ids=("i-web",))))
    stage.run_until(OPENING + HALF_AN_HOUR)
    for _ in range(3):
        stage.cloud.move(server, up=False)
        stage.run_for(timedelta(hours=1))
        assert stage.cloud.status(server) == "running"
    assert stage.events(What.CONTESTED) == []


def fought_over(stage: Stage) -> dict[str, int]:
    """The sizes of the nodes, which something sets to 1, 5 and 1 whenever they come down."""
    stage.orders()
    (nodes,) = [thing for thing in stage.cloud.things.values() if thing.kind == "auto-scaling-group"]
    stage.run_until(stage.clock.now().replace(hour=22))
    for _ in range(2):
        stage.cloud.resize(nodes.arn, min=1, max=5, desired=1)
        stage.run_for(timedelta(minutes=40))
    assert nodes.sizes == {"min": 1, "max": 5, "desired": 1}
    assert len(stage.events(What.CONTESTED)) == 1
    return nodes.sizes


def test_the_sizes_that_a_fight_left_are_nobodys_wish() -> None:
    stage = Stage()
    sizes = fought_over(stage)
    stage.run_until(OPENING + HALF_AN_HOUR)
    assert sizes == {"min": 22, "max": 55, "desired": 30}
    assert stage.events(What.KEPT) == []


def test_they_are_not_although_the_first_call_of_the_morning_is_refused() -> None:
    stage = Stage()
    sizes = fought_over(stage)
    stage.cloud.refusals["UpdateAutoScalingGroup"] = Refusal("Throttling", "slower")
    stage.run_until(OPENING)
    stage.cloud.refusals.clear()
    stage.run_until(OPENING + HALF_AN_HOUR)
    assert sizes == {"min": 22, "max": 55, "desired": 30}


def test_they_are_not_although_the_rest_goes_on_when_the_fight_is_over() -> None:
    stage = Stage()
    stage.clock.set(FRIDAY)
    sizes = fought_over(stage)
    stage.run_until(FRIDAY + timedelta(days=2))
    assert sizes == {"min": 0, "max": 0, "desired": 0}
    stage.run_until(FRIDAY.replace(day=15, hour=8, minute=30))
    assert sizes == {"min": 22, "max": 55, "desired": 30}
