"""An AWS event about a resource hastens the next look at the environment that owns it.

Events only add speed: a lost one costs a minute, a doubled or late one costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.flows.ports import World
from chalicelib.flows.wish import COALESCE
from chalicelib.kinds import kinds


def hear(world: World, event: Mapping[str, Any]) -> None:
    """The owners of the resources the event tells of are due shortly; further events until then change nothing."""
    at = world.clock.now() + COALESCE
    for name in sorted({owner for arn in _arns(event) if (owner := world.store.owner(arn))}):
        if world.store.hasten(name, at):
            world.queue.poke(name, COALESCE)


def _arns(event: Mapping[str, Any]) -> Iterator[str]:
    for kind in kinds().values():
        source = kind.event
        if event.get("source") == source.source and event.get("detail-type") in source.detail_types:
            yield from source.arns(event)
