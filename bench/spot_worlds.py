"""Made-up availability of spot pools, in families that differ in how pools come and go.

A world is a trace set that a family and a number give, always the same one: 3 to 9 pools, 4 to 21 days and a step of 2
to 30 minutes are drawn too. Times are in hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from bench.spot_traces import TraceSet
from chalicelib.core.pools import Pool

STEPS = (120, 300, 300, 600, 600, 900, 1800)
"""Seconds between two looks; recorded traces have 300 and 600."""
MOST_STEPS = 3000
"""Longer worlds are cut, so that a replay takes seconds."""
DAYS = (4, 21)
ZONES = (3, 9)
OFFICE_OPENS, OFFICE_CLOSES = 7, 19
SCARCER_BY_DAY = 8
"""A pool is lost so many times sooner in office hours, and comes back so many times later."""
SMALLEST_STRETCH = 1 / 60

Stretch = tuple[float, float]
"""From when to when a pool has capacity."""
Lasts = Callable[[float], float]
"""How long what begins then lasts: a draw."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is common to the pools of one world."""

    random: Random
    hours: float


Make = Callable[[Frame], list[list[Stretch]]]
"""The stretches with capacity of each pool of a world."""


def world(family: str, number: int) -> TraceSet:
    """The world of that number in the family."""
    random = Random(f"{family} {number}")
    step = random.choice(STEPS)
    count = min(int(random.uniform(*DAYS) * 86400 / step), MOST_STEPS)
    frame = Frame(random, count * step / 3600)
    pools = [Pool("made-up", f"zz-made-1{letter}") for letter in "abcdefghi"]
    found = dict(zip(pools, FAMILIES[family](frame), strict=False))
    columns = [_column(stretches, step / 3600, count) for stretches in found.values()]
    steps = [frozenset(pool for pool, up in zip(found, now, strict=True) if up) for now in zip(*columns, strict=True)]
    return TraceSet(f"{family} {number}", float(step), tuple(found), tuple(steps))


