"""Stretches of whole seconds since 1970, each from its first until before its second number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Interval = tuple[int, int]


def union(stretches: Iterable[Interval]) -> tuple[Interval, ...]:
    """What at least one of them covers: in order, without overlap, and none of them empty."""
    found: list[Interval] = []
    for begins, ends in sorted(each for each in stretches if each[0] < each[1]):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return tuple(found)


def common(ones: Iterable[Interval], others: Iterable[Interval]) -> tuple[Interval, ...]:
    """What both cover."""
    others = tuple(others)
    return union((max(one[0], other[0]), min(one[1], other[1])) for one in ones for other in others)


def without(ones: Iterable[Interval], others: Iterable[Interval]) -> tuple[Interval, ...]:
    """What the ones cover and the others do not."""
    others = union(others)
    return union(left for one in ones for left in _left(one, others))


def _left(one: Interval, others: tuple[Interval, ...]) -> Iterator[Interval]:
    begins, ends = one
    for taken_from, taken_until in others:
        if taken_until <= begins or taken_from >= ends:
            continue
        yield begins, taken_from
        begins = max(begins, taken_until)
    yield begins, ends
