"""On the third working day after a month, owners and finance are told of its report: five lines and a link.

Each team is told once. That it is being told is on record before anything is sent; a run that is cut off in between
is made up for by a later one, so that a team may be told once more, but never not at all. Who cannot be told keeps
nobody else waiting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol
from urllib.parse import quote

from chalicelib.core.localtime import instants, zone
from chalicelib.core.model import Team
from chalicelib.core.money.narrowing import narrowed
from chalicelib.core.money.statement import ITSELF, Statement
from chalicelib.core.months import month_before, month_name
from chalicelib.core.working_days import WorkingDays, working_day_after
from chalicelib.flows.archive import Archive
from chalicelib.flows.events import ORGANISATION, Event, What
from chalicelib.flows.ports import World
from chalicelib.flows.publishing import Writer, place_of, shelve
from chalicelib.flows.report import report
from chalicelib.flows.shared_reports import Part, SharedReport, SharedReports, share

WORKING_DAY = 3
FROM = time(8)
"""From then on, on local clocks: nobody is told of money at night."""
TOLD = "told"


class NotToldError(Exception):
    """A team could not be told; it may be tried again."""


class Herald(Protocol):
    """Tells teams what nobody else may read; no log and no journal sees it."""

    def tell(self, team: Team, subject: str, text: str) -> None:
        """The team was told by its ways. Raises NotToldError."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """Who is told of the report of the whole organisation (None: nobody), and which days people work."""

    finance: Team | None = None
    working_days: WorkingDays = WorkingDays()


@dataclass(frozen=True, slots=True)
class Publication:
    """Where reports are kept, what opens them, who carries the news, and the address of the API, as far as known."""

    archive: Archive
    links: SharedReports
    herald: Herald
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything that telling takes besides the world; `key` makes 256 random bits."""

    publication: Publication
    reporting: Reporting
    writer: Writer
    key: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Share:
    """Who is told of which environments; `step` is how the record knows it."""

    team: Team
    statement: Statement
    place: str
    step: str


def told_from(days: WorkingDays, month: str) -> datetime | None:
    """The instant from which on the month's report is told; None where nobody works within a year."""
    day = working_day_after(days, month, WORKING_DAY)
    return instants(zone(days.timezone), datetime.combine(day, FROM))[0] if day else None


def month_to_tell(days: WorkingDays, now: datetime) -> str:
    """The month before this one, on clocks of the organisation."""
    return month_before(month_name(now.astimezone(zone(days.timezone))))


def tell(world: World, how: Telling) -> None:
    """Everybody was told of the last month's report whose time it is.

    Raises ArchiveError, and NotToldError with everybody who could not be told, when all others were.
    """
    days, now = how.reporting.working_days, world.clock.now()
    month = month_to_tell(days, now)
    begins, current = told_from(days, month), world.store.current_report(month)
    if current is None or begins is None or now < begins or not world.store.begin_step(month, TOLD, now):
        return
    statement = report(world, month)
    if statement.snapshot.id != current.id:  # it has just changed: that is kept first, and told then
        return
    told = [_tried(world, how, each) for each in _shares(world, how.reporting, statement)]
    if failed := [why for why in told if why]:
        raise NotToldError("; ".join(failed))
    world.store.finish_step(month, TOLD)


def _tried(world: World, how: Telling, each: Share) -> str | None:
    """Why the team could not be told, if it was tried and could not."""
    month = each.statement.month
    if not world.store.begin_step(month, each.step, world.clock.now()):
        return None
    try:
        _tell_one(world, how, each)
    except NotToldError as error:
        return str(error)
    world.store.finish_step(month, each.step)
    return None


def _shares(world: World, reporting: Reporting, statement: Statement) -> Iterator[Share]:
    """Finance gets all of it, each owner the environments of the team."""
    place = place_of(statement)
    if reporting.finance is not None:
        yield Share(reporting.finance, statement, place, f"{TOLD}#finance")
    for team, names in _environments(statement).items():
        part = narrowed(statement, names)
        yield Share(_owner(world, team, names), part, f"{place}/teams/{quote(team, safe='')}", f"{TOLD}#team#{team}")


def _environments(statement: Statement) -> dict[str, list[str]]:
    of: defaultdict[str, list[str]] = defaultdict(list)
    for belongs in sorted((sheet.belongs for sheet in statement.sheets), key=lambda each: each.team):
        if belongs.team and belongs.environment != ITSELF:
            of[belongs.team].append(belongs.environment)
    return of


def _owner(world: World, team: str, names: Sequence[str]) -> Team:
    """The team with its addresses, as one of its environments has them; of those all gone, by name only."""
    for name in names:
        try:
            stored = world.store.stored(name)
        except ValueError:  # what cannot be read is told elsewhere; another of the team's may do
            continue
        if stored is not None and stored.definition.owner.name == team:
            return stored.definition.owner
    return Team(team)


def _tell_one(world: World, how: Telling, each: Share) -> None:
    documents = shelve(how.publication.archive, each.place, how.writer.documents(each.statement))
    key, now = how.key(), world.clock.now()
    snapshot = each.statement.snapshot.id
    part = Part(each.statement.month, snapshot, each.team.name, documents)
    shared = share(how.publication.links, part, key, now)
    text = "\n".join(_text(how, each, shared, key))
    how.publication.herald.tell(each.team, how.writer.title(each.statement), text)
    said = f"{each.team.name} was told of the savings report {snapshot}, with link {shared.id}"
    world.journal.publish(each.team, [Event(What.REPORTED, ORGANISATION, now, said)])


def _text(how: Telling, each: Share, shared: SharedReport, key: str) -> Iterator[str]:
    yield f"{how.writer.title(each.statement)}, for {each.team.name}"
    yield from (f"- {line}" for line in how.writer.lines(each.statement))
    if how.publication.address is None:
        yield f"Read it: curfew report --month {shared.month} --snapshot {shared.snapshot}"
        return
    link = f"{how.publication.address.rstrip('/')}/shared-reports/{key}"
    yield f"Read it: {link}"
    yield f"As a workbook: {link}?format=xlsx"
    yield f"Whoever has these links can read it, until {shared.expires_at:%Y-%m-%d}."
