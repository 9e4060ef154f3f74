"""What Curfew itself costs, estimated: it is subtracted from what was avoided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.lines import MICRO

DAY = timedelta(days=1)
FIXED = Decimal("4.54")
"""US dollars a month whatever is looked after: the clock's function, alarms, metrics."""
EACH = Decimal("0.06")
"""US dollars a month for each environment: its looks, their reads and writes, queue and logs, and a year of its ledger.

Both at the upper end of docs/operations.md, "What it costs to run": list prices of us-east-1, free tiers not counted;
not measured on a bill.
"""


def own_cost(month: str, closed: Mapping[str, datetime]) -> Decimal:
    """US dollars for the days of the month that are closed, of environments by name; nothing where there are none."""
    if not closed:
        return Decimal(0)
    begins, ends = month_bounds("UTC", month)
    days = min(round((max(closed.values()) - begins) / DAY), (ends - begins) // DAY)  # days of any time zone
    return ((FIXED + EACH * len(closed)) * days / ((ends - begins) // DAY)).quantize(MICRO)
