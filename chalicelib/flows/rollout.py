"""Several definitions, and what their organisation shares, are stored; when any is refused, nothing is.

What the organisation shares is part of every definition: a new organisation.yaml moves environments whose own
files stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chalicelib.core.closures import CalendarClosure
from chalicelib.core.difference import differences, lines
from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.inputs import Exchange
from chalicelib.flows.agreement import require_agreed
from chalicelib.flows.apply import Change, prepared, refresh, stored
from chalicelib.flows.people import Actor, Role, require
from chalicelib.flows.ports import World
from chalicelib.flows.preview import previews
from chalicelib.flows.shared import check_uses
from chalicelib.flows.stored import Stored
from chalicelib.flows.telling_reports import Reporting


@dataclass(frozen=True, slots=True)
class Access:
    """The role that Curfew assumes in an account, with the external id that its trust policy asks for."""

    role: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """An organisation's file: its text, the ways into its accounts, and the iCal calendars it names.

    `exchange` is the rate for reports, None where these are in US dollars; `reporting` says who is told of them, when.
    `commitments` are those it declares.
    """

    source: str
    access: Mapping[str, Access]
    calendars: tuple[CalendarClosure, ...] = ()
    exchange: Exchange | None = None
    commitments: tuple[Commitment, ...] = ()
    reporting: Reporting = Reporting()


@dataclass(frozen=True, slots=True)
class Reread:
    """An environment as it is stored, and as its file reads under the organisation's new one."""

    before: Stored
    after: Stored

    @property
    def moved(self) -> bool:
        """The rules differ."""
        return bool(differences(self.before.definition, self.after.definition))

    @property
    def refreshed(self) -> bool:
        """The rules are the same, with calendars read again."""
        return not self.moved and self.before.definition != self.after.definition


class Organisations(Protocol):
    """Keeps what the organisation shares, as last applied."""

    def source(self) -> str | None:
        """The text of the organisation's file, or None before one was applied. Consistent."""

    def calendars(self) -> tuple[CalendarClosure, ...]:
        """The iCal calendars that the organisation's file names, with their dates when it was applied."""

    def exchange(self) -> Exchange | None:
        """The exchange rate for reports, as last applied; None where these are in US dollars."""

    def commitments(self) -> tuple[Commitment, ...]:
        """The commitments that the organisation declares, as last applied."""

    def access(self) -> Mapping[str, Access]:
        """The way into each account that has a role, as last applied."""

    def reporting(self) -> Reporting:
        """Who is told of reports, and when, as last applied."""

    def keep(self, shared: Shared) -> None:
        """The organisation's file, and all that it shares, are these from now on."""


def reports_changed(organisations: Organisations, shared: Shared) -> tuple[str, ...]:
    """What the organisation's file changes of reports, one line a difference; no environment shows it."""
    kept = organisations.exchange(), organisations.commitments(), organisations.reporting()
    wanted = shared.exchange, shared.commitments, shared.reporting
    return lines(_of_reports(*kept), _of_reports(*wanted))


def _of_reports(
    exchange: Exchange | None, commitments: Sequence[Commitment], reporting: Reporting
) -> Mapping[str, object]:
    finance = reporting.finance.name if reporting.finance else "nobody"
    return {
        "reports": {"currency": exchange.currency if exchange else "USD", "exchange": exchange, "finance": finance},
        "commitments": {each.id: each for each in commitments},
    }


def rehearse(world: World, actor: Actor, wanted: Sequence[Stored], at_once: bool) -> tuple[Change, ...]:
    """What applying all of them would change; nothing is stored. Raises RefusedError for the first refused."""
    require(actor, Role.OPERATOR, "apply schedule files")
    check_uses(world, [each.definition for each in wanted])
    return previews(world, actor, wanted, at_once)


def roll_out(
    world: World,
    organisations: Organisations,
    actor: Actor,
    wanted: Sequence[Stored],
    shared: Shared | None,
    at_once: bool,
    refreshed: Iterable[Stored] = (),
    agreed: str | None = None,
) -> tuple[Change, ...]:
    """All of them are stored, and so is what they share; those `refreshed` without a look at what is live.

    `agreed` is the fingerprint of the preview that somebody said yes to.
    Raises RefusedError before anything is stored. After BusyError some may be: applying again goes on.
    """
    require(actor, Role.OPERATOR, "apply schedule files")
    check_uses(world, [each.definition for each in wanted])
    ready = [prepared(world, actor, each, at_once) for each in wanted]
    require_agreed([each.change for each in ready], agreed)
    if shared is not None:
        organisations.keep(shared)
    for each in refreshed:
        refresh(world, each)
    return tuple(stored(world, actor, each) for each in ready)
