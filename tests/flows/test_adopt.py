from __future__ import annotations

from datetime import timedelta

from chalicelib.core.model import Desired, WakeRule
from chalicelib.core.wishes import Lease
from chalicelib.flows.adopt import OUTSIDE
from chalicelib.flows.events import What
from chalicelib.flows.reconcile import reconcile
from chalicelib.flows.wake import Asked, release, wake
from tests.flows.stage import DEV, MONDAY, Stage, down, up

NIGHT = MONDAY.replace(hour=22)
DATABASE_ARN = "arn:aws:rds:eu-central-1:111122223333:db:orders-db"


def asleep() -> Stage:
    stage = Stage()
    stage.orders()
    stage.run_until(NIGHT)
    assert down(stage)
    return stage


def seen(stage: Stage) -> None:
    """One pass looks, now."""
    stage.store.hasten("orders-qa", stage.clock.now())
    reconcile(stage.world, "orders-qa")


def test_a_start_outside_becomes_a_lease_that_leaves_all_as_it_is() -> None:
    stage = asleep()
    stage.cloud.move(DATABASE_ARN, up=True)
    seen(stage)
    lease = Lease(OUTSIDE, NIGHT + WakeRule().default, NIGHT, Desired.AS_IS)
    assert stage.head().wishes.leases == (lease,)
    assert len(stage.cloud.made) == 2


def test_a_lease_released_a_moment_after_the_start_is_not_taken_for_a_start_outside() -> None:
    stage = asleep()
    wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=1)))
    seen(stage)
    release(stage.world, DEV, "orders-qa")
    stage.run_for(timedelta(minutes=20))
    assert not stage.events(What.ADOPTED)
    assert down(stage)


def test_a_second_start_outside_within_a_day_is_no_wish_but_a_fight_and_is_left_alone() -> None:
    stage = asleep()
    stage.cloud.answers["LookupEvents"] = {
        "Events": [{"EventName": "StartDBInstance", "Username": "terraform-nightly", "ReadOnly": "false"}]
    }
    stage.cloud.move(DATABASE_ARN, up=True)
    seen(stage)
    stage.run_for(timedelta(hours=3))
    assert down(stage)
    stage.cloud.move(DATABASE_ARN, up=True)
    seen(stage)
    stage.run_for(timedelta(hours=3))
    assert stage.cloud.status(DATABASE_ARN) == "available"
    (told,) = stage.events(What.CONTESTED)
    assert "CloudTrail shows StartDBInstance by terraform-nightly" in told.text
    assert "undid what Curfew did at" in told.text


def test_an_autoscaler_that_grows_its_group_is_nobody() -> None:
    stage = asleep()
    group = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "auto-scaling-group")
    stage.cloud.resize(group, max=55, desired=1)
    seen(stage)
    assert not stage.events(What.ADOPTED)


def test_a_fight_at_night_does_not_keep_the_morning_from_starting_it() -> None:
    stage = asleep()
    for _ in range(2):
        stage.cloud.move(DATABASE_ARN, up=True)
        seen(stage)
        stage.run_for(timedelta(hours=3))
    assert stage.events(What.CONTESTED)
    stage.cloud.move(DATABASE_ARN, up=False)
    stage.run_until(MONDAY.replace(day=9, hour=8, minute=0))
    assert up(stage)
