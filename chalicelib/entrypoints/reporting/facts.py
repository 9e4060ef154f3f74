"""What is to be known of a whole report: how sure it is, its currency, how much is covered, which snapshot it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.core.money.baselines import Basis
from chalicelib.core.money.coverage import Coverage, Share
from chalicelib.core.money.inputs import Exchange
from chalicelib.core.money.statement import TITLE, Label
from chalicelib.entrypoints.reporting.document import Entry, Report

MEANS = {
    Label.ESTIMATE: "the month is not over",
    Label.PROVISIONAL: "the month is over; not all of it agrees with the bill, or a baseline has less than 28 days",
    Label.FINAL: "it agrees with the bill",
    Label.RESTATED: "it was final, and its inputs have changed since",
}
RESTS_ON = {
    Basis.OBSERVED: "what ran before Curfew acted, by hour of the week",
    Basis.DECLARED: "what owners say would have run",
    Basis.CEILING: "nobody said what would have run: a ceiling, no more than that was avoided",
}
COVERED = {
    "computable": "rates and baselines are known",
    "allocated": "has a cost centre and a team",
    "reconciled": "agrees with the bill",
}
"""The three coverages of a statement, and what each counts."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One of them: `key` for programs, `title` and `text` for people."""

    key: str
    title: str
    text: str


def facts(report: Report) -> tuple[Fact, ...]:
    """All of them, in their order."""
    statement = report.statement
    return (
        Fact("title", "Report", TITLE),
        Fact("month", "Month", statement.month),
        *([Fact("only", "Only", ", ".join(statement.only))] if statement.only else ()),
        Fact("status", "Status", f"{statement.label}: {MEANS[statement.label]}"),
        Fact("currency", "Currency", statement.currency),
        *_exchange(statement.exchange),
        *_baselines(report.total),
        *_coverage(statement.coverage),
        *_unknown(statement.unknown),
        Fact("snapshot", "Snapshot", statement.snapshot.id),
        Fact("hash", "Hash of the inputs (SHA-256)", statement.snapshot.hash),
        Fact("method", "Version of the method", str(statement.snapshot.method)),
    )


def covered(coverage: Coverage, name: str) -> str:
    """How much is computable, allocated or reconciled, in words."""
    share: Share = getattr(coverage, name)
    of_time = f"{_percent(share)} of resource time" if share.of_seconds else "no resource time"
    return f"{share.resources:,} of {share.of_resources:,} resources, {of_time} ({COVERED[name]})"


def _baselines(total: Entry) -> Iterator[Fact]:
    if total.bases:
        yield Fact("baseline", "Baseline", "; ".join(f"{basis}: {RESTS_ON[basis]}" for basis in total.bases))


def _exchange(exchange: Exchange | None) -> Iterator[Fact]:
    if exchange is None:
        return
    yield Fact("exchange_rate", "Exchange rate", f"{exchange.per_usd:f} {exchange.currency} for 1 USD")
    yield Fact("exchange_source", "Source of the exchange rate", exchange.source)
    yield Fact("exchange_date", "Date of the exchange rate", exchange.dated.isoformat())


def _coverage(coverage: Coverage) -> Iterator[Fact]:
    for name in COVERED:
        yield Fact(name, name.capitalize(), covered(coverage, name))


def _unknown(lines: tuple[str, ...]) -> Iterator[Fact]:
    if lines:
        yield Fact("unknown", "Not known", ". ".join(lines))


def _percent(share: Share) -> str:
    """Rounded down, so that 100 % is all of it."""
    return f"{share.seconds * 1000 // share.of_seconds / 10:.1f} %"
