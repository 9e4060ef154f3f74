"""A month's report is kept as it is now, with its documents; once the month is over, its inputs are kept as well.

It is kept anew whenever the books, or what is beside them, have changed since: by the daily close, by a bill. What
could not be kept, because something failed, has changed all the same, so the next run makes up for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.snapshot import canonical
from chalicelib.core.money.statement import Statement
from chalicelib.core.months import LAST_ZONE, month_before, month_name
from chalicelib.flows.archive import Archive, Document
from chalicelib.flows.days_over import LATE
from chalicelib.flows.kept_reports import KeptReport
from chalicelib.flows.ports import World
from chalicelib.flows.report import Exported, exported, report

PREFIX = "reports"
"""Where all of it is in the archive."""
INPUTS = "inputs"
MONTHS = 4
"""So many months are looked at: this one, and three of which a bill may come late."""


class Writer(Protocol):
    """Writes reports for people and programs: what the ways out of the system know, and flows do not."""

    def documents(self, statement: Statement) -> Sequence[Document]:
        """The report in each format that is kept."""

    def inputs(self, found: Exported) -> Sequence[Document]:
        """All that the report can be computed from again."""

    def total(self, statement: Statement) -> Mapping[str, str | None]:
        """The figures of its total, by name."""

    def title(self, statement: Statement) -> str:
        """Which report it is, and how sure."""

    def lines(self, statement: Statement) -> Sequence[str]:
        """The report in five lines."""


def months(now: datetime) -> tuple[str, ...]:
    """The months of which reports may change, the latest first."""
    latest = [month_name(now)]
    while len(latest) < MONTHS:
        latest.append(month_before(latest[-1]))
    return tuple(latest)


def over(month: str, now: datetime) -> bool:
    """No day of the month is open any more, wherever on Earth: each was closed once, or is about to be."""
    _, ends = month_bounds("UTC", month)
    return now >= ends + LAST_ZONE + LATE


def publish(world: World, archive: Archive, writer: Writer, month: str) -> None:
    """The month's report is kept as it is now, if any day of it is closed. Raises ArchiveError."""
    if not world.store.closed(month):
        return
    found, current = fingerprint(world, month), world.store.current_report(month)
    if current is not None and current.fingerprint == found:
        return
    statement = report(world, month)
    documents = shelve(archive, place_of(statement), writer.documents(statement))
    world.store.keep_report(_kept(statement, writer.total(statement), documents, world.clock.now()), found)


def keep_inputs(world: World, archive: Archive, writer: Writer, month: str) -> None:
    """The inputs of the month's current report are kept, if the month is over. Raises ArchiveError."""
    current, now = world.store.current_report(month), world.clock.now()
    if current is None or not over(month, now):
        return
    step = f"inputs#{current.id}"
    if not world.store.begin_step(month, step, now):
        return
    found = exported(world, month)
    if found.statement.snapshot.id == current.id:  # else it has just changed, and the next run keeps that first
        shelve(archive, f"{place_of(found.statement)}/{INPUTS}", writer.inputs(found))
        world.store.finish_step(month, step)


def fingerprint(world: World, month: str) -> str:
    """A text that is another one whenever the month's report may be; costs no reading of the books."""
    beside = replace(world.ledger.beside(month), final=None)  # what was final says how sure it is, not what it is
    return sha256(f"{world.store.fingerprint(month)}\n{canonical(beside)}".encode()).hexdigest()


def place_of(statement: Statement) -> str:
    """Where the documents of a snapshot are in the archive."""
    return _place(statement.month, statement.snapshot.id)


def inputs_at(month: str, id: str, name: str) -> str:
    """The key under which one file of a snapshot's inputs is kept."""
    return f"{_place(month, id)}/{INPUTS}/{name}"


def shelve(archive: Archive, place: str, documents: Sequence[Document]) -> Mapping[str, str]:
    """The documents are in the archive at that place; the key of each by its format."""
    keys = {}
    for document in documents:
        key = f"{place}/{document.name}"
        archive.put(key, document)
        keys[document.name.rpartition(".")[2]] = key
    return keys


def _place(month: str, id: str) -> str:
    return f"{PREFIX}/{month}/{id}"


def _kept(
    statement: Statement, total: Mapping[str, str | None], documents: Mapping[str, str], now: datetime
) -> KeptReport:
    return KeptReport(statement.month, statement.snapshot, statement.label, statement.currency, total, now, documents)
