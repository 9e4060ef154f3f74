"""Whether a live resource that an environment selects is its own to touch, and if not, why."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from chalicelib.core.model import Definition, Observed, Resource, Sighting
from chalicelib.flows.ports import World
from chalicelib.flows.seen import OWNED_BY, UNSEEN, Seen
from chalicelib.kinds.contract import selected


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An entry of any kind of which there is no resource of any kind, and why."""

    entry: str
    because: str


def unmatched(definition: Definition, seen: Collection[Seen]) -> Iterator[Unmatched]:
    """The entries of any kind that select nothing at all; that one kind of them does is no mistake."""
    parts: dict[str, list[Resource]] = {}
    for resource in definition.resources:
        if resource.optional:
            parts.setdefault(resource.entry, []).append(resource)
    for entry, resources in parts.items():
        if not any(_matches(resource, one) for resource in resources for one in seen):
            tags = ", ".join(f"{name}={value}" for name, value in resources[0].tags)
            wanted = f"the tags {tags}" if tags else f"a name like {', '.join(resources[0].names)}"
            yield Unmatched(entry, f"no resource has {wanted}")


def _matches(resource: Resource, seen: Seen) -> bool:
    """It is selected, perhaps by an earlier entry, too; or it could not be looked at."""
    of_kind = seen.sighting.kind == resource.kind
    return seen.key == resource.key or (of_kind and selected(resource, seen.sighting))


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
