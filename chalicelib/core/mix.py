"""How many nodes of a group run on-demand and how many in each spot pool, and what its owner allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, floor

from chalicelib.core.pools import Pool
from chalicelib.core.prefer import Prefer


@dataclass(frozen=True, slots=True)
class Mix:
    """Nodes by where they run."""

    on_demand: int
    spot: Mapping[Pool, int] = field(default_factory=dict)

    @property
    def on_spot(self) -> int:
        """Nodes in all pools."""
        return sum(self.spot.values())

    @property
    def size(self) -> int:
        """All nodes."""
        return self.on_demand + self.on_spot


@dataclass(frozen=True, slots=True)
class SpotPolicy:
    """What the owner of a group allows.

    The shares, 0 to 1, are of the nodes above the on-demand base, as AWS counts them. The lowest is a wish: it yields
    when no pool may be asked. The highest is never exceeded.
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
    """

    prefer: Prefer = Prefer.BALANCED
    on_demand_base: int = 0
    lowest_share: float = 0.0
    highest_share: float = 1.0

    def most(self, size: int) -> int:
        """As many of this many nodes may be spot."""
        return floor(self._above(size) * self.highest_share + ROUNDING)

    def least(self, size: int) -> int:
        """So many of this many nodes are spot as long as pools may be asked."""
        return min(ceil(self._above(size) * self.lowest_share - ROUNDING), self.most(size))

    def _above(self, size: int) -> int:
        return max(size - self.on_demand_base, 0)


ROUNDING = 1e-9
"""Keeps a share like 0.7 of 10 nodes at 7, although floating point makes it a little less."""
