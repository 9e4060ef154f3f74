from datetime import timedelta

import pytest

from chalicelib.core.learn import Starts, expected, p90, told, with_measured

USUAL = timedelta(minutes=7)


def test_the_ninetieth_percentile_is_a_start_that_was_seen() -> None:
    assert p90([60]) == timedelta(seconds=60)
    assert p90(list(range(1, 11))) == timedelta(seconds=9)
    assert p90([300] * 9 + [900]) == timedelta(seconds=300)


@pytest.mark.parametrize(
    ("seen", "took"), [((), USUAL), ((100, 100), USUAL), ((100, 100, 400), timedelta(seconds=400))]
)
def test_the_usual_time_stands_until_three_starts_were_seen(seen: tuple[int, ...], took: timedelta) -> None:
    assert expected({"database": seen}, "database", USUAL) == took


def test_only_the_last_thirty_starts_count() -> None:
    starts: Starts = {}
    for second in range(1, 41):
        starts = with_measured(starts, {"database": second})
    assert starts["database"] == tuple(range(11, 41))


def test_a_start_that_waited_for_somebody_says_nothing() -> None:
    assert with_measured({}, {"database": 3 * 3600}) == {}


def test_what_a_start_takes_is_told_with_where_the_figure_is_from() -> None:
    assert told({}, "nodes", timedelta(minutes=4)) == "nodes usually 4m00s"
    assert told({"nodes": (190, 190, 190)}, "nodes", timedelta(minutes=4)) == "nodes p90 3m10s"
