"""The statement of a month: rows of resources and days in whole cents, and everything that is summed up from them.

It is made from roll-ups, read once and one by one. Whatever it is grouped by, the groups add up to its total to the
cent, as all of them are sums of the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from chalicelib.core.money.agreement import Agreement, agreements
from chalicelib.core.money.amounts import COLUMNS, Amounts, to_cents
from chalicelib.core.money.bearing import bear
from chalicelib.core.money.burden import Burden
from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.coverage import Coverage, Share, coverage
from chalicelib.core.money.covering import Covering
from chalicelib.core.money.grouping import Grain, Group, grouped
from chalicelib.core.money.idle import close_ranges
from chalicelib.core.money.inputs import Belongs, Budget, Exchange, Inputs
from chalicelib.core.money.lines import MICRO, RollUp
from chalicelib.core.money.prices import Prices
from chalicelib.core.money.rates import Rate, book
from chalicelib.core.money.sheet import NO_DAY, Row, Sheet, sheet
from chalicelib.core.money.snapshot import Snapshot, snapshot

TITLE = "Savings report (cost avoided)"
USD = "USD"
ITSELF = "Curfew itself"
"""The row of what Curfew cost, which is subtracted from what was avoided."""


class Label(StrEnum):
    """How sure the figures are."""

    ESTIMATE = "estimate"
    """The month is not over."""
    PROVISIONAL = "provisional"
    """It is over, and not reconciled with the bill in all of it, or a baseline of it is provisional."""
    FINAL = "final"
    """It agrees with the bill, which has closed the range that commitments leave open."""
    RESTATED = "restated"
    """It was final, and its inputs have changed since."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is not computable for so many days of a resource, and for want of which rate (or of a baseline)."""

    environment: str
    resource: str
    arn: str
    lacks: str
    days: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A month of some environments. `total` is the sum of its rows; `unknown` is that of its inputs.

    `agreements` are empty where there is no bill; no figure rests on `budgets`. `only` names the environments of a
    part; it is empty for the whole.
    """

    month: str
    currency: str
    exchange: Exchange | None
    label: Label
    snapshot: Snapshot
    total: Amounts
    coverage: Coverage
    gaps: tuple[Gap, ...]
    sheets: tuple[Sheet, ...]
    agreements: tuple[Agreement, ...] = ()
    budgets: tuple[Budget, ...] = ()
    unknown: tuple[str, ...] = ()
    only: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """One for each resource and day, by what they belong to, and last Curfew itself."""
        return (row for each in self.sheets for row in each.rows())

    def by(self, *grains: Grain) -> tuple[Group, ...]:
        """The groups, in the order of their keys. Without a grain it is all of it, as one group."""
        return grouped(self.sheets, grains)


def statement(inputs: Inputs, roll_ups: Iterable[RollUp]) -> Statement:
    """The statement of roll-ups, each read once and let go. Spans and baselines of the inputs are not looked at."""
    belongs = {each.environment: each for each in inputs.belongs}
    drafted = Draft(inputs.month, inputs.commitments)
    for each in roll_ups:
        drafted.read(belongs.get(each.environment, Belongs(each.environment)), each)
    return drafted.finished(inputs)


def restated(statement: Statement) -> Statement:
    """The same, as it is told after another one of its month was final; an estimate stays one."""
    return statement if statement.label is Label.ESTIMATE else replace(statement, label=Label.RESTATED)


class Draft:
    """A statement that is being made: roll-ups are read into it one by one, with what they belong to.

    Only what the rows need is kept of them, so that 1,000 environments fit into memory.
    """

    def __init__(self, month: str, commitments: Sequence[Commitment]) -> None:
        self._rates: dict[str, tuple[Rate, ...]] = {}  # looked at when all has been read, and filled before
        self._burden = Burden(Covering(commitments, Prices(self._rates)), month)
        self._sheets: list[Sheet] = []
        self._digests: list[tuple[str, str]] = []
        self._running = False

    def read(self, belongs: Belongs, roll_up: RollUp) -> None:
        """The roll-up counts, and is not kept."""
        self._sheets.append(sheet(belongs, roll_up.lines))
        self._digests.append((roll_up.environment, roll_up.digest))
        self._burden.read(roll_up.environment, roll_up.hourly)
        self._running = self._running or roll_up.closed_until is not None

    def finished(self, inputs: Inputs) -> Statement:
        """The statement of all that was read. To be called once; see `statement`."""
        sheets = self._borne(inputs)
        agreed = agreements(sheets, inputs.bill) if inputs.bill or inputs.commitment_use else ()
        covered = coverage(sheets, [each.environment for each in agreed if each.agrees])
        unsure = any(each.provisional or any(each.columns["elsewhere"]) for each in sheets)
        label = _label(self._running, unsure, covered.reconciled)
        itself = [_itself(inputs.own_cost)] if inputs.own_cost else []
        for name in COLUMNS:  # Curfew itself first, so that what it cost and what that takes off are the same cents
            to_cents([each.columns[name] for each in (*itself, *sheets)], inputs.exchange)
        sheets += itself
        return Statement(
            inputs.month,
            inputs.exchange.currency if inputs.exchange else USD,
            inputs.exchange,
            label,
            snapshot(inputs, self._digests),
            sum((each.total() for each in sheets), Amounts()),
            covered,
            tuple(_gaps(sheets)),
            tuple(sheets),
            agreed,
            tuple(sorted(inputs.budgets, key=lambda each: each.environment)),
            inputs.unknown,
        )

    def _borne(self, inputs: Inputs) -> list[Sheet]:
        """The rows in their order, with what commitments make of them."""
        self._rates.update(book(inputs.rates))
        borne = self._burden.borne()
        close_ranges(borne, inputs.commitment_use, inputs.commitments)
        for made in self._sheets:
            bear(made, borne[made.belongs.environment], inputs.month)
        return sorted(self._sheets, key=lambda each: _place(each.belongs))


def _place(belongs: Belongs) -> tuple[str, ...]:
    return belongs.organisation, belongs.cost_center, belongs.team, belongs.environment


def _itself(own_cost: Decimal) -> Sheet:
    """What Curfew cost counts against hours: without it, it would not have run."""
    made = Sheet(Belongs(ITSELF, ITSELF, ITSELF, ITSELF), [(ITSELF, "")])
    micros = int((own_cost / MICRO).to_integral_value())
    made.append(NO_DAY, (micros, -micros, 0, 0, 0, 0, 0, 0))
    return made


def _label(running: bool, unsure: bool, reconciled: Share) -> Label:
    if running:
        return Label.ESTIMATE
    if unsure or not reconciled.seconds or reconciled.seconds < reconciled.of_seconds:
        return Label.PROVISIONAL
    return Label.FINAL


def _gaps(sheets: Iterable[Sheet]) -> Iterator[Gap]:
    for each in sheets:
        for (resource, arn, lacks), days in sorted(each.lacks.items()):
            yield Gap(each.belongs.environment, resource, arn, lacks, days)
