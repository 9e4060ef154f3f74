"""How long a return takes against the graph's critical path: `python -m bench.return_time`.

The critical path is the longest way through the graph over the times the resources really took, with one
poll (30 s) for each hop: no controller can know of an arrival before it looks. The bare path has no polls.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.simulation import Simulation
from bench.tables import say, show, spread
from chalicelib.core import order
from chalicelib.core.due import SOONEST
from chalicelib.core.model import Resource
from chalicelib.flows.events import What
from chalicelib.flows.wake import Asked, wake
from tests.flows.stage import DEV, MONDAY, definition

LIMIT = 1.05
EVENING = MONDAY.replace(hour=20)
Graph = tuple[tuple[int, ...], ...]
"""For each node the earlier nodes that it needs."""

TAKES = {"rds-instance": (300, 420), "ec2-instance": (130, 200), "auto-scaling-group": (60, 90)}
"""Shortest and longest start in seconds, those of the embedded cloud (chalicelib/local/durations.py)."""


@dataclass(frozen=True, slots=True)
class Returned:
    """One return: how long it took, and the critical path with and without a poll for each hop."""

    took: timedelta
    path: timedelta
    bare: timedelta


def chain(length: int) -> Graph:
    """Each node needs the one before."""
    return tuple((number - 1,) if number else () for number in range(length))


def diamonds(count: int) -> Graph:
    """Diamonds one after the other: a top, two sides, a bottom that is the next one's top."""
    made: list[tuple[int, ...]] = [()]
    for _ in range(count):
        top = len(made) - 1
        made += [(top,), (top,), (top + 1, top + 2)]
    return tuple(made)


def random_graph(size: int, chance: random.Random) -> Graph:
    """Each node needs up to three of the forty before it: some ten to twenty hops deep at 200 nodes."""
    return tuple(
        tuple(sorted(chance.sample(range(max(0, number - 40), number), min(number, chance.randint(0, 3)))))
        for number in range(size)
    )


def returned(graph: Graph, chance: random.Random) -> Returned:
    """The return of an environment with this graph, after one night, woken by a person."""
    simulation = Simulation()
    takes: dict[str, timedelta] = {}
    resources = tuple(_resources(simulation, graph, takes, chance))
    simulation.apply(definition(*resources))
    simulation.run_until(EVENING + timedelta(hours=3))
    wake(simulation.world, DEV, "orders-qa", Asked(length=timedelta(hours=12)))
    simulation.run_until(EVENING + timedelta(hours=9))
    needs = order.needs(resources, ())
    return Returned(
        _at(simulation, What.READY) - _at(simulation, What.RISING),
        _longest(order.arrivals(needs, lambda key: takes[key] + SOONEST)),
        _longest(order.arrivals(needs, lambda key: takes[key])),
    )


def _resources(
    simulation: Simulation, graph: Graph, takes: dict[str, timedelta], chance: random.Random
) -> Iterator[Resource]:
    for number, needs in enumerate(graph):
        key, kind = f"r{number}", chance.choice(list(TAKES))
        takes[key] = timedelta(seconds=chance.randint(*TAKES[kind]))
        simulation.cloud.add(kind, f"id-{key}", start=takes[key], stop=MINUTE)
        yield Resource(key, kind, ids=(f"id-{key}",), needs=tuple(f"r{other}" for other in needs))


MINUTE = timedelta(minutes=1)


def _at(simulation: Simulation, what: What) -> datetime:
    """When the return began, or ended."""
    return simulation.events(what)[-1].at


def _longest(arrivals: dict[str, timedelta]) -> timedelta:
    return max(arrivals.values())


Sort = tuple[str, Callable[[random.Random], Graph], int]


def sorts(effort: int) -> tuple[Sort, ...]:
    """The sorts of graphs with how many of each are measured."""
    return (
        ("chain of 1 to 12", lambda chance: chain(chance.randint(1, 12)), 6 * effort),
        ("1 to 5 diamonds", lambda chance: diamonds(chance.randint(1, 5)), 6 * effort),
        ("random, 200 nodes", lambda chance: random_graph(200, chance), effort),
    )


def rows(effort: int) -> Iterator[tuple[object, ...]]:
    """One row a sort: distribution of return time against the path with polls, then against the bare one."""
    for title, make, count in sorts(effort):
        say(f"return time: {count} x {title}")
        chances = [random.Random(f"{title}{number}") for number in range(count)]
        found = [returned(make(chance), chance) for chance in chances]
        polled, bare = spread([one.took / one.path for one in found]), spread([one.took / one.bare for one in found])
        yield (title, count, *polled, LIMIT, *bare)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--effort", type=int, default=10, help="how many 200-node graphs (10)")
    effort = parser.parse_args().effort
    columns = ("graph", "runs", "median", "p95", "max", "limit", "bare median", "p95", "max")
    show("Return time / critical path", columns, list(rows(effort)), MEASURED)


MEASURED = (
    "In-memory cloud; kinds (RDS, EC2, group) and start times drawn at random within the embedded cloud's ranges. "
    "AWS events arrive at once where AWS sends them (RDS available, EC2 running, group launched; none for EC2 "
    "status checks). From the first recorded start to 'ready'. The path counts 30 s (one poll) a hop; bare: none."
)

if __name__ == "__main__":
    main()
