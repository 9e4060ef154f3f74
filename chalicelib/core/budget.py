"""What an environment may cost in a month, as its file says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

PRICED_IN = "USD"
"""The one currency in which prices are asked for and known here."""


class Over(StrEnum):
    """What becomes of a wake that would exceed the budget."""

    INFORM = "inform"
    ASK = "ask"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Budget:
    """An amount a month, more than 0, in a currency (ISO 4217)."""

    monthly: Decimal
    currency: str = PRICED_IN
    over: Over = Over.INFORM

    @property
    def unpriced(self) -> str | None:
        """Why spend cannot be held against it; None when it can."""
        return None if self.currency == PRICED_IN else f"it is in {self.currency}, and prices are known in USD only"
