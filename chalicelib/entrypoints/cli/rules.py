"""What an environment's rules say, from its file alone or from the server, in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from chalicelib.core.decide import Decision, Facts, calendar, decide
from chalicelib.core.durations import format_instant, parse_instant
from chalicelib.core.localtime import day_bounds, zone
from chalicelib.core.model import Definition, Desired
from chalicelib.core.wishes import Switches, Wishes
from chalicelib.entrypoints.cli import schedules, times
from chalicelib.entrypoints.cli.answers import CommandError, View
from chalicelib.entrypoints.cli.server import Server, environment, server
from chalicelib.entrypoints.cli.settings import server_known
from chalicelib.entrypoints.cli.times import here, instant, with_time
from chalicelib.entrypoints.views import calendar_row, decision_view, plan_view
from chalicelib.flows.assess import facts
from chalicelib.flows.plans import planned

WEEK = timedelta(days=7)
LONGEST = timedelta(days=400)
MOST_INSTANTS = 20
"""The server decides for so many instants in one request."""


class Rules(Protocol):
    """One environment's rules, and the zone that people see and write (None: this terminal's)."""

    name: str

    @property
    def zone(self) -> tzinfo | None:
        """The zone of instants without an offset."""

    def explain(self, instants: Sequence[str]) -> list[View]:
        """A decision for each instant, for now when there is none."""

    def instant(self, text: str) -> datetime:
        """The instant that the text names."""

    def this_week(self) -> tuple[datetime, datetime]:
        """The instants between which the environment's present week lasts, from its Monday on."""

    def calendar(self, start: datetime, end: datetime) -> list[View]:
        """A row at `start`, then one at each change of the desired state before `end`."""

    def plan(self, target: str) -> View:
        """What bringing everything up or down would do."""


class FileRules:
    """The rules of a file, without anybody's wishes; asks nobody."""

    def __init__(self, definition: Definition) -> None:
        self.name = definition.environment
        self.zone: tzinfo = zone(definition.uptime[0].timezone if definition.uptime else "UTC")
        self._definition = definition
        self._facts: Facts = facts(definition, Switches())

    def explain(self, instants: Sequence[str]) -> list[View]:
        """Decisions as the file alone makes them."""
        ats = [self.instant(text) for text in instants] or [times.now()]
        return [decision_view(self.name, at, self._decision(at)) for at in ats]

    def instant(self, text: str) -> datetime:
        """The instant that the text names. Raises InstantError."""
        return parse_instant(with_time(text), self.zone)

    def this_week(self) -> tuple[datetime, datetime]:
        """From Monday's first instant to Sunday's last, where the environment is."""
        today = times.now().astimezone(self.zone).date()
        monday = today - timedelta(days=today.weekday())
        here = zone(str(self.zone))
        return day_bounds(here, monday)[0], day_bounds(here, monday + timedelta(days=6))[1]

    def calendar(self, start: datetime, end: datetime) -> list[View]:
        """Rows as the file alone makes them."""
        rows = calendar(self._definition, Wishes(), self._facts, start, end)
        return [calendar_row(at, decision) for at, decision in rows]

    def plan(self, target: str) -> View:
        """A plan as if everything were in the opposite state."""
        return plan_view(planned(self._definition, Desired(target)))

    def _decision(self, at: datetime) -> Decision:
        return decide(self._definition, Wishes(), self._facts, at)


@dataclass(slots=True)
class ServerRules:
    """The rules as the server knows them, with everybody's wishes."""

    name: str
    server: Server
    zone: tzinfo | None = None

    def explain(self, instants: Sequence[str]) -> list[View]:
        """Decisions as of now, leases and holds included."""
        ats = [format_instant(self.instant(text)) for text in instants]
        batches = [ats[first : first + MOST_INSTANTS] for first in range(0, len(ats) or 1, MOST_INSTANTS)]
        path = environment(self.name, "decision")
        return [row for batch in batches for row in self.server.get(path, at=batch)]

    def instant(self, text: str) -> datetime:
        """The instant that the text names, in this terminal's time unless it has an offset."""
        return here(with_time(text))

    def this_week(self) -> tuple[datetime, datetime]:
        """The week that the server shows by itself."""
        rows = self.server.get(environment(self.name, "calendar"))
        start = instant(rows[0]["at"])
        return start, start + WEEK

    def calendar(self, start: datetime, end: datetime) -> list[View]:
        """Rows with the wishes that are known now."""
        bounds = {"from": format_instant(start), "to": format_instant(end)}
        rows: list[View] = self.server.get(environment(self.name, "calendar"), **bounds)
        return rows

    def plan(self, target: str) -> View:
        """A plan from where the last pass saw the environment."""
        found: View = self.server.get(environment(self.name, "plan"), target=target)
        return found


@contextmanager
def rules_of(subject: str, url: str | None, ask_server: bool) -> Iterator[Rules]:
    """The rules of a file, of a name in ./schedules, or else of a name that the server knows.

    Raises CommandError for a broken file and for a name that nobody knows.
    """
    definition = None if ask_server else schedules.definition_here(subject)
    if definition is None and not ask_server and not server_known(url):
        raise schedules.nowhere(subject)
    if definition:
        yield FileRules(definition)
        return
    with server(url) as asked:
        yield ServerRules(subject, asked)


def between(rules: Rules, start: str | None, end: str | None) -> tuple[datetime, datetime]:
    """The range that was asked for; a week where an end is missing. Raises CommandError."""
    if start is None and end is None:
        return rules.this_week()
    begins = rules.instant(start) if start else None
    ends = rules.instant(end) if end else None
    if begins is None:
        assert ends is not None
        begins = ends - WEEK
    ends = ends or _week_after(begins, rules.zone)
    if not begins < ends <= begins + LONGEST:
        raise CommandError(f"--from must come before --to, and at most {LONGEST.days} days lie between them")
    return begins, ends


def _week_after(begins: datetime, where: tzinfo | None) -> datetime:
    """The same wall time a week later: clocks may change in between."""
    wall = begins.astimezone(where).replace(tzinfo=None) + WEEK
    return (wall.replace(tzinfo=where) if where else wall.astimezone()).astimezone(UTC)
