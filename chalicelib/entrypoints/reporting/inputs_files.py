"""The CSV files of a report's inputs: their columns, what each means, and how a line becomes a value of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from chalicelib.core.money.baselines import Baseline, Basis
from chalicelib.core.money.bill import Charge, CommitmentUse
from chalicelib.core.money.cells import HOURS_A_DAY
from chalicelib.core.money.commitments import Commitment, Reservation, SavingsPlan
from chalicelib.core.money.inputs import Belongs, Budget
from chalicelib.core.money.rates import Rate
from chalicelib.core.money.spans import Edge, Span
from chalicelib.entrypoints.reporting import inputs_cells as cells
from chalicelib.entrypoints.reporting.inputs_cells import CellError, Kind

Values = Mapping[str, Any]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Commits(StrEnum):
    """Kinds of commitments."""

    SAVINGS_PLAN = "savings-plan"
    RESERVATION = "reservation"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what is in it, and what that means."""

    name: str
    kind: Kind
    means: str


@dataclass(frozen=True, slots=True)
class File:
    """One file: what `Inputs` calls its values, its columns, and how values and lines become each other.

    `make` raises CellError for a line whose cells are good and do not fit together.
    """

    name: str
    field: str
    columns: tuple[Column, ...]
    values: Callable[[Any], Values]
    make: Callable[[Values], Any]


def _fields(record: Any) -> Values:
    return {name: getattr(record, name) for name in type(record).__slots__}


def _span(values: Values) -> Span:
    _in_order(values)
    return Span(**values)


def _in_order(values: Values) -> None:
    if values["ends"] is not None and values["ends"] < values["begins"]:
        raise CellError("ends before it begins; write a later instant under ends")


def _baseline_values(baseline: Baseline) -> Values:
    days = {day: baseline.on[n * HOURS_A_DAY : (n + 1) * HOURS_A_DAY] for n, day in enumerate(DAYS)}
    return {**_fields(baseline), **days}


def _baseline(values: Values) -> Baseline:
    _in_order(values)
    on = tuple(share for day in DAYS for share in values[day])
    return Baseline(on=on, **{name: value for name, value in values.items() if name not in DAYS})


def _commitment_values(commitment: Commitment) -> Values:
    kind = Commits.SAVINGS_PLAN if isinstance(commitment, SavingsPlan) else Commits.RESERVATION
    return {"usd_per_hour": None, "units": None, **_fields(commitment), "kind": kind}


def _commitment(values: Values) -> Commitment:
    _in_order(values)
    common = {name: values[name] for name in ("id", "discount", "covers", "begins", "ends")}
    if values["kind"] is Commits.SAVINGS_PLAN:
        return SavingsPlan(usd_per_hour=_given(values, "usd_per_hour"), **common)
    return Reservation(units=_given(values, "units"), **common)


def _commitment_use(values: Values) -> CommitmentUse:
    _in_order(values)
    return CommitmentUse(**values)


def _given(values: Values, name: str) -> Any:
    if values[name] is None:
        raise CellError(f"a {values['kind']} has no {name}; write a number under {name}")
    return values[name]


ENVIRONMENT = Column("environment", cells.NAME, "its name")
RESOURCE = Column("resource", cells.TEXT, "its key in the environment's file")
ARN = Column("arn", cells.TEXT, "which one of them")

