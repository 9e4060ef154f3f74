"""An environment's alarms are silent while it is off or moving, and always armed again when it is up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.model import Importance, ReadyChecks, Resource
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import parse_window
from chalicelib.flows.events import What
from chalicelib.flows.retire import retire
from chalicelib.flows.wake import Asked, wake
from tests.flows.stage import DATABASE, DEV, MONDAY, NODES, OPERATOR, Stage, definition

MINUTE = timedelta(minutes=1)
EVENING = MONDAY.replace(hour=22)
OPENING = MONDAY.replace(day=9, hour=8)
ALARMS = Resource("alarms", "cloudwatch-alarm", names=("orders-*",))
WEB = Resource("web", "ec2-instance", ids=("i-web",))
LAB = replace(WEB, key="lab", importance=Importance.SUPPLEMENTARY)
ANSWERING = replace(NODES, ready=ReadyChecks(http="https://x.example/healthz"))


class Unhealthy:
    """A health check that never answers well."""

    def http(self, url: str) -> str | None:
        return "it answers 503"

    def target_group(self, location: object, arn: str) -> str | None:
        return None


def stage_with(*resources: Resource, **other: object) -> Stage:
    """A database, nodes, a server and an alarm, all up; of which the environment has these."""
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db", start=7 * MINUTE, stop=5 * MINUTE)
    stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(22, 55, 30))
    stage.cloud.add("ec2-instance", "i-web", start=2 * MINUTE)
    stage.cloud.add("cloudwatch-alarm", "orders-cpu")
    stage.apply(definition(*resources, **other))  # type: ignore[arg-type]
    return stage


def arn(stage: Stage, id: str) -> str:
    return next(thing.arn for thing in stage.cloud.things.values() if thing.id == id)


def is_now(stage: Stage, id: str) -> str:
    return stage.cloud.status(arn(stage, id))


def fails_its_checks(stage: Stage) -> None:
    stage.cloud.never_healthy.add(arn(stage, "i-web"))


def answers_badly(stage: Stage) -> None:
    stage.world = replace(stage.world, probe=Unhealthy())


@pytest.mark.parametrize(("resource", "trouble"), [(WEB, fails_its_checks), (ANSWERING, answers_badly)])
def test_what_comes_up_unhealthy_is_what_alarms_are_for(resource: Resource, trouble: Callable[[Stage], None]) -> None:
    stage = stage_with(DATABASE, resource, ALARMS)
    stage.run_until(EVENING)
    assert is_now(stage, "orders-cpu") == "muted"
    trouble(stage)
    stage.run_until(OPENING + 30 * MINUTE)
    assert is_now(stage, "orders-cpu") == "armed"


def test_what_is_supplementary_does_not_wait_for_health_that_does_not_come() -> None:
    stage = stage_with(DATABASE, ANSWERING, LAB)
    stage.run_until(EVENING)
    answers_badly(stage)
    stage.run_until(OPENING + 60 * MINUTE)
    assert is_now(stage, "i-web") == "running"


def test_alarms_are_armed_when_somebody_else_starts_it_within_windows_that_start_nothing() -> None:
    on_demand = Uptime("UTC", (parse_window("mon-fri 08:00-20:00"),), start="on-demand")
    stage = stage_with(DATABASE, NODES, ALARMS, uptime=(on_demand,))
    stage.run_until(OPENING + 30 * MINUTE)
    stage.cloud.move(arn(stage, "orders-db"), True)
    stage.cloud.resize(arn(stage, "orders-nodes"), min=22, max=55, desired=30)
    stage.run_for(60 * MINUTE)
    assert is_now(stage, "orders-cpu") == "armed"


def test_alarms_are_armed_when_leases_on_parts_bring_up_all_of_it() -> None:
    stage = stage_with(DATABASE, NODES, ALARMS)
    stage.run_until(EVENING)
    wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=3), only=("nodes",)))
    stage.run_for(60 * MINUTE)
    assert is_now(stage, "orders-cpu") == "armed"
    stage.run_for(timedelta(hours=4))
    assert is_now(stage, "orders-cpu") == "muted"


def test_an_alarm_that_somebody_arms_at_night_is_no_wish_to_keep_the_environment_as_it_is() -> None:
    stage = stage_with(DATABASE, NODES, ALARMS)
    stage.run_until(OPENING - 40 * MINUTE)
    stage.cloud.move(arn(stage, "orders-cpu"), True)
    stage.run_until(OPENING)
    assert not stage.events(What.ADOPTED)
    assert is_now(stage, "orders-db") == "available"


def test_an_alarm_that_somebody_muted_keeps_no_environment_from_being_retired() -> None:
    stage = stage_with(DATABASE, NODES, ALARMS)
    stage.cloud.move(arn(stage, "orders-cpu"), False)
    stage.run_for(20 * MINUTE)
    retire(stage.world, OPERATOR, "orders-qa")
    stage.run_for(60 * MINUTE)
    assert stage.store.head("orders-qa") is None


def test_what_starts_on_request_is_brought_back_before_its_environment_is_retired() -> None:
    stage = stage_with(DATABASE, NODES, replace(LAB, on_request=True))
    stage.run_until(EVENING)
    retire(stage.world, OPERATOR, "orders-qa")
    stage.run_for(60 * MINUTE)
    assert stage.store.head("orders-qa") is None
    assert is_now(stage, "i-web") == "running"


@pytest.mark.parametrize("needs", [(), ("web",)])
def test_a_need_of_alarms_in_a_stored_file_keeps_nothing_down(needs: tuple[str, ...]) -> None:
    stage = stage_with(replace(WEB, needs=("alarms",)), replace(ALARMS, needs=needs))
    stage.run_until(EVENING)
    assert is_now(stage, "i-web") == "stopped"
    stage.run_until(OPENING)
    assert is_now(stage, "i-web") == "running"
