from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.model import Desired, Mode, Observed, Resource, StopOrder
from chalicelib.core.wishes import Lease, Pause, Switches, Wishes
from chalicelib.flows.events import What
from chalicelib.flows.hold import hold, unhold
from chalicelib.flows.pause import pause_environment, pause_widely, resume_environment, resume_widely
from chalicelib.flows.ports import Refusal
from chalicelib.flows.reconcile import reconcile
from chalicelib.flows.retire import leave_as_is, retire
from chalicelib.flows.wake import Asked, release, wake
from tests.flows.stage import DEV, MONDAY, NODES, OPERATOR, Stage, definition, down, up

EVENING = MONDAY.replace(hour=20)
TUESDAY = MONDAY.replace(day=9, hour=8)


def test_an_environment_sleeps_at_night_and_is_ready_when_its_window_opens() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING - timedelta(minutes=1))
    assert up(stage)
    stage.run_until(EVENING + timedelta(minutes=15))
    assert down(stage)
    stage.run_until(TUESDAY)
    assert up(stage)


@pytest.mark.parametrize(
    ("order", "first_down"), [(StopOrder.SAME, ["database", "nodes"]), (StopOrder.REVERSE, ["nodes", "database"])]
)
def test_the_descent_takes_the_order_of_the_file_and_the_return_starts_with_the_database(
    order: StopOrder, first_down: list[str]
) -> None:
    stage = Stage()
    stage.orders(stop_order=order)
    stage.run_until(TUESDAY)
    assert stage.order_of(What.INTENDED, "stop") == first_down
    assert stage.order_of(What.INTENDED, "start") == ["database", "nodes"]


def test_nothing_moves_before_what_it_needs_has_arrived() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(TUESDAY)
    story = [(event.what, event.resource, event.data.get("now")) for event in stage.events(What.INTENDED, What.SEEN)]
    assert story.index((What.SEEN, "database", "down")) > story.index((What.INTENDED, "database", None))
    down_at = next(e.at for e in stage.events(What.SEEN) if e.resource == "database" and e.data["now"] == "down")
    stop_at = next(e.at for e in stage.events(What.INTENDED) if e.resource == "nodes")
    assert stop_at >= down_at


def test_every_mutation_is_made_once_a_night() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(TUESDAY)
    assert dict(stage.cloud.calls) == {"StopDBInstance": 1, "UpdateAutoScalingGroup": 2, "StartDBInstance": 1}


def test_a_settled_pass_makes_three_store_calls_and_one_describe_a_kind() -> None:
    stage = Stage()
    stage.orders()
    stage.run_for(timedelta(minutes=5))
    stage.run_for(timedelta(minutes=11))
    stage.store.calls.clear()
    stage.cloud.looks.clear()
    stage.store.hasten("orders-qa", stage.clock.now())
    reconcile(stage.world, "orders-qa")
    assert stage.store.calls.total() == 4  # hasten, claim, load, release
    assert stage.cloud.looks == {
        "DescribeDBInstances": 1,
        "DescribeAutoScalingGroups": 1,
        "DescribeScheduledActions": 1,
    }


def test_the_size_of_a_half_stopped_group_is_not_taken_for_its_size() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING + timedelta(minutes=6))
    group = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "auto-scaling-group")
    assert stage.cloud.status(group) == "falling"
    stage.cloud.resize(group, min=0, max=55, desired=4)
    stage.run_until(EVENING + timedelta(hours=1))
    stage.cloud.resize(group, min=0, max=0, desired=0)
    stage.run_until(TUESDAY)
    assert stage.cloud.things[group].sizes == {"min": 22, "max": 55, "desired": 30}


def test_an_autoscaler_that_grows_a_group_at_night_is_sent_back_and_its_one_is_no_size() -> None:
    stage = Stage()
    stage.orders()
    group = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "auto-scaling-group")
    stage.run_until(EVENING + timedelta(hours=1))
    stage.cloud.resize(group, max=55, desired=1)
    stage.run_for(timedelta(minutes=30))
    assert stage.cloud.status(group) == "down"
    stage.run_until(TUESDAY)
    assert stage.cloud.things[group].sizes == {"min": 22, "max": 55, "desired": 30}


def test_a_size_that_somebody_set_overnight_is_kept_and_told() -> None:
    stage = Stage()
    stage.orders()
    group = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "auto-scaling-group")
    stage.run_until(TUESDAY - timedelta(minutes=10))
    stage.cloud.resize(group, max=60)
    stage.run_until(TUESDAY + timedelta(minutes=5))
    assert stage.cloud.things[group].sizes == {"min": 22, "max": 60, "desired": 30}
    assert [event.text for event in stage.events(What.KEPT)] == [
        "max was 55 before the descent; somebody set 60 since, which is kept"
    ]


