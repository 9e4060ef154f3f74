"""What every format shows of the bill: environment by environment, whether the ledger agrees with it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from chalicelib.core.money.agreement import Agreement

View = dict[str, Any]
CENT = Decimal("0.01")
COLUMNS = ("Environment", "Curfew", "Bill", "Difference", "Off", "Agrees")
MEANS = (
    "US dollars at list prices (spot as billed) of what ran. Off is what resources differ by, without signs; "
    "up to 1 % of the bill, or 1 USD, agrees"
)


def views(agreements: Iterable[Agreement]) -> list[View]:
    """Each of them; amounts are exact texts to the cent, in US dollars."""
    return [view(each) for each in agreements]


def view(agreement: Agreement) -> View:
    """One environment."""
    ours, billed, off = rounded(agreement.ours), rounded(agreement.billed), rounded(agreement.off)
    return {
        "environment": agreement.environment,
        "ours": str(ours),
        "billed": str(billed),
        "difference": str(ours - billed),
        "off": str(off),
        "agrees": agreement.agrees,
    }


def rounded(usd: Decimal) -> Decimal:
    """To the cent."""
    return usd.quantize(CENT, ROUND_HALF_EVEN) + 0
