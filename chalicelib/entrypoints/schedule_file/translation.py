"""From shapes to definitions: everything inherited is filled in, nothing is left to look up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from chalicelib.core.activity import BeforeStop, Check, Sort
from chalicelib.core.budget import Budget
from chalicelib.core.capacity import ByTime, Capacity, Requirements, Shares
from chalicelib.core.closures import CalendarClosure, Closure
from chalicelib.core.maintenance import Maintenance
from chalicelib.core.model import Definition, Location, ReadyChecks, Resource, Team, WakeRule
from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.declaring import Declared
from chalicelib.core.money.inputs import Exchange
from chalicelib.core.uptime import DateException, Uptime
from chalicelib.core.working_days import WorkingDays
from chalicelib.entrypoints.schedule_file.calendars import Copies
from chalicelib.entrypoints.schedule_file.commitments import commitments_of
from chalicelib.entrypoints.schedule_file.environment_shape import (
    BeforeStopShape,
    BudgetShape,
    CalendarShape,
    CheckShape,
    EnvironmentShape,
    ExceptionShape,
    LocationShape,
    ResourceShape,
    WakeShape,
    WakesShape,
)
from chalicelib.entrypoints.schedule_file.exchange import exchange_of
from chalicelib.entrypoints.schedule_file.known import ANY, keys_of
from chalicelib.entrypoints.schedule_file.organisation_shape import OrganisationShape, TeamShape
from chalicelib.entrypoints.schedule_file.references import OF_A_RESOURCE, able, with_windows
from chalicelib.flows.telling_reports import Reporting

Value = TypeVar("Value")

IDLE_CPU = 10
"""Percent of CPU that count as idle when a file says nothing."""

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
    """What organisation.yaml says beyond what every definition inherits; `calendars` are the iCal ones it names.

    `exchange` is None where reports are in US dollars; `reporting` says who is told of them, and when.
    """

    accounts: Mapping[str, Account] = field(default_factory=dict)
    teams: Mapping[str, Team] = field(default_factory=dict)
    calendars: tuple[CalendarClosure, ...] = ()
    exchange: Exchange | None = None
    commitments: tuple[Commitment, ...] = ()
    reporting: Reporting = Reporting()


def organisation_of(shape: OrganisationShape, calendars: Copies) -> Organisation:
    """What an organisation's file says for itself, with the iCal calendars that were found for it."""
    accounts = {
        number: Account(number, account.name, account.role, account.external_id)
        for number, account in shape.accounts.items()
    }
    teams = {name: _team(name, team) for name, team in shape.teams.items()}
    exchange, commitments = exchange_of(shape.reports), commitments_of(shape.commitments)
    days = WorkingDays(shape.defaults.timezone or "UTC", tuple(_with_dates(shape.closures, calendars)))
    reporting = Reporting(teams[shape.reports.finance] if shape.reports.finance else None, days)
    return Organisation(accounts, teams, tuple(calendars.values()), exchange, commitments, reporting)


def calendar_uptimes(shape: OrganisationShape, calendars: Copies) -> dict[str, Uptime]:
    """Each named calendar as an environment would have it that says nothing else."""
    return {name: _uptime(entry, shape, calendars, calendars) for name, entry in shape.calendars.items()}


def definition_of(
    shape: EnvironmentShape, shared: OrganisationShape, own_calendars: Copies, shared_calendars: Copies
) -> Definition:
    """The environment with what it inherits. Both shapes must have passed their checks.

    The iCal calendars are those found for its own file and for the organisation's.
    """
    defaults = shared.defaults
    team = shared.teams.get(shape.owner, TeamShape())
    return Definition(
        environment=shape.environment,
        owner=_team(shape.owner, team),
        locations=tuple(map(_location, shape.locations or defaults.locations or ())),
        resources=tuple(_resources(shape.resources)),
        uptime=tuple(_uptime(entry, shared, own_calendars, shared_calendars) for entry in shape.uptime),
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
        maintenance=_maintenance(shape),
        before_stop=_before_stop(shape, shape.before_stop) if shape.before_stop else None,
        uses=shape.uses,
        capacity=tuple(_capacities(shape, shared)),
        budget=_budget(shape.budget) if shape.budget else None,
        baseline=_baseline(shape, shared),
        organisation=shared.organisation or "",
    )


def _first(*values: Value | None, otherwise: Value) -> Value:
    return next((value for value in values if value is not None), otherwise)


def _team(name: str, shape: TeamShape) -> Team:
    return Team(name, shape.email, shape.webhook, shape.groups)


def _location(shape: LocationShape) -> Location:
    return Location(shape.account, shape.region)


def _resources(shapes: Mapping[str, ResourceShape]) -> Iterator[Resource]:
    """One resource for each entry; for one of any kind, one for each kind there is."""
    for entry, shape in shapes.items():
        needs = tuple(key for needed in shape.needs for key in _keys(shapes, needed))
        for key, kind in keys_of(entry, shape.kind).items():
            yield replace(_resource(key, kind, shape), needs=needs)


def _keys(shapes: Mapping[str, ResourceShape], name: str) -> Mapping[str, str]:
    """The resource keys that a name stands for, with their kinds: an entry, or one kind of an entry of any."""
    if name in shapes:
        return keys_of(name, shapes[name].kind)
    every = (keys_of(entry, shape.kind) for entry, shape in shapes.items())
    return next({name: keys[name]} for keys in every if name in keys)


