"""The rows of one environment in a statement, as columns of numbers, so that those of 1,000 fit into memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from chalicelib.core.money.amounts import COLUMNS, Amounts
from chalicelib.core.money.baselines import Basis
from chalicelib.core.money.inputs import Belongs
from chalicelib.core.money.lines import MICRO, Line, Parts

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

    def add(self, line: Line) -> None:
        """The line is the last row."""
        resource = (line.resource, line.arn)
        if not self.resources or self.resources[-1] != resource:
            self.resources.append(resource)
        parts = line.avoided or Parts()
        figures = (line.actual, parts.hours, parts.size, parts.spot, 0, line.residual, 0, 0)
        self.append(line.day.toordinal(), [int(figure / MICRO) if figure else 0 for figure in figures])
        self.seconds[-1], self.day_seconds[-1] = line.seconds, line.day_seconds
        self.state[-1], self.claimed[-1] = _state(line), int((line.actual - line.unclaimed) / MICRO)
        for lack in _lacks(line):
            self.lacks[(*resource, lack)] = self.lacks.get((*resource, lack), 0) + 1

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


def sheet(belongs: Belongs, lines: Iterable[Line]) -> Sheet:
    """The lines as rows, whatever their order was."""
    made = Sheet(belongs)
    for line in sorted(lines, key=lambda each: (each.resource, each.arn, each.day)):
        made.add(line)
    return made


def _state(line: Line) -> int:
    state = BASES.index(line.basis)
    state |= PROVISIONAL if line.provisional else 0
    state |= NO_ACTUAL if line.missing else 0
    state |= NO_AVOIDED if line.avoided is None else 0
    return state | (NO_RESIDUAL if line.residual_missing else 0)


def _lacks(line: Line) -> tuple[str, ...]:
    """What is missing of it: rates, or a baseline."""
    rates = (*line.missing, *line.residual_missing)
    return rates or ((BASELINE,) if line.avoided is None else ())
