from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core import remember
from chalicelib.core.model import Desired, Observed, ResourceState, RestorePoint, Sighting
from chalicelib.core.refusal import AT_FIRST
from chalicelib.core.remember import Aim
from tests.fakes.cloud import HERE
from tests.flows.stage import MONDAY

UP, DOWN = Desired.UP, Desired.DOWN
MINUTE = timedelta(minutes=1)
SIZES = {"min": 22, "max": 55, "desired": 30}
ZERO = {"min": 0, "max": 0, "desired": 0}
POINT = RestorePoint(1, MONDAY, SIZES, ZERO)
USUAL = 5 * MINUTE


def state(seen: Observed = Observed.UP, **other: object) -> ResourceState:
    values: dict[str, object] = {"seen_since": MONDAY, "healthy": seen is Observed.UP, **other}
    return ResourceState("arn:group", "group", "nodes", "auto-scaling-group", HERE, seen, **values)  # type: ignore[arg-type]


def sighting(observed: Observed) -> Sighting:
    return Sighting("arn:group", "group", "auto-scaling-group", HERE, observed, note="a note")


def stopped(now: datetime = MONDAY) -> ResourceState:
    """A state whose stop is on record."""
    return remember.intended(state(), DOWN, Aim(SIZES, ZERO, {}), now)


# What is seen


def test_a_state_begins_with_what_is_seen_first() -> None:
    first = remember.remembered(None, "nodes", sighting(Observed.UP), True, False, MONDAY)
    assert (first.seen, first.seen_since, first.intent, first.restore) == (Observed.UP, MONDAY, None, None)


def test_a_sighting_changes_nothing_that_was_intended() -> None:
    before = stopped()
    after = remember.remembered(before, "nodes", sighting(Observed.FALLING), False, False, MONDAY + MINUTE)
    assert (after.intent, after.attempts, after.restore) == (DOWN, 1, before.restore)
    assert (after.seen, after.whole, after.note) == (Observed.FALLING, False, "a note")


def test_since_when_it_was_seen_so_moves_only_with_what_is_seen() -> None:
    later = remember.remembered(state(), "nodes", sighting(Observed.UP), True, False, MONDAY + MINUTE)
    assert later.seen_since == MONDAY
    changed = remember.remembered(later, "nodes", sighting(Observed.FALLING), True, False, MONDAY + 2 * MINUTE)
    assert changed.seen_since == MONDAY + 2 * MINUTE


# Restore points


def test_a_restore_point_is_opened_with_the_first_try_to_stop() -> None:
    assert stopped().restore == RestorePoint(1, MONDAY, SIZES, ZERO)
    assert stopped().descent == 1


@given(st.lists(st.sampled_from([UP, DOWN]), min_size=1, max_size=8))
def test_an_open_restore_point_is_never_overwritten(intents: list[Desired]) -> None:
    current = stopped()
    for number, desired in enumerate(intents):
        odd = {"min": 0, "max": number, "desired": number}
        current = remember.intended(current, desired, Aim(odd, ZERO, {}), MONDAY + number * MINUTE)
    assert current.restore == RestorePoint(1, MONDAY, SIZES, ZERO)


def test_a_light_size_is_where_it_was_sent_and_no_return() -> None:
    there = replace(stopped(), intent=UP, attempts=1, aimed=4, light=(4,), whole=False, enough=True)
    settled = remember.arrived(there, UP, True, MONDAY + 9 * MINUTE, light=4)
    assert (settled.attempts, settled.restore, settled.light) == (0, POINT, (4,))


def test_being_light_after_a_stop_that_never_landed_is_on_record_as_up_and_as_that_size() -> None:
    there = replace(stopped(), tried_at=None, light=(4,), whole=False, enough=True)
    settled = remember.arrived(there, UP, True, MONDAY + 9 * MINUTE, light=4)
    assert (settled.intent, settled.aimed, settled.restore) == (UP, 4, POINT)


def test_a_start_to_another_size_is_a_first_try() -> None:
    light = remember.intended(stopped(), UP, Aim(light=4), MONDAY + MINUTE)
    again = remember.intended(light, UP, Aim(light=4), MONDAY + 2 * MINUTE)
    full = remember.intended(again, UP, Aim(), MONDAY + 3 * MINUTE)
    assert [each.attempts for each in (light, again, full)] == [1, 2, 1]
    assert (full.light, full.aimed, full.restore) == ((4,), None, POINT)


