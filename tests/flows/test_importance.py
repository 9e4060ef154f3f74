"""What is core makes an environment usable, all but the supplementary makes it ready."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.model import Importance, Resource
from chalicelib.core.phase import Phase
from chalicelib.flows.events import What
from chalicelib.flows.ports import Refusal
from chalicelib.flows.status import Status, status
from chalicelib.flows.wake import Asked, wake
from tests.flows.stage import DATABASE, DEV, MONDAY, NODES, Stage, definition

MORNING = MONDAY.replace(day=9, hour=8, minute=0)
CORE = replace(DATABASE, importance=Importance.CORE)
SEARCH = Resource("search", "ec2-instance", ids=("orders-search",), importance=Importance.SUPPLEMENTARY)


def stage_with(*resources: Resource) -> Stage:
    """A database of the core, nodes, and what else is given, all up on a Monday noon."""
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db", start=timedelta(minutes=7), stop=timedelta(minutes=5))
    stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(22, 55, 30))
    stage.cloud.add("ec2-instance", "orders-search")
    stage.apply(definition(CORE, NODES, *resources))
    return stage


def shown(stage: Stage) -> Status:
    return status(stage.world, "orders-qa")


def observed(stage: Stage) -> dict[str, str]:
    return {one.member.key: one.member.observed.value for one in shown(stage).resources}


def test_it_is_usable_before_it_is_ready_and_both_moments_are_told_and_measured() -> None:
    stage = stage_with(SEARCH)
    stage.run_until(MORNING)
    (usable,), (ready,) = stage.events(What.USABLE), stage.events(What.READY)
    assert usable.at < ready.at < MORNING
    (rising,) = stage.events(What.RISING)
    assert int(usable.data["seconds"]) == (usable.at - rising.at).total_seconds()
    assert int(ready.data["seconds"]) == (ready.at - rising.at).total_seconds()
    now = shown(stage)
    assert (now.usable_at, now.ready_at, now.usable, now.ready) == (usable.at, ready.at, True, True)


def test_what_is_supplementary_starts_when_all_else_is_ready() -> None:
    stage = stage_with(SEARCH)
    stage.run_until(MORNING)
    assert stage.order_of(What.INTENDED, "start") == ["database", "nodes", "search"]
    (ready,) = stage.events(What.READY)
    (search,) = [event for event in stage.events(What.INTENDED) if (event.resource, event.text) == ("search", "start")]
    assert search.at >= ready.at


@pytest.mark.parametrize("code", ["InternalError", "InsufficientInstanceCapacity"])
def test_what_is_supplementary_and_fails_blocks_nothing_and_the_environment_is_up(code: str) -> None:
    stage = stage_with(SEARCH)
    stage.cloud.refusals["StartInstances"] = Refusal(code, "no")
    stage.run_until(MORNING + timedelta(hours=3))
    assert len(stage.events(What.READY)) == 1
    assert not stage.events(What.NOT_READY)
    assert shown(stage).phase is Phase.UP
    assert observed(stage) == {"database": "up", "nodes": "up", "search": "down"}


def test_what_starts_on_request_sleeps_until_somebody_asks_for_it_by_name() -> None:
    stage = stage_with(replace(SEARCH, on_request=True))
    stage.run_until(MORNING + timedelta(hours=1))
    assert observed(stage)["search"] == "down"
    assert shown(stage).phase is Phase.UP
    wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=2)))
    stage.run_for(timedelta(minutes=20))
    assert observed(stage)["search"] == "down"
    wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=2), only=("search",)))
    stage.run_for(timedelta(minutes=20))
    assert observed(stage)["search"] == "up"
    stage.run_for(timedelta(hours=3))
    assert observed(stage) == {"database": "up", "nodes": "up", "search": "down"}


def test_a_stop_that_aws_will_never_make_is_told_once_and_not_tried_every_night() -> None:
    stage = stage_with(replace(SEARCH, importance=Importance.NORMAL))
    stage.cloud.refusals["StopInstances"] = Refusal("OperationNotPermitted", "its stop protection is on")
    stage.run_until(MORNING + timedelta(days=3, hours=13))
    assert stage.cloud.calls["StopInstances"] == 1
    (told,) = stage.events(What.INELIGIBLE)
    assert told.text == "OperationNotPermitted: its stop protection is on"
    note = next(one.note for one in shown(stage).resources if one.member.key == "search")
    assert note is not None
    assert note.startswith("ineligible: AWS will not stop it: OperationNotPermitted")
