"""How many messages of an environment are alive when all arrive tenfold: `python -m bench.pokes`.

Random environments sleep and wake; people take leases and let them go in the middle of it; every message and
every AWS event arrives as often as the row says.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bench.return_time import EVENING, TAKES, random_graph
from bench.simulation import Simulation
from bench.tables import Row, say, show
from chalicelib.core.model import Resource
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.wake import Asked, release, wake
from tests.flows.stage import definition

LIMIT = 2
COPIES = (1, 10)
MOST_NODES = 12
LEASES = 4
RESYNC = timedelta(minutes=15)
MORNING = EVENING + timedelta(hours=13)


@dataclass(frozen=True, slots=True)
class Counted:
    """Messages of one night: how many were alive after each send, and how many reached a worker."""

    alive: Counter[int]
    delivered: int
    sent: int


def night(seed: int, copies: int) -> Counted:
    """One night of a random environment, with leases at random moments."""
    chance = random.Random(seed)
    simulation = Simulation(copies, RESYNC)
    simulation.apply(definition(*_resources(simulation, chance)))
    for number in range(LEASES):
        simulation.run_until(EVENING + timedelta(minutes=chance.randint(number * 150, number * 150 + 120)))
        person = Actor(f"developer-{number}", Role.DEVELOPER)
        wake(simulation.world, person, "orders-qa", Asked(length=timedelta(minutes=chance.randint(5, 180))))
        simulation.run_for(timedelta(seconds=chance.randint(1, 1200)))
        if chance.random() < 0.5:
            release(simulation.world, person, "orders-qa")
    simulation.run_until(MORNING)
    return Counted(Counter(simulation.queue.alive), simulation.delivered, len(simulation.queue.alive))


def _resources(simulation: Simulation, chance: random.Random) -> Iterator[Resource]:
    for number, needs in enumerate(random_graph(chance.randint(1, MOST_NODES), chance)):
        kind = chance.choice(list(TAKES))
        start, stop = timedelta(seconds=chance.randint(*TAKES[kind])), timedelta(seconds=chance.randint(30, 360))
        simulation.cloud.add(kind, f"id-r{number}", start=start, stop=stop)
        yield Resource(f"r{number}", kind, ids=(f"id-r{number}",), needs=tuple(f"r{other}" for other in needs))


def row(copies: int, nights: int) -> Row:
    """The most messages that were alive at once over all nights, and how often one, two or more were."""
    found = [night(seed, copies) for seed in range(nights)]
    alive = sum((one.alive for one in found), Counter[int]())
    sent, delivered = sum(one.sent for one in found), sum(one.delivered for one in found)
    more = sum(count for number, count in alive.items() if number > LIMIT)
    return copies, nights, sent, delivered, alive[1], alive[2], more, max(alive), LIMIT


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=60)
    nights = parser.parse_args().nights
    rows = []
    for copies in COPIES:
        say(f"pokes: {nights} nights, each message {copies}-fold")
        rows.append(row(copies, nights))
    columns = ("copies", "nights", "sent", "received", "1 alive", "2 alive", "more", "most", "limit")
    show("Messages alive for one environment", columns, rows, MEASURED)


MEASURED = (
    "In-memory cloud, queue and store; 1 to 12 resources, four leases a night at random moments, half of them "
    "released early, resync 15 minutes. Counted after each send: messages that were sent and not yet received."
)

if __name__ == "__main__":
    main()
