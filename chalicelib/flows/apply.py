"""A definition is shown against what is stored and what is live, and then stored.

What runs outside its windows when a file is first applied is left as it is for the default length of a lease,
so that nobody loses work to a file they have not seen at work yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.core.decide import calendar
from chalicelib.core.difference import differences
from chalicelib.core.keeps_billing import Held
from chalicelib.core.model import Definition, Desired, Mode, Observed
from chalicelib.core.wishes import Wishes
from chalicelib.flows import assess
from chalicelib.flows.errors import BusyError, RefusedError
from chalicelib.flows.events import Event, What
from chalicelib.flows.first_apply import for_its_keys, with_grace
from chalicelib.flows.people import Actor, Role, require
from chalicelib.flows.ports import World
from chalicelib.flows.rename import origin, rename
from chalicelib.flows.seen import Seen
from chalicelib.flows.selection import Unmatched, problem, unmatched
from chalicelib.flows.status import LOOK_AHEAD
from chalicelib.flows.stored import Head, MovedError, Stored
from chalicelib.flows.survey import survey
from chalicelib.flows.wish import hurry


@dataclass(frozen=True, slots=True)
class Touched:
    """One live resource that the definition selects; `problem` says why it will not be touched, `warnings` what to
    know before a stop. `spared` says why not where only a look at it alone tells that."""

    key: str
    id: str
    kind: str
    observed: Observed
    problem: str | None
    warnings: tuple[str, ...] = ()
    spared: str | None = None

    @property
    def able(self) -> bool:
        """It would be stopped."""
        return not self.problem and not self.spared


@dataclass(frozen=True, slots=True)
class Change:
    """What applying a definition changes: rules against those stored, and the live resources it is about.

    `first_stop` is when they would first be stopped (of what is only observed, if it acted), None when not within a
    month or when none of them may be. `refreshed`: the rules say the same with calendars read again; `acts_first`:
    it has touched nothing so far. `unmatched` are entries of any kind that select nothing. `keeps_billing` is None
    where nobody asked; `notes` say what could not be told.
    """

    environment: str
    new: bool
    differences: tuple[str, ...]
    first_stop: datetime | None
    resources: tuple[Touched, ...]
    refreshed: bool = False
    acts_first: bool = False
    keeps_billing: tuple[Held, ...] | None = None
    notes: tuple[str, ...] = ()
    mode: Mode = Mode.ACT
    unmatched: tuple[Unmatched, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether there is anything to store."""
        return self.new or bool(self.differences)


class ProductionError(RefusedError):
    """A live resource that the entry `key` of the environment selects carries a mark of production."""

    def __init__(self, environment: str, key: str, mark: str) -> None:
        self.environment, self.key = environment, key
        super().__init__(f"{environment} would touch production: {mark}; take it out of the selection")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A definition that was looked at and not refused, ready to be stored over the head as it was then.

    `seen` are the resources of the change, in its order.
    """

    wanted: Stored
    change: Change
    seen: Mapping[str, Seen]
    head: Head | None
    wishes: Wishes


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

    Raises ProductionError.
    """
    require(actor, Role.OPERATOR, "apply a schedule file")
    definition, now = wanted.definition, world.clock.now()
    head = origin(world, definition) or world.store.head(definition.environment)
    loaded = world.store.load(head) if head else None
    seen = survey(world.cloud, world.probe, definition, loaded.states if loaded else {}, world.clock.now())
    _without_production(definition, seen.values())
    before = loaded.definition if loaded else None
    wishes = for_its_keys(head.wishes if head else Wishes(), definition)
    if not at_once:
        wishes = with_grace(definition, before, wishes, seen, now)
    lines = differences(before, definition) if before else ()
    touched = tuple(_touched(world, definition, one) for one in seen.values())
    change = Change(
        definition.environment,
        before is None,
        lines,
        _first_stop(world, definition, wishes, touched, now),
        touched,
        refreshed=before is not None and before != definition and not lines,
        acts_first=definition.mode is Mode.ACT and (before is None or before.mode is not Mode.ACT),
        mode=definition.mode,
        unmatched=tuple(unmatched(definition, seen.values())),
    )
    return Prepared(wanted, change, seen, head, wishes)


def _without_production(definition: Definition, seen: Iterable[Seen]) -> None:
    for one in seen:
        if mark := assess.production_seen(definition, [one]):
            raise ProductionError(definition.environment, one.key, mark)


def _first_stop(
    world: World, definition: Definition, wishes: Wishes, touched: Collection[Touched], now: datetime
) -> datetime | None:
    """When something would first be stopped: now, if it runs and should not, else at the next change to down."""
    able = [one for one in touched if one.able]
    if touched and not able:
        return None
    known = assess.facts(definition, world.store.switches())
    running = {one.key for one in able if one.observed in (Observed.UP, Observed.RISING)}
    for at, decision in calendar(replace(definition, mode=Mode.ACT), wishes, known, now, now + LOOK_AHEAD):
        stopped = any(decision.resources.get(key) is Desired.DOWN for key in running)
        if stopped or (at > now and decision.desired is Desired.DOWN):
            return at
    return None


def _touched(world: World, definition: Definition, seen: Seen) -> Touched:
    sighting = seen.sighting
    found = problem(world, definition, seen)
    return Touched(seen.key, sighting.id, sighting.kind, sighting.observed, found, sighting.warnings)
