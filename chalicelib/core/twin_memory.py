"""What is remembered of twins: two node groups of one cluster, one on-demand, one on spot, which share their nodes.

A size that neither shows what it was last set to, nor what it had before that call, is somebody's: an autoscaler's or a
person's. It counts for what the twins would have without Curfew, and so for how many nodes there are to be in total.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Split:
    """How many nodes each of the twins has, or is to have."""

    on_demand: int
    spot: int

    @property
    def total(self) -> int:
        """Those of both."""
        return self.on_demand + self.spot


@dataclass(frozen=True, slots=True)
class Twins:
    """What is remembered of a pair, beside the pools of its spot twin.

    `partner` is the ARN of the on-demand twin. `own` are the sizes that they would have without Curfew: those they had
    before its first shift, with what others changed since; how many nodes there are to be is their total, and never the
    sizes shown, which overlap during a shift. `aim` is the last decision. `before` are the sizes shown when they were
    last asked for others, at `asked_at`.
    """

    partner: str
    own: Split
    aim: Split
    before: Split
    asked_at: datetime | None = None

    def asked(self, sizes: Split, at: datetime) -> Twins:
        """The memory once other sizes than these were asked for."""
        return replace(self, before=sizes, asked_at=at)


def begun(partner: str, sizes: Split) -> Twins:
    """The memory of a pair that Curfew has never shifted."""
    return Twins(partner, sizes, sizes, sizes)


def reckoned(twins: Twins, share: Split, shown: Split) -> tuple[Twins, Split]:
    """The memory, and what each was set to, with what others set since in them.

    Of a shift's overlap an autoscaler may take back what is too much: less counts only as far as it is less than the
    total.
    """
    on_demand = _theirs(share.on_demand, twins.before.on_demand, shown.on_demand)
    spot = _theirs(share.spot, twins.before.spot, shown.spot)
    spare = max(share.total - twins.own.total, 0)
    on_demand_counts, spare = _beyond(on_demand, spare)
    spot_counts, _ = _beyond(spot, spare)
    own = _not_below_zero(twins.own.on_demand + on_demand_counts, twins.own.spot + spot_counts)
    now = Split(share.on_demand + on_demand, share.spot + spot)
    return replace(twins, own=own, before=_where_arrived(twins.before, now, shown)), now


def _theirs(share: int, before: int, shown: int) -> int:
    """By how much somebody changed it; 0 where our last call has not come through yet."""
    return 0 if shown == before else shown - share


def _beyond(change: int, spare: int) -> tuple[int, int]:
    """What of the change counts, and what is still to spare."""
    free = min(max(-change, 0), spare)
    return change + free, spare - free


def _not_below_zero(on_demand: int, spot: int) -> Split:
    """The same total without a number below 0."""
    return Split(max(on_demand + min(spot, 0), 0), max(spot + min(on_demand, 0), 0))


def _where_arrived(before: Split, now: Split, shown: Split) -> Split:
    """What each had before its last call, which is no call any more where it has what it was set to."""
    return Split(
        shown.on_demand if shown.on_demand == now.on_demand else before.on_demand,
        shown.spot if shown.spot == now.spot else before.spot,
    )
