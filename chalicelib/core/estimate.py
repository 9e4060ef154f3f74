"""How long a descent or a return takes: the critical path of the graph over usual times."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from chalicelib.core.model import Desired, StopOrder
from chalicelib.core.order import Before, arrivals, towards

Usual = Mapping[str, timedelta]
"""The usual time of each resource key in one direction."""


def length(
    direction: Desired, needed: Before, stop_order: StopOrder, usual: Usual, moving: Collection[str]
) -> timedelta:
    """How long until all of `moving` have arrived; the others are taken as arrived already."""
    before = towards(direction, needed, stop_order)
    done = arrivals(before, lambda key: usual[key] if key in moving else timedelta())
    return max(done.values(), default=timedelta())


def critical_path(needed: Before, usual: Usual) -> tuple[str, ...]:
    """The keys whose starts follow one another on the longest way up, in that order."""
    done = arrivals(needed, lambda key: usual[key])
    path: list[str] = []
    last = max(done, key=lambda key: done[key], default=None)
    while last is not None:
        path.insert(0, last)
        last = max(needed[last], key=lambda key: done[key], default=None)
    return tuple(path)


def without_database(needed: Before, stop_order: StopOrder, usual: Usual, stores: Collection[str]) -> timedelta:
    """How long, on the descent, the application runs without its database.

    From the moment the first database is stopped until the last resource that needs one is down.
    """
    before = towards(Desired.DOWN, needed, stop_order)
    done = arrivals(before, lambda key: usual[key])
    begins = [done[key] - usual[key] for key in stores if key in done]
    users = [done[key] for key in needed if key not in stores and set(needed[key]) & set(stores)]
    if not begins or not users:
        return timedelta()
    return max(timedelta(), max(users) - min(begins))
