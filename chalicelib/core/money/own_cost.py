"""What Curfew itself costs, estimated: it is subtracted from what was avoided."""

from __future__ import annotations

from decimal import Decimal

FIXED = Decimal("4.54")
"""US dollars a month whatever is looked after: the clock's function, alarms, metrics."""
EACH = Decimal("0.06")
"""US dollars a month for each environment: its looks, their reads and writes, queue and logs, and a year of its ledger.

Both at the upper end of docs/operations.md, "What it costs to run": list prices of us-east-1, free tiers not counted;
not measured on a bill.
"""


def own_cost(environments: int) -> Decimal:
    """US dollars a month for so many environments; nothing where none is looked after."""
    return FIXED + EACH * environments if environments else Decimal(0)
