from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core.model import Desired, Resource
from chalicelib.flows.alerts import MOST_TOLD, told
from chalicelib.flows.events import NOTICED, Event, What
from chalicelib.flows.hold import hold
from chalicelib.flows.ports import Refusal
from chalicelib.flows.retry import retry
from chalicelib.flows.stored import Notes
from chalicelib.flows.wake import Asked, wake
from tests.flows.stage import DEV, MONDAY, OPERATOR, Stage, definition

EVENING = MONDAY.replace(hour=20)
TUESDAY = MONDAY.replace(day=9, hour=8)
DATABASE_ARN = "arn:aws:rds:eu-central-1:111122223333:db:orders-db"
MINUTE = timedelta(minutes=1)
DENIED = Refusal("AccessDenied", "not authorised")


def staged(**other: object) -> Stage:
    stage = Stage()
    stage.orders(**other)
    stage.run_until(EVENING - timedelta(hours=1))
    return stage


def told_of(stage: Stage, what: What) -> list[str]:
    """The texts of such notices, as the owner's team got them."""
    return [event.text for owner, events in stage.journal.published for event in events if event.what is what]


def test_an_owner_is_told_once_that_something_is_stuck_and_what_to_do() -> None:
    stage = staged()
    stage.cloud.refusals["StopDBInstance"] = DENIED
    stage.run_until(EVENING + timedelta(hours=4))
    assert told_of(stage, What.STUCK) == [
        "database did not move after all tries (AccessDenied: not authorised); mend it, then: curfew retry orders-qa"
    ]


def test_what_is_stuck_again_after_a_retry_is_told_again() -> None:
    stage = staged()
    stage.cloud.refusals["StopDBInstance"] = DENIED
    stage.run_until(EVENING + timedelta(hours=2))
    retry(stage.world, DEV, "orders-qa")
    stage.run_until(EVENING + timedelta(hours=4))
    assert len(told_of(stage, What.STUCK)) == 2


def test_what_is_stuck_again_the_next_night_is_told_again() -> None:
    stage = staged()
    stage.cloud.refusals["StopDBInstance"] = DENIED
    stage.run_until(EVENING + timedelta(days=1, hours=4))
    assert len(told_of(stage, What.STUCK)) == 2


def test_not_ready_at_the_opening_is_told_once_with_what_it_waits_for() -> None:
    stage = staged()
    stage.run_until(EVENING + timedelta(hours=1))
    stage.cloud.never_arrive.add(DATABASE_ARN)
    stage.run_until(TUESDAY + timedelta(hours=1))
    assert told_of(stage, What.NOT_READY) == ["not ready when it should be: waiting for database, nodes"]
    (event,) = stage.events(What.NOT_READY)
    assert event.at <= TUESDAY + MINUTE


def test_still_up_half_an_hour_after_closing_is_told_once() -> None:
    stage = staged()
    stage.cloud.refusals["StopDBInstance"] = DENIED
    stage.run_until(EVENING + timedelta(hours=3))
    assert told_of(stage, What.STILL_UP) == ["not down half an hour after it should be: database"]
    (event,) = stage.events(What.STILL_UP)
    assert EVENING + 30 * MINUTE <= event.at <= EVENING + 32 * MINUTE


def test_an_owner_is_warned_of_the_stop_in_time_and_told_how_to_prevent_it() -> None:
    stage = staged()
    stage.run_until(EVENING)
    assert told_of(stage, What.STOP_WARNING) == [
        "goes to sleep at 20:00Z; keep it up with: curfew wake orders-qa --for 2h"
    ]
    (event,) = stage.events(What.STOP_WARNING)
    assert event.at == EVENING - 15 * MINUTE


def test_the_end_of_a_lease_is_warned_of_too() -> None:
    stage = staged()
    granted = wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=3)))
    stage.run_until(granted.until)
    assert told_of(stage, What.STOP_WARNING) == [
        "goes to sleep at 22:00Z; keep it up with: curfew wake orders-qa --for 2h"
    ]


def test_who_wants_no_warning_gets_none() -> None:
    stage = staged(stop_warning=timedelta())
    stage.run_until(EVENING + MINUTE)
    assert not told_of(stage, What.STOP_WARNING)


def test_a_window_that_ends_under_a_hold_up_is_not_warned_of() -> None:
    stage = staged()
    hold(stage.world, OPERATOR, "orders-qa", Desired.UP, "load test", None)
    stage.run_until(EVENING + MINUTE)
    assert not told_of(stage, What.STOP_WARNING)


def test_an_ordinary_night_alarms_nobody() -> None:
    stage = staged(stop_warning=timedelta())
    stage.run_until(TUESDAY + timedelta(hours=4))
    assert not [event for event in stage.journal.events if event.what in NOTICED]


def test_who_started_a_database_by_console_is_told_what_becomes_of_it() -> None:
    stage = staged()
    stage.run_until(EVENING + timedelta(hours=2))
    stage.cloud.move(DATABASE_ARN, up=True)
    stage.run_for(30 * MINUTE)
    (text,) = told_of(stage, What.ADOPTED)
    assert text.startswith("was started outside Curfew; nothing is started or stopped until 2027-03-09T00:")


def test_a_resource_of_another_environment_is_told_to_who_asked_for_it() -> None:
    stage = staged()
    stage.apply(definition(Resource("db", "rds-instance", ids=("orders-db",)), environment="thief"))
    stage.run_for(45 * MINUTE)
    assert told_of(stage, What.OWNED_ELSEWHERE) == ["owned by orders-qa"]


@pytest.mark.parametrize("times", [1, 3])
def test_what_was_told_is_not_told_again(times: int) -> None:
    notes = Notes()
    fresh: list[Event] = []
    for _ in range(times):
        notes, events = told(notes, iter([("stuck db", Event(What.STUCK, "orders-qa", MONDAY))]))
        fresh += events
    assert len(fresh) == 1
    assert notes.told == ("stuck db",)


def test_only_the_newest_twenty_are_remembered() -> None:
    many = [(f"key {number}", Event(What.STUCK, "orders-qa", MONDAY)) for number in range(MOST_TOLD + 5)]
    notes, events = told(Notes(), iter(many))
    assert len(events) == MOST_TOLD + 5
    assert notes.told == tuple(key for key, _ in many[5:])