def test_a_size_that_somebody_sets_overnight_survives_that_the_group_is_sent_back_to_rest() -> None:
    stage = Stage()
    stage.orders()
    group = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "auto-scaling-group")
    stage.run_until(EVENING + timedelta(hours=2))
    stage.cloud.resize(group, max=60)
    stage.run_for(timedelta(hours=1))
    assert stage.cloud.things[group].sizes == {"min": 0, "max": 0, "desired": 0}
    stage.run_until(TUESDAY)
    assert stage.cloud.things[group].sizes == {"min": 22, "max": 60, "desired": 30}
    stage.run_until(TUESDAY + timedelta(days=1))
    assert stage.cloud.things[group].sizes == {"min": 22, "max": 60, "desired": 30}


def test_a_lease_during_a_stop_turns_the_environment_round() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING + timedelta(minutes=2))
    wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=2)))
    stage.run_for(timedelta(minutes=20))
    assert up(stage)
    assert "nodes" not in stage.order_of(What.INTENDED, "stop")


def test_a_released_lease_lets_the_environment_sleep_again() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING + timedelta(hours=1))
    wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=6)))
    stage.run_for(timedelta(minutes=30))
    assert up(stage)
    release(stage.world, DEV, "orders-qa")
    stage.run_for(timedelta(minutes=20))
    assert down(stage)
    assert not stage.events(What.ADOPTED)


def test_a_lease_for_the_database_alone_leaves_the_nodes_asleep() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING + timedelta(hours=1))
    wake(stage.world, DEV, "orders-qa", Asked(only=("database",)))
    stage.run_for(timedelta(minutes=20))
    assert sorted(stage.cloud.status(arn) for arn in stage.cloud.things) == ["available", "down"]


def test_a_wish_that_arrives_between_look_and_record_is_decided_with_the_same_look() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING - timedelta(minutes=1))
    stage.clock.set(EVENING)
    real = stage.cloud.look
    looked: list[object] = []

    def look(*args: object) -> object:
        answer = real(*args)  # type: ignore[arg-type]
        if not looked:
            looked.append(wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=1))))
        return answer

    stage.cloud.look = look  # type: ignore[method-assign,assignment]
    reconcile(stage.world, "orders-qa")
    assert not stage.events(What.INTENDED)
    stage.run_for(timedelta(minutes=5))
    assert up(stage)


def test_a_wish_that_arrives_while_calls_are_made_begins_a_new_pass_at_once() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING - timedelta(minutes=1))
    stage.clock.set(EVENING)
    real = stage.cloud.act

    def act(*args: object) -> object:
        wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=1)))
        return real(*args)  # type: ignore[arg-type]

    stage.cloud.act = act  # type: ignore[method-assign,assignment]
    reconcile(stage.world, "orders-qa")
    stage.cloud.act = real  # type: ignore[method-assign]
    assert stage.head().notes.desired is Desired.UP
    assert stage.head().claimed_until is None
    stage.run_for(timedelta(minutes=15))
    assert up(stage)


def test_when_wishes_move_again_and_again_the_environment_stays_due_and_no_poke_is_sent() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING - timedelta(minutes=1))
    stage.clock.set(EVENING)
    stage.queue.pokes.clear()
    real = stage.store.release

    def release(*args: object) -> object:
        stage.apply(definition(cost_center=f"CC-{stage.head().revision}"))
        return real(*args)  # type: ignore[arg-type]

    stage.store.release = release  # type: ignore[method-assign,assignment]
    reconcile(stage.world, "orders-qa")
    assert stage.head().claimed_until is None
    assert stage.head().due_at == stage.clock.now()
    assert not stage.queue.pokes


def test_a_pass_that_lost_its_claim_changes_nothing() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING - timedelta(minutes=1))
    stage.clock.set(EVENING)
    real = stage.cloud.look
    other: list[bool] = []

    def look(*args: object) -> object:
        answer = real(*args)  # type: ignore[arg-type]
        if not other:
            other.append(True)
            stage.clock.advance(timedelta(minutes=3))
            reconcile(stage.world, "orders-qa")
        return answer

    stage.cloud.look = look  # type: ignore[method-assign,assignment]
    reconcile(stage.world, "orders-qa")
    assert stage.order_of(What.INTENDED) == ["database"]
    assert stage.cloud.calls["StopDBInstance"] == 1


def test_no_call_is_started_when_the_claim_is_about_to_end() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING - timedelta(minutes=1))
    stage.clock.set(EVENING)
    real = stage.store.record

    def record(*args: object) -> object:
        head = real(*args)  # type: ignore[arg-type]
        stage.clock.advance(timedelta(seconds=80))
        return head

    stage.store.record = record  # type: ignore[method-assign,assignment]
    reconcile(stage.world, "orders-qa")
    assert not stage.cloud.made
    stage.store.record = real  # type: ignore[method-assign]
    stage.run_for(timedelta(minutes=10))
    assert down(stage)


