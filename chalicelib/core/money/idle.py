"""What a bill says of commitments closes the range: what was freed and did not lie idle was used by somebody else.

What the bill says was unused in a time is taken to be what was freed in it, as far as that goes: so the claim is never
more than what the bill bears out. Where a bill tells only of days, or of the month, that much lies in any hours of it.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from chalicelib.core.money.amounts import shared
from chalicelib.core.money.bill import CommitmentUse
from chalicelib.core.money.billing import HOUR, second
from chalicelib.core.money.burden import HOURS, Borne
from chalicelib.core.money.commitments import Commitment, SavingsPlan, together
from chalicelib.core.money.lines import MICRO

TOLD = Decimal("0.99")
"""A bill tells of an hour when it accounts for so much of what Savings Plans commit to: that of one account out of
many does not, and says nothing of what the others left unused."""


@dataclass(frozen=True, slots=True)
class _Use:
    """One statement of the bill, by the numbers of the hours that it is of; `cost` is by the hour, in US dollars."""

    hours: range
    unused: int
    cost: Decimal


def close_ranges(
    borne: Mapping[str, Borne], uses: Iterable[CommitmentUse], commitments: Collection[Commitment]
) -> None:
    """In the hours of which the bill tells, what was used elsewhere is lost no more, and nothing is left open."""
    everybody, uses = list(borne.values()), tuple(uses)
    if not everybody or not uses:
        return
    first = everybody[0].first
    known = [_use(each, first) for each in uses]
    freed = array("q", map(sum, zip(*(each.unused for each in everybody), strict=True)))
    idle = _idle(freed, known)
    for at in (at for at in _told(known, commitments, first) if freed[at]):
        for each, mine in zip(everybody, _shared(idle[at], [each.unused[at] for each in everybody]), strict=True):
            _close(each, at, mine)


def _close(borne: Borne, at: int, idle: int) -> None:
    """Of what it freed so much lay idle; of the rest others used each part for what it is worth at on-demand rates."""
    if freed := borne.unused[at]:
        borne.lost[at] -= borne.elsewhere[at] * (freed - idle) // freed
        borne.unused[at] = idle
    borne.elsewhere[at] = 0


def _use(use: CommitmentUse, first: int) -> _Use:
    begins, ends = (second(use.begins) - first) // HOUR, -((first - second(use.ends)) // HOUR)
    lasts = max(ends - begins, 1)
    hours = range(max(begins, 0), min(begins + lasts, HOURS))
    unused = int((use.unused / MICRO).to_integral_value(ROUND_CEILING))
    return _Use(hours, unused, (use.used + use.unused) / lasts)


def _idle(freed: Sequence[int], uses: Iterable[_Use]) -> list[int]:
    """As much of what was freed as the bill says was unused: what it says of hours first, then of longer times."""
    idle = [0] * len(freed)
    for use in sorted(uses, key=lambda each: len(each.hours)):
        room = [freed[at] - idle[at] for at in use.hours]
        for at, mine in zip(use.hours, _shared(min(use.unused, sum(room)), room), strict=True):
            idle[at] += mine
    return idle


def _shared(amount: int, weights: Sequence[int]) -> Iterable[int]:
    return shared(amount, weights) if any(weights) else weights


def _told(uses: Iterable[_Use], commitments: Collection[Commitment], first: int) -> Iterator[int]:
    """The hours in which the bill accounts for what Savings Plans commit to."""
    cost = [Decimal(0)] * HOURS
    for use in uses:
        for at in use.hours:
            cost[at] += use.cost
    return (at for at in range(HOURS) if cost[at] and cost[at] >= TOLD * _committed(commitments, first + at * HOUR))


def _committed(commitments: Iterable[Commitment], hour: int) -> Decimal:
    """What Savings Plans cost in that hour; what a reservation costs is not known."""
    plans = (each for each, *_ in together(commitments) if isinstance(each, SavingsPlan))
    return sum((each.usd_per_hour for each in plans if second(each.begins) <= hour < second(each.ends)), Decimal(0))
