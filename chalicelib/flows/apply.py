"""A definition is shown against what is stored and what is live, and then stored.

What runs outside its windows when a file is first applied is left as it is for the default length of a lease,
so that nobody loses work to a file they have not seen at work yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.decide import calendar
from chalicelib.core.difference import differences
from chalicelib.core.model import Definition, Desired, Observed, Sighting, Wishes
from chalicelib.flows import assess
from chalicelib.flows.errors import BusyError, RefusedError
from chalicelib.flows.events import Event, What
from chalicelib.flows.first_apply import for_its_keys, with_grace
from chalicelib.flows.people import Actor, Role, require
from chalicelib.flows.ports import Head, MovedError, Stored, World
from chalicelib.flows.rename import origin, rename
from chalicelib.flows.status import LOOK_AHEAD
from chalicelib.flows.survey import OWNED_BY, UNSEEN, Seen, survey
from chalicelib.flows.wish import hurry
from chalicelib.kinds.contract import selected


@dataclass(frozen=True, slots=True)
class Touched:
    """One live resource that the definition selects; `problem` says why it will not be touched."""

    key: str
    id: str
    kind: str
    observed: Observed
    problem: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What applying a definition changes: rules against those stored, and the live resources it is about.

    `first_stop` is when they would first be stopped, None when not within a month. `refreshed` means that the
    rules say the same with calendars read again.
    """

    environment: str
    new: bool
    differences: tuple[str, ...]
    first_stop: datetime | None
    resources: tuple[Touched, ...]
    refreshed: bool = False

    @property
    def changed(self) -> bool:
        """Whether there is anything to store."""
        return self.new or bool(self.differences)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A definition that was looked at and not refused, ready to be stored over the head as it was then."""

    wanted: Stored
    change: Change
    head: Head | None
    wishes: Wishes


def preview(world: World, actor: Actor, wanted: Stored, at_once: bool = False) -> Change:
    """What applying would change; nothing is stored. Raises RefusedError."""
    return prepared(world, actor, wanted, at_once).change


def apply(world: World, actor: Actor, wanted: Stored, at_once: bool = False) -> Change:
    """The definition is stored and a pass will look at once; what means the same as before writes nothing.

    `at_once` takes the first-apply grace away. Raises RefusedError and BusyError.
    """
    return stored(world, actor, prepared(world, actor, wanted, at_once))


def stored(world: World, actor: Actor, prepared: Prepared) -> Change:
    """The definition is stored and a pass will look at once; what means the same as before writes nothing.

    An environment that the file calls by another name than before is renamed. Raises BusyError.
    """
    wanted, change, head = prepared.wanted, prepared.change, prepared.head
    if change.refreshed:
        refresh(world, wanted)
        return change
    if rename(world, actor, wanted) or not change.changed:
        return change
    now, name = world.clock.now(), change.environment
    text = "; ".join(change.differences) or f"new, from {wanted.file}"
    event = Event(What.APPLIED, name, now, text[:1000], actor=actor.person)
    try:
        world.store.define(wanted, head.revision if head else None, prepared.wishes, now, [event])
    except MovedError as moved:
        raise BusyError(f"{name} was changed by somebody else meanwhile; look again, then apply") from moved
    world.journal.publish(wanted.definition.owner, [event])
    hurry(world, head or Head(name, 0, 0), now)
    return change


def refresh(world: World, wanted: Stored) -> None:
    """The definition is stored, for one that says the same as before with calendars read again.

    Nothing is looked at and nobody is told. Raises BusyError.
    """
    name = wanted.definition.environment
    head = world.store.head(name)
    try:
        if head is not None:
            world.store.define(wanted, head.revision, head.wishes, world.clock.now(), [])
    except MovedError as moved:
        raise BusyError(f"{name} was changed by somebody else meanwhile; look again, then apply") from moved


def prepared(world: World, actor: Actor, wanted: Stored, at_once: bool) -> Prepared:
    """The definition compared with what is stored and what is live; nothing is stored.

    Raises RefusedError when a live resource carries a production mark.
    """
    require(actor, Role.OPERATOR, "apply a schedule file")
    definition, now = wanted.definition, world.clock.now()
    head = origin(world, definition) or world.store.head(definition.environment)
    loaded = world.store.load(head) if head else None
    seen = survey(world.cloud, world.probe, definition, loaded.states if loaded else {})
    production = assess.production_seen(definition, seen.values())
    if production:
        raise RefusedError(
            f"{definition.environment} would touch production: {production}; take it out of the selection"
        )
    before = loaded.definition if loaded else None
    wishes = for_its_keys(head.wishes if head else Wishes(), definition)
    if not at_once:
        wishes = with_grace(definition, before, wishes, seen, now)
    lines = differences(before, definition) if before else ()
    change = Change(
        definition.environment,
        before is None,
        lines,
        _first_stop(world, definition, wishes, _running(seen), now),
        tuple(_touched(world, definition, one) for one in seen.values()),
        refreshed=before is not None and before != definition and not lines,
    )
    return Prepared(wanted, change, head, wishes)


def _running(seen: Mapping[str, Seen]) -> bool:
    return any(one.sighting.observed in (Observed.UP, Observed.RISING) for one in seen.values())


def _first_stop(world: World, definition: Definition, wishes: Wishes, running: bool, now: datetime) -> datetime | None:
    """When something would first be stopped: now, if it runs and should not, else at the next change to down."""
    known = assess.facts(definition, world.store.switches())
    rows = calendar(definition, wishes, known, now, now + LOOK_AHEAD)
    return next((at for at, decision in rows if decision.desired is Desired.DOWN and (running or at > now)), None)


def _touched(world: World, definition: Definition, seen: Seen) -> Touched:
    sighting = seen.sighting
    problem = (
        sighting.ineligible
        or _not_there(sighting)
        or _owned(world, definition, sighting)
        or _selected_twice(definition, seen)
    )
    return Touched(seen.key, sighting.id, sighting.kind, sighting.observed, problem)


def _not_there(sighting: Sighting) -> str | None:
    return sighting.note if sighting.observed in (Observed.MISSING, Observed.BROKEN) else None


def _owned(world: World, definition: Definition, sighting: Sighting) -> str | None:
    owner = None if sighting.arn.startswith(UNSEEN) else world.store.owner(sighting.arn)
    return f"{OWNED_BY}{owner}" if owner not in (None, definition.environment, definition.previously) else None


def _selected_twice(definition: Definition, seen: Seen) -> str | None:
    """Which other entries of the file select it, too: it belongs to the first."""
    others = [
        resource.key
        for resource in definition.resources
        if resource.key != seen.key and resource.kind == seen.sighting.kind and selected(resource, seen.sighting)
    ]
    return f"also selected by {', '.join(others)}, which leaves it to {seen.key}" if others else None
