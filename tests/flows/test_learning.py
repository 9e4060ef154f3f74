from datetime import timedelta

from chalicelib.core.decide import Pace, lead
from chalicelib.core.model import Desired
from chalicelib.flows.events import What
from chalicelib.flows.status import explained
from tests.flows.stage import MONDAY, Stage, definition, up

OPENING = MONDAY.replace(day=9, hour=8)


def slow() -> Stage:
    """A database that takes eleven minutes to start, where seven are usual."""
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db", start=timedelta(minutes=11), stop=timedelta(minutes=5))
    stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(22, 55, 30), start=timedelta(minutes=6))
    stage.apply(definition())
    return stage


def test_after_three_slow_mornings_the_fourth_begins_early_enough() -> None:
    stage = slow()
    stage.run_until(OPENING)
    assert not up(stage)
    stage.run_until(OPENING + timedelta(days=3))
    assert up(stage)
    late = [event.at.day for event in stage.events(What.NOT_READY)]
    assert late == [9, 10, 11]


def test_no_start_begins_earlier_than_three_hours_before_the_opening() -> None:
    assert lead(definition(), Pace(start=timedelta(hours=5))) == timedelta(hours=3)
    assert lead(definition(), Pace(start=timedelta(minutes=11))) == timedelta(minutes=14)
    assert lead(definition(ready_by_opening=False), Pace(start=timedelta(minutes=11))) == timedelta()


def test_an_early_start_says_what_it_is_reckoned_from() -> None:
    stage = slow()
    stage.run_until(OPENING + timedelta(days=2, hours=13))
    decision = explained(stage.world, "orders-qa", OPENING + timedelta(days=3, minutes=-10))
    assert decision.because.startswith("starting 20 min early (database p90 11m00s + nodes p90 6m00s)")


def test_a_fast_start_learned_on_the_way_does_not_take_the_early_start_back() -> None:
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db", start=timedelta(seconds=30), stop=timedelta(minutes=1))
    stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(22, 55, 30), start=timedelta(seconds=30))
    stage.apply(definition())
    for day in range(4):
        stage.run_until(OPENING + timedelta(days=day, minutes=-1))
        assert up(stage)
        assert stage.head().notes.desired is Desired.UP
    ups = [event for event in stage.events(What.DECIDED) if event.data["desired"] == "up"]
    assert len(ups) == 5  # the first look, then once a morning
