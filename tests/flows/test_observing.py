from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chalicelib.core.activity import BeforeStop, Check, Sort
from chalicelib.core.model import Desired, Location, Mode, Resource
from chalicelib.core.nights import Tally
from chalicelib.core.wishes import Lease, Wishes
from chalicelib.flows.events import What
from chalicelib.flows.hold import hold
from chalicelib.flows.ports import Refusal
from chalicelib.flows.status import status
from chalicelib.kinds.contract import Answer, Look
from tests.flows.stage import MONDAY, OPERATOR, Stage, definition

EVENING = MONDAY.replace(hour=20)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
DATABASE_ARN = "arn:aws:rds:eu-central-1:111122223333:db:orders-db"


def observing(**other: object) -> Stage:
    stage = Stage()
    stage.orders(mode=Mode.OBSERVE, **other)
    return stage


def lease(stage: Stage) -> None:
    """Another environment that uses this one wants it for an hour."""
    now = stage.clock.now()
    wishes = Wishes(leases=(Lease("billing-qa", now + HOUR, now),))
    stage.store.amend(stage.head(), wishes, now, [])


def nights(stage: Stage) -> Tally | None:
    return status(stage.world, "orders-qa").observed


def used(stage: Stage) -> list[str]:
    observation = stage.head().notes.observation
    assert observation is not None
    return [night.used for night in observation.nights if night.used]


def test_a_night_in_which_all_runs_and_nobody_comes_would_have_been_stopped() -> None:
    stage = observing()
    stage.run_until(EVENING + 2 * HOUR)
    assert nights(stage) == Tally(1, 1, 0)
    assert not stage.cloud.calls


def test_a_weekend_is_three_nights() -> None:
    stage = observing()
    stage.run_until(MONDAY + 7 * DAY)
    assert nights(stage) == Tally(7, 7, 0)


def test_before_the_first_evening_there_is_no_night() -> None:
    stage = observing()
    stage.run_until(EVENING - HOUR)
    assert nights(stage) == Tally(0, 0, 0)


def test_what_sleeps_already_would_not_have_been_stopped() -> None:
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db", up=False)
    stage.apply(definition(Resource("database", "rds-instance", ids=("orders-db",)), mode=Mode.OBSERVE))
    stage.run_until(EVENING + 2 * HOUR)
    assert nights(stage) == Tally(1, 0, 0)


def test_a_lease_says_that_the_night_is_in_use() -> None:
    stage = observing()
    stage.run_until(EVENING + HOUR)
    lease(stage)
    stage.run_until(EVENING + 4 * HOUR)
    assert nights(stage) == Tally(1, 0, 1)
    assert used(stage) == ["lease of billing-qa"]


def test_so_does_a_hold_that_keeps_it_up() -> None:
    stage = observing()
    hold(stage.world, OPERATOR, "orders-qa", Desired.UP, "load test", None)
    stage.run_until(EVENING + HOUR)
    assert used(stage) == ["held up by an-operator"]


def test_so_does_a_start_at_night() -> None:
    stage = observing()
    stage.run_until(EVENING + HOUR)
    stage.cloud.move(DATABASE_ARN, up=False)
    stage.run_until(EVENING + 2 * HOUR)
    assert not used(stage)
    stage.cloud.move(DATABASE_ARN, up=True)
    stage.run_until(EVENING + 3 * HOUR)
    assert used(stage) == ["database orders-db was started"]


def test_another_schedulers_morning_is_no_use() -> None:
    stage = observing()
    stage.run_until(EVENING + 2 * HOUR)
    stage.cloud.move(DATABASE_ARN, up=False)
    stage.run_until(EVENING + timedelta(hours=11, minutes=15))
    stage.cloud.move(DATABASE_ARN, up=True)
    stage.run_until(EVENING + 13 * HOUR)
    assert not used(stage)


def test_aws_ending_a_databases_seven_days_is_no_use() -> None:
    stage = Stage()
    arn = stage.cloud.add("rds-instance", "orders-db", up=False)
    stage.apply(definition(Resource("database", "rds-instance", ids=("orders-db",)), mode=Mode.OBSERVE))
    stage.run_until(EVENING + 7 * DAY + HOUR)
    stage.cloud.move(arn, up=True)
    stage.run_until(EVENING + 7 * DAY + 2 * HOUR)
    assert not used(stage)


def test_the_owner_is_told_once_a_week() -> None:
    stage = observing()
    stage.run_until(EVENING + HOUR)
    lease(stage)
    stage.run_until(MONDAY + 14 * DAY + HOUR)
    assert [event.text for event in stage.events(What.OBSERVED)] == [
        "would have stopped 6 of 7 nights; 1 was in use (2027-03-08: lease of billing-qa)",
        "would have stopped 13 of 14 nights; 1 was in use (2027-03-08: lease of billing-qa)",
    ]


def test_an_environment_that_acts_is_not_counted() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING + 2 * HOUR)
    assert nights(stage) is None


def test_what_the_owners_checks_find_at_the_closing_says_so_too() -> None:
    check = Check(Sort.SESSIONS, of="nodes")
    stage = Stage()
    arn = stage.cloud.add("ec2-instance", "i-1")
    nodes = Resource("nodes", "ec2-instance", ids=("i-1",))
    stage.apply(definition(nodes, mode=Mode.OBSERVE, before_stop=BeforeStop((check,))))
    session = {"SessionId": "s-1", "Target": "i-1", "Owner": "a-developer", "Status": "Connected"}
    looked = stage.cloud.look

    def look(location: Location, service: str, looks: Sequence[Look]) -> tuple[Answer, ...] | Refusal:
        if looks[0].operation == "DescribeSessions":
            return ({"Sessions": [session]},)
        return looked(location, service, looks)

    stage.cloud.look = look  # type: ignore[method-assign]
    stage.run_until(EVENING + HOUR)
    assert stage.cloud.status(arn) == "running"
    (sign,) = used(stage)
    assert "session" in sign


def test_quiet_nights_are_counted_however_seldom_a_settled_environment_is_looked_at() -> None:
    stage = Stage()
    stage.world = replace(stage.world, resync=timedelta(hours=12))
    stage.orders(mode=Mode.OBSERVE)
    stage.run_until(MONDAY + 3 * DAY - HOUR)
    assert nights(stage) == Tally(3, 3, 0)


def test_a_look_for_a_night_is_made_once() -> None:
    stage = Stage()
    stage.world = replace(stage.world, resync=timedelta(hours=12))
    stage.cloud.add("rds-instance", "orders-db", up=False)
    stage.apply(definition(Resource("database", "rds-instance", ids=("orders-db",)), mode=Mode.OBSERVE))
    stage.run_until(EVENING - HOUR)
    before = stage.cloud.looks["DescribeDBInstances"]
    stage.run_until(EVENING + 10 * HOUR)
    assert stage.cloud.looks["DescribeDBInstances"] - before <= 3
