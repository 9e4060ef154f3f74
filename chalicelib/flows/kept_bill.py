"""What is kept of a month's bill once somebody compared the month with it: sums, and who gave them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.money.bill import Charge, CommitmentUse


@dataclass(frozen=True, slots=True)
class KeptBill:
    """The sums of those files, as the person gave them at that instant."""

    files: tuple[str, ...]
    by: str
    at: datetime
    charges: tuple[Charge, ...] = ()
    commitment_use: tuple[CommitmentUse, ...] = ()
