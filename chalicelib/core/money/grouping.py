"""Rows of a statement, grouped: groups of any grain add up to the total, as they are sums of the same rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from chalicelib.core.money.amounts import COLUMNS, Amounts
from chalicelib.core.money.baselines import Basis
from chalicelib.core.money.inputs import Belongs
from chalicelib.core.money.sheet import BASES, BASIS, NO_ACTUAL, NO_AVOIDED, NO_RESIDUAL, PROVISIONAL, UNKNOWN, Sheet


class Grain(StrEnum):
    """What rows are grouped by. Resources are told apart by their names in files: ask for environments beside them."""

    ORGANISATION = "organisation"
    COST_CENTER = "cost_center"
    TEAM = "team"
    ENVIRONMENT = "environment"
    RESOURCE = "resource"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Group:
    """The rows that have the same keys, one for each grain. What belongs to no day has an empty key for it.

    `computable` of its `rows` are known in full; what is not known of the others is not in `amounts`. `no_actual`,
    `no_avoided` and `no_residual` count the rows of which that is not known: all of them, and the sum says nothing.
    """

    keys: tuple[str, ...]
    amounts: Amounts
    seconds: int
    bases: frozenset[Basis]
    provisional: bool
    rows: int
    computable: int
    no_actual: int = 0
    no_avoided: int = 0
    no_residual: int = 0


def grouped(sheets: Iterable[Sheet], grains: Sequence[Grain]) -> tuple[Group, ...]:
    """The groups, in the order of their keys. Without a grain it is all of it, as one group."""
    piles: defaultdict[tuple[str, ...], _Pile] = defaultdict(_Pile)
    for sheet in sheets:
        for keys, numbers in _split(sheet, grains):
            piles[keys].take(sheet, numbers)
    return tuple(piles[keys].group(keys) for keys in sorted(piles))


@dataclass(slots=True)
class _Pile:
    figures: list[int] = field(default_factory=lambda: [0] * len(COLUMNS))
    seconds: int = 0
    states: Counter[int] = field(default_factory=Counter)
    rows: int = 0

    def take(self, sheet: Sheet, numbers: Sequence[int]) -> None:
        for place, column in enumerate(sheet.columns.values()):
            self.figures[place] += sum(map(column.__getitem__, numbers))
        self.seconds += sum(map(sheet.seconds.__getitem__, numbers))
        self.states.update(map(sheet.state.__getitem__, numbers))
        self.rows += len(numbers)

    def group(self, keys: tuple[str, ...]) -> Group:
        bases = frozenset(basis for state in self.states if (basis := BASES[state & BASIS]) is not None)
        provisional = any(state & PROVISIONAL for state in self.states)
        computable = self.rows - self._with(UNKNOWN)
        unknown = (self._with(NO_ACTUAL), self._with(NO_AVOIDED), self._with(NO_RESIDUAL))
        figures = Amounts(*self.figures)
        return Group(keys, figures, self.seconds, bases, provisional, self.rows, computable, *unknown)

    def _with(self, bits: int) -> int:
        return sum(count for state, count in self.states.items() if state & bits)


def _split(sheet: Sheet, grains: Sequence[Grain]) -> Iterator[tuple[tuple[str, ...], Sequence[int]]]:
    """The numbers of its rows, by their keys."""
    if Grain.RESOURCE not in grains and Grain.DAY not in grains:
        yield _keys(sheet, grains, 0, 0), range(len(sheet))
        return
    by_resource, by_day = Grain.RESOURCE in grains, Grain.DAY in grains
    found: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (resource, day) in enumerate(zip(sheet.of, sheet.day, strict=True)):
        found[resource if by_resource else 0, day if by_day else 0].append(number)
    for (resource, day), numbers in found.items():
        yield _keys(sheet, grains, resource, day), numbers


def keys_of(belongs: Belongs, grains: Iterable[Grain], resource: str = "", day: str = "") -> tuple[str, ...]:
    """The keys of what belongs there, one for each grain."""
    of = {
        Grain.ORGANISATION: belongs.organisation,
        Grain.COST_CENTER: belongs.cost_center,
        Grain.TEAM: belongs.team,
        Grain.ENVIRONMENT: belongs.environment,
        Grain.RESOURCE: resource,
        Grain.DAY: day,
    }
    return tuple(of[grain] for grain in grains)


def _keys(sheet: Sheet, grains: Iterable[Grain], resource: int, day: int) -> tuple[str, ...]:
    name = sheet.resources[resource][0] if sheet.resources else ""
    return keys_of(sheet.belongs, grains, name, date.fromordinal(day).isoformat() if day else "")
