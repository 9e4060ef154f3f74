"""What a node would cost that knew the whole trace beforehand: the least objective, by dynamic programming.

Nodes do not get in each other's way in the replay, so the optimum of a group is that of one node, times their number.
"""

from __future__ import annotations

from typing import TypeVar

from bench.spot_rules import REPLACED, Place
from bench.spot_traces import TraceSet
from chalicelib.core.pools import Pool

Key = TypeVar("Key")
State = tuple[Place, float]
"""Where the node is, and for how many seconds more it is short."""
Costs = dict[State, float]
"""The least objective with which a node can be in each state."""


def optimum(traces: TraceSet, ratio: float, lost_minute: float) -> float:
    """The least objective of one node, in on-demand node-minutes."""
    first = traces.steps[0]
    costs: Costs = {(place, 0.0): _rate(place, ratio) * traces.step / 60 for place in (None, *first)}
    for available in traces.steps[1:]:
        costs = _next(costs, available, traces.step, ratio, lost_minute)
    return min(costs.values())


def _next(costs: Costs, available: frozenset[Pool], step: float, ratio: float, lost_minute: float) -> Costs:
    best: Costs = {}
    leaving: dict[float, float] = {}
    for (place, short), cost in costs.items():
        left = max(short - step, 0.0)
        if place is None or place in available:
            _keep(best, (place, left), cost)
            _keep(leaving, left, cost + _rate(place, ratio) * REPLACED / 60)
        else:
            _keep(leaving, REPLACED, cost + lost_minute * (REPLACED - left) / 60)
    for short, cost in leaving.items():
        for place in (None, *available):
            _keep(best, (place, short), cost)
    return {state: cost + _rate(state[0], ratio) * step / 60 for state, cost in best.items()}


def _keep(costs: dict[Key, float], key: Key, cost: float) -> None:
    """Of two ways to the same state the cheaper is kept."""
    costs[key] = min(cost, costs.get(key, cost))


def _rate(place: Place, ratio: float) -> float:
    return 1.0 if place is None else ratio