def test_the_restore_point_knows_the_sizes_of_light_wakes_as_ours() -> None:
    point = remember.return_point(replace(stopped(), light=(4, 6), theirs={"max": 60}))
    assert point is not None
    assert point.sizes == {**SIZES, "max": 60}
    assert point.ours == tuple({"min": size, "max": size, "desired": size} for size in (4, 6))


def test_a_verified_return_archives_it_and_the_next_descent_opens_another() -> None:
    back = remember.arrived(replace(stopped(), intent=UP, tried_at=None), UP, True, MONDAY + 9 * MINUTE)
    assert (back.restore, back.kept) == (None, (POINT,))
    again = remember.intended(back, DOWN, Aim({**SIZES, "desired": 40}, ZERO, {}), MONDAY + 20 * MINUTE)
    assert again.restore == RestorePoint(2, MONDAY + 20 * MINUTE, {**SIZES, "desired": 40}, ZERO)


@pytest.mark.parametrize(
    "unverified",
    [{"whole": False}, {"seen": Observed.DOWN}, {"seen": Observed.FALLING}, {"seen": Observed.BROKEN}],
)
def test_a_return_that_is_not_verified_archives_nothing(unverified: dict[str, object]) -> None:
    current = replace(stopped(), intent=UP, tried_at=None, **unverified)  # type: ignore[arg-type]
    assert remember.arrived(current, UP, True, MONDAY + 9 * MINUTE).restore == POINT


def test_a_group_with_its_sizes_back_has_returned_before_its_members_have() -> None:
    rising = replace(stopped(), intent=UP, tried_at=None, seen=Observed.RISING)
    assert remember.arrived(rising, UP, True, MONDAY).restore is None
    assert remember.arrived(rising, UP, False, MONDAY).restore == POINT


def test_ten_restore_points_are_kept_and_none_without_sizes() -> None:
    current = state()
    for number in range(12):
        current = remember.intended(current, DOWN, Aim({**SIZES, "desired": number}, ZERO, {}), MONDAY)
        current = remember.arrived(replace(current, intent=UP, tried_at=None), UP, True, MONDAY)
    assert [point.sizes["desired"] for point in current.kept] == list(range(2, 12))
    sizeless = remember.intended(state(), DOWN, Aim({}, {}, {}), MONDAY)
    assert remember.arrived(replace(sizeless, intent=UP, tried_at=None), UP, False, MONDAY).kept == ()


def test_a_stop_that_was_tried_a_moment_ago_may_still_land_so_its_restore_point_stays() -> None:
    assert remember.arrived(stopped(), UP, True, MONDAY + timedelta(seconds=59)).restore == POINT
    assert remember.arrived(stopped(), UP, True, MONDAY + MINUTE).restore is None


def test_what_somebody_set_and_a_repeated_stop_overwrites_is_remembered_beside_it() -> None:
    again = remember.intended(stopped(), DOWN, Aim({**SIZES, "max": 60}, ZERO, {"max": 60}), MONDAY + MINUTE)
    assert again.restore == POINT
    point = remember.return_point(again)
    assert point is not None
    assert point.sizes == {**SIZES, "max": 60}
    assert remember.return_point(stopped()) == POINT
    assert remember.return_point(state()) is None
    back = remember.arrived(replace(again, intent=UP, tried_at=None), UP, True, MONDAY + 9 * MINUTE)
    assert back.theirs == {}


# Tries


def test_tries_are_counted_until_it_arrives() -> None:
    current = stopped()
    for number in range(1, 4):
        assert current.attempts == number
        current = remember.intended(current, DOWN, Aim(SIZES, ZERO, {}), MONDAY + number * MINUTE)
    down = remember.arrived(replace(current, seen=Observed.DOWN), DOWN, True, MONDAY + 9 * MINUTE)
    assert (down.attempts, down.tried_at, down.rested_at) == (0, None, MONDAY + 9 * MINUTE)


def test_turning_round_counts_from_one_again() -> None:
    twice = remember.intended(stopped(), DOWN, Aim(SIZES, ZERO, {}), MONDAY + MINUTE)
    turned = remember.intended(twice, UP, Aim({}, {}, {}), MONDAY + 2 * MINUTE)
    assert (turned.attempts, turned.intent_at) == (1, MONDAY + 2 * MINUTE)


