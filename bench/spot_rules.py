"""The rules of the replay: what a group of nodes pays and lacks when a policy places it over a recorded trace.

Money and time are in on-demand node-minutes. A lost node is short until its replacement runs, which is paid for from
its launch. A voluntary move is make-before-break: both are paid for the same time, and nothing is short.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bench.spot_traces import TraceSet
from chalicelib.core.mix import Mix
from chalicelib.core.pools import Pool
from chalicelib.core.prefer import REPLACED_AFTER

REPLACED = REPLACED_AFTER.total_seconds()
Place = Pool | None
"""Where a node runs: in a pool, or on-demand (None)."""
Policy = Callable[[float, Mix, frozenset[Pool]], Mix]
"""The mix to run from now on, given the seconds so far, what runs (lost nodes left out) and the pools with capacity."""


@dataclass(slots=True)
class Bill:
    """What a replay came to, of all nodes."""

    cost: float = 0.0
    short_node_minutes: float = 0.0
    switches: int = 0

    def objective(self, lost_minute: float) -> float:
        """The cost, and the lost node-minutes at this price."""
        return self.cost + lost_minute * self.short_node_minutes


@dataclass(slots=True)
class _Node:
    place: Place
    ready: float = 0.0
    """The second from which it serves."""


@dataclass(slots=True)
class _Group:
    ratio: float
    nodes: list[_Node]
    bill: Bill = field(default_factory=Bill)

    def standing(self, available: frozenset[Pool]) -> Mix:
        """What runs, without the nodes that their pools took back."""
        return _mix(node.place for node in self.nodes if node.place is None or node.place in available)

    def become(self, now: float, available: frozenset[Pool], target: Mix) -> None:
        """The nodes run where the target says; what that costs at once is on the bill."""
        gone = [node for node in self.nodes if node.place is not None and node.place not in available]
        staying = [node for node in self.nodes if node not in gone] if gone else self.nodes
        free = Counter(_places(target))
        movers = [node for node in staying if not _taken(free, node.place)]
        places = sorted(free.elements(), key=lambda place: (place is None, place or Pool("", "")))
        for node in gone:
            self._replace(node, places.pop(0), now)
        for node in movers:
            self._move(node, places.pop(0))

    def pay(self, seconds: float) -> None:
        """All nodes are paid for so long."""
        self.bill.cost += sum(self._rate(node.place) for node in self.nodes) * seconds / 60

    def _replace(self, node: _Node, place: Place, now: float) -> None:
        self.bill.short_node_minutes += (REPLACED - max(node.ready - now, 0)) / 60
        self.bill.switches += 1
        node.place, node.ready = place, now + REPLACED

    def _move(self, node: _Node, place: Place) -> None:
        self.bill.cost += self._rate(node.place) * REPLACED / 60
        self.bill.switches += 1
        node.place = place

    def _rate(self, place: Place) -> float:
        return 1.0 if place is None else self.ratio


def replay(traces: TraceSet, nodes: int, ratio: float, policy: Policy) -> Bill:
    """The bill of the policy. It sees the present step only, and what it remembers; where it begins costs nothing."""
    first = policy(0.0, Mix(0), traces.steps[0])
    group = _Group(ratio, [_Node(place) for place in _places(_checked(first, nodes, traces.steps[0]))])
    group.pay(traces.step)
    for number, available in enumerate(traces.steps[1:], 1):
        now, standing = number * traces.step, group.standing(available)
        target = _checked(policy(now, standing, available), nodes, available)
        if target != standing:
            group.become(now, available, target)
        group.pay(traces.step)
    return group.bill


def _checked(target: Mix, nodes: int, available: frozenset[Pool]) -> Mix:
    if target.size != nodes or not available.issuperset(target.spot):
        raise ValueError(f"a policy wants {target} of {nodes} nodes with {sorted(map(str, available))}")
    return target


def _mix(places: Iterable[Place]) -> Mix:
    counts = Counter(places)
    on_demand = counts.pop(None, 0)
    return Mix(on_demand, {pool: count for pool, count in counts.items() if pool is not None})


def _places(mix: Mix) -> list[Place]:
    return [None] * mix.on_demand + [pool for pool, count in sorted(mix.spot.items()) for _ in range(count)]


def _taken(free: Counter[Place], place: Place) -> bool:
    """A node that is wanted where it is keeps its place."""
    if not free[place]:
        return False
    free[place] -= 1
    return True
