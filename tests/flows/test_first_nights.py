"""The grace of a first apply, and what renamed keys, holds and pauses do to promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.model import Desired, Importance, Mode, Resource
from chalicelib.core.phase import Phase
from chalicelib.core.wishes import Pause, Switches, Wishes
from chalicelib.flows.apply import apply
from chalicelib.flows.errors import RefusedError
from chalicelib.flows.events import What
from chalicelib.flows.first_apply import FIRST_APPLY
from chalicelib.flows.hold import hold
from chalicelib.flows.ports import Refusal
from chalicelib.flows.preview import preview
from chalicelib.flows.retire import retire
from chalicelib.flows.sleep import sleep
from chalicelib.flows.status import status
from chalicelib.flows.stored import Stored
from chalicelib.flows.wake import Asked, extend, wake
from tests.flows.stage import DATABASE, DEV, MONDAY, NODES, OPERATOR, Stage, definition, down, up

NIGHT = MONDAY.replace(hour=22)


def stored(**other: object) -> Stored:
    return Stored(definition(**other), "", "orders-qa.yaml")  # type: ignore[arg-type]


def leases(stage: Stage) -> list[str]:
    return [lease.person for lease in stage.head().wishes.leases]


def at_night() -> Stage:
    stage = Stage()
    stage.orders()
    stage.store.kept.clear()
    stage.clock.set(NIGHT)
    return stage


def test_what_is_still_rising_at_the_first_apply_has_its_grace_too() -> None:
    stage = at_night()
    database = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "rds-instance")
    group = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "auto-scaling-group")
    stage.cloud.move(database, up=False)
    stage.cloud.resize(group, min=0, max=0, desired=0)
    stage.clock.set(NIGHT + timedelta(minutes=10))
    stage.cloud.move(database, up=True)
    apply(stage.world, OPERATOR, stored())
    assert leases(stage) == [FIRST_APPLY]


def test_a_file_applied_while_all_is_paused_has_its_grace_when_it_is_resumed() -> None:
    stage = at_night()
    stage.store.thrown = Switches(organisation=Pause("an-operator", "incident", NIGHT))
    apply(stage.world, OPERATOR, stored())
    assert leases(stage) == [FIRST_APPLY]


def test_an_observed_environment_that_is_to_act_has_its_grace() -> None:
    stage = at_night()
    apply(stage.world, OPERATOR, stored(mode=Mode.OBSERVE))
    assert leases(stage) == []
    apply(stage.world, OPERATOR, stored())
    assert leases(stage) == [FIRST_APPLY]


LAB = Resource("lab", "ec2-instance", ids=("i-lab",), importance=Importance.SUPPLEMENTARY)
ON_REQUEST = replace(LAB, on_request=True)


def with_a_lab() -> Stage:
    """The usual environment and a lab, all running on a Monday noon, not known to Curfew yet."""
    stage = Stage()
    stage.orders()
    stage.store.kept.clear()
    stage.cloud.add("ec2-instance", "i-lab")
    return stage


def lab(stage: Stage) -> str:
    return stage.cloud.status(next(arn for arn, thing in stage.cloud.things.items() if thing.id == "i-lab"))


def file_of(*resources: Resource) -> Stored:
    return Stored(definition(*resources), "", "orders-qa.yaml")


def test_what_runs_and_starts_on_request_only_has_its_grace_by_day_too() -> None:
    stage = with_a_lab()
    change = apply(stage.world, OPERATOR, file_of(DATABASE, NODES, ON_REQUEST))
    assert (leases(stage), change.first_stop) == ([FIRST_APPLY], MONDAY + timedelta(hours=2))
    stage.run_for(timedelta(hours=1, minutes=58))
    assert lab(stage) == "running"
    assert ["lab: goes to sleep" in event.text for event in stage.events(What.STOP_WARNING)] == [True]
    stage.run_for(timedelta(minutes=30))
    assert (lab(stage), up(stage)) == ("stopped", True)


def test_without_grace_the_preview_says_that_what_starts_on_request_stops_now() -> None:
    change = apply(with_a_lab().world, OPERATOR, file_of(DATABASE, NODES, ON_REQUEST), at_once=True)
    assert change.first_stop == MONDAY


def test_what_is_declared_to_start_on_request_while_it_runs_has_a_grace() -> None:
    stage = with_a_lab()
    apply(stage.world, OPERATOR, file_of(DATABASE, NODES, LAB))
    stage.run_for(timedelta(minutes=20))
    assert leases(stage) == []
    apply(stage.world, OPERATOR, file_of(DATABASE, NODES, ON_REQUEST))
    assert leases(stage) == [FIRST_APPLY]
    apply(stage.world, OPERATOR, file_of(DATABASE, NODES, replace(ON_REQUEST, instance_types=("m5.large",))))
    assert leases(stage) == [FIRST_APPLY]


def test_a_developer_ends_the_grace_with_sleep() -> None:
    stage = at_night()
    apply(stage.world, OPERATOR, stored())
    sleep(stage.world, DEV, "orders-qa")
    stage.run_for(timedelta(minutes=20))
    assert down(stage)


def test_a_lease_on_a_key_that_is_renamed_becomes_one_on_everything() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(NIGHT)
    wake(stage.world, DEV, "orders-qa", Asked(only=("database",)))
    store = replace(DATABASE, key="store")
    renamed = definition(store, replace(NODES, needs=("store",)))
    apply(stage.world, OPERATOR, Stored(renamed, "", "orders-qa.yaml"))
    assert [lease.only for lease in stage.head().wishes.leases] == [()]


def test_two_entries_that_select_the_same_resource_are_told_of_at_apply() -> None:
    stage = Stage()
    stage.orders()
    twice = definition(DATABASE, NODES, replace(DATABASE, key="spare"))
    change = preview(stage.world, OPERATOR, Stored(twice, "", "orders-qa.yaml"))
    told = [touched.problem for touched in change.resources if touched.key == "database"]
    assert told == ["also selected by spare, which leaves it to database"]


def test_under_a_hold_a_start_by_console_is_put_back_and_nothing_is_promised() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(NIGHT)
    hold(stage.world, OPERATOR, "orders-qa", Desired.DOWN, "audit", None)
    stage.run_for(timedelta(minutes=1))
    database = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "rds-instance")
    stage.cloud.move(database, up=True)
    stage.run_for(timedelta(hours=1))
    assert down(stage)
    assert not stage.events(What.ADOPTED)


@pytest.mark.parametrize("account", [None, "111122223333"])
def test_what_is_paused_from_above_cannot_be_retired(account: str | None) -> None:
    stage = Stage()
    stage.orders()
    pause = Pause("an-operator", "incident", MONDAY)
    stage.store.thrown = Switches(accounts={account: pause}) if account else Switches(organisation=pause)
    with pytest.raises(RefusedError, match="paused by an-operator: incident; mend that first, or: curfew retire"):
        retire(stage.world, OPERATOR, "orders-qa")


def test_what_sleeps_and_is_only_observed_now_cannot_be_retired() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(NIGHT)
    apply(stage.world, OPERATOR, stored(mode=Mode.OBSERVE))
    with pytest.raises(RefusedError, match="only observed, and something in it sleeps"):
        retire(stage.world, OPERATOR, "orders-qa")


def test_a_night_in_which_a_database_cannot_be_seen_is_not_called_down() -> None:
    stage = Stage()
    stage.orders()
    stage.cloud.refusals["DescribeDBInstances"] = Refusal("AccessDenied", "not authorised")
    stage.run_until(NIGHT)
    assert status(stage.world, "orders-qa").phase is Phase.BLOCKED


def test_a_night_in_which_a_database_never_stops_is_called_slow() -> None:
    stage = Stage()
    stage.orders()
    stage.cloud.never_arrive.add(next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "rds-instance"))
    stage.run_until(NIGHT)
    assert status(stage.world, "orders-qa").phase is Phase.SLOW


def test_a_repeated_extension_with_the_same_key_extends_once() -> None:
    stage = Stage()
    stage.orders()
    wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=2)))
    asked = Asked(length=timedelta(hours=1), key="once")
    assert extend(stage.world, DEV, "orders-qa", asked).until == extend(stage.world, DEV, "orders-qa", asked).until


def test_calls_that_have_not_begun_when_time_runs_out_are_made_by_the_next_pass() -> None:
    stage = Stage()
    for number in range(6):
        stage.cloud.add("rds-instance", f"db-{number}", tags={"Environment": "orders-qa"}, stop=timedelta(minutes=2))
    resource = replace(DATABASE, ids=(), tags=(("Environment", "orders-qa"),))
    stage.apply(definition(resource))
    real = stage.cloud._do

    def slowly(call: object) -> None:
        real(call)  # type: ignore[arg-type]
        stage.clock.advance(timedelta(seconds=20))

    stage.cloud._do = slowly  # type: ignore[method-assign]
    stage.run_until(MONDAY.replace(hour=20))
    assert 0 < stage.cloud.calls["StopDBInstance"] < 6
    stage.run_for(timedelta(minutes=10))
    assert stage.cloud.calls["StopDBInstance"] == 6
    assert down(stage)


def test_a_resource_that_left_the_file_and_came_back_in_the_same_moment_is_still_owned() -> None:
    stage = Stage()
    stage.orders()
    stage.run_for(timedelta(minutes=5))
    stage.apply(definition(replace(NODES, needs=())))
    real = stage.store.release

    def release(*args: object) -> object:
        stage.store.release = real  # type: ignore[method-assign]
        stage.apply(definition())
        return real(*args)  # type: ignore[arg-type]

    stage.store.release = release  # type: ignore[method-assign,assignment]
    stage.run_for(timedelta(minutes=5))
    database = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "rds-instance")
    assert stage.store.owner(database) == "orders-qa"
    assert up(stage)
    assert stage.head().wishes == Wishes()


def test_the_first_stop_of_what_sleeps_already_is_the_one_after_its_next_opening() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(NIGHT)
    assert preview(stage.world, OPERATOR, stored()).first_stop == MONDAY.replace(day=9, hour=20)
