"""An environment that uses others: it asks for them by leases, and starts nothing before they are ready.

In each pass of a user the lease comes first and the look at the used one second. So whatever the used one is doing
meanwhile, it either sees the lease before it records a stop, or that stop is on record and seen here: not ready.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.core import readiness
from chalicelib.core.decide import MARGIN, Facts
from chalicelib.core.due import LATEST
from chalicelib.core.model import Definition, Desired, ResourceState
from chalicelib.core.shared import Need, Used, asking, circle, holder, need
from chalicelib.flows.assess import Assessment, assess, facts
from chalicelib.flows.errors import RefusedError, unknown
from chalicelib.flows.events import Event, What
from chalicelib.flows.ports import World
from chalicelib.flows.stored import OPERATORS, Head, MovedError
from chalicelib.flows.wake import own_lease
from chalicelib.flows.wish import MOST_CONFLICTS, hurry

MAY_NOT_ACT = ("kill-switch", "production", "observe")
"""The rules under which an environment asks for nobody: it keeps what it has asked for while something of it runs."""


@dataclass(frozen=True, slots=True)
class Other:
    """One used environment: whether it is ready, and how long it usually takes until its users see that it is."""

    name: str
    ready: bool = False
    start: timedelta = timedelta()


def used(
    world: World, head: Head, definition: Definition, known: Facts, states: Mapping[str, ResourceState], now: datetime
) -> Facts:
    """The facts with how the used environments are doing, each asked for as far as this one needs it now."""
    if not definition.uses:
        return replace(known, used=Used())
    assessment = assess(definition, head.wishes, known, states, now)
    needs = _need(assessment)
    others = [_other(world, name, holder(head.name), needs, now) for name in definition.uses]
    slowest = max(others, key=lambda other: other.start)
    unready = tuple(other.name for other in others if not other.ready)
    return replace(known, used=Used(unready, slowest.start, slowest.name))


def looks_again_at(assessment: Assessment, known: Facts, now: datetime) -> datetime | None:
    """When to see whether a used environment that something waits for is ready, or None."""
    waiting = any(known.used.unready and entry.by == known.used.unready for entry in assessment.plan.blocked)
    return now + LATEST if waiting else None


def users(world: World, name: str) -> Iterator[str]:
    """The environments whose definitions use this one. Reads every definition there is."""
    for other in _names(world):
        if other != name and name in _uses(world, other):
            yield other


def unused(world: World, name: str) -> None:
    """Nobody uses the environment. Raises RefusedError naming who does."""
    if found := sorted(users(world, name)):
        raise RefusedError(f"{name} is used by {', '.join(found)}; take it out of uses: in their files first")


def check_uses(world: World, wanted: Sequence[Definition]) -> None:
    """Once these definitions are stored, every used environment is there, and none uses itself by way of others.

    Raises UnknownError with the nearest name, RefusedError.
    """
    after = {definition.environment: definition.uses for definition in wanted}
    renamed = {definition.previously for definition in wanted if definition.previously} - after.keys()
    for gone in renamed:
        _not_left_behind(world, gone, after)
    for definition in wanted:
        for name in definition.uses:
            _there(world, name, after, renamed)
    _follow(world, after)
    if path := circle(after):
        raise RefusedError(f"environments use each other in a circle: {' -> '.join(path)}; take one step out of uses:")


def _not_left_behind(world: World, gone: str, after: Collection[str]) -> None:
    if left := sorted(set(users(world, gone)) - set(after)):
        raise RefusedError(
            f"{gone} gets another name and is used by {', '.join(left)}; correct uses: there, and apply all together"
        )


def _there(world: World, name: str, after: Collection[str], renamed: Collection[str]) -> None:
    if name in renamed or (name not in after and world.store.head(name) is None):
        raise unknown("environment", name, {*_names(world), *after} - set(renamed))


def _follow(world: World, after: dict[str, tuple[str, ...]]) -> None:
    """`after` holds what all those use that are used, directly or through others."""
    open_names = [name for uses in after.values() for name in uses]
    while open_names:
        name = open_names.pop()
        if name not in after:
            after[name] = _uses(world, name)
            open_names += after[name]


def _names(world: World) -> Iterator[str]:
    last = None
    while page := world.store.names(last):
        yield from page
        last = page[-1]


def _uses(world: World, name: str) -> tuple[str, ...]:
    """What the stored definition uses; nothing where it cannot be read."""
    try:
        stored = world.store.stored(name)
    except ValueError:
        return ()
    return stored.definition.uses if stored else ()


def _need(assessment: Assessment) -> Need:
    needs = need(assessment.decision.resources.values(), assessment.members)
    at_rest = needs is Need.NOTHING and assessment.decision.rule in MAY_NOT_ACT
    return Need.UNSAID if at_rest else needs


def _other(world: World, name: str, person: str, needs: Need, now: datetime) -> Other:
    """How the used environment is doing, once it has been asked for (or let go)."""
    head = _asked(world, name, person, needs, now)
    if head is None:
        return Other(name)
    loaded = world.store.load(head)
    if loaded.definition is None:
        return Other(name)
    known = facts(loaded.definition, loaded.switches, head.notes.production, head.notes, loaded.states)
    assessment = assess(loaded.definition, head.wishes, known, loaded.states, now)
    essential = [assessment.states[member.arn] for member in assessment.members if member.essential]
    stopping = any(state.intent is Desired.DOWN and state.tried_at is not None for state in essential)
    return Other(name, readiness.is_ready(assessment.members) and not stopping, known.pace.start + MARGIN)


def _asked(world: World, name: str, person: str, needs: Need, now: datetime) -> Head | None:
    """Its head with the lease that is needed; None if there is no such environment, or others keep changing it.

    It hears at once of a lease that is new or gone; one that is renewed changes nothing for it.
    """
    for _ in range(MOST_CONFLICTS):
        head = world.store.head(name)
        if head is None:
            return None
        wishes = asking(head.wishes, person, needs, now)
        if wishes == head.wishes:
            return head
        renewed = own_lease(head.wishes, person, now) and own_lease(wishes, person, now)
        events = [] if renewed else [_told(name, person, needs, now)]
        try:
            amended = world.store.amend(head, wishes, now, events)
        except MovedError:
            continue
        if events:
            world.journal.publish(OPERATORS, events)
            hurry(world, head, now)
        return amended
    return None


def _told(name: str, person: str, needs: Need, now: datetime) -> Event:
    text = "release" if needs is Need.NOTHING else "wake for as long as it is used"
    return Event(What.WISHED, name, now, text, actor=person)
