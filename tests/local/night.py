"""Environments on the embedded cloud, an hour before their evening: the flows over real boto3 calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from chalicelib.adapters.cloud import AwsCloud
from chalicelib.core.model import Location, Resource, ResourceState
from chalicelib.flows.events import What
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.estate import Site
from tests.fakes.clock import FakeClock
from tests.flows.stage import Stage, definition

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
WHOLE_NIGHT = "mon-sun 08:00-20:00"
THREE_HOURS = "mon-sun 23:00-20:00"
_NUMBERS = count(1)


class FollowedClock(FakeClock):
    """The embedded cloud's clock goes with it."""

    def __init__(self, cloud: EmbeddedCloud, at: datetime) -> None:
        super().__init__(at)
        self.cloud = cloud
        cloud.advance_to(at)

    def set(self, at: datetime) -> None:
        super().set(at)
        self.cloud.advance_to(at)


class Night:
    """One stage on the embedded cloud; `name` is nobody else's, for what a test builds."""

    def __init__(self, site: Site) -> None:
        self.site, self.name = site, f"case-{next(_NUMBERS)}"
        self.here = Location(site.account, site.region)
        self.evening = (site.cloud.clock.now() + timedelta(days=1)).replace(hour=20, minute=0)
        self.stage = Stage(FollowedClock(site.cloud, self.evening - HOUR))
        self.stage.world = replace(self.stage.world, cloud=AwsCloud(site.cloud))

    def begin(self, *resources: Resource, windows: str = THREE_HOURS, **other: object) -> None:
        """The environment is applied and was looked at; only calls from now on are counted."""
        self.stage.apply(definition(*resources, windows=windows, locations=(self.here,), **other))
        self.stage.run_for(20 * MINUTE)
        self.site.cloud.calls.clear()

    def until(self, length: timedelta) -> None:
        """It is so long after 20:00."""
        self.stage.run_until(self.evening + length)

    def state(self, id: str, environment: str = "orders-qa") -> ResourceState:
        """What is remembered of the resource."""
        return next(one for one in self.stage.store.states(environment).values() if one.id == id)

    def told(self, what: What) -> list[str]:
        return [event.text for event in self.stage.events(what)]

    def times(self, operation: str) -> int:
        """How often it was called."""
        return self.made().count(operation)

    def made(self) -> list[str]:
        """The operations of all calls, in order, but those that only asked whether they might."""
        return [call.operation for call in self.site.cloud.calls if not call.dry_run]