SPANS = File(
    "spans.csv",
    "spans",
    (
        ENVIRONMENT,
        RESOURCE,
        ARN,
        Column("begins", cells.INSTANT, "from when on it ran at this rate"),
        Column("ends", cells.INSTANT, "until before when"),
        Column("rate", cells.NAME, "a key of rates.csv"),
        Column("units", cells.AMOUNT, "so many at once: instances, vCPU, GB"),
        Column("starts", cells.TRUE, "it begins with a start, from which minimum charges count"),
        Column("keeps", cells.TRUE, "it bills whatever Curfew does: nothing of it is avoided"),
        Column("begun", cells.choice(Edge), "how its beginning is known: told, seen, open"),
        Column("ended", cells.choice(Edge), "how its end is known"),
    ),
    _fields,
    _span,
)
RATES = File(
    "rates.csv",
    "rates",
    (
        Column("key", cells.NAME, "what is billed"),
        Column("usd", cells.AMOUNT, "US dollars before discounts for one unit"),
        Column("hours", cells.HOURS, "and for so many hours: 1, or those of the month it begins in"),
        Column("begins", cells.SINCE, "from when on, until the next of the same key; empty: always"),
        Column("dated", cells.DAY, "when its source said so"),
        Column("source", cells.TEXT, "who said so"),
    ),
    _fields,
    lambda values: Rate(**values),
)
BASELINES = File(
    "baselines.csv",
    "baselines",
    (
        ENVIRONMENT,
        RESOURCE,
        ARN,
        Column("basis", cells.choice(Basis), "observed, declared, or 24x7 (a ceiling)"),
        Column("begins", cells.SINCE, "from when on it holds; empty: always"),
        Column("ends", cells.optional(cells.INSTANT), "until before when; empty: it goes on"),
        Column("draws", cells.DRAWS, "what it draws while on: units and rate, several with ;"),
        *(Column(day, cells.PROBABILITIES, f"24 probabilities of its being on, hours of {day}") for day in DAYS),
        Column("days", cells.WHOLE, "how many were observed"),
        Column("provisional", cells.TRUE, "fewer than 28 were"),
        Column("source", cells.TEXT, "where it comes from"),
    ),
    _baseline_values,
    _baseline,
)
COMMITMENTS = File(
    "commitments.csv",
    "commitments",
    (
        Column("id", cells.NAME, "its id; lines of one id and time are parts of one commitment"),
        Column("kind", cells.choice(Commits), "savings-plan or reservation"),
        Column("usd_per_hour", cells.optional(cells.AMOUNT), "what a Savings Plan commits to spend an hour"),
        Column("units", cells.optional(cells.AMOUNT), "how many units all of a reservation would cover of that"),
        Column("discount", cells.SHARE, "the share of the list rate that it takes off, 0 to below 1"),
        Column("covers", cells.PATTERNS, "patterns of rate keys, as a shell matches them, with blanks between"),
        Column("begins", cells.INSTANT, "from when on"),
        Column("ends", cells.INSTANT, "until before when"),
    ),
    _commitment_values,
    _commitment,
)
BUDGETS = File(
    "budgets.csv",
    "budgets",
    (
        ENVIRONMENT,
        Column("monthly", cells.AMOUNT, "what it may cost in a month"),
        Column("currency", cells.NAME, "in which currency"),
    ),
    _fields,
    lambda values: Budget(**values),
)
BELONGS = File(
    "belongs.csv",
    "belongs",
    (
        ENVIRONMENT,
        Column("organisation", cells.TEXT, "what it belongs to; empty: not allocated"),
        Column("cost_center", cells.TEXT, "the same"),
        Column("team", cells.TEXT, "the same"),
        Column("timezone", cells.ZONE, "the zone its days are in"),
        Column("until", cells.optional(cells.INSTANT), "up to when it is known; empty: as report.json says"),
    ),
    _fields,
    lambda values: Belongs(**values),
)
BILL = File(
    "bill.csv",
    "bill",
    (
        ENVIRONMENT,
        RESOURCE,
        Column("usd", cells.AMOUNT, "US dollars that it ran for: at list prices, spot as billed"),
        Column("source", cells.TEXT, "the files of the bill"),
    ),
    _fields,
    lambda values: Charge(**values),
)
COMMITMENT_USE = File(
    "commitment_use.csv",
    "commitment_use",
    (
        Column("begins", cells.INSTANT, "from when on"),
        Column("ends", cells.INSTANT, "until before when"),
        Column("used", cells.AMOUNT, "US dollars of commitments that paid for something"),
        Column("unused", cells.AMOUNT, "US dollars of commitments that paid for nothing"),
        Column("source", cells.TEXT, "the files of the bill"),
    ),
    _fields,
    _commitment_use,
)

FILES = (SPANS, RATES, BASELINES, COMMITMENTS, BUDGETS, BELONGS, BILL, COMMITMENT_USE)


def names() -> Iterator[str]:
    """The names of all files, report.json included."""
    yield from (file.name for file in FILES)
    yield COVER


COVER = "report.json"
