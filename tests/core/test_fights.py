from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core import fights
from chalicelib.core.model import Desired, Location, Observed, ResourceState
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
    assert fights.reversal(before, observed, None, NIGHT + HOUR) is expected


def test_aws_restarting_a_database_after_seven_days_is_nobody() -> None:
    assert not fights.reversal(RESTING, Observed.RISING, SEVEN_DAYS, NIGHT + SEVEN_DAYS)
    assert fights.reversal(RESTING, Observed.RISING, SEVEN_DAYS, NIGHT + timedelta(days=6))


def test_two_reversals_within_a_day_end_the_fight_until_that_day_is_over() -> None:
    once = fights.with_reversal(RESTING, NIGHT)
    twice = fights.with_reversal(once, NIGHT + 2 * HOUR)
    assert fights.contested(once, NIGHT) is None
    because = fights.contested(twice, NIGHT + 2 * HOUR)
    assert because == "something else undid what Curfew did at 22:00Z and 00:00Z; left alone until 2027-03-09T22:00Z"
    assert fights.contested(twice, NIGHT + timedelta(days=1)) is None


def test_reversals_on_different_days_are_no_fight() -> None:
    once = fights.with_reversal(RESTING, NIGHT)
    assert fights.contested(fights.with_reversal(once, NIGHT + timedelta(days=1)), NIGHT + timedelta(days=1)) is None
