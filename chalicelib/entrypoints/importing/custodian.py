"""Cloud Custodian's off-hours as windows: one environment a tag value and kind of resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.core.closures import DatesClosure
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import DAY_MINUTES, Window
from chalicelib.entrypoints.importing.clocks import dates, moments, place, wall
from chalicelib.entrypoints.importing.custodian_policies import DEFAULTS, Policies
from chalicelib.entrypoints.importing.custodian_words import DEFAULT_TAG, Hour, OffHours, tagged
from chalicelib.entrypoints.importing.events import Event, Piece, pieces, runs, weekly
from chalicelib.entrypoints.importing.happenings import Acting
from chalicelib.entrypoints.importing.rule import (
    NotImported,
    Original,
    Rule,
    Selection,
    SourceError,
    Translation,
    Unsaid,
    Wanted,
)

KINDS = {"ec2": "ec2-instance", "rds": "rds-instance", "rds-cluster": "rds-cluster", "asg": "auto-scaling-group"}
"""Custodian's names for what Curfew can stop and start."""
WEEK = timedelta(weeks=1)
HOUR = timedelta(hours=1)
WEEKS = [date(2024, 1, 1) + WEEK * number for number in range(4)]
"""Some Mondays in a row. Hours recur weekly: what is up in the second week is up in every week."""
ACTS_ONCE = Unsaid(
    "Custodian acts once, in the hour itself, and then looks away: what people start by hand keeps running",
    "Curfew keeps to the windows; whoever needs more asks with curfew wake, what is started by hand gets a lease",
)
UNTAGGED = Policies("offhours", "ec2", DEFAULT_TAG, DEFAULTS)
"""The policies that a tag on its own is taken to be read by."""


def translate(value: str, policies: Policies, name: str | None = None) -> Rule | NotImported:
    """The rule for resources tagged with that value (`on` or nothing: by the defaults). Raises SourceError."""
    hours = tagged(value, policies.hours)
    if hours is None:
        return NotImported(value, "the tag opts out of off-hours", "leave these resources out")
    if policies.resource not in KINDS:
        known = ", ".join(KINDS)
        what = f"policy {policies.name} is for {policies.resource}, which Curfew does not stop (it does {known})"
        raise SourceError(f"{what}; leave that policy in force")
    closures = _closures(policies) if hours.on else ()
    return Rule(
        name=name or policies.name,
        source=f'Cloud Custodian, policy {policies.name}, tag {policies.tag}="{value}"',
        uptimes=(_uptime(hours, closures),),
        original=_original(hours, policies),
        selections=(Selection("resources", KINDS[policies.resource], {policies.tag: value}),),
        unsaid=(ACTS_ONCE, *policies.unsaid),
        tag_value=value,
    )


def translate_all(values: Iterable[str], policies: Policies, name: str | None = None) -> Translation:
    """A rule for each tag value, or why there is none."""
    rules: list[Rule] = []
    refused: list[NotImported] = []
    for value in values:
        try:
            made = translate(value, policies, name)
        except SourceError as error:
            what, _, remedy = str(error).partition("; ")
            made = NotImported(value, what, remedy)
        if isinstance(made, Rule):
            rules.append(made)
        else:
            refused.append(made)
    return Translation(tuple(rules), tuple(refused))


def _closures(policies: Policies) -> tuple[DatesClosure, ...]:
    """A date on which nothing is started is one without windows."""
    days = [date.fromisoformat(day) for day in sorted(policies.skip_on)]
    return tuple(DatesClosure(day, day, "skip-days") for day in days)


def _uptime(hours: OffHours, closures: tuple[DatesClosure, ...]) -> Uptime:
    if hours.on and hours.off:
        return Uptime(hours.timezone, _between(hours.on, hours.off), closures)
    if hours.on:
        return Uptime(hours.timezone, weekly(_hour_pieces(hours.on)), closures, stop="manual")
    assert hours.off
    return Uptime(hours.timezone, weekly(_around(hours.off)), start="on-demand")


