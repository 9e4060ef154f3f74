from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core import fights, remember
from chalicelib.core.model import Desired, Location, Observed, ResourceState, RestorePoint, Sighting
from chalicelib.core.remember import SEVEN_DAYS

NIGHT = datetime(2027, 3, 8, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)
RESTING = ResourceState(
    "arn:db",
    "db",
    "database",
    "rds-instance",
    Location("111122223333", "eu-central-1"),
    Observed.DOWN,
    NIGHT,
    intent=Desired.DOWN,
    rested_at=NIGHT,
)
STANDING = replace(RESTING, intent=Desired.UP, seen=Observed.UP, healthy=True, rested_at=None)


def seen(observed: Observed) -> Sighting:
    return Sighting("arn:db", "db", "rds-instance", RESTING.location, observed)


@pytest.mark.parametrize(
    ("before", "observed", "expected"),
    [
        (RESTING, Observed.RISING, True),
        (RESTING, Observed.UP, True),
        (RESTING, Observed.DOWN, False),
        (RESTING, Observed.MISSING, False),
        (STANDING, Observed.FALLING, True),
        (STANDING, Observed.DOWN, True),
        (STANDING, Observed.UP, False),
        (replace(STANDING, attempts=1), Observed.DOWN, False),
        (replace(STANDING, healthy=False), Observed.DOWN, False),
        (replace(RESTING, intent=None), Observed.UP, False),
    ],
)
def test_leaving_the_state_we_brought_it_to_is_a_reversal(
    before: ResourceState, observed: Observed, expected: bool
) -> None:
    assert fights.reversal(before, seen(observed), None, NIGHT + HOUR) is expected


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        ("Server.SpotInstanceShutdown: no Spot capacity (AWS took its Spot capacity back, ...)", False),
        ("Server.ScheduledStop: Stopped due to a scheduled retirement", False),
        ("Server.InternalError", False),
        ("Client.InstanceInitiatedShutdown: its own operating system shut it down", True),
        (None, True),
    ],
)
@pytest.mark.parametrize("observed", [Observed.FALLING, Observed.DOWN])
def test_aws_stopping_it_for_its_own_reasons_is_nobody(observed: Observed, cause: str | None, expected: bool) -> None:
    assert fights.reversal(STANDING, replace(seen(observed), cause=cause), None, NIGHT + HOUR) is expected


def test_aws_restarting_a_database_after_seven_days_is_nobody() -> None:
    assert not fights.reversal(RESTING, seen(Observed.RISING), SEVEN_DAYS, NIGHT + SEVEN_DAYS)
    assert fights.reversal(RESTING, seen(Observed.RISING), SEVEN_DAYS, NIGHT + timedelta(days=6))


def test_two_reversals_within_a_day_end_the_fight_until_that_day_is_over() -> None:
    once = fights.with_reversal(RESTING, NIGHT)
    twice = fights.with_reversal(once, NIGHT + 2 * HOUR)
    assert fights.contested(once, NIGHT) is None
    because = fights.contested(twice, NIGHT + 2 * HOUR)
    assert because == (
        "something else undid what Curfew did at 22:00Z and 00:00Z; "
        "left alone until its next start, or 2027-03-09T22:00Z at the latest"
    )
    assert fights.contested(twice, NIGHT + timedelta(days=1)) is None


def test_reversals_on_different_days_are_no_fight() -> None:
    once = fights.with_reversal(RESTING, NIGHT)
    assert fights.contested(fights.with_reversal(once, NIGHT + timedelta(days=1)), NIGHT + timedelta(days=1)) is None


def test_what_is_kept_from_running_is_left_alone_until_its_next_stop() -> None:
    twice = fights.with_reversal(fights.with_reversal(STANDING, NIGHT), NIGHT + HOUR)
    assert "until its next stop, or 2027-03-09T22:00Z at the latest" in (fights.contested(twice, NIGHT + HOUR) or "")


def test_with_the_second_reversal_the_sizes_it_was_fought_with_are_nobodys_wish() -> None:
    asleep = replace(RESTING, restore=RestorePoint(1, NIGHT, {"min": 22}), theirs={"min": 1})
    once = fights.with_reversal(asleep, NIGHT)
    assert (once.theirs, once.disputed) == ({"min": 1}, False)
    twice = fights.with_reversal(once, NIGHT + HOUR)
    assert (twice.theirs, twice.disputed) == ({}, True)


def test_a_disputed_size_is_no_wish_until_the_return_is_verified() -> None:
    shown, before = {"min": 1, "max": 5, "desired": 1}, {"min": 22, "max": 55, "desired": 30}
    fought = replace(RESTING, restore=RestorePoint(1, NIGHT, before), disputed=True)
    assert remember.back_to(fought, shown) == RestorePoint(1, NIGHT, before, left=shown)
    assert remember.intended(fought, Desired.DOWN, remember.Aim(theirs=shown), NIGHT).theirs == {}
    back = replace(fought, seen=Observed.UP, healthy=True)
    assert remember.arrived(back, Desired.UP, True, NIGHT + HOUR).disputed is False
