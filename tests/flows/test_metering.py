"""What a pass leaves for the ledger, and the spans that are made from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.model import Mode, Resource
from chalicelib.core.money.spans import Edge, Span
from chalicelib.flows.events import What
from chalicelib.flows.hear import hear
from chalicelib.flows.ports import Refusal
from chalicelib.flows.rename import rename
from chalicelib.flows.retire import leave_as_is
from chalicelib.flows.seen import GONE
from chalicelib.flows.spans import spans_of
from chalicelib.flows.stored import Stored
from tests.fakes.cloud import HERE
from tests.flows.stage import MONDAY, OPERATOR, Stage, definition

SERVER = Resource("server", "ec2-instance", ids=("i-1",))
LARGE = "ec2:eu-central-1:m5.large:linux:shared:on-demand"
MIDNIGHT = MONDAY.replace(hour=0)
FIRST = MONDAY + timedelta(minutes=2)
"""When the first look comes."""
SHAPE = {"InstanceType": "m5.large", "UsageOperation": "RunInstances", "RootDeviceType": "ebs"}


def at(hour: int, minute: int = 0, second: int = 0, day: int = 0) -> datetime:
    return MIDNIGHT + timedelta(days=day, hours=hour, minutes=minute, seconds=second)


def server(**fields: Any) -> tuple[Stage, str]:
    """An environment of one instance, on weekdays from 8 to 20 o'clock, looked at since Monday noon."""
    stage = Stage()
    launched = {"LaunchTime": at(6, day=-3)}
    arn = stage.cloud.add("ec2-instance", "i-1", start=timedelta(minutes=3), stop=timedelta(minutes=1))
    stage.cloud.things[arn].fields |= SHAPE | launched | fields
    stage.apply(definition(SERVER))
    return stage, arn


def found(stage: Stage, ends: datetime | None = None) -> list[tuple[str, datetime, datetime]]:
    """What the ledger says ran, by rate, from when to when."""
    return [(span.rate, span.begins, span.ends) for span in spans(stage, ends)]


def spans(stage: Stage, ends: datetime | None = None) -> tuple[Span, ...]:
    return spans_of(stage.store, "orders-qa", MIDNIGHT, ends or stage.clock.now())


def test_a_night_is_two_spans_each_edge_to_the_second() -> None:
    stage, _ = server()
    stage.run_until(at(12, day=1))
    (evening, morning) = spans(stage)
    assert (evening.begins, evening.begun, evening.starts) == (FIRST, Edge.OPEN, False)
    assert evening.ended is Edge.TOLD
    assert at(20) <= evening.ends < at(20, 0, 1)  # the stop is dated by AWS, whenever the next look comes
    assert morning.begun is Edge.TOLD
    assert morning.starts
    assert at(7, 30, day=1) < morning.begins < at(8, day=1)
    assert (morning.ends, morning.ended) == (at(12, day=1), Edge.OPEN)


def test_a_quiet_day_records_nothing_after_its_first_look() -> None:
    stage, _ = server()
    stage.run_until(at(19))
    assert [event.text for event in stage.events(What.METERED)] == [LARGE]


def test_once_a_day_each_reading_is_told_again() -> None:
    stage, _ = server()
    stage.run_until(at(19, day=1))
    told = [event for event in stage.events(What.METERED) if event.data["edge"] == Edge.OPEN.value]
    assert [event.at.date() for event in told] == [MIDNIGHT.date()]  # at night it draws nothing
    stage.run_until(at(19, day=6))
    saturday = spans_of(stage.store, "orders-qa", at(0, day=5), at(0, day=6))
    assert saturday == ()
    friday = spans_of(stage.store, "orders-qa", at(0, day=4), at(0, day=5))
    assert [span.rate for span in friday] == [LARGE]


def test_what_is_observed_only_is_metered_too() -> None:
    stage, _ = server()
    stage.apply(definition(SERVER, mode=Mode.OBSERVE))
    stage.run_until(at(12, day=1))
    assert found(stage) == [(LARGE, FIRST, at(12, day=1))]


def test_what_is_never_stopped_is_metered_too() -> None:
    stage, _ = server(RootDeviceType="instance-store")
    stage.run_until(at(12, day=1))
    assert found(stage) == [(LARGE, FIRST, at(12, day=1))]


def test_what_runs_through_the_night_of_a_month_is_found_in_the_next() -> None:
    stage, _ = server()
    stage.apply(definition(SERVER, windows="24/7"))
    stage.run_until(at(12, day=20))
    (span,) = spans_of(stage.store, "orders-qa", at(0, day=15), at(0, day=16))
    assert (span.begins, span.ends, span.begun, span.ended) == (at(0, day=15), at(0, day=16), Edge.OPEN, Edge.OPEN)


def test_a_stop_and_a_start_by_hand_between_two_looks_are_two_runs() -> None:
    stage, arn = server()
    stage.run_until(at(13))
    stage.cloud.things[arn].fields["LaunchTime"] = at(13)
    stage.run_until(at(14))
    assert found(stage) == [(LARGE, FIRST, at(12, 59, 59)), (LARGE, at(13), at(14))]


def test_a_resize_ends_one_span_and_begins_another() -> None:
    stage, arn = server()
    stage.run_until(at(13))
    stage.cloud.things[arn].fields |= {"InstanceType": "m5.xlarge", "LaunchTime": at(13, 9)}
    stage.run_until(at(14))
    assert [(span.rate.split(":")[2], span.starts) for span in spans(stage)] == [
        ("m5.large", False),
        ("m5.xlarge", True),
    ]