def _resource(key: str, kind: str, shape: ResourceShape) -> Resource:
    return Resource(
        key,
        kind,
        ids=shape.ids,
        tags=tuple(shape.tags.items()),
        names=shape.names,
        importance=shape.importance,
        ready=ReadyChecks(shape.ready.members, shape.ready.target_group, shape.ready.http),
        optional=shape.kind == ANY,
        on_request=shape.start == "on-request",
        hibernate=shape.hibernate,
        snapshot=shape.snapshot,
        instance_types=shape.instance_types,
    )


def _wake(own: WakesShape, inherited: WakeShape) -> WakeRule:
    usual = WakeRule()
    return WakeRule(
        sizes=dict(own.sizes),
        default=_first(own.default, inherited.default, otherwise=usual.default),
        longest=_first(own.longest, inherited.longest, otherwise=usual.longest),
    )


def _maintenance(shape: EnvironmentShape) -> Maintenance:
    return Maintenance(
        tuple(key for name in shape.maintenance.resources for key in _able(shape, name, with_windows())),
        shape.maintenance.ssm,
    )


def _able(shape: EnvironmentShape, name: str, kinds: Collection[str]) -> list[str]:
    """The resource keys that a name stands for, of these kinds."""
    return [key for key, kind in _keys(shape.resources, name).items() if kind in kinds]


def _capacities(shape: EnvironmentShape, shared: OrganisationShape) -> Iterator[Capacity]:
    """Its windows are in the first time zone of its uptime."""
    timezone = _uptime(shape.uptime[0], shared, {}, {}).timezone
    for key, entry in shape.capacity.items():
        needed = entry.pools.requirements
        yield Capacity(
            key,
            entry.on_demand_base,
            _shares(entry.spot_share),
            entry.prefer,
            entry.pools.types,
            Requirements(needed.vcpus, needed.memory_gib) if needed else None,
            () if entry.pools.zones == "all" else entry.pools.zones,
            entry.go_back,
            tuple(ByTime(each.windows, _shares(each.spot_share)) for each in entry.by_time),
            timezone,
        )


def _budget(shape: BudgetShape) -> Budget:
    return Budget(shape.monthly, shape.currency, shape.over)


def _baseline(shape: EnvironmentShape, shared: OrganisationShape) -> Declared | None:
    if shape.baseline is None:
        return None
    timezone = shape.baseline.timezone or _uptime(shape.uptime[0], shared, {}, {}).timezone
    return Declared(shape.baseline.windows, timezone)


def _shares(percent: tuple[int, int]) -> Shares:
    return percent[0] / 100, percent[1] / 100


def _before_stop(shape: EnvironmentShape, rule: BeforeStopShape) -> BeforeStop:
    return BeforeStop(tuple(check for each in rule.checks for check in _checks(shape, each)), rule.postpone, rule.then)


def _checks(shape: EnvironmentShape, check: CheckShape) -> Iterator[Check]:
    """The one thing that is asked for, of each resource that is meant; `any` project is one that only tags choose."""
    sort, of = next((sort, of) for sort in Sort if (of := getattr(check, sort)))
    usual = IDLE_CPU if sort is Sort.CPU else 0
    above = usual if check.above is None else check.above
    chosen = ["" if sort is Sort.BUILDS and of == ANY else of]
    for key in _able(shape, of, able(sort)) if sort in OF_A_RESOURCE else chosen:
        yield Check(sort, key, above, check.family or "", tuple(check.tags.items()))


def _uptime(entry: CalendarShape, shared: OrganisationShape, own: Copies, theirs: Copies) -> Uptime:
    """The entry laid over its calendars: closures and exceptions add up, of the rest the nearest counts."""
    calendars = list(_calendars_under(entry, shared))
    chain = (entry, *calendars)
    start = _first(*(each.start for each in chain), otherwise="automatic")
    inherited = (*(closure for each in calendars for closure in each.closures), *shared.closures)
    return Uptime(
        timezone=_first(*(each.timezone for each in chain), otherwise=shared.defaults.timezone or "UTC"),
        windows=_first(*(each.windows for each in chain), otherwise=()),
        closures=(*_with_dates(entry.closures, own), *_with_dates(inherited, theirs)),
        exceptions=tuple(_exception(shape) for each in chain for shape in each.exceptions),
        start="on-demand" if start == "on-demand" else "automatic",  # on request: no window opens
        stop=_first(*(each.stop for each in chain), otherwise="automatic"),
    )


def _calendars_under(entry: CalendarShape, shared: OrganisationShape) -> Iterator[CalendarShape]:
    """The calendar that the entry rests on, the one that this rests on, and so on."""
    while entry.calendar:
        entry = shared.calendars[entry.calendar]
        yield entry


def _with_dates(closures: Iterable[Closure], found: Copies) -> Iterator[Closure]:
    """The closures, those by iCal with the dates that were found."""
    for closure in closures:
        yield found.get(closure.source, closure) if isinstance(closure, CalendarClosure) else closure


def _exception(shape: ExceptionShape) -> DateException:
    first, last = shape.dates
    return DateException(first, last, shape.windows, shape.reason, shape.owner, shape.closures, shape.mode)
