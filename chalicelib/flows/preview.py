"""What applying a definition would change, looked at more closely than a pass looks: a person waits for it.

Besides rules and live resources it tells what only a look at each resource shows, and what keeps billing at night.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chalicelib.flows.apply import Change, Prepared, Touched, prepared
from chalicelib.flows.close_look import inspected
from chalicelib.flows.keeping_billing import ASKING, Everything, asked_once, of_environment
from chalicelib.flows.people import Actor
from chalicelib.flows.ports import World
from chalicelib.flows.seen import OWNED_BY, Seen
from chalicelib.flows.stored import Stored


def preview(world: World, actor: Actor, wanted: Stored, at_once: bool = False) -> Change:
    """What applying would change; nothing is stored. Raises RefusedError."""
    return previews(world, actor, [wanted], at_once)[0]


def previews(world: World, actor: Actor, wanted: Sequence[Stored], at_once: bool) -> tuple[Change, ...]:
    """What applying each would change; nothing is stored. What there was no time for is noted.

    Raises RefusedError for the first refused.
    """
    until = world.clock.elapsed() + ASKING
    everything = asked_once(world, until)
    return tuple(_closer(world, prepared(world, actor, each, at_once), everything, until) for each in wanted)


def _closer(world: World, ready: Prepared, everything: Everything, until: timedelta) -> Change:
    close = inspected(world, ready.seen, until)
    own = {each.id for each in ready.change.resources if not (each.problem or "").startswith(OWNED_BY)}
    billed = of_environment(ready.wanted.definition, own, everything)
    pairs = zip(ready.change.resources, close.seen.values(), strict=True)
    resources = tuple(_judged(touched, one) for touched, one in pairs)
    none_stops = resources and not any(touched.able for touched in resources)
    return replace(
        ready.change,
        first_stop=None if none_stops else ready.change.first_stop,
        resources=resources,
        keeps_billing=billed.held,
        notes=(*close.notes, *billed.notes),
    )


def _judged(touched: Touched, one: Seen) -> Touched:
    return touched if touched.problem else replace(touched, spared=one.sighting.ineligible)
