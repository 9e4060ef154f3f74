from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core.model import Desired
from chalicelib.core.uptime import Uptime
from chalicelib.core.wishes import Hold, Wishes
from chalicelib.flows.errors import ForbiddenError, RefusedError
from chalicelib.flows.events import What
from chalicelib.flows.hold import hold
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.sleep import sleep
from chalicelib.flows.wake import Asked, wake
from tests.flows.stage import DEV, MONDAY, OPERATOR, Stage, down, up

OPENING = MONDAY.replace(day=9, hour=8)
HOUR = timedelta(hours=1)
OTHER = Actor("another-developer", Role.DEVELOPER)


def awake(**other: object) -> Stage:
    stage = Stage()
    stage.orders(**other)
    stage.run_until(MONDAY + HOUR)
    assert up(stage)
    return stage


def test_it_sleeps_in_the_middle_of_its_window_and_is_ready_at_the_next_opening() -> None:
    stage = awake()
    assert sleep(stage.world, DEV, "orders-qa") == OPENING
    stage.run_for(timedelta(minutes=15))
    assert down(stage)
    stage.run_until(OPENING - timedelta(minutes=20))
    assert down(stage)
    stage.run_until(OPENING)
    assert up(stage)


def test_where_nobody_asks_to_be_ready_at_the_opening_it_starts_then() -> None:
    stage = awake(ready_by_opening=False)
    assert sleep(stage.world, DEV, "orders-qa") == OPENING
    stage.run_until(OPENING - timedelta(minutes=1))
    assert down(stage)
    stage.run_until(OPENING + timedelta(minutes=15))
    assert up(stage)


def test_what_has_no_windows_sleeps_until_somebody_wakes_it() -> None:
    stage = awake()
    stage.orders(uptime=(Uptime("UTC"),))
    assert sleep(stage.world, DEV, "orders-qa") is None
    assert stage.head().wishes.hold == Hold(
        Desired.DOWN, "a-developer", "sent to sleep", stage.clock.now(), None, yields=True
    )


def test_the_callers_own_lease_ends() -> None:
    stage = awake()
    wake(stage.world, DEV, "orders-qa", Asked())
    sleep(stage.world, DEV, "orders-qa")
    assert not stage.head().wishes.leases


def test_it_is_refused_naming_other_peoples_leases() -> None:
    stage = awake()
    wake(stage.world, OTHER, "orders-qa", Asked(until=MONDAY + 3 * HOUR))
    wake(stage.world, OPERATOR, "orders-qa", Asked(until=MONDAY + 4 * HOUR))
    with pytest.raises(RefusedError) as refused:
        sleep(stage.world, DEV, "orders-qa")
    assert str(refused.value) == (
        "orders-qa is leased by others: another-developer until 15:00Z, an-operator until 16:00Z; "
        "ask them, or an operator with --insist"
    )
    assert stage.head().wishes.hold is None


def test_an_ended_lease_of_somebody_else_refuses_nothing() -> None:
    stage = awake()
    wake(stage.world, OTHER, "orders-qa", Asked(until=MONDAY + 2 * HOUR))
    stage.clock.set(MONDAY + 2 * HOUR)
    assert sleep(stage.world, DEV, "orders-qa") == OPENING


def test_an_operator_who_insists_ends_other_peoples_leases() -> None:
    stage = awake()
    wake(stage.world, OTHER, "orders-qa", Asked())
    sleep(stage.world, OPERATOR, "orders-qa", insist=True)
    assert not stage.head().wishes.leases
    stage.run_for(timedelta(minutes=15))
    assert down(stage)


@pytest.mark.parametrize(
    ("role", "insist", "message"),
    [
        (
            Role.DEVELOPER,
            True,
            "a-person is developer; to send an environment to sleep takes the role operator: ask one who has it",
        ),
        (
            Role.FINANCE,
            False,
            "a-person is finance; to send an environment to sleep takes the role developer: ask one who has it",
        ),
    ],
)
def test_sleeping_takes_a_developer_and_insisting_an_operator(role: Role, insist: bool, message: str) -> None:
    with pytest.raises(ForbiddenError) as forbidden:
        sleep(awake().world, Actor("a-person", role), "orders-qa", insist)
    assert str(forbidden.value) == message


@pytest.mark.parametrize("insist", [False, True])
def test_an_operators_hold_is_not_taken_off(insist: bool) -> None:
    stage = awake()
    hold(stage.world, OPERATOR, "orders-qa", Desired.UP, "load test", None)
    with pytest.raises(RefusedError) as refused:
        sleep(stage.world, OPERATOR, "orders-qa", insist)
    assert str(refused.value) == "orders-qa is held up by an-operator; ask them to: curfew unhold orders-qa"


def test_sleeping_twice_is_no_contradiction() -> None:
    stage = awake()
    assert sleep(stage.world, DEV, "orders-qa") == sleep(stage.world, OTHER, "orders-qa") == OPENING


def test_a_definition_that_cannot_be_read_is_told() -> None:
    stage = awake()
    stage.store.spoil("orders-qa", "schema 9")
    with pytest.raises(RefusedError, match=r"^the definition of orders-qa cannot be read; apply its file again$"):
        sleep(stage.world, DEV, "orders-qa")


def test_it_is_in_the_journal() -> None:
    stage = awake()
    sleep(stage.world, DEV, "orders-qa")
    assert [(event.text, event.actor) for event in stage.events(What.WISHED)] == [("sleep", "a-developer")]
    assert stage.head().wishes != Wishes()
