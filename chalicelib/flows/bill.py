"""A month is compared with the bill, and what the bill says is kept, so that the report may become final.

The bill itself stays where it is: only sums of it come here, of what was asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from chalicelib.core.money.bill import source_of
from chalicelib.core.money.sheet import BASIS, NO_ACTUAL, Sheet
from chalicelib.core.money.statement import ITSELF, Statement
from chalicelib.flows.billed import Sought
from chalicelib.flows.errors import RefusedError, unknown
from chalicelib.flows.events import ORGANISATION, Event, What
from chalicelib.flows.kept_bill import KeptBill
from chalicelib.flows.people import Actor, Role, require_one_of
from chalicelib.flows.ports import World
from chalicelib.flows.report import stated

MAY = (Role.FINANCE, Role.OPERATOR, Role.ADMIN)
"""Who may keep what a bill says: who has the bill, and who runs Curfew."""


def asked(world: World, month: str) -> tuple[Sought, ...]:
    """Every resource of the month that a bill is to be asked for. Raises UnknownError where nothing is closed."""
    statement = stated(world, month, world.ledger.beside(month))
    return tuple(_with_tags(world, sought(statement)))


def sought(statement: Statement) -> Iterator[Sought]:
    """Every resource of the statement that ran or might have; what only keeps billing is not compared."""
    for sheet in statement.sheets:
        if sheet.belongs.environment != ITSELF:
            yield from _sought(sheet)


def compared(world: World, month: str, bill: KeptBill) -> Statement:
    """The statement of the month as it is with that bill. Raises UnknownError."""
    statement = stated(world, month, replace(world.ledger.beside(month), bill=bill))
    known = {each.belongs.environment for each in statement.sheets}
    for charge in bill.charges:
        if charge.environment not in known:
            raise unknown(f"environment in the report of {month}:", charge.environment, known)
    return statement


def keep(world: World, actor: Actor, month: str, bill: KeptBill) -> Statement:
    """The month is reported with that bill from now on, in place of any before.

    Raises ForbiddenError, UnknownError, and RefusedError for a bill that has nothing of what ran.
    """
    require_one_of(actor, MAY, "keep what a bill says")
    statement = compared(world, month, bill)
    if any(each.ours for each in statement.agreements) and not any(each.billed for each in statement.agreements):
        what = f"the bill has nothing of what ran in {month}, so it is not kept"
        raise RefusedError(f"{what}; name the bill of that month and of those accounts, with resource ids")
    agree = sum(each.agrees for each in statement.agreements)
    text = f"keep the bill of {month} ({source_of(bill.files)}): {agree} of {len(statement.agreements)} agree"
    world.store.keep_bill(month, bill, [Event(What.WISHED, ORGANISATION, bill.at, text, actor=actor.person)])
    return statement


@dataclass(slots=True)
class _Days:
    """Of one resource: the days in the ledger, those of which the cost is not known, and whether it may ever run."""

    known: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)
    runs: bool = False


def _sought(sheet: Sheet) -> Iterator[Sought]:
    days: defaultdict[int, _Days] = defaultdict(_Days)
    for number, (of, day, state) in enumerate(zip(sheet.of, sheet.day, sheet.state, strict=True)):
        mine = days[of]
        (mine.unknown if state & NO_ACTUAL else mine.known).append(day)
        mine.runs = mine.runs or bool(sheet.seconds[number] or state & (BASIS | NO_ACTUAL))
    for of, mine in days.items():
        if mine.runs:
            all_days = [date.fromordinal(day) for day in (*mine.known, *mine.unknown)]
            unknown_days = frozenset(map(date.fromordinal, mine.unknown))
            belongs = sheet.belongs
            name = belongs.environment, *sheet.resources[of]
            yield Sought(*name, belongs.timezone, min(all_days), max(all_days), unknown_days)


def _with_tags(world: World, wanted: Iterator[Sought]) -> Iterator[Sought]:
    """Clusters with the tags that select them: bills name their members only."""
    tags: dict[str, Mapping[str, Mapping[str, str]]] = {}
    for each in wanted:
        if ":cluster:" not in each.arn:
            yield each
            continue
        name = each.environment
        if name not in tags:
            tags[name] = _tags(world, name)
        yield replace(each, tags=tags[name].get(each.resource, {}))


def _tags(world: World, name: str) -> Mapping[str, Mapping[str, str]]:
    """The tags of each entry of the environment's file as last applied; none where that cannot be read."""
    try:
        stored = world.store.stored(name)
    except ValueError:
        return {}
    return {each.key: dict(each.tags) for each in stored.definition.resources} if stored else {}
