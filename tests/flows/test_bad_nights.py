"""What goes wrong around an environment while it sleeps or wakes, and what must not come of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.core.model import Definition, Desired, Location, ReadyChecks, Resource
from chalicelib.flows.errors import RefusedError
from chalicelib.flows.events import What
from chalicelib.flows.hold import hold
from chalicelib.flows.pause import pause_widely, resume_widely
from chalicelib.flows.ports import Refusal
from chalicelib.flows.reconcile import reconcile
from chalicelib.flows.retire import leave_as_is
from chalicelib.flows.sleep import sleep
from chalicelib.flows.status import status
from chalicelib.flows.wake import Asked, wake
from tests.flows.stage import DATABASE, DEV, MONDAY, NODES, OPERATOR, Stage, definition, up

DATABASE_ARN = "arn:aws:rds:eu-central-1:111122223333:db:orders-db"
NODES_ARN = "arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:0:autoScalingGroupName/orders-nodes"
HOUR = timedelta(hours=1)
NIGHT = MONDAY + timedelta(hours=10)
TUESDAY = MONDAY + timedelta(hours=22)
GHOST = Resource("ghost", "ec2-instance", ids=("i-0",))


def asleep(*resources: Resource) -> Stage:
    """The usual environment, put to rest."""
    stage = Stage()
    stage.orders()
    if resources:
        stage.apply(definition(*resources))
    stage.run_until(NIGHT)
    return stage


def notes(stage: Stage) -> dict[str, str | None]:
    return {shown.member.key: shown.note for shown in status(stage.world, "orders-qa").resources}


def test_a_group_deleted_while_asleep_is_told_and_the_rest_wakes() -> None:
    stage = asleep()
    stage.cloud.remove(NODES_ARN)
    stage.run_until(TUESDAY)
    assert stage.cloud.status(DATABASE_ARN) == "available"
    assert "not in AWS any more" in (notes(stage)["nodes"] or "")


def test_a_sleeping_group_that_cannot_be_looked_at_comes_back_at_its_size_once_it_can() -> None:
    stage = asleep()
    stage.cloud.refusals["DescribeAutoScalingGroups"] = Refusal("AccessDenied", "no")
    stage.run_until(TUESDAY)
    assert "cannot be looked at" in (notes(stage)["nodes"] or "")
    stage.cloud.refusals.clear()
    stage.run_for(timedelta(minutes=10))
    assert up(stage)


def test_what_a_file_dropped_and_somebody_started_since_is_not_stopped_again() -> None:
    stage = asleep()
    stage.apply(definition(replace(NODES, needs=())))
    stage.run_for(timedelta(minutes=5))
    stage.cloud.move(DATABASE_ARN, up=True)
    stage.run_for(timedelta(hours=3))
    assert stage.cloud.status(DATABASE_ARN) == "available"
    assert stage.store.owner(DATABASE_ARN) is None


def test_what_a_file_dropped_while_asleep_comes_back_with_the_rest() -> None:
    stage = asleep()
    stage.apply(definition(replace(NODES, needs=())))
    stage.run_until(TUESDAY)
    assert up(stage)


def test_going_to_sleep_is_told_once_though_something_is_missing() -> None:
    stage = asleep(DATABASE, NODES, GHOST)
    stage.run_for(timedelta(hours=6))
    assert len(stage.events(What.ASLEEP)) == 1


def test_being_ready_is_told_once_for_a_lease_on_one_resource() -> None:
    stage = asleep(DATABASE, replace(NODES, needs=()))
    before = len(stage.events(What.READY))
    wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=3), only=("database",)))
    stage.run_for(timedelta(hours=3))
    assert len(stage.events(What.READY)) == before + 1


def test_what_waits_for_a_person_is_looked_at_no_more_often_than_what_is_settled() -> None:
    stage = Stage()
    stage.orders()
    stage.apply(definition(DATABASE, NODES, GHOST))
    stage.run_for(timedelta(minutes=30))
    before = stage.head().fence
    stage.run_for(timedelta(hours=4))
    assert stage.head().fence - before <= 20  # every 13 to 15 min


def test_a_hold_that_is_over_stands_in_nobodys_way() -> None:
    stage = Stage()
    stage.orders()
    hold(stage.world, OPERATOR, "orders-qa", Desired.DOWN, "migration", MONDAY + timedelta(hours=2))
    stage.run_until(NIGHT)
    assert wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=1)))
    assert sleep(stage.world, DEV, "orders-qa")


def test_a_resume_that_arrives_while_a_paused_pass_looks_is_not_lost() -> None:
    stage = Stage()
    stage.orders()
    stage.run_for(timedelta(minutes=10))
    pause_widely(stage.world, OPERATOR, None, "incident")
    stage.run_until(NIGHT)
    looking = stage.cloud.look
    resumed: list[bool] = []

    def resumed_meanwhile(*asked: object) -> object:
        if not resumed:
            resumed.append(True)
            resume_widely(stage.world, OPERATOR, None)
        return looking(*asked)  # type: ignore[arg-type]

    stage.cloud.look = resumed_meanwhile  # type: ignore[method-assign, assignment]
    stage.store.hasten("orders-qa", NIGHT)
    reconcile(stage.world, "orders-qa")
    stage.run_for(timedelta(minutes=1))
    assert stage.cloud.status(DATABASE_ARN) == "stopping"


def test_what_was_stuck_on_its_way_up_still_goes_down_in_the_evening() -> None:
    stage = Stage()
    arn = stage.cloud.add("ec2-instance", "i-1", up=False)
    stage.cloud.never_healthy.add(arn)
    stage.cloud.refusals["StartInstances"] = Refusal("InsufficientInstanceCapacity", "none left")
    stage.apply(definition(Resource("app", "ec2-instance", ids=("i-1",))))
    while stage.cloud.calls["StartInstances"] < 5:
        stage.run_for(timedelta(minutes=1))
    stage.cloud.refusals.clear()
    stage.run_until(MONDAY + timedelta(hours=7))
    assert status(stage.world, "orders-qa").phase == "stuck"
    stage.run_until(NIGHT)
    assert stage.cloud.status(arn) == "stopped"


def test_what_was_stuck_yesterday_is_tried_again_this_morning() -> None:
    stage = Stage()
    arn = stage.cloud.add("ec2-instance", "i-1", up=False)
    stage.cloud.refusals["StartInstances"] = Refusal("InsufficientInstanceCapacity", "none left")
    stage.apply(definition(Resource("app", "ec2-instance", ids=("i-1",))))
    stage.run_until(NIGHT)
    stage.cloud.refusals.clear()
    stage.run_until(TUESDAY)
    assert stage.cloud.status(arn) == "running"


def test_an_address_is_asked_once_a_pass_however_many_instances_stand_behind_it() -> None:
    asked: Counter[str] = Counter()

    class Silent:
        def http(self, url: str) -> str | None:
            asked[url] += 1
            return "did not answer"

        def target_group(self, location: Location, arn: str) -> str | None:
            return None

    stage = Stage()
    stage.world = replace(stage.world, probe=Silent())
    for number in range(60):
        stage.cloud.add("ec2-instance", f"i-{number}", tags={"Tier": "app"})
    stage.apply(_behind_one_address())
    reconcile(stage.world, "orders-qa")
    assert asked == {"https://orders.example.com/": 1}


def _behind_one_address() -> Definition:
    ready = ReadyChecks(http="https://orders.example.com/")
    return definition(Resource("app", "ec2-instance", tags=(("Tier", "app"),), ready=ready))


@pytest.mark.parametrize("observed", ["falling", "unseen"])
def test_what_may_still_run_half_an_hour_after_closing_is_told(observed: str) -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(MONDAY + timedelta(hours=7))
    if observed == "falling":
        stage.cloud.never_arrive.add(NODES_ARN)
    else:
        stage.cloud.refusals["DescribeAutoScalingGroups"] = Refusal("AccessDenied", "no")
    stage.run_until(NIGHT)
    assert [event.text for event in stage.events(What.STILL_UP)] == ["not down half an hour after it should be: nodes"]


def test_a_production_mark_that_appears_in_the_night_is_told_and_refuses_a_wake() -> None:
    stage = asleep()
    stage.cloud.things[DATABASE_ARN].tags["Environment"] = "prod"
    stage.run_until(TUESDAY)
    assert [event.text for event in stage.events(What.BROKEN_FILE)] == [
        "left as it is: orders-db has Environment=prod, a mark of production; take the tag off, or it out of the file"
    ]
    with pytest.raises(RefusedError, match="Environment=prod"):
        wake(stage.world, DEV, "orders-qa", Asked())


def test_sizes_of_what_is_left_asleep_are_in_the_journal() -> None:
    stage = asleep()
    leave_as_is(stage.world, OPERATOR, "orders-qa")
    left = {event.id: event.data for event in stage.events(What.RETIRED) if event.text == "left asleep"}
    assert left == {"orders-db": {}, "orders-nodes": {"min": "22", "max": "55", "desired": "30"}}


def test_what_curfew_suspended_of_what_is_left_asleep_is_in_the_journal() -> None:
    stage = Stage()
    stage.orders()
    grows = {"ScheduledActionName": "morning", "MinSize": 2, "MaxSize": 9, "Recurrence": "0 7 * * *"}
    stage.cloud.things[NODES_ARN].fields["ScheduledUpdateGroupActions"] = [grows]
    stage.run_until(NIGHT)
    leave_as_is(stage.world, OPERATOR, "orders-qa")
    (left,) = [event.data for event in stage.events(What.RETIRED) if event.id == "orders-nodes"]
    assert left == {"min": "22", "max": "55", "desired": "30", "suspended": "ScheduledActions"}


@pytest.mark.parametrize(("at", "told"), [(TUESDAY, "left as another type"), (TUESDAY + 12 * HOUR, "left asleep")])
def test_the_type_of_what_is_left_as_another_one_is_in_the_journal(at: datetime, told: str) -> None:
    stage = Stage()
    web = stage.cloud.add("ec2-instance", "i-web", InstanceType="m5.large")
    stage.apply(definition(Resource("web", "ec2-instance", ids=("i-web",), instance_types=("m5a.large",))))
    stage.run_until(NIGHT)
    stage.cloud.short.add("m5.large")
    stage.run_until(at)
    assert stage.cloud.things[web].fields["InstanceType"] == "m5a.large"
    leave_as_is(stage.world, OPERATOR, "orders-qa")
    (left,) = [event for event in stage.events(What.RETIRED) if event.id == "i-web"]
    assert (left.text, left.data) == (told, {"preferred_type": "m5.large"})


@pytest.mark.parametrize("code", ["InvalidParameterCombination", "InvalidParameterValue"])
def test_an_alternate_that_does_not_fit_keeps_nobody_from_their_own_type(code: str) -> None:
    stage = Stage()
    server = stage.cloud.add("ec2-instance", "i-web", start=timedelta(minutes=2), InstanceType="m5.large")
    stage.apply(definition(Resource("web", "ec2-instance", ids=("i-web",), instance_types=("m5a.large",))))
    stage.run_until(NIGHT)
    stage.cloud.short.add("m5.large")
    stage.cloud.refusals["ModifyInstanceAttribute"] = Refusal(code, "ENA is required")
    stage.run_until(TUESDAY + 3 * HOUR)
    assert stage.events(What.STUCK) == []
    said = f"AWS has no m5.large now, and does not start it as m5a.large ({code}: ENA is required)"
    assert f"InsufficientInstanceCapacity: {said}" in [event.text for event in stage.events(What.REFUSED)]
    stage.cloud.short.clear()
    stage.run_for(timedelta(minutes=40))
    assert stage.cloud.status(server) == "running"
