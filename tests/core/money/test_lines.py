"""Lines and hours are the same after they were kept as columns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.money.baselines import Basis
from chalicelib.core.money.lines import MICRO, Hourly, Line, Parts, hours_in_columns, in_columns

MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)
AMOUNTS = st.integers(-(10**12), 10**12).map(lambda micros: micros * MICRO)
COSTS = st.integers(0, 10**12).map(lambda micros: micros * MICRO)
KEYS = st.lists(st.sampled_from(["ec2:a", "ec2:b", "keep:c"]), max_size=2, unique=True).map(tuple)
NAMES = st.sampled_from(["web", "database"])
USAGE = st.dictionaries(st.sampled_from(["ec2:a", "rds:b"]), AMOUNTS.filter(bool), max_size=2)


@st.composite
def some_lines(draw: st.DrawFn) -> list[Line]:
    places = draw(st.lists(st.tuples(NAMES, NAMES, st.integers(1, 30)), max_size=6, unique=True))
    return [draw(line(*place)) for place in places]


@st.composite
def line(draw: st.DrawFn, name: str, arn: str, day: int) -> Line:
    return Line(
        "orders-qa",
        name,
        arn,
        date(2026, 11, day),
        draw(st.sampled_from([82_800, 86_400, 90_000])),
        draw(st.integers(0, 90_000)),
        draw(COSTS),
        draw(COSTS),
        draw(st.none() | st.builds(Parts, AMOUNTS, AMOUNTS, AMOUNTS)),
        draw(st.none() | st.sampled_from(Basis)),
        draw(st.booleans()),
        draw(KEYS),
        draw(KEYS),
        draw(COSTS),
    )


@given(some_lines())
def test_lines_come_back_from_their_columns_in_their_order(lines: list[Line]) -> None:
    kept = in_columns("orders-qa", lines)
    assert list(kept) == sorted(lines, key=lambda each: (each.resource, each.arn, each.day))
    assert len(kept) == len(lines)


@given(st.dictionaries(st.integers(0, 50), st.tuples(USAGE, USAGE).filter(any)))
def test_hours_come_back_from_their_columns_in_their_order(used: dict[int, tuple[dict[str, Decimal], ...]]) -> None:
    hours = [Hourly(MIDNIGHT + number * timedelta(hours=1), *usages) for number, usages in used.items()]
    assert list(hours_in_columns(hours)) == sorted(hours, key=lambda each: each.at)
