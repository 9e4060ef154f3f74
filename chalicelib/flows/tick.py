"""The sweep that pokes what is due: the only thing correctness needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.flows.ports import World

BEHIND = timedelta(minutes=2)
"""The tick stands behind each poke: if nothing came of it by then, it sends another."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """How many environments were poked, and by how long the oldest was overdue."""

    poked: int
    oldest: timedelta


def tick(world: World) -> Ticked:
    """Each environment that is due has a poke on its way, and is not swept again for two minutes."""
    now = world.clock.now()
    poked, oldest = 0, timedelta()
    for due in world.store.due(now):
        oldest = max(oldest, now - due.sweep_at)
        if world.store.push_sweep(due, now + BEHIND):
            world.queue.poke(due.name)
            poked += 1
    return Ticked(poked, oldest)
