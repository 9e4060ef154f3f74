from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.group_memory import MOST_FILLS, GroupMemory, News, What, heard
from chalicelib.core.lasting import failures_a_minute, risks, usual_rates
from chalicelib.core.mix import Mix, SpotPolicy
from chalicelib.core.pools import NOTHING, Pool, PoolMemory
from chalicelib.core.prefer import Prefer, break_even, price_of_a_loss, price_of_a_move

NOON = datetime(2027, 3, 8, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PROOF = 32 * MINUTE
HERE, THERE = Pool("m5.large", "eu-west-1a"), Pool("m6i.large", "eu-west-1b")
NOBODY = usual_rates(())


def lived(minutes: float, losses: float) -> PoolMemory:
    """A young pool with this evidence of its first hour."""
    return PoolMemory(lived=(minutes, *NOTHING[1:]), lost=(losses, *NOTHING[1:]))


def test_of_contradictory_news_of_one_instant_the_failure_holds() -> None:
    news = [News(HERE, NOON, What.LOST), News(HERE, NOON, What.SEEN)]
    assert heard(GroupMemory(), news, PROOF) == heard(GroupMemory(), reversed(news), PROOF)
    assert heard(GroupMemory(), news, PROOF).of(HERE).failing


def test_news_of_one_pool_says_nothing_of_another() -> None:
    memory = heard(GroupMemory(), [News(HERE, NOON, What.REFUSED)], PROOF)
    assert memory.of(THERE) == PoolMemory()


def test_the_days_fills_run_out_and_come_back_one_by_one() -> None:
    memory = GroupMemory()
    for number in range(MOST_FILLS):
        memory = memory.changed(NOON + number * MINUTE, 1)
    assert memory.fills_left(NOON + HOUR) == 0
    assert memory.more_fills_at(NOON + HOUR) == NOON + DAY
    assert memory.fills_left(NOON + DAY) == 1


def test_a_pool_of_which_nothing_is_known_lasts_as_long_as_unknown_ones_do() -> None:
    assert failures_a_minute(PoolMemory(), NOBODY, NOON) == pytest.approx(1 / (24.5 * 60))


def test_a_pool_that_has_lasted_is_expected_to_last_longer() -> None:
    old = PoolMemory(seen_at=NOON, up_since=NOON - 2 * DAY)
    assert failures_a_minute(old, NOBODY, NOON) < failures_a_minute(PoolMemory(), NOBODY, NOON)


def test_a_pool_without_evidence_of_its_own_is_taken_to_be_like_its_sisters() -> None:
    bad = risks([HERE], {THERE: lived(1000, 100)}, NOON)[HERE]
    good = risks([HERE], {THERE: lived(1000, 1)}, NOON)[HERE]
    assert bad > 10 * good


def test_a_pools_own_evidence_prevails_once_there_is_enough() -> None:
    found = risks([HERE, THERE], {HERE: lived(100_000, 10), THERE: lived(100_000, 10_000)}, NOON)
    assert found[HERE] < found[THERE] / 100


def test_the_first_failure_of_a_pool_says_little_of_its_sisters_and_much_of_itself() -> None:
    found = risks([HERE, THERE], {HERE: lived(60, 1), THERE: lived(60, 0)}, NOON)
    unseen = failures_a_minute(PoolMemory(), NOBODY, NOON)
    assert unseen < found[THERE] < 2.5 * unseen
    assert found[HERE] > 2.5 * found[THERE]


def test_evidence_is_counted_in_failures_whatever_the_time_that_it_took() -> None:
    for minutes in (100, 10_000, 1_000_000):
        found = risks([HERE, THERE], {HERE: lived(minutes, 60), THERE: lived(minutes, 30)}, NOON)
        assert found[HERE] == pytest.approx(60 / minutes, rel=0.1)
        assert found[THERE] == pytest.approx(30 / minutes, rel=0.1)


@pytest.mark.parametrize(("prefer", "minutes"), [("cheapest", 7.7), ("balanced", 46.2), ("steady", 392.3)])
def test_a_node_has_to_last_the_longer_the_dearer_its_loss(prefer: str, minutes: float) -> None:
    assert break_even(Prefer(prefer), 0.35) / MINUTE == pytest.approx(minutes, abs=0.1)


def test_no_pool_has_to_prove_itself_for_more_than_a_day() -> None:
    assert break_even(Prefer.STEADY, 1.2) == DAY


def test_a_loss_costs_its_minutes_and_a_replacement_that_does_not_serve_yet() -> None:
    assert price_of_a_loss(Prefer.BALANCED, 0.35) == pytest.approx(5 * 5 + 5 * 0.35)
    assert price_of_a_move(1.0) == 5


@pytest.mark.parametrize(
    ("base", "lowest", "highest", "size", "least", "most"),
    [
        (0, 0.0, 1.0, 20, 0, 20),
        (2, 0.0, 0.8, 22, 0, 16),
        (2, 0.5, 0.8, 22, 10, 16),
        (0, 0.0, 0.7, 10, 0, 7),
        (0, 0.5, 0.5, 5, 2, 2),
        (5, 0.5, 1.0, 3, 0, 0),
        (0, 0.3, 1.0, 10, 3, 10),
    ],
)
def test_shares_are_of_the_nodes_above_the_base(
    base: int, lowest: float, highest: float, size: int, least: int, most: int
) -> None:
    policy = SpotPolicy(Prefer.BALANCED, base, lowest, highest)
    assert (policy.least(size), policy.most(size)) == (least, most)


def test_a_mix_is_as_large_as_its_parts() -> None:
    mix = Mix(2, {HERE: 3, THERE: 4})
    assert (mix.on_spot, mix.size) == (7, 9)