def test_aws_last_no_is_known_to_the_next_try_and_forgotten_when_one_is_accepted_or_the_direction_changes() -> None:
    refused = replace(stopped(), refusal="AccessDenied: no")
    again = remember.intended(refused, DOWN, Aim(SIZES, ZERO), MONDAY)
    assert again.refusal == "AccessDenied: no"
    assert remember.answered(again, None, MONDAY).refusal is None
    assert remember.intended(refused, UP, Aim(), MONDAY).refusal is None


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 16), (9, 16)])
def test_tries_come_after_a_minute_and_then_less_and_less_often(attempts: int, minutes: int) -> None:
    assert remember.retry_at(state(tried_at=MONDAY, attempts=attempts)) == MONDAY + minutes * MINUTE


def test_what_was_never_tried_may_be_tried_at_once() -> None:
    assert remember.retry_at(state()) is None


@pytest.mark.parametrize(
    ("attempts", "after", "is_stuck"),
    [(5, 60, False), (6, 15, False), (6, 16, True)],
)
def test_it_is_stuck_when_the_sixth_try_has_had_its_time(attempts: int, after: int, is_stuck: bool) -> None:
    assert remember.stuck(state(tried_at=MONDAY, attempts=attempts), MONDAY + after * MINUTE) is is_stuck


def test_a_try_whose_call_was_never_made_does_not_count() -> None:
    undone = remember.not_tried(stopped())
    assert (undone.attempts, undone.tried_at, undone.restore) == (0, None, POINT)
    assert remember.not_tried(state()).attempts == 0


@pytest.mark.parametrize(("asked", "attempts"), [(None, 6), (MONDAY, 6), (MONDAY + MINUTE, 0)])
def test_a_person_who_asks_to_try_again_forgives_the_tries_before(asked: datetime | None, attempts: int) -> None:
    tried = state(tried_at=MONDAY, attempts=6, refusal="AccessDenied: no")
    assert remember.forgiven(tried, asked).attempts == attempts


# Late


@pytest.mark.parametrize("moving", [Observed.RISING, Observed.FALLING])
def test_what_moves_is_late_after_twice_its_usual_time(moving: Observed) -> None:
    direction = UP if moving is Observed.RISING else DOWN
    sent = state(moving, intent=direction, intent_at=MONDAY, attempts=1, tried_at=MONDAY)
    assert not remember.overdue(sent, direction, USUAL, MONDAY + 10 * MINUTE - timedelta(seconds=1))
    assert remember.overdue(sent, direction, USUAL, MONDAY + 10 * MINUTE)


def test_what_moves_by_itself_is_timed_from_when_it_was_first_seen_moving() -> None:
    assert remember.overdue(state(Observed.FALLING), DOWN, USUAL, MONDAY + 10 * MINUTE)
    assert not remember.overdue(state(Observed.FALLING), DOWN, USUAL, MONDAY + 9 * MINUTE)


def test_a_try_whose_call_may_never_have_been_made_lets_nobody_go_ahead() -> None:
    tried = state(intent=DOWN, intent_at=MONDAY, tried_at=MONDAY, attempts=1)
    assert not remember.overdue(tried, DOWN, USUAL, MONDAY + 11 * MINUTE)
    waiting = replace(tried, attempts=5)
    assert remember.overdue(waiting, DOWN, USUAL, MONDAY + 11 * MINUTE)


def test_what_was_never_sent_is_not_late() -> None:
    assert not remember.overdue(state(), DOWN, USUAL, MONDAY + timedelta(days=1))


# Starts outside Curfew

RESTED = {"intent": DOWN, "rested_at": MONDAY}


