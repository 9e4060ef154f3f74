"""Dependency order: one algorithm for both directions.

A resource moves when all those before it have arrived. On the return those before it are what it needs.
On the descent they are the same ones (`same`, the default) or those that need it (`reverse`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter

from chalicelib.core.model import Desired, Resource, StopOrder

Before = Mapping[str, tuple[str, ...]]
"""For each resource key the keys that must have arrived before it may move."""


def needs(resources: Sequence[Resource], databases: Collection[str], watchers: Collection[str] = ()) -> Before:
    """Each key with the keys it needs; where no resource says, all that computes needs all databases.

    `databases` are the names of the kinds that store data, `watchers` of those that only watch: these come up last, so
    that nothing can need them, whatever an old file says.
    """
    watching = {resource.key for resource in resources if resource.kind in watchers}
    acting = [resource for resource in resources if resource.key not in watching]
    said = {resource.key: tuple(key for key in resource.needs if key not in watching) for resource in acting}
    if any(said.values()):
        return {resource.key: said.get(resource.key, ()) for resource in resources}
    stores = tuple(resource.key for resource in resources if resource.kind in databases)
    return {resource.key: () if resource.kind in databases else stores for resource in resources}


def towards(direction: Desired, needed: Before, stop_order: StopOrder) -> Before:
    """What comes before each key when the environment moves up or down."""
    if direction is Desired.DOWN and stop_order is StopOrder.REVERSE:
        return {key: tuple(other for other in needed if key in needed[other]) for key in needed}
    return needed


def staged(direction: Desired, before: Before, last: Collection[str], watching: Collection[str]) -> Before:
    """`before` with the keys in `last` after all others on the return, and those in `watching` first down, last up.

    Nothing waits for one in `last` on the return.
    """
    acting = tuple(key for key in before if key not in watching)
    if direction is Desired.DOWN:
        watch = tuple(key for key in before if key in watching)
        return {key: () if key in watching else (*others, *watch) for key, others in before.items()}
    first = tuple(key for key in acting if key not in last)
    result: dict[str, tuple[str, ...]] = {}
    for key, others in before.items():
        waited_for = tuple(other for other in others if other not in last or key in last)
        extra = acting if key in watching else first if key in last else ()
        result[key] = tuple(dict.fromkeys((*waited_for, *extra)))
    return result


def waves(before: Before) -> tuple[tuple[str, ...], ...]:
    """The keys in the waves in which they may move, each wave sorted by key.

    Raises graphlib.CycleError on a cycle.
    """
    sorter = TopologicalSorter(before)
    sorter.prepare()
    result = []
    while sorter.is_active():
        ready = tuple(sorted(sorter.get_ready()))
        result.append(ready)
        sorter.done(*ready)
    return tuple(result)


def cycle(before: Before) -> tuple[str, ...] | None:
    """One cycle as a path whose first key is also its last, or None.

    The path reads in the direction of need: each key needs the next one.
    """
    try:
        TopologicalSorter(before).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return None


def with_needs(keys: Iterable[str], needed: Before) -> frozenset[str]:
    """The keys together with everything they need, directly or through others."""
    found: set[str] = set()
    open_keys = list(keys)
    while open_keys:
        key = open_keys.pop()
        if key not in found:
            found.add(key)
            open_keys.extend(needed.get(key, ()))
    return frozenset(found)


def arrivals(before: Before, takes: Callable[[str], timedelta]) -> dict[str, timedelta]:
    """When each key arrives, counted from the start, if each moves as soon as it may.

    The largest value is the length of the critical path.
    """
    done: dict[str, timedelta] = {}
    for wave in waves(before):
        for key in wave:
            begins = max((done[other] for other in before[key]), default=timedelta())
            done[key] = begins + takes(key)
    return done
