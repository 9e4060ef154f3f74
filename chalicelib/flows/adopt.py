"""A start outside Curfew is adopted: it stays as it is for a while, and its owner is told.

Somebody who starts a database by console at night wants it up; nothing is started or stopped until an as-is
lease of default length ends.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.core import fights, remember
from chalicelib.core.decide import decide
from chalicelib.core.model import Desired, ResourceState
from chalicelib.core.wishes import Lease
from chalicelib.flows.events import Event, What
from chalicelib.flows.one_pass import Glimpse
from chalicelib.flows.ports import World
from chalicelib.flows.seen import Seen
from chalicelib.flows.stored import Head
from chalicelib.kinds import kinds

OUTSIDE = "somebody outside Curfew"


def adopted(world: World, head: Head, glimpse: Glimpse) -> Head:
    """The head, with an as-is lease if something was started outside Curfew while it should be down.

    Raises MovedError when wishes moved meanwhile.
    """
    definition, now = glimpse.definition, glimpse.now
    started = _started(head, glimpse)
    if not started:
        return head
    lease = Lease(OUTSIDE, now + definition.wake.default, now, Desired.AS_IS)
    others = tuple(each for each in head.wishes.leases if each.person != OUTSIDE)
    wishes = replace(head.wishes, leases=(*others, lease))
    events = [_told(head.name, one, lease, now) for one in started]
    amended = world.store.amend(head, wishes, now, events)
    world.journal.publish(definition.owner, events)
    return amended


def _started(head: Head, glimpse: Glimpse) -> list[Seen]:
    """What was started outside Curfew although it should be down; an operator's pin is stronger than any lease."""
    seen, now = glimpse.seen, glimpse.now
    decision = decide(glimpse.definition, head.wishes, glimpse.known, now)
    if decision.rule == "hold":
        return []
    return [
        seen[arn]
        for arn, state in glimpse.states.items()
        if decision.resources.get(state.key) is Desired.DOWN and arn in seen and _outside(state, seen[arn], now)
    ]


def _outside(state: ResourceState, seen: Seen, now: datetime) -> bool:
    """Somebody started it; not for the second time within a day, which is a fight and no wish."""
    kind = kinds()[state.kind]
    if fights.contested(fights.with_reversal(state, now), now):
        return False
    return (
        not kind.sized
        and not kind.watches
        and remember.started_outside(state, seen.sighting.observed, kind.restarts_after, now)
    )


def _told(environment: str, seen: Seen, lease: Lease, now: datetime) -> Event:
    text = f"was started outside Curfew; nothing is started or stopped until {lease.until:%Y-%m-%dT%H:%MZ}"
    return Event(What.ADOPTED, environment, now, text, seen.key, seen.sighting.id)
