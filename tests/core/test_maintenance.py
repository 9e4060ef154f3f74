from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.decide import Facts, Pace, calendar, decide
from chalicelib.core.maintenance import ASKED_EVERY, Ahead, Maintenance, Run, is_old, uptimes, with_runs
from chalicelib.core.model import Definition, Desired
from chalicelib.core.wishes import Wishes
from tests.flows.stage import definition

HOUR = timedelta(hours=1)
SUNDAY = datetime(2027, 3, 14, tzinfo=UTC)
PACE = Pace(start=timedelta(minutes=11), stop=timedelta(minutes=7))
WANTED = Maintenance(resources=("database",), ssm=("patching",))
RUN = Run("patching", SUNDAY + timedelta(hours=17, minutes=15, seconds=4), SUNDAY + timedelta(hours=20))
NO_RUNS = Ahead()


def facts(*shown: tuple[str, str], ahead: Ahead = NO_RUNS) -> Facts:
    return Facts({"database": (), "nodes": ("database",)}, PACE, maintenance=uptimes(WANTED, shown, ahead))


def ups(known: Facts, what: Definition, start: datetime, length: timedelta) -> list[tuple[datetime, datetime]]:
    """The stretches of being up."""
    rows = [(at, each.desired) for at, each in calendar(what, Wishes(), known, start, start + length)]
    ends = [at for at, _ in rows[1:]] + [start + length]
    return [(at, end) for (at, desired), end in zip(rows, ends, strict=True) if desired is Desired.UP]


@pytest.mark.parametrize(
    ("window", "opens", "length"),
    [
        ("sun:04:00-sun:04:30", SUNDAY + 4 * HOUR, timedelta(minutes=30)),
        ("Sun:23:30-Mon:00:30", SUNDAY + timedelta(hours=23, minutes=30), HOUR),
        ("sat:22:00-sun:06:00", SUNDAY - 2 * HOUR, 8 * HOUR),
    ],
)
def test_it_is_ready_when_a_weekly_window_opens_and_goes_down_at_its_end(
    window: str, opens: datetime, length: timedelta
) -> None:
    found = ups(facts(("database", window)), definition(), opens - 12 * HOUR, timedelta(days=1))
    assert found[0] == (opens - timedelta(minutes=14), opens + length)


def test_the_rule_that_wins_says_whose_window_it_is() -> None:
    decision = decide(definition(), Wishes(), facts(("database", "sun:04:00-sun:04:30")), SUNDAY + 4 * HOUR)
    assert (decision.rule, decision.desired) == ("window", Desired.UP)
    assert decision.because == "maintenance window of database, sun 04:00-04:30 (UTC)"


def test_what_comes_before_lasts_until_the_window_minus_the_lead() -> None:
    known = facts(("database", "sun:04:00-sun:04:30"))
    decision = decide(definition(), Wishes(), known, SUNDAY)
    assert decision.until == SUNDAY + 4 * HOUR - timedelta(minutes=14)
    assert decision.because.endswith("next opens Sun 04:00 (UTC)")


def test_a_rest_too_short_between_a_window_and_maintenance_is_not_taken() -> None:
    monday = SUNDAY + timedelta(days=1)
    known = facts(("database", "mon:20:30-mon:21:00"))
    assert ups(known, definition(), monday + 12 * HOUR, 10 * HOUR) == [(monday + 12 * HOUR, monday + 21 * HOUR)]


@pytest.mark.parametrize("shown", [("nodes", "sun:04:00-sun:04:30"), ("database", "sometime"), ("database", "")])
def test_windows_that_nobody_asked_for_or_nobody_understands_change_nothing(shown: tuple[str, str]) -> None:
    assert uptimes(WANTED, [shown], NO_RUNS) == ()


def test_it_is_up_for_whole_minutes_around_a_run_and_on_no_other_day() -> None:
    known = facts(ahead=Ahead(runs=(RUN,)))
    begins = SUNDAY + timedelta(hours=17, minutes=15) - timedelta(minutes=14)
    assert ups(known, definition(windows="day 1 08:00-20:00"), SUNDAY, 14 * 24 * HOUR) == [(begins, RUN.ends)]
    decision = decide(definition(), Wishes(), known, RUN.begins)
    assert (decision.rule, decision.because) == ("window", "maintenance window patching, sun 17:15-20:00 (UTC)")


def test_a_run_that_goes_on_is_kept_when_aws_tells_of_the_next_one_only() -> None:
    following = Run("patching", RUN.begins + timedelta(weeks=1), RUN.ends + timedelta(weeks=1))
    moved = Run("patching", RUN.begins + HOUR, RUN.ends + HOUR)
    known = Ahead(runs=(RUN,))
    assert with_runs(known, [following], RUN.begins + HOUR) == (RUN, following)
    assert with_runs(known, [following], RUN.ends) == (following,)
    assert with_runs(known, [moved], RUN.begins - HOUR) == (moved,)


@pytest.mark.parametrize(
    ("ahead", "old"),
    [
        (Ahead(), True),
        (Ahead(SUNDAY, ("patching",)), False),
        (Ahead(SUNDAY - ASKED_EVERY, ("patching",)), True),
        (Ahead(SUNDAY, ("another",)), True),
    ],
)
def test_runs_are_asked_for_when_never_asked_long_ago_or_for_other_windows(ahead: Ahead, old: bool) -> None:
    assert is_old(ahead, WANTED, SUNDAY) is old
