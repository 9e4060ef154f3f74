from __future__ import annotations

from datetime import timedelta

from chalicelib.core.model import Desired, Mode, Resource
from chalicelib.flows.events import Event, What
from chalicelib.flows.hold import hold
from chalicelib.flows.status import status
from tests.flows.stage import MONDAY, OPERATOR, Stage, definition

EVENING = MONDAY.replace(hour=20)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TAGS = {"Environment": "orders-qa"}
NODES = Resource("nodes", "ec2-instance", tags=(("Environment", "orders-qa"),))


def staged(**other: object) -> Stage:
    """One node, seen for the first time at noon."""
    stage = Stage()
    stage.cloud.add("ec2-instance", "i-1", tags=TAGS)
    stage.apply(definition(NODES, **other))  # type: ignore[arg-type]
    stage.run_for(HOUR)
    return stage


def launch(stage: Stage, id: str = "i-2") -> str:
    return stage.cloud.add("ec2-instance", id, tags=TAGS)


def told(stage: Stage) -> list[Event]:
    return stage.journal.of(What.NEWCOMER)


def test_what_the_first_look_shows_is_nothing_new() -> None:
    stage = staged()
    stage.run_until(EVENING + HOUR)
    assert not told(stage)


def test_what_appears_by_day_is_named_with_the_evenings_warning_and_stopped_with_the_others() -> None:
    stage = staged()
    new = launch(stage)
    stage.run_until(EVENING - 16 * MINUTE)
    assert not told(stage)
    stage.run_until(EVENING + HOUR)
    (event,) = told(stage)
    assert (
        event.text
        == "new: i-2 (matched by tags Environment=orders-qa); stopped and started with the others from now on"
    )
    assert event.resource == "nodes"
    (notice,) = [events for _, events in stage.journal.published if event in events]
    assert {What.STOP_WARNING, What.NEWCOMER} <= {each.what for each in notice}
    assert stage.cloud.status(new) == "stopped"


def test_it_is_named_once() -> None:
    stage = staged()
    launch(stage)
    stage.run_until(EVENING + timedelta(days=1, hours=1))
    assert len(told(stage)) == 1


def test_what_appears_during_a_rest_is_named_at_once_and_left_for_the_length_of_a_lease() -> None:
    stage = staged()
    stage.run_until(EVENING + HOUR)
    new = launch(stage)
    stage.run_until(EVENING + 2 * HOUR)
    (event,) = told(stage)
    assert "left running until 2027-03-08T23:" in event.text
    stage.run_until(event.at + 2 * HOUR - MINUTE)
    assert stage.cloud.status(new) == "running"
    stage.run_until(event.at + 2 * HOUR + 20 * MINUTE)
    assert stage.cloud.status(new) == "stopped"


def test_who_wants_no_warnings_is_told_before_it_is_stopped_all_the_same() -> None:
    stage = staged(stop_warning=timedelta())
    new = launch(stage)
    stage.run_until(EVENING + HOUR)
    assert len(told(stage)) == 1
    assert stage.cloud.status(new) == "running"


def test_a_hold_down_waits_for_the_notice_and_no_longer() -> None:
    stage = staged()
    new = launch(stage)
    stage.run_for(20 * MINUTE)
    hold(stage.world, OPERATOR, "orders-qa", Desired.DOWN, "costs", None)
    stage.run_for(40 * MINUTE)
    assert len(told(stage)) == 1
    assert stage.cloud.status(new) == "stopped"


def test_what_is_never_stopped_is_not_announced() -> None:
    stage = staged()
    stage.cloud.add("ec2-instance", "i-2", tags={**TAGS, "curfew:never": "true"})
    stage.run_until(EVENING + HOUR)
    assert not told(stage)


def test_many_are_named_in_one_line_with_a_count() -> None:
    stage = staged()
    for number in range(100, 125):
        launch(stage, f"i-{number}")
    stage.run_until(EVENING + HOUR)
    (event,) = told(stage)
    assert "i-119 and 5 more (matched" in event.text


def test_what_was_seen_in_observe_mode_is_nothing_new_when_it_acts() -> None:
    stage = staged(mode=Mode.OBSERVE)
    launch(stage)
    stage.run_for(HOUR)
    stage.apply(definition(NODES))
    stage.run_until(EVENING + HOUR)
    assert not told(stage)


def test_a_status_calls_a_newcomer_by_its_name() -> None:
    stage = staged()
    stage.run_until(EVENING + HOUR)
    launch(stage)
    stage.run_for(HOUR)
    notes = {shown.member.id: shown.note for shown in status(stage.world, "orders-qa").resources}
    assert notes["i-2"] is not None
    assert notes["i-2"].startswith("newly matched: its owner is told before it is first stopped")