@pytest.mark.parametrize(
    ("before", "observed", "restarts_after", "after", "outside"),
    [
        (state(Observed.DOWN, **RESTED), Observed.RISING, None, MINUTE, True),
        (state(Observed.DOWN, **RESTED), Observed.UP, None, MINUTE, True),
        (state(Observed.DOWN, **RESTED), Observed.DOWN, None, MINUTE, False),
        (state(Observed.DOWN, intent=UP, rested_at=MONDAY), Observed.RISING, None, MINUTE, False),
        (state(Observed.DOWN, intent=DOWN), Observed.RISING, None, MINUTE, False),
        (state(Observed.RISING, **RESTED), Observed.UP, None, MINUTE, False),
        (state(Observed.DOWN, **RESTED), Observed.RISING, remember.SEVEN_DAYS, timedelta(days=6), True),
        (state(Observed.DOWN, **RESTED), Observed.RISING, remember.SEVEN_DAYS, timedelta(days=7), False),
        (state(Observed.DOWN, **RESTED), Observed.RISING, None, timedelta(days=7), True),
    ],
    ids=[
        "rises",
        "is up",
        "still down",
        "we started it",
        "never seen down",
        "known already",
        "a database in its week",
        "aws ends a database's week",
        "nothing ends an instance's week",
    ],
)
def test_a_start_outside_is_one_that_neither_we_nor_aws_made(
    before: ResourceState, observed: Observed, restarts_after: timedelta | None, after: timedelta, outside: bool
) -> None:
    assert remember.started_outside(before, observed, restarts_after, MONDAY + after) is outside


@pytest.mark.parametrize(
    ("said", "waits", "gives_up"),
    [
        ("RequestLimitExceeded: slow down", timedelta(seconds=30), False),
        ("InsufficientInstanceCapacity: none left", timedelta(minutes=16), False),
        ("InvalidDBInstanceState: it is backing-up", timedelta(minutes=16), False),
        ("InternalError: something", timedelta(minutes=16), True),
        ("UnauthorizedOperation: no", timedelta(minutes=16), True),
    ],
)
def test_only_what_a_person_can_mend_is_ever_stuck(said: str, waits: timedelta, gives_up: bool) -> None:
    tired = replace(stopped(), attempts=6, refusal=said)
    assert remember.retry_at(tired) == MONDAY + waits
    assert remember.stuck(tired, MONDAY + timedelta(hours=1)) is gives_up


@pytest.mark.parametrize(("tries", "minutes"), [(0, 1), (1, 1), (2, 2), (5, 16), (6, 16), (1000, 16)])
def test_the_wait_doubles_to_16_minutes_however_often_it_was_tried(tries: int, minutes: int) -> None:
    assert remember.doubled(tries) == timedelta(minutes=minutes)


def test_a_stop_that_aws_will_never_make_is_not_tried_for_a_week_or_until_a_person_asks() -> None:
    no = "OperationNotPermitted: its stop protection is on"
    kept = remember.answered(stopped(), no, MONDAY)
    assert remember.barred(kept, MONDAY + timedelta(days=6)) == f"AWS will not stop it: {no}"
    assert remember.barred(kept, MONDAY + timedelta(days=7)) is None
    assert remember.barred(remember.forgiven(kept, MONDAY + MINUTE), MONDAY + MINUTE) is None


def test_a_call_before_the_stop_that_aws_will_never_make_bars_no_stop() -> None:
    no = f"CreateDBSnapshot{AT_FIRST}UnsupportedOperation: not of this engine"
    kept = remember.answered(stopped(), no, MONDAY)
    assert (kept.refusal, kept.barred, kept.attempts) == (no, None, stopped().attempts)


def test_shortages_of_a_return_are_counted_and_forgotten_when_it_arrives() -> None:
    short = "InsufficientInstanceCapacity: none left"
    rising = remember.intended(state(Observed.DOWN), UP, Aim(), MONDAY)
    twice = remember.answered(remember.answered(rising, short, MONDAY), short, MONDAY)
    assert twice.shortages == 2
    back = remember.remembered(twice, "nodes", sighting(Observed.UP), True, False, MONDAY + MINUTE)
    assert remember.arrived(replace(back, healthy=True), UP, False, MONDAY + MINUTE).shortages == 0


def test_a_start_that_aws_drops_for_want_of_capacity_is_a_shortage_too() -> None:
    rising = replace(remember.intended(state(Observed.DOWN), UP, Aim(), MONDAY), seen=Observed.RISING)
    dropped = replace(sighting(Observed.DOWN), cause="Server.InsufficientInstanceCapacity: none left")
    assert remember.remembered(rising, "nodes", dropped, True, False, MONDAY + MINUTE).shortages == 1


def test_a_return_is_not_verified_while_something_that_we_suspended_still_is() -> None:
    point = replace(stopped(), seen=Observed.UP, healthy=True, intent=UP, unlifted=True)
    assert remember.arrived(point, UP, True, MONDAY + timedelta(hours=1)).restore is not None
    assert remember.arrived(replace(point, unlifted=False), UP, True, MONDAY + timedelta(hours=1)).restore is None
