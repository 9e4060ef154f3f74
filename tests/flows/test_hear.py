from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.flows import hear as hearing
from chalicelib.flows.events import RUNS, What
from chalicelib.flows.hear import TRUSTED, event_pattern, hear
from chalicelib.flows.wish import COALESCE
from chalicelib.kinds import kinds
from tests.flows.stage import MONDAY, Stage

START = MONDAY + timedelta(minutes=30)
DATABASE = "arn:aws:rds:eu-central-1:111122223333:db:orders-db"


def settled() -> Stage:
    """An environment that rests in its window, with no poke on its way."""
    stage = Stage()
    stage.orders()
    stage.run_until(START)
    stage.queue.pokes.clear()
    stage.store.calls.clear()
    return stage


def rds(arn: str = DATABASE) -> dict[str, Any]:
    return {"source": "aws.rds", "detail-type": "RDS DB Instance Event", "detail": {"SourceArn": arn}}


def test_an_event_makes_its_owner_due_shortly() -> None:
    stage = settled()
    hear(stage.world, rds())
    assert stage.queue.pokes == [("orders-qa", START + COALESCE)]
    assert stage.head().due_at == START + COALESCE


def test_a_thousand_events_are_heard_once_and_cost_two_calls() -> None:
    stage = settled()
    for _ in range(1000):
        hear(stage.world, rds())
    assert len(stage.queue.pokes) == 1
    assert stage.store.calls == {"owner": 1, "hasten": 1}


def started(number: int = 0) -> dict[str, Any]:
    event = rds() | {"time": f"2027-03-08T12:{number:02}:07Z"}
    return event | {"detail": event["detail"] | {"EventID": "RDS-EVENT-0088"}}


def test_what_says_that_something_runs_is_noted_at_the_second_it_states() -> None:
    stage = settled()
    hear(stage.world, started(11))
    (event,) = stage.events(What.HEARD)
    assert (event.at, event.text, event.data) == (MONDAY + timedelta(minutes=11, seconds=7), RUNS, {"arn": DATABASE})


def test_each_costs_a_write_and_what_is_told_twice_is_there_once() -> None:
    stage = settled()
    for number in range(40):
        hear(stage.world, started(number))
        hear(stage.world, started(number))
    assert len(stage.events(What.HEARD)) == 40
    assert stage.store.calls == {"owner": 1, "hasten": 1, "note": 80}


def test_what_does_not_say_whether_it_runs_is_not_noted() -> None:
    stage = settled()
    hear(stage.world, rds())
    assert stage.store.calls["note"] == 0


def test_what_nobody_owns_is_not_noted() -> None:
    stage = settled()
    stage.store.owners.clear()
    hear(stage.world, started())
    assert stage.store.calls["note"] == 0


def test_after_that_the_next_event_is_heard_again() -> None:
    stage = settled()
    hear(stage.world, rds())
    stage.run_for(COALESCE + timedelta(seconds=1))
    hear(stage.world, rds())
    assert len(stage.queue.pokes) == 1
    assert stage.head().due_at == stage.clock.now() + COALESCE


def test_what_is_due_by_then_anyway_gets_no_poke() -> None:
    stage = settled()
    stage.store.hasten("orders-qa", START + timedelta(seconds=10))
    hear(stage.world, rds())
    assert not stage.queue.pokes


@pytest.mark.parametrize(
    "event",
    [
        rds("arn:aws:rds:eu-central-1:111122223333:db:somebody-elses"),
        {**rds(), "source": "aws.s3"},
        {**rds(), "detail-type": "RDS DB Snapshot Event"},
        {},
    ],
    ids=["no owner", "another service", "another event", "nothing"],
)
def test_what_concerns_nobody_is_not_heard(event: Mapping[str, Any]) -> None:
    stage = settled()
    hear(stage.world, event)
    assert not stage.queue.pokes
    assert stage.store.calls["hasten"] == 0


def test_an_owner_is_believed_for_five_minutes_known_or_not() -> None:
    stage = settled()
    stage.store.owners.clear()
    hear(stage.world, rds())
    stage.store.owners[DATABASE] = "orders-qa"
    hear(stage.world, rds())
    assert not stage.queue.pokes
    stage.clock.advance(TRUSTED)
    hear(stage.world, rds())
    assert stage.store.calls["hasten"] == 1


def test_a_warm_process_does_not_remember_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "MOST_REMEMBERED", 3)
    stage = settled()
    for number in range(10):
        hear(stage.world, rds(f"arn:aws:rds:eu-central-1:111122223333:db:db-{number}"))
    assert len(stage.world.recent.owners) <= 3


def test_the_pattern_lets_through_what_every_kind_listens_to() -> None:
    pattern = event_pattern()
    assert {"aws.autoscaling", "aws.ec2", "aws.ecs", "aws.rds"} <= set(pattern["source"])
    assert {"EC2 Instance State-change Notification", "RDS DB Instance Event"} <= set(pattern["detail-type"])


def test_the_pattern_names_no_source_that_tells_nothing() -> None:
    told = {kind.event.source for kind in kinds().values() if kind.event.detail_types}
    assert set(event_pattern()["source"]) == told


def test_an_event_brings_the_next_step_forward() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(MONDAY.replace(hour=20, minute=2))
    stage.cloud.things[DATABASE].arrives_at = stage.clock.now()
    hear(stage.world, rds())
    stage.run_for(COALESCE)
    assert stage.cloud.calls["UpdateAutoScalingGroup"] == 1
