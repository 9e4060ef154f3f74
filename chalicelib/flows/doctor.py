"""The readiness review of one environment before `mode: act`: what was found, and how to mend it.

It looks, asks the health checks, and reads what passes have learned; it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.core.model import Definition, Location, Mode, Observed, Resource
from chalicelib.flows.assess import facts
from chalicelib.flows.close_look import inspected
from chalicelib.flows.errors import unreadable
from chalicelib.flows.ports import World
from chalicelib.flows.review import Check, Examined, Health
from chalicelib.flows.review_live import live_checks
from chalicelib.flows.review_rules import rule_checks
from chalicelib.flows.seen import Seen
from chalicelib.flows.selection import owned_elsewhere
from chalicelib.flows.stored import Loaded
from chalicelib.flows.survey import survey
from chalicelib.flows.unasked import Unasked
from chalicelib.flows.wish import found

INSPECTING = timedelta(seconds=7)
"""How long after the beginning resources are still looked at one by one, so that health checks have their time."""
ASKING = timedelta(seconds=12)
"""How long after the beginning health checks are still asked: one takes five seconds, and an answer at most 25."""


@dataclass(frozen=True, slots=True)
class Review:
    """The checks of one environment."""

    environment: str
    mode: Mode
    checks: tuple[Check, ...]

    @property
    def ready(self) -> bool:
        """Every check is known to be good."""
        return all(check.ok for check in self.checks)


def review(world: World, name: str) -> Review:
    """The environment, examined now. Raises UnknownError, and RefusedError when its definition cannot be read."""
    head = found(world, name)
    loaded = world.store.load(head)
    definition = loaded.definition
    if definition is None:
        raise unreadable(name, loaded.broken)
    begun, waited = world.clock.now(), world.clock.elapsed()
    seen = survey(world.cloud, Unasked(), definition, loaded.states, begun)
    close = inspected(world, seen, waited + INSPECTING)
    examined = Examined(
        definition,
        head.notes,
        facts(definition, loaded.switches, notes=head.notes, states=loaded.states),
        loaded.states,
        close,
        dict(_elsewhere(world, loaded, definition, seen)),
        tuple(_health(world, definition, seen)),
        begun,
    )
    return Review(name, definition.mode, (*live_checks(examined), *rule_checks(examined)))


def _elsewhere(
    world: World, loaded: Loaded, definition: Definition, seen: dict[str, Seen]
) -> Iterator[tuple[str, str]]:
    """What others own; what a pass has found to be ours is not asked again."""
    for arn, one in seen.items():
        state = loaded.states.get(arn)
        if state is not None and state.ineligible is None:
            continue
        if owner := owned_elsewhere(world, definition, one.sighting):
            yield arn, owner


def _health(world: World, definition: Definition, seen: dict[str, Seen]) -> Iterator[Health]:
    until = world.clock.elapsed() + ASKING
    for resource in definition.resources:
        if not resource.ready.http and not resource.ready.target_group:
            continue
        up = [one for one in seen.values() if one.key == resource.key and one.sighting.observed is Observed.UP]
        if not up:
            yield Health(resource.key, asked=False, said="it is not up, so its health check was not asked")
        elif world.clock.elapsed() >= until:
            yield Health(resource.key, asked=False, said="there was no time left to ask its health check")
        else:
            yield Health(resource.key, asked=True, said=_asked(world, resource, up[0].sighting.location))


def _asked(world: World, resource: Resource, location: Location) -> str | None:
    ready = resource.ready
    said = world.probe.http(ready.http) if ready.http else None
    if said is None and ready.target_group:
        return world.probe.target_group(location, ready.target_group)
    return said
