"""One night of a large environment, on the embedded cloud and on the in-memory one.

Its servers and databases are found by tags, its groups by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import cast

from bench.memory import peak_mib
from bench.metering import Meter, Metered
from bench.simulation import Simulation
from bench.worker import Begin, Worker, working
from chalicelib.core.model import Definition, Location, Resource, Team
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import parse_window
from chalicelib.core.wishes import Wishes
from chalicelib.flows.events import Event, What
from chalicelib.flows.stored import Stored
from chalicelib.kinds.ec2_instance import BATCH
from chalicelib.local.clock import SimulatedClock
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.driver import Driver, when_due
from chalicelib.local.estate import Group, Site, add_ec2_instances, add_group, add_rds_instance
from chalicelib.local.functions import Functions
from chalicelib.local.house import ACCOUNT, FUNCTION_TIMEOUT, REGION, TABLE, House, at_home
from chalicelib.wiring import Settings

HERE = Location(ACCOUNT, REGION)
NAME = "large-qa"
TAGS = {"Environment": NAME}
CLOSING = datetime(2027, 3, 8, 20, tzinfo=UTC)
START = CLOSING - timedelta(minutes=30)
MORNING = CLOSING + timedelta(hours=11, minutes=40)
AFTERWARDS = timedelta(minutes=30)
SELDOM = timedelta(hours=6)
"""The resync of this bench: looks at a settled night are not what it measures."""
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each there are."""

    servers: int
    databases: int
    groups: int

    @property
    def fewest_calls(self) -> int:
        """The fewest that stop, or start, all of it: one each, servers in batches."""
        return self.databases + self.groups + -(-self.servers // BATCH)

    def __str__(self) -> str:
        """For titles."""
        return f"{self.servers:,} EC2 + {self.databases:,} RDS + {self.groups:,} groups"


@dataclass(frozen=True, slots=True)
class Journey:
    """One way down or up, from the first recorded action to the last arrival, and what it took."""

    began: datetime
    ended: datetime
    metered: Metered


@dataclass(frozen=True, slots=True)
class Usage:
    """What the whole night took: CPU seconds of the functions, seconds of the longest pass (None where passes were not
    timed), the process's peak memory, and what of it its imports took."""

    cpu: float
    passes: int
    longest: float | None
    peak_mib: float
    imported_mib: float


class Milestones:
    """A journal listener that keeps when descent and return began and ended."""

    def __init__(self) -> None:
        self.at: dict[What, datetime] = {}

    def hear(self, owner: Team, events: Sequence[Event]) -> None:
        """The last instant of each sort of event is kept."""
        self.at |= {event.what: event.at for event in events}


def one_night(size: Size, latency: timedelta = timedelta()) -> tuple[Journey, Journey, Usage]:
    """The descent and the return through the real handlers, in a worker process, over HTTP to the embedded cloud here.

    AWS takes `latency` for each call, as far as the worker's clock can tell.
    """
    milestones = Milestones()
    with EmbeddedCloud(SimulatedClock(START)) as cloud, at_home(cloud, [], SELDOM) as house:
        build(cloud, size)
        house.wired.world.store.define(Stored(_definition(size), "", "large-qa.yaml"), None, Wishes(), START, [])
        given = Settings(TABLE, house.mailman.queue_url, ACCOUNT, REGION, function_timeout=FUNCTION_TIMEOUT)
        with working(Begin(given, START, SELDOM, latency), cloud.clock, milestones.hear) as worker:
            meter = Meter(replace(house, functions=Functions(cast(ModuleType, worker))))
            driver = _driver(house, meter)
            driver.run_until(CLOSING - timedelta(seconds=1))
            down = _metered(driver, meter, CLOSING + AFTERWARDS)
            driver.run_until(MORNING)
            up = _metered(driver, meter, MORNING + AFTERWARDS)
    at = milestones.at
    return (
        Journey(at[What.FALLING], at[What.ASLEEP], down),
        Journey(at[What.RISING], at[What.READY], up),
        _usage(worker, len(down.passes) + len(up.passes), bool(latency)),
    )


def _usage(worker: Worker, passes: int, on_its_clock: bool) -> Usage:
    """The longest pass is told by the worker's clock where AWS is slow on that, else by the machine's."""
    costs = worker.costs
    longest = max(cost.pass_seconds if on_its_clock else cost.seconds for cost in costs)
    cpu, peak = sum(cost.cpu for cost in costs), max(cost.peak_mib for cost in costs)
    return Usage(cpu, passes, longest, peak, worker.imported_mib)


def one_night_in_memory(size: Size) -> Usage:
    """The same night on the in-memory fakes: what the rules, without boto3 and moto, cost."""
    simulation, imported = Simulation(), peak_mib()
    for number in range(size.servers):
        simulation.cloud.add("ec2-instance", f"i-{number}", tags=TAGS, location=HERE)
    for number in range(size.databases):
        simulation.cloud.add("rds-instance", f"database-{number}", tags=TAGS, location=HERE)
    for number in range(size.groups):
        simulation.cloud.add("auto-scaling-group", _group(number), location=HERE)
    simulation.apply(_definition(size))
    simulation.run_until(MORNING + AFTERWARDS)
    passes = simulation.store.calls["load"]
    return Usage(simulation.cpu, passes, None, peak_mib(), imported)


def build(cloud: EmbeddedCloud, size: Size) -> None:
    """All of it exists and runs."""
    site = Site(cloud, ACCOUNT, REGION)
    for number in range(size.databases):
        add_rds_instance(site, f"database-{number}", tags=TAGS)
    for begun in range(0, size.servers, MOST_AT_ONCE):
        add_ec2_instances(site, min(MOST_AT_ONCE, size.servers - begun), tags=TAGS)
    for number in range(size.groups):
        add_group(site, Group(_group(number), 2, 3, 6))


def _group(number: int) -> str:
    return f"nodes-{number}"


def _definition(size: Size) -> Definition:
    """Databases first, then all that computes: the default order."""
    tags = tuple(TAGS.items())
    groups = tuple(_group(number) for number in range(size.groups))
    resources = (
        Resource("databases", "rds-instance", tags=tags),
        Resource("servers", "ec2-instance", tags=tags),
        Resource("nodes", "auto-scaling-group", ids=groups),
    )
    uptime = (Uptime("UTC", (parse_window("mon-fri 08:00-20:00"),)),)
    return Definition(NAME, Team("large-team"), (HERE,), resources, uptime)


def _driver(house: House, meter: Meter) -> Driver:
    mailman = replace(house.mailman, handler=meter.poke)
    return Driver(house.cloud, meter, mailman, when_due(house.earliest_sweep))


def _metered(driver: Driver, meter: Meter, end: datetime) -> Metered:
    """What the handlers do until `end`."""
    meter.metered = Metered()
    driver.run_until(end)
    return meter.metered