def test_what_is_deleted_ends_when_it_was_heard_or_else_when_it_was_missed() -> None:
    for told in (True, False):
        stage, arn = server()
        stage.run_until(at(13))
        if told:
            stage.clock.set(at(13, 2, 3))
            hear(stage.world, state_changed("shutting-down", at(13, 2, 3)))
        stage.cloud.remove(arn)
        stage.run_until(at(14))
        (span,) = spans(stage)
        if told:
            assert (span.ends, span.ended) == (at(13, 2, 3), Edge.TOLD)
        else:
            assert span.ended is Edge.SEEN
            assert at(13) < span.ends <= at(13, 15)


def test_a_start_that_comes_to_nothing_draws_nothing() -> None:
    stage, arn = server()
    stage.cloud.never_arrive.add(arn)
    stage.run_until(at(12, day=1))
    assert all(span.ends < at(21) for span in spans(stage))


def test_what_aws_will_not_show_goes_on_as_it_was_last_seen() -> None:
    stage, arn = server()
    stage.run_until(at(13))
    stage.cloud.refusals["DescribeInstances"] = Refusal("RequestLimitExceeded", "slow down", throttled=True)
    stage.run_until(at(15))
    assert found(stage) == [(LARGE, FIRST, at(15))]
    stage.cloud.remove(arn)
    del stage.cloud.refusals["DescribeInstances"]
    hear(stage.world, state_changed("shutting-down", at(13, 30)))
    stage.run_until(at(16))
    assert found(stage) == [(LARGE, FIRST, at(13, 30))]


def test_what_another_environment_owns_is_metered_there_only() -> None:
    stage, arn = server()
    stage.store.owners[arn] = "another"
    stage.run_until(at(14))
    assert found(stage) == []


def test_what_leaves_its_environment_ends_there() -> None:
    stage, _ = server()
    stage.run_until(at(13))
    stage.apply(definition(replace(SERVER, ids=("i-2",))))
    stage.run_until(at(14))
    (span,) = spans(stage)
    assert at(13) <= span.ends <= at(13, 15)


def test_what_is_deleted_while_it_rests_is_told_once() -> None:
    stage, arn = server()
    stage.run_until(at(22))
    stage.cloud.remove(arn)
    stage.run_until(at(23))
    (gone,) = [event for event in stage.events(What.METERED) if GONE in event.data]
    assert (gone.data["arn"], gone.text) == (arn, "")
    assert at(21, 30) < datetime.fromisoformat(gone.data["after"]) < gone.at <= at(22, 20)


def test_what_leaves_with_its_environment_or_its_file_is_told_so_too() -> None:
    for leave in (
        lambda stage: leave_as_is(stage.world, OPERATOR, "orders-qa"),
        lambda stage: stage.apply(definition(replace(SERVER, ids=("i-2",)))),
    ):
        stage, arn = server()
        stage.run_until(at(13))
        leave(stage)
        stage.run_until(at(14))
        assert [event.data["arn"] for event in stage.events(What.METERED) if GONE in event.data] == [arn]


def test_an_environment_that_leaves_ends_all_its_spans() -> None:
    stage, _ = server()
    stage.run_until(at(13))
    leave_as_is(stage.world, OPERATOR, "orders-qa")
    stage.run_until(at(14))
    assert found(stage) == [(LARGE, FIRST, at(13))]


def test_a_reading_is_on_record_with_the_intent_of_a_worker_that_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, arn = server()
    stage.run_until(at(19, 50))
    stage.cloud.things[arn].fields["UsageOperation"] = "RunInstances:000g"
    monkeypatch.setattr(stage.store, "release", _dies)
    with pytest.raises(ConnectionAbortedError):
        stage.run_until(at(20))
    monkeypatch.undo()
    stage.run_until(at(21))
    assert [rate.split(":")[3] for rate, _, _ in found(stage)] == ["linux", "suse"]


def test_a_pass_makes_no_store_call_for_it() -> None:
    stage, _ = server()
    stage.run_until(at(13))
    stage.store.calls.clear()
    stage.store.hasten("orders-qa", stage.clock.now())
    stage.run_for(timedelta(minutes=3))
    assert stage.store.calls["claim"] == stage.store.calls["release"] == 1
    assert stage.store.calls["note"] == stage.store.calls["readings"] == 0


def test_no_listener_is_told_of_it() -> None:
    stage, _ = server()
    stage.run_until(at(12, day=1))
    assert What.METERED not in {event.what for event in stage.journal.events}
    assert stage.store.journal("orders-qa", limit=1000)
    assert What.METERED not in {event.what for event in stage.store.journal("orders-qa", limit=1000)}


def state_changed(state: str, time: datetime, id: str = "i-1") -> dict[str, Any]:
    return {
        "source": "aws.ec2",
        "detail-type": "EC2 Instance State-change Notification",
        "account": HERE.account,
        "region": HERE.region,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "detail": {"instance-id": id, "state": state},
    }


def _dies(*_: object) -> None:
    raise ConnectionAbortedError


def test_a_renamed_environment_goes_on_under_its_new_name_and_nothing_runs_twice() -> None:
    stage, arn = server()
    stage.run_until(at(13))
    meant = definition(SERVER, environment="orders-test", previously="orders-qa")
    rename(stage.world, OPERATOR, Stored(meant, "", "orders-test.yaml"))
    stage.run_until(at(14))
    (old,) = spans(stage)
    (new,) = spans_of(stage.store, "orders-test", MIDNIGHT, stage.clock.now())
    assert (old.arn, new.arn) == (arn, arn)
    assert at(13) <= old.ends <= new.begins < at(13, 5)
