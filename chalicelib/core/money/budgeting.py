"""Budgets beside a statement's figures: in its currency, and of groups of which every environment has one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from chalicelib.core.money.amounts import Amounts
from chalicelib.core.money.grouping import Grain, keys_of
from chalicelib.core.money.inputs import Budget, Exchange
from chalicelib.core.money.statement import ITSELF, USD, Statement

BUDGETED = frozenset({Grain.ORGANISATION, Grain.COST_CENTER, Grain.TEAM, Grain.ENVIRONMENT})
"""Environments have budgets: resources and days have none."""
THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Allowed:
    """What so many environments may cost in a month together, in whole cents of the statement's currency.

    `cents` is None where `without` of them have no budget, or where budgets are in currencies (`foreign`) to which the
    statement states no exchange rate.
    """

    environments: int
    cents: int | None = None
    without: int = 0
    foreign: tuple[str, ...] = ()

    def used(self, amounts: Amounts) -> Decimal | None:
        """The share that actual and residual cost are of it, to a thousandth: 1 is all. None where it is not known."""
        if not self.cents:
            return None
        share = Decimal(amounts.actual + amounts.residual) / self.cents
        return share.quantize(THOUSANDTH, ROUND_HALF_EVEN)


def allowed(statement: Statement, grains: Sequence[Grain]) -> Mapping[tuple[str, ...], Allowed]:
    """The budget of each group of the statement, by its keys; none for what Curfew itself cost.

    Without a grain it is that of all environments. Groups by resource or day have none.
    """
    if not BUDGETED.issuperset(grains):
        return {}
    budgets = {each.environment: each for each in statement.budgets}
    groups: defaultdict[tuple[str, ...], list[Budget | None]] = defaultdict(list)
    for belongs in (each.belongs for each in statement.sheets if each.belongs.environment != ITSELF):
        groups[keys_of(belongs, grains)].append(budgets.get(belongs.environment))
    return {keys: _together(each, statement.exchange) for keys, each in groups.items()}


def _together(budgets: Sequence[Budget | None], exchange: Exchange | None) -> Allowed:
    given = [each for each in budgets if each is not None]
    amounts = [_in_cents(each, exchange) for each in given]
    known = [cents for cents in amounts if cents is not None]
    whole = sum(known) if len(known) == len(budgets) and known else None
    return Allowed(len(budgets), whole, len(budgets) - len(given), _foreign(given, exchange))


def _foreign(budgets: Iterable[Budget], exchange: Exchange | None) -> tuple[str, ...]:
    return tuple(sorted({each.currency for each in budgets if _in_cents(each, exchange) is None}))


def _in_cents(budget: Budget, exchange: Exchange | None) -> int | None:
    """In the statement's currency: as it is, or from US dollars at the stated rate."""
    if budget.currency == (exchange.currency if exchange else USD):
        return _cents(budget.monthly)
    return _cents(budget.monthly * exchange.per_usd) if exchange and budget.currency == USD else None


def _cents(amount: Decimal) -> int:
    return int((100 * amount).to_integral_value(ROUND_HALF_EVEN))
