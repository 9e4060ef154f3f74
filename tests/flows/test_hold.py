from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.core.model import Desired
from chalicelib.core.wishes import Hold
from chalicelib.flows.errors import ForbiddenError, RefusedError
from chalicelib.flows.events import What
from chalicelib.flows.hold import hold, unhold
from tests.flows.stage import DEV, MONDAY, OPERATOR, Stage, down, up

HOUR = timedelta(hours=1)


def staged() -> Stage:
    stage = Stage()
    stage.orders()
    return stage


def test_a_hold_has_author_reason_and_end() -> None:
    stage = staged()
    pin = hold(stage.world, OPERATOR, "orders-qa", Desired.DOWN, "audit", MONDAY + HOUR)
    assert pin == Hold(Desired.DOWN, "an-operator", "audit", MONDAY, MONDAY + HOUR)
    assert stage.head().wishes.hold == pin


def test_a_hold_down_ends_by_itself() -> None:
    stage = staged()
    hold(stage.world, OPERATOR, "orders-qa", Desired.DOWN, "audit", MONDAY + HOUR)
    stage.run_until(MONDAY + HOUR - timedelta(seconds=1))
    assert down(stage)
    stage.run_for(timedelta(minutes=15))
    assert up(stage)


def test_a_hold_as_is_neither_starts_nor_stops() -> None:
    stage = staged()
    hold(stage.world, OPERATOR, "orders-qa", Desired.AS_IS, "audit", None)
    stage.run_until(MONDAY + timedelta(days=2))
    assert not stage.cloud.made


def test_the_newest_hold_is_the_one_that_counts() -> None:
    stage = staged()
    hold(stage.world, OPERATOR, "orders-qa", Desired.DOWN, "audit", None)
    hold(stage.world, OPERATOR, "orders-qa", Desired.UP, "load test", None)
    pin = stage.head().wishes.hold
    assert pin is not None
    assert pin.reason == "load test"


@pytest.mark.parametrize(
    ("reason", "ahead", "message"),
    [
        (" ", HOUR, "a hold needs a reason: others will want to know; say --reason"),
        ("audit", timedelta(), "2027-03-08T12:00Z is past; give an instant to come"),
    ],
)
def test_a_hold_without_a_reason_or_with_a_past_end_is_refused(reason: str, ahead: timedelta, message: str) -> None:
    stage = staged()
    with pytest.raises(RefusedError) as refused:
        hold(stage.world, OPERATOR, "orders-qa", Desired.UP, reason, MONDAY + ahead)
    assert str(refused.value) == message
    assert stage.head().wishes.hold is None


def test_a_hold_is_taken_off_once() -> None:
    stage = staged()
    hold(stage.world, OPERATOR, "orders-qa", Desired.UP, "load test", None)
    assert unhold(stage.world, OPERATOR, "orders-qa")
    before = stage.head()
    assert not unhold(stage.world, OPERATOR, "orders-qa")
    assert stage.head() == before


def test_holding_takes_an_operator() -> None:
    stage = staged()
    with pytest.raises(ForbiddenError) as forbidden:
        hold(stage.world, DEV, "orders-qa", Desired.UP, "load test", None)
    words = "a-developer is developer; to hold an environment takes the role operator: ask one who has it"
    assert str(forbidden.value) == words
    with pytest.raises(ForbiddenError, match="to take a hold off takes the role operator"):
        unhold(stage.world, DEV, "orders-qa")


def test_it_is_in_the_journal() -> None:
    stage = staged()
    hold(stage.world, OPERATOR, "orders-qa", Desired.UP, "load test", None)
    unhold(stage.world, OPERATOR, "orders-qa")
    assert [event.text for event in stage.events(What.WISHED)] == ["hold up: load test", "unhold"]
