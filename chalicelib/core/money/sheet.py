"""The rows of one environment in a statement, as columns of numbers, so that those of 1,000 fit into memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import sub

from chalicelib.core.money.amounts import COLUMNS, Amounts
from chalicelib.core.money.baselines import Basis
from chalicelib.core.money.inputs import Belongs
from chalicelib.core.money.lines import Lines

BASES = (None, *Basis)
NO_DAY = 0
BASELINE = "a baseline"
"""What is missing where no rate is."""


@dataclass(frozen=True, slots=True)
class Row:
    """One resource on one day, of which `lacks` names what leaves something of it not computable.

    What is not known stands at 0 in `amounts` and is never shown as 0: `actual_known`, `avoided_known`,
    `residual_known` say what is known. `day` is None for what belongs to the month.
    """

    belongs: Belongs
    resource: str
    arn: str
    day: date | None
    amounts: Amounts
    seconds: int = 0
    day_seconds: int = 0
    basis: Basis | None = None
    provisional: bool = False
    actual_known: bool = True
    avoided_known: bool = True
    residual_known: bool = True

    @property
    def computable(self) -> bool:
        """Whether all of it is known."""
        return self.actual_known and self.avoided_known and self.residual_known


PROVISIONAL, NO_ACTUAL, NO_AVOIDED, NO_RESIDUAL = 8, 16, 32, 64
UNKNOWN = NO_ACTUAL | NO_AVOIDED | NO_RESIDUAL
BASIS = 7
"""Bits of a row's state; the lowest three are the number of its basis."""


BYTES = 8
"""Of one number in a column."""


def _numbers() -> array[int]:
    return array("q")


@dataclass(slots=True)
class Sheet:
    """The rows of one environment: resource by resource, and day by day. Columns are in millionths, then in cents.

    `claimed` is what of `actual` ran while a baseline holds, in millionths.
    """

    belongs: Belongs
    resources: list[tuple[str, str]] = field(default_factory=list)
    lacks: dict[tuple[str, str, str], int] = field(default_factory=dict)
    of: array[int] = field(default_factory=_numbers)
    day: array[int] = field(default_factory=_numbers)
    seconds: array[int] = field(default_factory=_numbers)
    day_seconds: array[int] = field(default_factory=_numbers)
    state: array[int] = field(default_factory=_numbers)
    claimed: array[int] = field(default_factory=_numbers)
    columns: dict[str, array[int]] = field(default_factory=lambda: {name: _numbers() for name in COLUMNS})

    def append(self, day: int, figures: Iterable[int]) -> None:
        """A row of the last resource, with these figures in the order of the columns."""
        self.of.append(len(self.resources) - 1)
        self.day.append(day)
        for numbers in (self.seconds, self.day_seconds, self.state, self.claimed):
            numbers.append(0)
        for name, figure in zip(COLUMNS, figures, strict=True):
            self.columns[name].append(figure)

    def __len__(self) -> int:
        return len(self.of)

    @property
    def provisional(self) -> bool:
        """Whether the baseline of any row is."""
        return any(state & PROVISIONAL for state in self.state)

    def claims(self, number: int) -> bool:
        """Whether it is known what was avoided in that row, by a baseline."""
        state = self.state[number]
        return bool(state & BASIS) and not state & NO_AVOIDED

    def amounts(self, number: int) -> Amounts:
        """What is in the columns of that row."""
        return Amounts(*(column[number] for column in self.columns.values()))

    def total(self) -> Amounts:
        """All of its rows together."""
        return Amounts(*(sum(column) for column in self.columns.values()))

    def rows(self) -> Iterator[Row]:
        """Its rows, one by one."""
        return (self.row(number) for number in range(len(self)))

    def row(self, number: int) -> Row:
        """The row of that number."""
        resource, arn = self.resources[self.of[number]]
        state, day = self.state[number], self.day[number]
        return Row(
            self.belongs,
            resource,
            arn,
            date.fromordinal(day) if day else None,
            self.amounts(number),
            self.seconds[number],
            self.day_seconds[number],
            BASES[state & BASIS],
            bool(state & PROVISIONAL),
            not state & NO_ACTUAL,
            not state & NO_AVOIDED,
            not state & NO_RESIDUAL,
        )


def sheet(belongs: Belongs, lines: Lines) -> Sheet:
    """The lines as rows."""
    given = {"actual": lines.actual, "residual": lines.residual}
    given |= {"hours": lines.hours, "size": lines.size, "spot": lines.spot}
    none = bytes(BYTES * len(lines))
    return Sheet(
        belongs,
        list(lines.resources),
        _lacks(lines),
        array("q", lines.resource),
        array("q", lines.day),
        array("q", lines.seconds),
        array("q", lines.day_seconds),
        _states(lines),
        array("q", map(sub, lines.actual, lines.unclaimed)),
        {name: array("q", given.get(name, none)) for name in COLUMNS},
    )


def _states(lines: Lines) -> array[int]:
    bases = {basis: number for number, basis in enumerate(BASES)}
    told = zip(lines.basis, lines.provisional, lines.claims, strict=True)
    states = array("q", (bases[basis] | PROVISIONAL * is_so | NO_AVOIDED * (not known) for basis, is_so, known in told))
    for number, missing, residual_missing in lines.lacks:
        states[number] |= (NO_ACTUAL if missing else 0) | (NO_RESIDUAL if residual_missing else 0)
    return states


def _lacks(lines: Lines) -> dict[tuple[str, str, str], int]:
    """For how many days each resource lacks which rate, or a baseline."""
    rates = {number: (*missing, *residual_missing) for number, missing, residual_missing in lines.lacks}
    found: dict[tuple[str, str, str], int] = {}
    unknown = (number for number, known in enumerate(lines.claims) if not known)
    for number in sorted({*rates, *unknown}):
        for lack in rates.get(number, (BASELINE,)):
            of = (*lines.resources[lines.resource[number]], lack)
            found[of] = found.get(of, 0) + 1
    return found
