"""How long starts really take: the last thirty of each resource key, judged by their 90th percentile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import ceil

Starts = Mapping[str, tuple[int, ...]]
"""For each resource key the seconds that its last starts took, oldest first."""

MOST = 30
FEWEST = 3
"""Before so many starts were seen, the kind's usual time stands."""
LONGEST = timedelta(hours=2)
"""A start that took longer waited for somebody; it says nothing about the next one."""


def with_measured(starts: Starts, measured: Mapping[str, int]) -> Starts:
    """The starts with one more (in seconds) for each measured key; the oldest beyond thirty are forgotten.

    One that took longer than LONGEST changes nothing.
    """
    longest = LONGEST.total_seconds()
    fresh = {key: (*starts.get(key, ()), took)[-MOST:] for key, took in measured.items() if 0 < took <= longest}
    return {**starts, **fresh}


def p90(seconds: Sequence[int]) -> timedelta:
    """The 90th percentile by nearest rank: nine of ten were no longer. `seconds` is not empty."""
    ordered = sorted(seconds)
    return timedelta(seconds=ordered[ceil(0.9 * len(ordered)) - 1])


def expected(starts: Starts, key: str, usual: timedelta) -> timedelta:
    """How long the next start of the key should take: its p90 once it is known, until then the usual time."""
    seen = starts.get(key, ())
    return p90(seen) if len(seen) >= FEWEST else usual


def told(starts: Starts, key: str, usual: timedelta) -> str:
    """The same in words: "database p90 7m20s", "nodes usually 4m00s"."""
    took = round(expected(starts, key, usual).total_seconds())
    word = "p90" if len(starts.get(key, ())) >= FEWEST else "usually"
    return f"{key} {word} {took // 60}m{took % 60:02}s"
