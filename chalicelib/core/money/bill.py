"""What a bill says of a month: what resources cost, and what of commitments was used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


def source_of(files: Sequence[str]) -> str:
    """What names the bill beside each of its sums: its first file and how many more there are, of which there may be
    hundreds."""
    first, *others = files
    return f"{first} and {len(others)} more" if others else first


@dataclass(frozen=True, slots=True)
class Charge:
    """What one resource (its key in the environment's file) ran for, in US dollars: at list prices, spot as billed.

    It is of the days on which the ledger knows the resource and what it cost. `source` names the bill.
    """

    environment: str
    resource: str
    usd: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True)
class CommitmentUse:
    """What Savings Plans and reservations of the organisation cost from `begins` until before `ends`, in US dollars.

    `used` paid for something that ran, `unused` for nothing; upfront payments are spread over their term.
    https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_SavingsPlansUtilization.html
    """

    begins: datetime
    ends: datetime
    used: Decimal
    unused: Decimal
    source: str = ""
