"""What a tick costs when nothing is due: `python -m bench.idle_tick`.

1,000 environments are stored and settled; the tick runs through app.py and boto3 over HTTP.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench.metering import OWN, Meter, Metered, Operations
from bench.tables import Row, say, show, spread
from chalicelib.core.model import Definition, Desired, Location, Resource, Team
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import parse_window
from chalicelib.core.wishes import Wishes
from chalicelib.flows.ports import Store
from chalicelib.flows.stored import Notes, Stored
from chalicelib.local.clock import SimulatedClock
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.house import ACCOUNT, REGION, at_home

NOON = datetime(2027, 3, 8, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICKS = 50
PEERS = (("Cloud Custodian", 10), ("Instance Scheduler", 28))
"""Calls a run with nothing to do, as the issue says; not measured here."""


def settle(store: Store, name: str, due_at: datetime) -> None:
    """The environment is stored, was looked at, and is due again at `due_at`."""
    resource = Resource("database", "rds-instance", ids=(f"{name}-db",))
    uptime = (Uptime("UTC", (parse_window("mon-fri 08:00-20:00"),)),)
    definition = Definition(name, Team("team"), (Location(ACCOUNT, REGION),), (resource,), uptime)
    store.define(Stored(definition, "", f"{name}.yaml"), None, Wishes(), NOON, [])
    head = store.claim(name, NOON, NOON + HOUR)
    assert head is not None
    store.release(head, {}, Notes(desired=Desired.UP), due_at, [])


def ticks(environments: int) -> tuple[Operations, list[float], Operations]:
    """The calls of one tick with nothing due, the milliseconds of each of some, and the calls with one due."""
    with EmbeddedCloud(SimulatedClock(NOON)) as cloud, at_home(cloud, [], HOUR) as house:
        for number in range(environments):
            settle(house.wired.world.store, f"env-{number:04}", NOON + HOUR)
        meter = Meter(house)
        meter.tick(NOON)
        idle, milliseconds = Counter(meter.metered.calls), [_milliseconds(meter) for _ in range(TICKS)]
        settle(house.wired.world.store, "due-now", NOON)
        meter.metered = Metered()
        meter.tick(NOON)
        return idle, milliseconds, meter.metered.calls


def _milliseconds(meter: Meter) -> float:
    begun = time.perf_counter()
    meter.tick(NOON)
    return (time.perf_counter() - begun) * 1e3


def rows(idle: Operations, due: Operations) -> Iterator[Row]:
    """Curfew's calls beside the limit and the peers'."""
    described = sum(count for (service, _), count in idle.items() if service not in OWN)
    yield "Curfew, nothing due", sum(idle.values()), described, _named(idle)
    yield "limit", 1, 0, "one DynamoDB query, no describe"
    yield "Curfew, one of them due", sum(due.values()), 0, _named(due)
    yield from ((name, calls, None, "") for name, calls in PEERS)


def _named(calls: Operations) -> str:
    return ", ".join(f"{operation} {count}" for (_, operation), count in sorted(calls.items()))


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--environments", type=int, default=1_000)
    environments = parser.parse_args().environments
    say(f"idle tick: storing {environments:,} environments")
    idle, milliseconds, due = ticks(environments)
    median, p95, worst = spread(milliseconds)
    measured = (
        f"Counted where requests reach the embedded cloud. {TICKS} idle ticks over HTTP to moto on the same machine: "
        f"median {median:.1f} ms, p95 {p95:.1f} ms, max {worst:.1f} ms. Peers' figures are those of the issue."
    )
    title = f"One tick with {environments:,} environments stored"
    show(title, ("tool", "calls", "describes", "which"), list(rows(idle, due)), measured)


if __name__ == "__main__":
    main()
