from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.model import Definition
from chalicelib.flows.events import What
from chalicelib.flows.ports import Refusal
from tests.flows.stage import DATABASE, MONDAY, NODES, Stage, definition, down, up

EVENING, OPENING = MONDAY.replace(hour=22), MONDAY.replace(day=9, hour=8)
NIGHT = MONDAY.replace(day=9, hour=3)


def asking() -> tuple[Stage, Definition]:
    stage = Stage()
    stage.orders()
    return stage, stage.apply(definition(replace(DATABASE, snapshot=True), NODES))


def taken(stage: Stage) -> list[str]:
    return [
        call.parameters["DBSnapshotIdentifier"] for call in stage.cloud.made if call.operation == "CreateDBSnapshot"
    ]


def test_each_stop_of_a_night_has_a_snapshot_of_its_own() -> None:
    stage, _ = asking()
    stage.run_until(EVENING)
    assert len(taken(stage)) == 1
    database = next(thing.arn for thing in stage.cloud.things.values() if thing.kind == "rds-instance")
    stage.cloud.move(database, up=True)
    stage.run_until(NIGHT)
    assert down(stage)
    assert len(set(taken(stage))) == 2


def test_every_try_of_one_stop_asks_for_the_same_snapshot() -> None:
    stage, _ = asking()
    stage.cloud.refusals["StopDBInstance"] = Refusal("InvalidDBInstanceState", "orders-db is backing-up")
    stage.run_until(EVENING)
    assert len(taken(stage)) > 1
    assert len(set(taken(stage))) == 1


@pytest.mark.parametrize("code", ["SnapshotQuotaExceeded", "UnsupportedOperation"])
def test_a_refused_snapshot_is_told_as_such_and_the_next_evening_tries_again(code: str) -> None:
    stage, _ = asking()
    stage.cloud.refusals["CreateDBSnapshot"] = Refusal(code, "no more of them")
    stage.run_until(EVENING)
    refused = stage.events(What.REFUSED)
    assert {event.text for event in refused} == {
        f"CreateDBSnapshot, which comes first, was refused: {code}: no more of them"
    }
    assert stage.cloud.calls["StopDBInstance"] == 0
    assert stage.events(What.INELIGIBLE) == []
    stage.cloud.refusals.clear()
    stage.run_until(OPENING)
    assert up(stage)
    stage.run_until(EVENING + timedelta(days=1))
    assert down(stage)
