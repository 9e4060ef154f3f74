"""What must hold of every month that is closed, whatever ran, came and went, and whenever Curfew acted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.flows.booked import Booked
from tests.flows.pasts import HOUR, Past

BEGINS, ENDS = datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
HOURS = int((ENDS - BEGINS) / HOUR)
HOURLY = Decimal("0.20")
"""Two members at 0.10."""
Stretch = tuple[int, int]


@dataclass(frozen=True)
class Life:
    """Hours since February began in which a resource was there (each life ends in its deletion), ran, was acted on."""

    lives: tuple[Stretch, ...]
    runs: tuple[Stretch, ...]
    acted: tuple[Stretch, ...]

    def could_be_stopped(self) -> dict[date, Decimal]:
        """What it would have cost on each day around the clock, from when it was first up in each of its lives."""
        found: defaultdict[date, Decimal] = defaultdict(Decimal)
        for begins, ends in self.lives:
            first = min((run[0] for run in self.runs if begins <= run[0] < ends), default=ends)
            for hour in range(first, ends):
                if any(since <= hour < until for since, until in self.acted):
                    found[(BEGINS + hour * HOUR).date()] += HOURLY
        return found


@st.composite
def stretches(draw: st.DrawFn, begins: int = 0, ends: int = HOURS, most: int = 2) -> tuple[Stretch, ...]:
    """Some, in the order of time, none of which touches another."""
    count = 2 * draw(st.integers(1, most))
    cuts = sorted(draw(st.lists(st.integers(begins, ends), min_size=count, max_size=count, unique=True)))
    return tuple(zip(cuts[::2], cuts[1::2], strict=True))


@st.composite
def lives(draw: st.DrawFn) -> Life:
    there = draw(stretches())
    runs = [run for begins, ends in there if ends - begins > 12 for run in draw(stretches(begins, ends - 1, 3))]
    return Life(there, tuple(runs), draw(stretches()))


def closed(life: Life) -> Iterator[Booked]:
    """February and March in the books, February closed again while passes went on."""
    past = Past()
    past.acts(*((BEGINS + begins * HOUR, BEGINS + ends * HOUR) for begins, ends in life.acted))
    for begins, ends in life.runs:
        past.runs(BEGINS + begins * HOUR, BEGINS + ends * HOUR)
    for _, ends in life.lives:
        past.loses(BEGINS + ends * HOUR)
    for at in (datetime(2027, 3, 1, 2, tzinfo=UTC), datetime(2027, 3, 2, 2, tzinfo=UTC), ENDS + 2 * HOUR):
        past.closed(at)
    for month in ("2027-02", "2027-03"):
        yield from past.stage.store.booked(month)


@given(lives())
def test_nothing_is_avoided_beyond_what_could_be_stopped(life: Life) -> None:
    most = life.could_be_stopped()
    for booked in closed(life):
        for line in (line for line in booked.roll_up.lines if line.avoided is not None):
            assert line.avoided.whole <= most[line.day]  # type: ignore[union-attr]  # just seen
            assert (line.would_have or 0) - line.unclaimed <= most[line.day]


@given(lives())
def test_baselines_hold_only_while_it_is_there_and_curfew_acts_and_never_twice(life: Life) -> None:
    for booked in closed(life):
        holds = [(each.begins, min(each.ends or booked.until, booked.until)) for each in booked.baselines]
        assert all(one[1] <= other[0] for one, other in pairwise(holds))
        for begins, ends in holds:
            assert any(BEGINS + since * HOUR <= begins and ends <= BEGINS + until * HOUR for since, until in life.acted)
            assert any(BEGINS + born * HOUR <= begins and ends <= BEGINS + dead * HOUR for born, dead in life.lives)
