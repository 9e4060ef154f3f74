"""An AWS event about a resource hastens the next look at the environment that owns it.

Events only add speed: a lost one costs a minute, a doubled or late one costs nothing. A thousand instances
that start at once are heard once: the first event of an environment sends a poke in half a minute, those
that come until then find it on its way, without a call.

An event that says that something runs, or rests, is noted for the ledger with the instant it states: one write each,
of which no pass reads anything. A pass looks for itself; the ledger takes from it only at which second it was so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.flows.events import RESTS, RUNS, Event, What
from chalicelib.flows.ports import World
from chalicelib.flows.wish import COALESCE
from chalicelib.kinds import kinds, watchings
from chalicelib.kinds.contract import EventSource

TRUSTED = timedelta(minutes=5)
"""How long a warm process trusts what it knows of an owner."""
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """A resource that an event tells of, and whether it is billed as running from then on; None: it does not say."""

    arn: str
    runs: bool | None


def hear(world: World, event: Mapping[str, Any]) -> None:
    """The owners of the resources the event tells of are due shortly; further events until then change nothing."""
    now = world.clock.now()
    owners = {told: owner for told in _told(event) if (owner := _owner(world, told.arn, now))}
    for told, name in owners.items():
        if told.runs is not None:
            world.store.note(name, [_noted(name, told, event)])
    for name in sorted(set(owners.values())):
        if world.recent.hurried.get(name, now) > now:
            continue
        world.recent.hurried[name] = now + COALESCE
        if world.store.hasten(name, now + COALESCE):
            world.queue.poke(name, COALESCE)


def _owner(world: World, arn: str, now: datetime) -> str | None:
    owners = world.recent.owners
    known, until = owners.get(arn, (None, now))
    if until > now:
        return known
    if len(owners) >= MOST_REMEMBERED:
        owners.clear()
    owners[arn] = (world.store.owner(arn), now + TRUSTED)
    return owners[arn][0]


def event_pattern() -> dict[str, list[str]]:
    """The EventBridge pattern that lets through what any kind listens to."""
    heard = [source for source in _sources() if source.detail_types]
    types = {each for source in heard for each in source.detail_types}
    return {"source": sorted({source.source for source in heard}), "detail-type": sorted(types)}


def _sources() -> Iterator[EventSource]:
    """What tells of resources, and of the members of a mix."""
    yield from (kind.event for kind in kinds().values())
    yield from (watching.event for watching in watchings().values())


def _told(event: Mapping[str, Any]) -> Iterator[Told]:
    for source in _sources():
        if event.get("source") == source.source and event.get("detail-type") in source.detail_types:
            yield from (Told(arn, source.runs(event)) for arn in source.arns(event))


def _noted(name: str, told: Told, event: Mapping[str, Any]) -> Event:
    """At the instant that the event itself states: one that is told twice, or late, is the same."""
    at = datetime.fromisoformat(event["time"])
    return Event(What.HEARD, name, at, RUNS if told.runs else RESTS, data={"arn": told.arn})