def test_a_database_started_by_console_is_left_alone_and_its_owner_is_told() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING + timedelta(hours=2))
    database = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "rds-instance")
    stage.cloud.move(database, up=True)
    stage.run_for(timedelta(minutes=30))
    assert stage.cloud.status(database) == "available"
    assert len(stage.events(What.ADOPTED)) == 1
    stage.run_for(timedelta(hours=2, minutes=15))
    assert down(stage)


def test_a_database_that_aws_restarts_after_seven_days_is_put_back() -> None:
    stage = Stage()
    stage.orders(windows="1st mon 08:00-20:00")
    stage.run_until(EVENING + timedelta(days=7, hours=1))
    database = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "rds-instance")
    stage.cloud.move(database, up=True)
    stage.run_for(timedelta(minutes=45))
    assert stage.cloud.status(database) == "stopped"
    assert not stage.events(What.ADOPTED)


@pytest.mark.parametrize("stage_name", ["prod", "Production"])
def test_a_production_stage_is_left_as_it_is(stage_name: str) -> None:
    stage = Stage()
    stage.orders(stage=stage_name)
    stage.run_until(TUESDAY)
    assert not stage.cloud.made


def test_a_production_mark_on_a_live_tag_leaves_the_whole_environment_as_it_is() -> None:
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db", tags={"Environment": "Prod"})
    stage.cloud.add("auto-scaling-group", "orders-nodes")
    stage.apply(definition())
    stage.run_until(TUESDAY)
    assert not stage.cloud.made


def test_what_is_tagged_never_stays_up_and_keeps_nothing_else_up() -> None:
    stage = Stage()
    database = stage.cloud.add("rds-instance", "orders-db", tags={"curfew:never": "true"})
    group = stage.cloud.add("auto-scaling-group", "orders-nodes")
    stage.apply(definition())
    stage.run_until(EVENING + timedelta(minutes=10))
    assert (stage.cloud.status(database), stage.cloud.status(group)) == ("available", "down")


def test_an_observed_environment_is_decided_and_recorded_but_not_touched() -> None:
    stage = Stage()
    stage.orders(mode=Mode.OBSERVE)
    stage.run_until(TUESDAY)
    assert not stage.cloud.made
    assert any("would be down" in event.text for event in stage.events(What.DECIDED)) is False
    assert stage.events(What.DECIDED)[-1].data["desired"] == "as-is"


def test_a_paused_environment_is_not_touched_until_it_is_resumed() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING - timedelta(minutes=5))
    pause_environment(stage.world, OPERATOR, "orders-qa", "migration tonight")
    stage.run_until(EVENING + timedelta(hours=1))
    assert not stage.cloud.made
    resume_environment(stage.world, OPERATOR, "orders-qa")
    stage.run_for(timedelta(minutes=15))
    assert down(stage)


@pytest.mark.parametrize("account", [None, "111122223333"])
def test_the_kill_switch_of_the_organisation_or_an_account_stops_every_pass(account: str | None) -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING - timedelta(minutes=5))
    pause_widely(stage.world, OPERATOR, account, "incident")
    stage.run_until(EVENING + timedelta(hours=1))
    assert not stage.cloud.made
    resume_widely(stage.world, OPERATOR, account)
    stage.run_for(timedelta(minutes=15))
    assert down(stage)


def test_another_accounts_kill_switch_changes_nothing() -> None:
    stage = Stage()
    stage.orders()
    stage.store.thrown = Switches(accounts={"999999999999": Pause("an-operator", "theirs", MONDAY)})
    stage.run_until(EVENING + timedelta(minutes=15))
    assert down(stage)


def test_a_hold_keeps_it_up_until_it_is_taken_off() -> None:
    stage = Stage()
    stage.orders()
    hold(stage.world, OPERATOR, "orders-qa", Desired.UP, "load test", None)
    stage.run_until(EVENING + timedelta(hours=3))
    assert up(stage)
    unhold(stage.world, OPERATOR, "orders-qa")
    stage.run_for(timedelta(minutes=15))
    assert down(stage)


def test_a_cap_on_changes_spreads_a_large_descent_over_passes() -> None:
    stage = Stage()
    for number in range(7):
        stage.cloud.add("ec2-instance", f"i-{number}", tags={"Environment": "orders-qa"})
    resource = Resource("machines", "ec2-instance", tags=(("Environment", "orders-qa"),))
    stage.apply(definition(resource, most_changes_per_pass=3))
    stage.run_until(EVENING + timedelta(minutes=10))
    assert [len(call.arns) for call in stage.cloud.made] == [3, 3, 1]
    assert down(stage)


