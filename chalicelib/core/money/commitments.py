"""Commitments: Savings Plans and reservations, which are paid whether or not anything runs under them.

Several with one id, kind and time are parts of one commitment: each has patterns and a discount of its own, and what is
used by one of them is not there for the others. So a Savings Plan takes another discount off each type, and a
reservation covers one large instance or two small ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SavingsPlan:
    """A commitment to spend so much an hour: usage under it costs its list rate less `discount` (0 to below 1).

    `covers` are patterns of rate keys, as a shell matches them: "ec2:*:on-demand", "fargate:*". All parts of one plan
    have one `usd_per_hour`, which is spent once.
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

    Of several parts each says how many units all of it would cover: half of one part leaves half of every other.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/apply_ri.html
    """

    id: str
    units: Decimal
    discount: Decimal
    covers: tuple[str, ...]
    begins: datetime
    ends: datetime


Commitment = SavingsPlan | Reservation


def together(commitments: Iterable[Commitment]) -> tuple[tuple[Commitment, ...], ...]:
    """The parts of each commitment, those with the highest discount first."""
    found: dict[object, list[Commitment]] = {}
    for each in sorted(commitments, key=_place):
        spent = each.usd_per_hour if isinstance(each, SavingsPlan) else None
        found.setdefault((each.id, spent, each.begins, each.ends), []).append(each)
    return tuple(map(tuple, found.values()))


def _place(part: Commitment) -> tuple[Decimal, str, tuple[str, ...], Decimal]:
    size = part.usd_per_hour if isinstance(part, SavingsPlan) else part.units
    return -part.discount, part.id, part.covers, size


def active(commitments: Iterable[Commitment], begins: datetime, ends: datetime) -> tuple[Commitment, ...]:
    """Those that hold at any time between the two instants."""
    return tuple(each for each in commitments if each.begins < ends and begins < each.ends)
