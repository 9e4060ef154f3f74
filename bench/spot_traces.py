"""Recorded spot availability, read from a directory: one file a pool, grouped into sets by what precedes the zone."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.tables import say
from chalicelib.core.pools import Pool

ZONE = re.compile(r"(?<![a-z0-9])(?:[a-z]{2}(?:-[a-z]+)+-\d+(?:-[a-z]+-\d+)?[a-z]|[a-z]+-[a-z]+\d+-[a-z])(?![a-z0-9])")
"""A zone as AWS writes it (us-west-2a, us-gov-east-1b, us-west-2-lax-1a), or as Google does (us-central1-a)."""


ROUNDING = 1e-9
"""Keeps the third step of 0.1 s a third step, although floating point makes 0.3 s a little less."""


class TraceError(Exception):
    """A directory or file holds no trace; the message says what it should hold."""


@dataclass(frozen=True, slots=True)
class TraceSet:
    """Pools recorded together, by file name: at each step of so many seconds the set of those that had capacity."""

    name: str
    step: float
    pools: tuple[Pool, ...]
    steps: tuple[frozenset[Pool], ...]


@dataclass(frozen=True, slots=True)
class _Trace:
    pool: Pool
    step: float
    values: tuple[bool, ...]

    @property
    def seconds(self) -> float:
        return self.step * len(self.values)

    def at(self, second: float) -> bool:
        return self.values[min(int(second / self.step + ROUNDING), len(self.values) - 1)]


def read_sets(directory: Path) -> list[TraceSet]:
    """All sets of the directory, by name; files that hold no trace are left out and said. Raises TraceError."""
    found: dict[str, list[_Trace]] = defaultdict(list)
    for path in sorted(directory.glob("*.json")):
        name, pool = named(path.stem)
        try:
            trace = _trace(path, pool)
        except TraceError as error:
            say(f"left out: {error}")
        else:
            found[name or directory.resolve().name].append(trace)
    if not found:
        raise TraceError(f"{directory} holds no trace; give a directory with one *.json a pool")
    return [_together(name, traces) for name, traces in sorted(found.items())]


def named(stem: str) -> tuple[str, Pool]:
    """The set and the pool that a file's name tells of; where it names no zone, the pool follows the last `__`."""
    match = ZONE.search(stem)
    if match:
        return stem[: match.start()].strip("_-. "), Pool(stem[match.end() :].strip("_-. "), match.group())
    name, _, pool = stem.rpartition("__")
    return name, Pool("", pool)


def _trace(path: Path, pool: Pool) -> _Trace:
    """The trace in the file. Any count above 0 is capacity for all nodes.

    The probes asked for one node or four, whatever the size of a group: 4 of 4 tells as little of twenty as 1 of 1.
    """
    try:
        document = json.loads(path.read_text())
        step = float(document["metadata"]["gap_seconds"])
        values = tuple(float(value or 0) > 0 for value in document["data"])
    except (ValueError, KeyError, TypeError) as error:
        raise TraceError(f'{path}: write {{"metadata": {{"gap_seconds": 600}}, "data": [0, 1, ...]}}') from error
    if step <= 0 or not values:
        raise TraceError(f"{path}: gap_seconds has to be above 0, and data to have a step at least")
    return _Trace(pool, step, values)


def _together(name: str, traces: list[_Trace]) -> TraceSet:
    """The traces on the finest of their steps, as long as all of them were recorded."""
    step = min(trace.step for trace in traces)
    count = int(min(trace.seconds for trace in traces) / step + ROUNDING)
    return TraceSet(name, step, tuple(trace.pool for trace in traces), tuple(_steps(traces, step, count)))


def _steps(traces: list[_Trace], step: float, count: int) -> Iterator[frozenset[Pool]]:
    for number in range(count):
        yield frozenset(trace.pool for trace in traces if trace.at(number * step))
