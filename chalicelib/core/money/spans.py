"""Spans: stretches of time in which so many units ran at one rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Draw:
    """So many units of a rate key at once: two instances, 0.5 vCPU, 100 GB."""

    rate: str
    units: Decimal = Decimal(1)


class Edge(StrEnum):
    """How exactly an end of a span is known."""

    TOLD = "told"
    """AWS said when, to the second: a state-change event, a launch time."""
    SEEN = "seen"
    """It was so when a pass looked; it may have changed since the pass before."""
    OPEN = "open"
    """It had begun before, or goes on after, what is known."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """So many units of one resource ran at one rate from `begins` until before `ends`, all of them without a break.

    A group that grows is a further span for the members that came. `starts`: it begins with a start, so that minimum
    charges and rounding up count from there. `keeps`: it bills whatever Curfew does, so that nothing of it is avoided.
    """

    environment: str
    resource: str
    arn: str
    begins: datetime
    ends: datetime
    rate: str
    units: Decimal = Decimal(1)
    starts: bool = True
    keeps: bool = False
    begun: Edge = Edge.SEEN
    ended: Edge = Edge.SEEN
