"""A look that AWS refuses takes nothing away of what is known."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.core.model import Resource
from chalicelib.flows.events import What
from chalicelib.flows.ports import Refusal
from tests.flows.stage import MONDAY, Stage, definition, down

EVENING = MONDAY.replace(hour=22)
OPENING = MONDAY.replace(day=9, hour=8)
SLOW = Refusal("RequestLimitExceeded", "slow down", throttled=True)
DATABASE_ARN = "arn:aws:rds:eu-central-1:111122223333:db:orders-db"
WEB = Resource("web", "ec2-instance", ids=("i-web",), instance_types=("m5a.large",))


def test_a_mark_of_production_stands_until_a_look_shows_that_it_is_gone() -> None:
    stage = Stage()
    stage.orders()
    stage.cloud.things[DATABASE_ARN].tags["Environment"] = "prod"
    stage.run_until(EVENING)
    stage.cloud.refusals["DescribeDBInstances"] = SLOW
    stage.run_for(timedelta(hours=2))
    assert not stage.cloud.calls
    del stage.cloud.things[DATABASE_ARN].tags["Environment"]
    stage.cloud.refusals.clear()
    stage.run_for(timedelta(hours=1))
    assert down(stage)


def test_a_start_that_happened_while_nothing_was_shown_is_adopted_all_the_same() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING)
    stage.cloud.refusals["DescribeDBInstances"] = SLOW
    stage.run_for(timedelta(minutes=16))
    stage.cloud.move(DATABASE_ARN, up=True)
    stage.run_for(timedelta(minutes=10))
    stage.cloud.refusals.clear()
    stage.run_for(timedelta(minutes=30))
    assert len(stage.events(What.ADOPTED)) == 1
    assert stage.cloud.status(DATABASE_ARN) == "available"


def test_the_type_to_go_back_to_is_not_forgotten() -> None:
    stage = Stage()
    web = stage.cloud.add("ec2-instance", "i-web", start=timedelta(minutes=2), InstanceType="m5.large")
    stage.apply(definition(WEB))
    stage.run_until(EVENING)
    stage.cloud.short.add("m5.large")
    stage.run_until(OPENING + timedelta(minutes=30))
    assert stage.cloud.things[web].fields["InstanceType"] == "m5a.large"
    stage.cloud.short.clear()
    stage.cloud.refusals["DescribeInstances"] = SLOW
    stage.run_for(timedelta(minutes=20))
    stage.cloud.refusals.clear()
    stage.run_until(OPENING + timedelta(days=1, minutes=30))
    assert stage.cloud.things[web].fields["InstanceType"] == "m5.large"
