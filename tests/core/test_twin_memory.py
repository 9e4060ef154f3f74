"""What somebody else changed of twins counts for what they would have without Curfew; a shift's overlap does not."""

from __future__ import annotations

import pytest

from chalicelib.core.twin_memory import Split, Twins, reckoned

SHIFTED = Twins("arn", own=Split(10, 0), aim=Split(4, 6), before=Split(4, 6))
"""Set to (4, 6), and so shown before."""


@pytest.mark.parametrize(
    ("share", "before", "shown", "total"),
    [
        ((4, 6), (4, 6), (4, 6), 10),  # as it was set
        ((4, 6), (4, 6), (5, 6), 11),  # one more on-demand
        ((4, 6), (4, 6), (4, 8), 12),  # two more on spot
        ((4, 6), (4, 6), (4, 5), 9),  # one less on spot, of which it would have none
        ((4, 6), (4, 6), (3, 7), 10),  # one moved
        ((10, 6), (10, 0), (10, 0), 10),  # our call has not come through
        ((10, 6), (10, 0), (10, 6), 10),  # the overlap of a shift
        ((10, 6), (10, 0), (8, 6), 10),  # an autoscaler ends the overlap
        ((10, 6), (10, 6), (3, 6), 9),  # and goes beyond it
        ((10, 6), (10, 6), (12, 6), 12),  # it grows meanwhile
    ],
)
def test_a_difference_is_somebodys_unless_it_is_what_was_there_before_our_call(
    share: tuple[int, int], before: tuple[int, int], shown: tuple[int, int], total: int
) -> None:
    memory = Twins("arn", Split(10, 0), Split(4, 6), Split(*before))
    after, now = reckoned(memory, Split(*share), Split(*shown))
    assert after.own.total == total
    assert min(after.own.on_demand, after.own.spot) >= 0
    pending = shown == before != share
    assert now == Split(*(share if pending else shown))


def test_what_was_reckoned_in_is_not_reckoned_again() -> None:
    once, share = reckoned(SHIFTED, Split(4, 6), Split(6, 6))
    twice, _ = reckoned(once, share, Split(6, 6))
    assert (once.own.total, twice.own.total) == (12, 12)


def test_once_a_call_has_come_through_the_size_before_it_is_somebodys_again() -> None:
    raised = Twins("arn", Split(10, 0), Split(6, 4), before=Split(4, 6))
    arrived, share = reckoned(raised, Split(6, 6), Split(6, 6))
    after, _ = reckoned(arrived, share, Split(4, 6))
    assert after.own.total == 10
    lowered, _ = reckoned(after, Split(4, 6), Split(3, 6))
    assert lowered.own.total == 9