def _column(stretches: list[Stretch], step: float, count: int) -> list[bool]:
    column = [False] * count
    for begin, end in stretches:
        first, last = -int(-begin // step), -int(-end // step)
        column[first:last] = [True] * (min(last, count) - min(first, count))
    return column


def _alternating(frame: Frame, up: Lasts, down: Lasts, first_up: float) -> list[Stretch]:
    """Up and down in turn; up at the beginning with that probability."""
    return list(_turns(frame, up, down, frame.random.random() < first_up))


def _turns(frame: Frame, up: Lasts, down: Lasts, is_up: bool) -> Iterator[Stretch]:
    at = 0.0
    while at < frame.hours:
        end = at + max((up if is_up else down)(at), SMALLEST_STRETCH)
        if is_up:
            yield at, min(end, frame.hours)
        at, is_up = end, not is_up


def _zones(frame: Frame) -> range:
    return range(frame.random.randint(*ZONES))


def _between(random: Random, least: float, most: float) -> float:
    """A draw that is as likely to be in each doubling."""
    return float(least * (most / least) ** random.random())


def _memoryless(random: Random, mean: float) -> Lasts:
    return lambda _: random.expovariate(1 / mean)


def _heavy(random: Random, least: float, tail: float) -> Lasts:
    return lambda _: least * random.paretovariate(tail)


def markov(up: tuple[float, float], down: tuple[float, float]) -> Make:
    """Each pool has its own mean life and mean absence, drawn from these ranges of hours."""

    def make(frame: Frame) -> list[list[Stretch]]:
        return [_markov(frame, _between(frame.random, *up), _between(frame.random, *down)) for _ in _zones(frame)]

    return make


def _markov(frame: Frame, up: float, down: float) -> list[Stretch]:
    lasts = (_memoryless(frame.random, up), _memoryless(frame.random, down))
    return _alternating(frame, *lasts, up / (up + down))


def heavy_tailed(frame: Frame) -> list[list[Stretch]]:
    """Most lives are short, some very long (Pareto); absences too."""
    random = frame.random
    lasts = [
        [_heavy(random, _between(random, 0.1, 1), random.uniform(0.8, 1.8)) for _ in ("up", "down")]
        for _ in _zones(frame)
    ]
    return [_alternating(frame, up, down, 0.5) for up, down in lasts]


def zone_outages(frame: Frame) -> list[list[Stretch]]:
    """Two or three types a zone come and go by themselves, and are all away while their zone is."""
    random = frame.random
    found: list[list[Stretch]] = []
    for _ in range(random.randint(2, 4)):
        zone = _markov(frame, _between(random, 12, 96), _between(random, 0.5, 12))
        types = [(_between(random, 4, 96), _between(random, 0.2, 4)) for _ in range(random.randint(2, 3))]
        found += [_both(zone, _markov(frame, *lasts)) for lasts in types]
    return found[: ZONES[1]]


def diurnal(frame: Frame) -> list[list[Stretch]]:
    """Pools are scarce in office hours: lost sooner, and later back."""
    random = frame.random
    return [
        _by_day(frame, _between(random, 4, 96), _between(random, 0.2, 4), random.uniform(-2, 2)) for _ in _zones(frame)
    ]


def _by_day(frame: Frame, up: float, down: float, shift: float) -> list[Stretch]:
    def until(mean: float, by_day: float) -> Lasts:
        return lambda at: _passed(frame.random.expovariate(1), at + shift, mean, by_day)

    return _alternating(frame, until(up, SCARCER_BY_DAY), until(down, 1 / SCARCER_BY_DAY), 0.8)


def _passed(chances: float, at: float, mean: float, by_day: float) -> float:
    """How long until so many chances have passed, of which an hour at night has 1 / mean, one by day more."""
    lasted, quarter = 0.0, 0.25
    while chances > 0 and lasted < 24 * 60:
        day = OFFICE_OPENS <= (at + lasted) % 24 < OFFICE_CLOSES
        chances -= quarter / mean * (by_day if day else 1)
        lasted += quarter
    return lasted


def storms(frame: Frame) -> list[list[Stretch]]:
    """Calm for days; then, for hours, all pools come and go within minutes."""
    random = frame.random
    calm = _markov(frame, _between(random, 24, 120), _between(random, 2, 12))
    gusts = [_markov(frame, _between(random, 0.1, 0.7), _between(random, 0.1, 0.7)) for _ in _zones(frame)]
    quiet = [_markov(frame, _between(random, 24, 240), _between(random, 0.2, 2)) for _ in gusts]
    upset = _without(calm, frame.hours)
    return [sorted(_both(calm, still) + _both(upset, gust)) for still, gust in zip(quiet, gusts, strict=True)]


def one_steady_pool(frame: Frame) -> list[list[Stretch]]:
    """One pool lasts for days; the others come and go within the hour."""
    found = markov((0.2, 1.5), (0.2, 3))(frame)
    found[frame.random.randrange(len(found))] = _markov(frame, _between(frame.random, 48, 240), 1)
    return found


def dry(frame: Frame) -> list[list[Stretch]]:
    """Never any capacity, or for moments."""
    random = frame.random
    if random.random() < 0.5:
        return [[] for _ in _zones(frame)]
    return [_markov(frame, _between(random, 0.1, 0.5), _between(random, 24, 96)) for _ in _zones(frame)]


def always_up(frame: Frame) -> list[list[Stretch]]:
    """All pools always have capacity, or all but for moments."""
    random = frame.random
    if random.random() < 0.5:
        return [[(0.0, frame.hours)] for _ in _zones(frame)]
    return [_markov(frame, _between(random, 240, 2400), _between(random, 0.1, 2)) for _ in _zones(frame)]


def _both(one: list[Stretch], other: list[Stretch]) -> list[Stretch]:
    pairs = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return [(begin, end) for begin, end in pairs if begin < end]


def _without(stretches: list[Stretch], hours: float) -> list[Stretch]:
    ends = [0.0, *(edge for stretch in stretches for edge in stretch), hours]
    return [(begin, end) for begin, end in zip(ends[::2], ends[1::2], strict=True) if begin < end]


FAMILIES: dict[str, Make] = {
    "lives of minutes": markov((0.2, 1.5), (0.2, 3)),
    "lives of hours": markov((1.5, 16), (0.5, 8)),
    "lives of days": markov((16, 120), (1, 24)),
    "lives of all lengths": markov((0.2, 120), (0.2, 12)),
    "one steady pool": one_steady_pool,
    "heavy-tailed lives": heavy_tailed,
    "zone outages": zone_outages,
    "scarce by day": diurnal,
    "storms": storms,
    "nearly dry": dry,
    "nearly always up": always_up,
}
