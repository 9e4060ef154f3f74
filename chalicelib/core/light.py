"""Light wakes: a return to fewer members than all, for one developer at night.

A light size is minimum, maximum and desired size at once: nobody grows the group beyond what was asked and is paid
for. It is a step on the way back and no return: the restore point stays open, whole and as it was, until the full size
was verified. What was brought up is not taken from under those who use it: a group that is at a larger light size, or
on its way to its full one, stays there until its next descent, whoever's wish has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from chalicelib.core.model import Definition, Desired, Observed, ResourceState, RestorePoint, Sighting, Sizes
from chalicelib.core.order import Before, with_needs
from chalicelib.core.remember import return_point
from chalicelib.core.wishes import Lease


def reach(lease: Lease, definition: Definition, needed: Before) -> frozenset[str]:
    """The keys that a lease brings up: what it names, with what that needs; or all that does not start on request."""
    every = [] if lease.only else [resource.key for resource in definition.resources if not resource.on_request]
    return with_needs([*every, *lease.by_name], needed)


def wanted(leases: Iterable[Lease], definition: Definition, needed: Before) -> dict[str, int]:
    """The light size of each key that none of the leases wants at its full one; of several the largest."""
    reached = [(lease.sizes, reach(lease, definition, needed)) for lease in leases]
    found: dict[str, int] = {}
    for key in sorted({key for sizes, _ in reached for key in sizes}):
        asked = [sizes.get(key) for sizes, keys in reached if key in keys]
        light = [size for size in asked if size is not None]
        if light and len(light) == len(asked):
            found[key] = max(light)
    return found


def full_size(sizes: Sizes) -> int:
    """How many members are all of it: its desired size, or its maximum where an autoscaler had brought that to 0."""
    return sizes.get("desired", 0) or sizes.get("max", 0)


def aim(state: ResourceState, asked: int | None) -> int | None:
    """The light size that a resource should have now where `asked` is wanted of it; None for its full one.

    Only what sleeps, or came back light, can be light. Asked for as many as it has or more, it comes back in full; but
    a part of a mix, which has another full size every day, comes with what is asked for.
    """
    point = return_point(state)
    if point is None or asked is None:
        return None
    if state.intent is Desired.UP and state.seen is not Observed.DOWN:
        if state.aimed is None:
            return None
        asked = max(asked, state.aimed)
    return asked if asked < full_size(point.sizes) or state.share is not None else None


def light_point(point: RestorePoint, size: int) -> RestorePoint:
    """What to come back to for now. What our stop suspended stays so: it could set other sizes."""
    sizes = dict.fromkeys(point.sizes, size)
    return replace(point, sizes=sizes, ours=(*point.ours, point.sizes), suspended=())


def sighting_of(state: ResourceState) -> Sighting:
    """The resource as it was last seen, as far as its sizes go."""
    return Sighting(state.arn, state.id, state.kind, state.location, state.seen, state.healthy, sizes=state.sizes)


def words(sizes: Mapping[str, int]) -> str:
    """Sizes as people read them: "4 nodes, 2 workers"."""
    return ", ".join(f"{size} {key}" for key, size in sizes.items())