def test_a_resource_that_never_stops_does_not_keep_the_rest_on_all_night() -> None:
    stage = Stage()
    stage.orders()
    database = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "rds-instance")
    stage.cloud.never_arrive.add(database)
    stage.run_until(EVENING + timedelta(minutes=40))
    group = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "auto-scaling-group")
    assert stage.cloud.status(group) == "down"


def test_a_database_that_never_starts_blocks_what_needs_it_and_becomes_stuck() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING + timedelta(hours=1))
    stage.cloud.refusals["StartDBInstance"] = Refusal("KMSKeyNotAccessibleFault", "the key is disabled")
    stage.run_until(TUESDAY + timedelta(hours=2))
    assert stage.order_of(What.INTENDED, "start") == ["database"] * 6
    assert "KMSKeyNotAccessibleFault" in stage.events(What.STUCK)[0].text
    assert len(stage.events(What.STUCK)) == 1
    assert len(stage.events(What.NOT_READY)) == 1


def test_a_denied_look_is_shown_as_broken_and_nothing_is_called() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING - timedelta(minutes=10))
    for operation in ("DescribeDBInstances", "DescribeAutoScalingGroups"):
        stage.cloud.refusals[operation] = Refusal("AccessDenied", "not authorised")
    stage.run_until(EVENING + timedelta(hours=1))
    assert not stage.cloud.made
    states = stage.store.kept["orders-qa"].states
    assert {state.seen for state in states.values()} == {Observed.BROKEN}
    assert all("AccessDenied" in str(state.note) for state in states.values())


def test_a_definition_that_cannot_be_read_leaves_everything_as_it_is_and_tells_once() -> None:
    stage = Stage()
    stage.orders()
    stage.run_for(timedelta(minutes=5))
    stage.store.kept["orders-qa"].broken = "schema 9 is newer than this version"
    stage.run_until(TUESDAY)
    assert not stage.cloud.made
    assert len(stage.events(What.BROKEN_FILE)) == 1


def test_a_resource_of_another_environment_is_ineligible() -> None:
    stage = Stage()
    stage.orders()
    stage.run_for(timedelta(minutes=5))
    stage.apply(definition(replace(NODES, needs=()), environment="thief"))
    stage.run_until(EVENING + timedelta(hours=1))
    states = stage.store.kept["thief"].states
    assert [state.ineligible for state in states.values()] == ["owned by orders-qa"]
    assert stage.cloud.calls["UpdateAutoScalingGroup"] == 1


def test_what_was_put_to_rest_stays_a_member_until_it_was_seen_up_again() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING + timedelta(hours=1))
    stage.apply(definition(replace(NODES, needs=())))
    stage.run_until(TUESDAY)
    assert up(stage)
    stage.run_for(timedelta(minutes=40))
    assert [state.key for state in stage.store.kept["orders-qa"].states.values()] == ["nodes"]
    assert len(stage.store.owners) == 1


def test_an_owner_is_warned_once_before_the_stop() -> None:
    stage = Stage()
    stage.orders(stop_warning=timedelta(minutes=20))
    stage.run_until(EVENING - timedelta(seconds=1))
    warnings = stage.events(What.STOP_WARNING)
    assert [event.at for event in warnings] == [EVENING - timedelta(minutes=20)]


def test_retiring_wakes_and_verifies_before_it_removes() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING + timedelta(hours=1))
    retire(stage.world, OPERATOR, "orders-qa")
    assert stage.store.head("orders-qa") is not None
    stage.run_for(timedelta(minutes=30))
    assert up(stage)
    assert stage.store.head("orders-qa") is None
    assert not stage.store.owners


def test_retiring_as_is_leaves_everything_asleep() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING + timedelta(hours=1))
    leave_as_is(stage.world, OPERATOR, "orders-qa")
    stage.run_until(TUESDAY + timedelta(hours=1))
    assert down(stage)


def test_after_an_outage_the_next_pass_does_what_the_rules_say_now() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING - timedelta(hours=1))
    stage.clock.set(EVENING + timedelta(hours=5))
    stage.queue.pokes.clear()
    stage.run_for(timedelta(minutes=15))
    assert down(stage)


def test_an_expired_lease_is_not_a_wish_any_more() -> None:
    stage = Stage()
    stage.orders()
    head = stage.head()
    old = Lease("a-developer", MONDAY, MONDAY - timedelta(hours=1))
    stage.store.amend(head, Wishes(leases=(old,)), stage.clock.now(), [])
    stage.run_until(EVENING + timedelta(minutes=15))
    assert down(stage)
