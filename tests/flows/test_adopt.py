from __future__ import annotations

from datetime import timedelta

from chalicelib.core.model import Desired, Lease, WakeRule
from chalicelib.flows.adopt import OUTSIDE
from chalicelib.flows.events import What
from chalicelib.flows.reconcile import reconcile
from chalicelib.flows.wake import Asked, release, wake
from tests.flows.stage import DEV, MONDAY, Stage, down

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


def test_a_second_start_outside_makes_the_lease_last_from_then() -> None:
    stage = asleep()
    stage.cloud.move(DATABASE_ARN, up=True)
    seen(stage)
    stage.run_for(timedelta(hours=3))
    assert down(stage)
    stage.cloud.move(DATABASE_ARN, up=True)
    seen(stage)
    (lease,) = stage.head().wishes.leases
    assert lease.until == stage.clock.now() + WakeRule().default


def test_an_autoscaler_that_grows_its_group_is_nobody() -> None:
    stage = asleep()
    group = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "auto-scaling-group")
    stage.cloud.resize(group, max=55, desired=1)
    seen(stage)
    assert not stage.events(What.ADOPTED)
