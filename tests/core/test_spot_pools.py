from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.pools import NOTHING, Pool, PoolMemory, lost, refused, seen, warned

NOON = datetime(2027, 3, 8, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PROOF = 32 * MINUTE


def up(since: datetime, until: datetime, memory: PoolMemory | None = None) -> PoolMemory:
    """Seen with capacity every ten minutes."""
    memory, at = memory or PoolMemory(), since
    while at <= until:
        memory, at = seen(memory, at, PROOF), at + 10 * MINUTE
    return memory


def test_a_pool_is_as_old_as_it_has_been_seen_without_a_break() -> None:
    memory = up(NOON, NOON + 2 * HOUR)
    assert memory.age(NOON + 2 * HOUR) == 2 * HOUR
    assert lost(memory, NOON + 2 * HOUR + MINUTE, PROOF).age(NOON + 3 * HOUR) == timedelta(0)


def test_evidence_is_kept_by_the_age_at_which_it_was_seen() -> None:
    memory = lost(up(NOON, NOON + 5 * HOUR), NOON + 5 * HOUR, PROOF)
    assert memory.lived[:3] == pytest.approx((60, 180, 60), rel=0.02)
    assert memory.lost == (0, 0, 1, 0, 0)


def test_evidence_counts_half_after_a_fortnight() -> None:
    memory = PoolMemory(seen_at=NOON, up_since=None, lived=(100.0, 0, 0, 0, 0), lost=(2.0, 0, 0, 0, 0))
    later = seen(memory, NOON + 14 * DAY, PROOF)
    assert (later.lived[0], later.lost[0]) == pytest.approx((50, 1))


def test_what_nobody_looked_at_at_night_is_evidence_of_nothing() -> None:
    morning = seen(up(NOON, NOON), NOON + 12 * HOUR, PROOF)
    assert (morning.lived, morning.age(NOON + 12 * HOUR)) == (NOTHING, timedelta(0))


def test_each_failure_in_a_row_doubles_the_hold_up_to_what_the_loss_is_worth() -> None:
    memory, at, holds = PoolMemory(), NOON, []
    for _ in range(8):
        memory = lost(seen(memory, at, PROOF), at + MINUTE, PROOF)
        assert memory.hold_until is not None
        holds.append((memory.hold_until - at - MINUTE) / MINUTE)
        at = memory.hold_until + MINUTE
    assert holds == [1, 2, 4, 8, 16, 32, 32, 32]


def test_a_pool_that_proved_itself_has_its_failures_forgotten() -> None:
    memory = PoolMemory(failures=5)
    assert up(NOON, NOON + 30 * MINUTE, memory).failures == 5
    assert up(NOON, NOON + 40 * MINUTE, memory).failures == 0
    assert lost(up(NOON, NOON + 30 * MINUTE, memory), NOON + PROOF, PROOF).failures == 1


def test_a_pool_that_refuses_launches_is_asked_again_soon_then_seldom() -> None:
    memory, at, holds = PoolMemory(), NOON, []
    for _ in range(8):
        memory = refused(memory, at)
        assert memory.hold_until is not None
        holds.append((memory.hold_until - at) / MINUTE)
        at = memory.hold_until
    assert holds == [5, 10, 20, 40, 80, 160, 240, 240]


def test_the_refusals_of_one_attempt_count_once() -> None:
    once = refused(PoolMemory(), NOON)
    assert refused(once, NOON + MINUTE) == once


def test_a_refusal_heard_after_a_later_sighting_only_holds_the_pool() -> None:
    memory = refused(up(NOON, NOON + HOUR), NOON + HOUR - MINUTE)
    assert (memory.failing, memory.may_be_asked(NOON + HOUR)) == (False, False)


def test_a_pool_is_not_asked_before_its_hold_ends() -> None:
    memory = refused(PoolMemory(), NOON)
    assert memory.failing
    assert not memory.may_be_asked(NOON + 5 * MINUTE - timedelta(seconds=1))
    assert memory.may_be_asked(NOON + 5 * MINUTE)


def test_a_recommendation_to_rebalance_only_holds_the_pool() -> None:
    memory = warned(up(NOON, NOON + HOUR), NOON + HOUR, PROOF)
    assert (memory.may_be_asked(NOON + HOUR), memory.failing, memory.failures) == (False, False, 0)


def test_a_loss_heard_twice_or_long_after_another_counts_once() -> None:
    once = lost(up(NOON, NOON + HOUR), NOON + HOUR, PROOF)
    assert lost(once, NOON + HOUR, PROOF) == once
    assert lost(once, NOON + HOUR + MINUTE, PROOF) == once
    back = up(NOON + 2 * HOUR, NOON + 3 * HOUR, once)
    assert lost(back, NOON + HOUR, PROOF) == back


def test_a_loss_heard_after_a_later_sighting_still_counts_and_the_pool_is_as_young_as_that_sighting() -> None:
    memory = lost(up(NOON, NOON + 3 * HOUR), NOON + 3 * HOUR - 5 * MINUTE, PROOF)
    assert sum(memory.lost) == 1
    assert not memory.failing
    assert memory.age(NOON + 4 * HOUR) == HOUR


def test_a_pool_is_written_as_people_say_it() -> None:
    assert str(Pool("m5.large", "eu-west-1a")) == "m5.large in eu-west-1a"
