"""A month of one environment of 20 resources on the embedded cloud: every DynamoDB request, by who made it.

15 servers, 3 databases, a group of six nodes on spot and on-demand, and a service on Fargate sleep at night and at
weekends. Before that they are only observed. The books are closed each day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from time import thread_time
from typing import Any

from bench.capacity_units import Meter, Use
from chalicelib.core.model import Definition, Location, Mode, Resource, Team
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import parse_window
from chalicelib.core.wishes import Wishes
from chalicelib.flows.closing import close
from chalicelib.flows.ports import World
from chalicelib.flows.stored import Stored
from chalicelib.local.clock import SimulatedClock
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.driver import Act, Driver, when_due
from chalicelib.local.estate import Group, Site, add_ec2_instances, add_group, add_rds_instance
from chalicelib.local.estate_services import CLUSTER, add_ecs_service
from chalicelib.local.functions import Functions
from chalicelib.local.house import ACCOUNT, REGION, House, at_home
from chalicelib.local.mix import InstanceMix

NAME = "ledger-qa"
TAGS = {"Environment": NAME}
FIRST = datetime(2027, 3, 1, 2, tzinfo=UTC)
"""When the last day of February is closed. It is a Monday."""
DAY = timedelta(days=1)
SELDOM = timedelta(hours=6)
"""The resync of this bench: a look at which nothing changed writes no reading."""
SERVERS, DATABASES = 15, 3


@dataclass(frozen=True, slots=True)
class Close:
    """One daily close: its seconds of CPU (of the thread that made it), its requests and what they used."""

    cpu: float
    requests: int
    uses: tuple[Use, ...]


@dataclass(slots=True)
class Stretch:
    """What was used by ticks and passes, by events that were heard, and by each close."""

    passes: list[Use] = field(default_factory=list)
    events: list[Use] = field(default_factory=list)
    closes: list[Close] = field(default_factory=list)
    idle: list[Use] = field(default_factory=list)


class Watched(Functions):
    """The house's functions, whose requests are put down to them."""

    def __init__(self, house: House, meter: Meter) -> None:
        self._functions, self._wired, self._meter, self.stretch = house.functions, house.wired, meter, Stretch()

    def tick(self, at: datetime) -> None:
        """The sweep ran."""
        self.stretch.passes += self._used(partial(self._functions.tick, at))

    def poke(self, event: dict[str, Any]) -> None:
        """One pass was made."""
        self.stretch.passes += self._used(partial(self._functions.poke, event))

    def heard(self, event: dict[str, Any]) -> None:
        """One AWS event was heard."""
        self.stretch.events += self._used(partial(self._functions.heard, event))

    def books(self, at: datetime) -> None:
        """The day was closed; then the function ran twice, first with what follows a close, then with nothing to do."""
        requests, used = self._meter.requests, thread_time()
        uses = self._used(partial(close, self._wired.world, self._wired.rates))
        self.stretch.closes.append(Close(thread_time() - used, self._meter.requests - requests, tuple(uses)))
        self._functions.books(at)
        self.stretch.idle = self._used(partial(self._functions.books, at))

    def _used(self, function: Callable[[], object]) -> list[Use]:
        first = len(self._meter.uses)
        function()
        return self._meter.uses[first:]


def stretch(days: int, observed: int) -> Stretch:
    """What `days` days of March used, after so many in which it was only observed."""
    meter, begins = Meter(), FIRST - observed * DAY
    with meter.listening(), EmbeddedCloud(SimulatedClock(begins)) as cloud, at_home(cloud, [], SELDOM) as house:
        _build(Site(cloud, ACCOUNT, REGION))
        watched = Watched(house, meter)
        end = FIRST + days * DAY
        driver = _driver(house, watched, begins, end)
        _define(house.wired.world, Mode.OBSERVE)
        driver.run_until(FIRST)
        watched.stretch = Stretch()
        _define(house.wired.world, Mode.ACT)
        driver.run_until(end)
        return watched.stretch


def _driver(house: House, watched: Watched, begins: datetime, end: datetime) -> Driver:
    mailman = replace(house.mailman, handler=watched.poke)
    closes = [Act(at, partial(watched.books, at)) for at in _each_day(begins + DAY, end)]
    return Driver(house.cloud, watched, mailman, when_due(house.earliest_sweep), closes)


def _each_day(first: datetime, end: datetime) -> Iterator[datetime]:
    while first <= end:
        yield first
        first += DAY


def _define(world: World, mode: Mode) -> None:
    """The definition is stored in that mode."""
    tags = tuple(TAGS.items())
    resources = (
        Resource("databases", "rds-instance", tags=tags),
        Resource("servers", "ec2-instance", tags=tags),
        Resource("nodes", "auto-scaling-group", ids=("ledger-nodes",)),
        Resource("web", "ecs-service", ids=(f"{CLUSTER}/ledger-web",)),
    )
    uptime = (Uptime("UTC", (parse_window("mon-fri 08:00-20:00"),)),)
    definition = Definition(NAME, Team("ledger-team"), (Location(ACCOUNT, REGION),), resources, uptime, mode=mode)
    head = world.store.head(NAME)
    revision = head.revision if head else None
    world.store.define(Stored(definition, "", f"{NAME}.yaml"), revision, Wishes(), world.clock.now(), [])


def _build(site: Site) -> None:
    add_ec2_instances(site, SERVERS, tags=TAGS)
    for number in range(DATABASES):
        add_rds_instance(site, f"ledger-database-{number}", tags=TAGS)
    add_group(site, Group("ledger-nodes", 2, 6, 10, mix=InstanceMix(2, 0, ("m5.large", "m5a.large", "m6i.large"))))
    add_ecs_service(site, "ledger-web", desired=4)
