"""A statement, grouped: what every format shows, so that all of them show the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.core.money.baselines import Basis
from chalicelib.core.money.budgeting import Allowed, allowed
from chalicelib.core.money.grouping import Grain, Group
from chalicelib.core.money.statement import ITSELF, Statement
from chalicelib.entrypoints.reporting.asked import By
from chalicelib.entrypoints.reporting.budgets import BudgetShown, budget_shown
from chalicelib.entrypoints.reporting.figures import FIGURES, Figure

OF_ENVIRONMENTS = (Grain.ORGANISATION, Grain.COST_CENTER, Grain.TEAM, Grain.ENVIRONMENT)
GRAINS = {
    By.ORGANISATION: (Grain.ORGANISATION,),
    By.COST_CENTER: (Grain.ORGANISATION, Grain.COST_CENTER),
    By.TEAM: (Grain.ORGANISATION, Grain.TEAM),
    By.ENVIRONMENT: OF_ENVIRONMENTS,
    By.RESOURCE: (*OF_ENVIRONMENTS, Grain.RESOURCE),
    By.DAY: (Grain.DAY,),
}
"""An environment belongs to one team only, so that naming it beside the environment splits no group."""

TITLES = {
    Grain.ORGANISATION: "Organisation",
    Grain.COST_CENTER: "Cost centre",
    Grain.TEAM: "Team",
    Grain.ENVIRONMENT: "Environment",
    Grain.RESOURCE: "Resource",
    Grain.DAY: "Day",
}
HEADINGS = {by: f"By {TITLES[grains[-1]].lower()}" for by, grains in GRAINS.items()}
"""What stands above a table, and names a sheet."""

NO_NAME = {Grain.ORGANISATION: "unnamed organisation", Grain.DAY: ITSELF}
"""What stands for an empty key: organisation.yaml gives no name; only what Curfew itself cost has no day."""
NOT_ALLOCATED = "not allocated"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a table, or the total. `keys` are those of the table's grains; `figures` are cents, or None.

    A figure is None where nothing of it is computable. `computable` of `rows` (one for a resource and a day) are.
    `itself`: it is what Curfew cost. `budget` is None where there can be none: of a resource, a day, Curfew itself.
    """

    keys: tuple[str, ...]
    figures: tuple[int | None, ...]
    bases: tuple[Basis, ...]
    provisional: bool
    rows: int
    computable: int
    itself: bool = False
    budget: BudgetShown | None = None

    @property
    def basis(self) -> str:
        """The bases that its figures rest on, named."""
        named = " + ".join(self.bases) or "none"
        return f"{named}, provisional" if self.provisional else named


@dataclass(frozen=True, slots=True)
class Table:
    """The groups of a statement; Curfew itself comes last. `budgeted`: any of them has a budget."""

    by: By
    grains: tuple[Grain, ...]
    entries: tuple[Entry, ...]
    budgeted: bool


@dataclass(frozen=True, slots=True)
class Report:
    """A statement, its total, and tables of it that each add up to the total."""

    statement: Statement
    total: Entry
    tables: tuple[Table, ...]


def report(statement: Statement, bys: Iterable[By]) -> Report:
    """The report of a statement, with a table for each grouping."""
    (whole,) = statement.by() or (Group((), statement.total, 0, frozenset(), False, 0, 0),)
    total = _entry(whole, (), allowed(statement, ()))
    return Report(statement, total, tuple(_table(statement, by) for by in bys))


def named(grain: Grain, key: str) -> str:
    """The key of a group as people read it."""
    return key or NO_NAME.get(grain, NOT_ALLOCATED)


def _table(statement: Statement, by: By) -> Table:
    grains = GRAINS[by]
    budgets = allowed(statement, grains)
    entries = [_entry(group, grains, budgets) for group in statement.by(*grains)]
    budgeted = any(entry.budget is not None and entry.budget.given for entry in entries)
    return Table(by, grains, tuple(sorted(entries, key=lambda entry: entry.itself)), budgeted)


def _entry(group: Group, grains: tuple[Grain, ...], budgets: Mapping[tuple[str, ...], Allowed]) -> Entry:
    cents = tuple(figure.of(group.amounts) if _known(figure, group) else None for figure in FIGURES)
    bases, itself = tuple(sorted(group.bases)), _itself(group.keys, grains)
    given = budgets.get(group.keys)
    budget = budget_shown(given, group) if given else None
    return Entry(group.keys, cents, bases, group.provisional, group.rows, group.computable, itself, budget)


def _known(figure: Figure, group: Group) -> bool:
    return not group.rows or figure.unknown(group) < group.rows


def _itself(keys: tuple[str, ...], grains: tuple[Grain, ...]) -> bool:
    """Of all rows, only what Curfew itself cost has no day."""
    return ITSELF in keys or (grains == (Grain.DAY,) and keys == ("",))
