from __future__ import annotations

from datetime import timedelta

from chalicelib.flows.hear import hear
from chalicelib.flows.reconcile import reconcile
from chalicelib.flows.wish import COALESCE
from tests.flows.stage import MONDAY, Stage, down

EVENING = MONDAY.replace(hour=20)
SECOND = timedelta(seconds=1)
EVENT = {
    "source": "aws.rds",
    "detail-type": "RDS DB Instance Event",
    "detail": {"SourceArn": "arn:aws:rds:eu-central-1:111122223333:db:orders-db"},
}


def at_closing() -> Stage:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING - SECOND)
    stage.clock.set(EVENING)
    stage.queue.pokes.clear()
    return stage


def test_however_many_events_come_at_most_two_pokes_are_alive() -> None:
    stage = at_closing()
    while not down(stage):
        stage.run_for(COALESCE / 2)
        hear(stage.world, EVENT)
        assert len(stage.queue.pokes) <= 2


def test_a_poke_that_comes_ten_times_is_one_pass() -> None:
    stage = at_closing()
    for _ in range(10):
        reconcile(stage.world, "orders-qa")
    assert stage.store.calls["record"] == 1
    assert stage.cloud.calls == {"StopDBInstance": 1}
    assert len(stage.queue.pokes) == 1


def test_without_any_poke_the_ticks_alone_bring_it_down() -> None:
    stage = at_closing()
    for _ in range(40):
        stage.run_for(timedelta(minutes=1))
        stage.queue.pokes[:] = stage.queue.pokes[::2]
    assert down(stage)


def test_a_poke_for_an_environment_that_is_gone_changes_nothing() -> None:
    stage = at_closing()
    reconcile(stage.world, "gone-qa")
    assert stage.store.names() == ("orders-qa",)
    assert not stage.cloud.made
