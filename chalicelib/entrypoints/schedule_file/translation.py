"""From shapes to definitions: everything inherited is filled in, nothing is left to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from chalicelib.core.model import Definition, Location, ReadyChecks, Resource, Team, WakeRule
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.entrypoints.schedule_file.environment_shape import (
    CalendarShape,
    EnvironmentShape,
    ExceptionShape,
    LocationShape,
    ResourceShape,
    UptimeShape,
    WakeShape,
)
from chalicelib.entrypoints.schedule_file.organisation_shape import OrganisationShape, TeamShape

Value = TypeVar("Value")

USUAL: dict[str, Any] = {each.name: each.default for each in fields(Definition)}
"""What a definition has when neither its file nor its organisation says anything."""


@dataclass(frozen=True, slots=True)
class Account:
    """One AWS account; `role` None is the account that Curfew itself runs in."""

    number: str
    name: str | None = None
    role: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """What organisation.yaml says beyond what every definition inherits."""

    accounts: Mapping[str, Account] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)


def organisation_of(shape: OrganisationShape) -> Organisation:
    """The accounts and teams of an organisation's file."""
    accounts = {
        number: Account(number, account.name, account.role, account.external_id)
        for number, account in shape.accounts.items()
    }
    return Organisation(accounts, {name: _team(name, team) for name, team in shape.teams.items()})


def definition_of(shape: EnvironmentShape, shared: OrganisationShape) -> Definition:
    """The environment with what it inherits. Both shapes must have passed their checks."""
    defaults = shared.defaults
    team = shared.teams.get(shape.owner, TeamShape())
    return Definition(
        environment=shape.environment,
        owner=_team(shape.owner, team),
        locations=tuple(map(_location, shape.locations or defaults.locations or ())),
        resources=tuple(_resource(key, resource) for key, resource in shape.resources.items()),
        uptime=tuple(_uptime(entry, shared) for entry in shape.uptime),
        stage=shape.stage,
        cost_center=shape.cost_center,
        mode=shape.mode,
        stop_order=_first(shape.stop_order, otherwise=defaults.stop_order),
        wake=_wake(shape.wake, defaults.wake),
        shortest_rest=_first(shape.shortest_rest, defaults.shortest_rest, otherwise=USUAL["shortest_rest"]),
        ready_by_opening=_first(shape.ready_by, otherwise=defaults.ready_by) == "opening",
        stop_warning=_first(shape.stop_warning, defaults.stop_warning, otherwise=USUAL["stop_warning"]),
        previously=shape.previously,
        production_marks=tuple(pair for tags in shared.production.tags for pair in tags.items()),
    )


def _first(*values: Value | None, otherwise: Value) -> Value:
    return next((value for value in values if value is not None), otherwise)


def _team(name: str, shape: TeamShape) -> Team:
    return Team(name, shape.email, shape.webhook, shape.groups)


def _location(shape: LocationShape) -> Location:
    return Location(shape.account, shape.region)


def _resource(key: str, shape: ResourceShape) -> Resource:
    ready = ReadyChecks(shape.ready.members, shape.ready.target_group, shape.ready.http)
    tags = tuple(shape.tags.items())
    return Resource(key, shape.kind, shape.ids, tags, shape.needs, shape.importance, ready)


def _wake(own: WakeShape, inherited: WakeShape) -> WakeRule:
    usual = WakeRule()
    return WakeRule(
        default=_first(own.default, inherited.default, otherwise=usual.default),
        longest=_first(own.longest, inherited.longest, otherwise=usual.longest),
    )


def _uptime(entry: UptimeShape, shared: OrganisationShape) -> Uptime:
    """The entry laid over its calendar: closures and exceptions add up, the rest replaces."""
    calendar = shared.calendars[entry.calendar] if entry.calendar else CalendarShape()
    return Uptime(
        timezone=_first(entry.timezone, calendar.timezone, otherwise=shared.defaults.timezone or ""),
        windows=entry.windows or calendar.windows or (),
        closures=(*entry.closures, *calendar.closures, *shared.closures),
        exceptions=tuple(map(_exception, (*entry.exceptions, *calendar.exceptions))),
        start=_first(entry.start, calendar.start, otherwise="automatic"),
        stop=_first(entry.stop, calendar.stop, otherwise="automatic"),
    )


def _exception(shape: ExceptionShape) -> DateException:
    first, last = shape.dates
    return DateException(first, last, shape.windows, shape.reason, shape.owner, shape.closures, shape.mode)