def _between(on: frozenset[Hour], off: frozenset[Hour]) -> tuple[Window, ...]:
    """Windows from each start to the next stop."""
    if on & off:
        both = ", ".join(f"{'MTWHFSU'[each.weekday]} {each.hour}" for each in sorted(on & off))
        raise SourceError(f"on and off are the same hour ({both}); write different hours, e.g. off=(M-F,19);on=(M-F,7)")
    starts = [Event(_at(monday, each), "start") for monday in WEEKS for each in on]
    stops = [Event(_at(monday, each), "stop") for monday in WEEKS for each in off]
    found = [piece for run in runs([*starts, *stops]) for piece in pieces(*run)]
    return weekly(piece for piece in found if WEEKS[1] <= piece.day < WEEKS[2])


def _hour_pieces(hours: frozenset[Hour]) -> Iterator[Piece]:
    for each in hours:
        yield from pieces(_at(WEEKS[0], each), _at(WEEKS[0], each) + HOUR)


def _around(hours: frozenset[Hour]) -> Iterator[Piece]:
    """All but these hours."""
    for number in range(7):
        day = WEEKS[0] + timedelta(days=number)
        edges = [0, *(edge for each in sorted(hours) if each.weekday == day.weekday() for edge in _edges(each))]
        for begins, ends in zip(edges[::2], [*edges[1::2], DAY_MINUTES], strict=True):
            if begins < ends:
                yield Piece(day, begins, ends)


def _edges(hour: Hour) -> tuple[int, int]:
    return hour.hour * 60, hour.hour * 60 + 60


def _at(monday: date, hour: Hour) -> datetime:
    return wall(monday + timedelta(days=hour.weekday), hour.hour * 60)


def _original(hours: OffHours, policies: Policies) -> Original:
    where = place(hours.timezone)
    if hours.on and hours.off:
        starts, stops = _Hours(where, hours.on, policies.skip_on), _Hours(where, hours.off, policies.skip_off)
        return Acting(starts.between, stops.between)
    if hours.on:
        return _OneSided(where, hours.on, policies.skip_on, "up")
    return _OneSided(where, hours.off or frozenset(), policies.skip_off, "down")


@dataclass(frozen=True, slots=True)
class _Hours:
    """Something done in hours of a week, but on the dates that are skipped; an hour that is skipped is lost."""

    where: ZoneInfo
    hours: frozenset[Hour]
    skipped: frozenset[str]

    def between(self, begins: datetime, ends: datetime) -> Iterator[datetime]:
        """When it is done: as an hour begins, in both of a repeated hour."""
        for day in dates(begins, ends, self.where):
            for hour in sorted(self.hours):
                if hour.weekday == day.weekday() and day.isoformat() not in self.skipped:
                    yield from self._shown(wall(day, hour.hour * 60))

    def _shown(self, moment: datetime) -> Iterator[datetime]:
        for fold in (0, 1):
            at = moment.replace(tzinfo=self.where, fold=fold).astimezone(UTC)
            if at.astimezone(self.where).replace(tzinfo=None) == moment:
                yield at


@dataclass(frozen=True, slots=True)
class _OneSided:
    """Policies that only start, or only stop: within their hours they do that, else all is left as it is."""

    where: ZoneInfo
    hours: frozenset[Hour]
    skipped: frozenset[str]
    does: Wanted
    _minutes: Sequence[int] = field(default=tuple(range(0, DAY_MINUTES, 60)))

    def wants(self, at: datetime) -> Wanted:
        """What is done in that hour, if anything."""
        local = at.astimezone(self.where)
        acts = Hour(local.weekday(), local.hour) in self.hours and local.date().isoformat() not in self.skipped
        return self.does if acts else "as-is"

    def instants(self, begins: datetime, ends: datetime) -> Iterator[datetime]:
        """Every full hour there."""
        yield from moments(self.where, self._minutes, begins, ends)
