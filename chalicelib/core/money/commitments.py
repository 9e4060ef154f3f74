"""Commitments: Savings Plans and reservations, which are paid whether or not anything runs under them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SavingsPlan:
    """A commitment to spend so much an hour: usage under it costs its list rate less `discount` (0 to below 1).

    `covers` are patterns of rate keys, as a shell matches them: "ec2:*:on-demand", "fargate:*".
    https://docs.aws.amazon.com/savingsplans/latest/userguide/sp-applying.html
    """

    id: str
    usd_per_hour: Decimal
    discount: Decimal
    covers: tuple[str, ...]
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Reservation:
    """So many units of what its patterns match are paid for around the clock, at the list rate less `discount`.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html
    """

    id: str
    units: Decimal
    discount: Decimal
    covers: tuple[str, ...]
    begins: datetime
    ends: datetime


Commitment = SavingsPlan | Reservation
