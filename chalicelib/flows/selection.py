"""Whether a live resource that an environment selects is its own to touch, and if not, why."""

from __future__ import annotations

from chalicelib.core.model import Definition, Observed, Sighting
from chalicelib.flows.ports import World
from chalicelib.flows.seen import OWNED_BY, UNSEEN, Seen
from chalicelib.kinds.contract import selected


def problem(world: World, definition: Definition, seen: Seen) -> str | None:
    """Why it will not be touched: its nature, not there, another's, or selected by two entries; else None."""
    return (
        seen.sighting.ineligible
        or not_there(seen.sighting)
        or owned_elsewhere(world, definition, seen.sighting)
        or selected_twice(definition, seen)
    )


def not_there(sighting: Sighting) -> str | None:
    """What is wrong with something that is missing or broken."""
    return sighting.note if sighting.observed in (Observed.MISSING, Observed.BROKEN) else None


def owned_elsewhere(world: World, definition: Definition, sighting: Sighting) -> str | None:
    """Which other environment owns it."""
    owner = None if sighting.arn.startswith(UNSEEN) else world.store.owner(sighting.arn)
    return f"{OWNED_BY}{owner}" if owner not in (None, definition.environment, definition.previously) else None


def selected_twice(definition: Definition, seen: Seen) -> str | None:
    """Which other entries of the file select it, too: it belongs to the first."""
    others = [
        resource.key
        for resource in definition.resources
        if resource.key != seen.key and resource.kind == seen.sighting.kind and selected(resource, seen.sighting)
    ]
    return f"also selected by {', '.join(others)}, which leaves it to {seen.key}" if others else None
