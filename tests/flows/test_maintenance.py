from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.core.maintenance import Maintenance
from chalicelib.core.model import Desired, Location
from chalicelib.flows.events import What
from chalicelib.flows.ports import Refusal
from chalicelib.flows.sleep import sleep
from chalicelib.flows.status import calendar_of, explained
from chalicelib.kinds.contract import Answer
from tests.fakes.cloud import HERE
from tests.flows.answering import Answering, answering
from tests.flows.stage import DEV, MONDAY, Stage, down, up

ASKED = "DescribeMaintenanceWindows"
HOUR = timedelta(hours=1)
NIGHT = MONDAY.replace(hour=22)


def window(at: datetime, **other: object) -> dict[str, object]:
    return {
        "WindowId": "mw-0123456789abcdef0",
        "Name": "patching",
        "Enabled": True,
        "Duration": 2,
        "NextExecutionTime": at.isoformat(),
        **other,
    }


def windows(*found: dict[str, object]) -> Answer:
    return {"WindowIdentities": list(found)}


def patched(*found: dict[str, object]) -> tuple[Stage, Answering]:
    stage = Stage()
    cloud = answering(stage, **{ASKED: windows(*found)})
    stage.orders(maintenance=Maintenance(ssm=("patching",)))
    return stage, cloud


def test_it_comes_up_for_a_run_and_goes_down_after_it() -> None:
    stage, _ = patched(window(NIGHT + 2 * HOUR))
    stage.run_until(NIGHT)
    assert down(stage)
    stage.run_until(NIGHT + 2 * HOUR)
    assert up(stage)
    decision = explained(stage.world, "orders-qa", None)
    assert decision.because == "maintenance window patching, tue 00:00-02:00 (UTC)"
    stage.run_until(NIGHT + 4 * HOUR + timedelta(minutes=30))
    assert down(stage)


def test_it_stays_up_for_a_run_although_aws_tells_of_the_next_one_as_soon_as_it_has_begun() -> None:
    stage, cloud = patched(window(NIGHT + 2 * HOUR, Duration=5))
    stage.run_until(NIGHT + 2 * HOUR)
    cloud.answers[ASKED] = windows(window(NIGHT + timedelta(days=7)))
    asked = cloud.times(ASKED)
    stage.run_until(NIGHT + 6 * HOUR)
    assert cloud.times(ASKED) > asked
    assert up(stage)


def test_windows_are_asked_for_at_most_four_times_a_day() -> None:
    stage, cloud = patched(window(NIGHT + 2 * HOUR))
    stage.run_for(timedelta(days=1))
    assert 4 <= cloud.times(ASKED) <= 5


def test_who_names_no_window_asks_for_none() -> None:
    stage = Stage()
    cloud = answering(stage, **{ASKED: windows()})
    stage.orders()
    stage.run_for(HOUR)
    assert cloud.times(ASKED) == 0


def test_every_place_is_asked_and_a_window_may_be_named_by_its_id_and_lie_in_any_zone() -> None:
    stage = Stage()
    zoned = window(NIGHT, NextExecutionTime="2027-03-08T17:00-05:00")
    cloud = answering(stage, **{ASKED: windows(zoned, window(NIGHT, Name="others", WindowId="mw-1"))})
    elsewhere = Location("444455556666", "eu-west-1")
    stage.orders(locations=(HERE, elsewhere), maintenance=Maintenance(ssm=("mw-0123456789abcdef0",)))
    stage.run_for(timedelta(minutes=5))
    (run,) = stage.head().notes.maintenance.runs
    assert (run.name, run.begins) == ("patching", datetime(2027, 3, 8, 22, tzinfo=UTC))
    assert cloud.times(ASKED) == 2


def test_an_answer_that_does_not_come_leaves_what_was_known_in_force_and_is_told_once() -> None:
    stage, cloud = patched(window(NIGHT + 2 * HOUR))
    stage.run_for(HOUR)
    cloud.answers[ASKED] = Refusal("AccessDeniedException", "not authorized")
    stage.run_until(NIGHT + 2 * HOUR)
    assert up(stage)
    (told,) = stage.events(What.MAINTENANCE_UNREAD)
    assert told.text.startswith(
        "maintenance windows in 111122223333/eu-central-1 cannot be read: AccessDeniedException: not authorized"
    )


def test_a_window_that_is_disabled_or_not_there_is_told() -> None:
    stage, _ = patched(window(NIGHT + 2 * HOUR, Enabled=False))
    stage.run_until(NIGHT + 2 * HOUR)
    assert down(stage)
    (told,) = stage.events(What.MAINTENANCE_UNREAD)
    assert told.text.startswith("no enabled maintenance window is called patching")


def test_the_calendar_shows_a_run_to_come() -> None:
    stage, _ = patched(window(NIGHT + 2 * HOUR))
    stage.run_for(timedelta(minutes=5))
    rows = list(calendar_of(stage.world, "orders-qa", NIGHT, NIGHT + 5 * HOUR))
    assert [each.desired for _, each in rows] == [Desired.DOWN, Desired.UP, Desired.DOWN]


def test_who_is_sent_to_sleep_sleeps_until_the_run() -> None:
    stage, _ = patched(window(NIGHT + 2 * HOUR))
    stage.run_for(timedelta(minutes=5))
    assert sleep(stage.world, DEV, "orders-qa") == NIGHT + 2 * HOUR


def test_it_is_up_for_a_databases_weekly_window_as_aws_shows_it() -> None:
    stage = Stage()
    stage.orders(maintenance=Maintenance(resources=("database",)))
    stage.cloud.add("rds-instance", "orders-db", PreferredMaintenanceWindow="tue:02:00-tue:02:30")
    stage.run_until(NIGHT)
    assert down(stage)
    stage.run_until(NIGHT + 4 * HOUR)
    assert up(stage)
    assert explained(stage.world, "orders-qa", None).because == "maintenance window of database, tue 02:00-02:30 (UTC)"
    stage.run_until(NIGHT + 5 * HOUR)
    assert down(stage)
