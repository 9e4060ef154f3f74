"""The calendars that closures name by address: fetched when files are applied, and their owners told of dead ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol

from chalicelib.core.closures import CalendarClosure
from chalicelib.core.model import Definition
from chalicelib.flows.events import Event, What
from chalicelib.flows.people import Actor
from chalicelib.flows.ports import World


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An address gave no calendar; why, in words that hold no secret part of it."""

    why: str


class Calendars(Protocol):
    """Where calendars come from."""

    def fetch(self, addresses: Collection[str]) -> Mapping[str, str | Unreachable]:
        """The text at each https address, or why there is none. Takes about five seconds at most."""


def calendars_of(definition: Definition) -> tuple[CalendarClosure, ...]:
    """The calendars that close dates of an environment, each once."""
    closures = (closure for uptime in definition.uptime for closure in uptime.closures)
    return tuple(dict.fromkeys(closure for closure in closures if isinstance(closure, CalendarClosure)))


def tell_old_calendars(
    world: World, actor: Actor, definitions: Iterable[Definition], dead: Mapping[str, Unreachable]
) -> None:
    """The owner of each environment that keeps an old copy of a calendar knows, in one message an owner."""
    now = world.clock.now()
    affected = sorted(definitions, key=lambda definition: definition.owner.name)
    for _, group in groupby(affected, key=lambda definition: definition.owner.name):
        members = list(group)
        events = [event for each in members for event in _old(each, dead, actor, now)]
        if events:
            world.journal.publish(members[0].owner, events)


def age(calendar: CalendarClosure, now: datetime) -> str:
    """How old the copy is: `fetched 12 days ago`."""
    if calendar.fetched_at is None:
        return "never fetched"
    days = (now.date() - calendar.fetched_at.date()).days
    return f"fetched {days} day{'s' if days > 1 else ''} ago" if days > 0 else "fetched today"


def _old(definition: Definition, dead: Mapping[str, Unreachable], actor: Actor, now: datetime) -> Iterable[Event]:
    for calendar in calendars_of(definition):
        if calendar.source in dead:
            text = (
                f"the calendar of {calendar.label} cannot be read ({dead[calendar.source].why}); "
                f"the copy {age(calendar, now)} stays in force until an apply reads a newer one"
            )
            yield Event(What.OLD_CALENDAR, definition.environment, now, text, actor=actor.person)
