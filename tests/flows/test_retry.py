from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.flows.errors import ForbiddenError, UnknownError
from chalicelib.flows.events import What
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.ports import Refusal
from chalicelib.flows.retry import retry
from tests.flows.stage import DEV, MONDAY, Stage, down

NIGHT = MONDAY.replace(hour=23)


def stuck() -> Stage:
    """An environment whose database AWS refused to stop, again and again."""
    stage = Stage()
    stage.orders()
    stage.cloud.refusals["StopDBInstance"] = Refusal("AccessDenied", "not authorised")
    stage.run_until(NIGHT)
    assert stage.cloud.calls["StopDBInstance"] == 6
    return stage


def test_what_is_stuck_is_tried_again_at_once() -> None:
    stage = stuck()
    del stage.cloud.refusals["StopDBInstance"]
    retry(stage.world, DEV, "orders-qa")
    stage.run_for(timedelta(minutes=10))
    assert down(stage)


def test_nothing_is_tried_again_unless_somebody_asks() -> None:
    stage = stuck()
    del stage.cloud.refusals["StopDBInstance"]
    stage.run_for(timedelta(hours=4))
    assert stage.cloud.calls["StopDBInstance"] == 6


def test_a_retry_gives_all_tries_anew() -> None:
    stage = stuck()
    retry(stage.world, DEV, "orders-qa")
    stage.run_for(timedelta(hours=2))
    assert stage.cloud.calls["StopDBInstance"] == 12


def test_it_takes_a_developer_and_an_environment() -> None:
    stage = stuck()
    with pytest.raises(ForbiddenError, match="to retry an environment takes the role developer"):
        retry(stage.world, Actor("an-accountant", Role.FINANCE), "orders-qa")
    with pytest.raises(UnknownError, match=r"^there is no environment 'billing'; curfew status lists them$"):
        retry(stage.world, DEV, "billing")


def test_it_is_in_the_journal() -> None:
    stage = stuck()
    retry(stage.world, DEV, "orders-qa")
    assert [event.text for event in stage.events(What.WISHED)] == ["retry"]
