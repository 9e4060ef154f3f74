"""Recorded availability of a pool, played on the simulated clock.

A trace has one value a step: how many instances the pool had room for (0: none; 1 in traces that only say whether).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.spot_market import SpotPool


def play(cloud: EmbeddedCloud, pool: SpotPool, trace: Sequence[int], start: datetime, step: timedelta) -> None:
    """The pool will have room as the trace says, from `start` on; its last value lasts."""
    for number, capacity in _changes(trace):
        cloud.spot_pool(pool, capacity=capacity, since=start + number * step)


def _changes(trace: Sequence[int]) -> Iterator[tuple[int, int]]:
    yield from enumerate(trace[:1])
    yield from ((number, now) for number, (before, now) in enumerate(pairwise(trace), 1) if now != before)
