"""Each benchmark runs, and its limits hold on a small size."""

import random

import pytest

from bench import idle_tick, night, pokes, return_time
from bench.large import Size, one_night, one_night_in_memory

SMALL = Size(servers=3, databases=2, groups=1)


def test_a_small_night_needs_no_more_calls_than_the_limits_allow() -> None:
    down, up, usage = one_night(SMALL)
    rows = {row[0]: row[1:] for row in night.figures(SMALL, down, up)}
    assert rows["mutations"] == (4, 4, None)
    limits = [(*row[:2], row[2]) for row in rows.values() if isinstance(row[2], int | float)]
    assert len(limits) == 3
    for stop, back, limit in limits:
        assert max(float(str(stop)), float(str(back))) <= float(str(limit))
    assert usage.passes >= len(night.passes(down)) + len(night.passes(up))


def test_the_same_night_passes_on_the_in_memory_cloud() -> None:
    assert one_night_in_memory(SMALL).passes > 0


def test_a_tick_with_nothing_due_makes_one_query() -> None:
    idle, _, due = idle_tick.ticks(3)
    assert idle == {("dynamodb", "Query"): 1}
    assert due["sqs", "SendMessage"] == 1


@pytest.mark.parametrize("copies", [1, 10])
def test_at_most_two_messages_are_alive(copies: int) -> None:
    assert max(pokes.night(1, copies).alive) <= pokes.LIMIT


@pytest.mark.parametrize("graph", [return_time.chain(3), return_time.diamonds(1)])
def test_a_return_keeps_close_to_its_critical_path(graph: return_time.Graph) -> None:
    found = return_time.returned(graph, random.Random(1))
    assert found.bare <= found.took <= return_time.LIMIT * found.path
