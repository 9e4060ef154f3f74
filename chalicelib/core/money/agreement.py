"""Whether the ledger agrees with the bill: environment by environment, on what ran at list prices.

What the resources of an environment are off is added up without signs, so that too much of one never hides too little
of another. Commitments, credits and taxes are in neither figure; what keeps billing is not compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.core.money.bill import Charge
from chalicelib.core.money.lines import MICRO
from chalicelib.core.money.sheet import Sheet

SHARE = Decimal("0.01")
"""Of what the bill says an environment may be off by so much: 7 hours of a month. Edges of runs that no event told are
seen up to 15 minutes late, and spot prices may change within a clock hour of ours and not of AWS's."""
LEAST = Decimal(1)
"""And by so many US dollars at least: where next to nothing ran, an edge seen late is more than a hundredth."""

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Compared:
    """One resource: what the ledger says it ran for, and what the bill says, in US dollars."""

    resource: str
    ours: Decimal
    billed: Decimal


@dataclass(frozen=True, slots=True)
class Agreement:
    """One environment, resource by resource."""

    environment: str
    resources: tuple[Compared, ...] = ()

    @property
    def ours(self) -> Decimal:
        """What the ledger says all of it ran for."""
        return sum((each.ours for each in self.resources), NOTHING)

    @property
    def billed(self) -> Decimal:
        """What the bill says all of it ran for."""
        return sum((each.billed for each in self.resources), NOTHING)

    @property
    def off(self) -> Decimal:
        """What its resources are off, each counted as it is, more or less."""
        return sum((abs(each.ours - each.billed) for each in self.resources), NOTHING)

    @property
    def agrees(self) -> bool:
        """It is off by a hundredth of the bill at most, or by a dollar."""
        return self.off <= max(LEAST, SHARE * self.billed)


def agreements(sheets: Iterable[Sheet], bill: Iterable[Charge]) -> tuple[Agreement, ...]:
    """One for each environment of the ledger or of the bill, by name. The sheets are still in millionths."""
    charged: defaultdict[str, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for charge in bill:
        charged[charge.environment][charge.resource] += charge.usd
    ran = {each.belongs.environment: _ran(each) for each in sheets}
    return tuple(_agreement(name, ran.get(name, {}), charged[name]) for name in sorted(ran.keys() | charged.keys()))


def _ran(sheet: Sheet) -> dict[str, Decimal]:
    """What each of its resources ran for."""
    micros: Counter[str] = Counter()
    for number, micro in zip(sheet.of, sheet.columns["actual"], strict=True):
        micros[sheet.resources[number][0]] += micro
    return {resource: micro * MICRO for resource, micro in micros.items() if micro}


def _agreement(name: str, ran: Mapping[str, Decimal], charged: Mapping[str, Decimal]) -> Agreement:
    resources = sorted(ran.keys() | charged.keys())
    return Agreement(
        name, tuple(Compared(each, ran.get(each, NOTHING), charged.get(each, NOTHING)) for each in resources)
    )
