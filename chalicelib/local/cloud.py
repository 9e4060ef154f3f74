"""The embedded cloud: AWS over HTTP in this process, on a clock that the caller moves."""

from collections import Counter
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config
from moto.moto_api._internal import mock_random

from chalicelib.local.clock import SimulatedClock
from chalicelib.local.databases import keep_busy
from chalicelib.local.durations import Durations
from chalicelib.local.events import Event
from chalicelib.local.faults import Breakage, No
from chalicelib.local.gate import Call, Gate
from chalicelib.local.patches import forget_everything, patched
from chalicelib.local.server import serving
from chalicelib.local.signs_of_use import Figures
from chalicelib.local.spot_market import Price, SpotPool
from chalicelib.local.spot_service import SpotService, find
from chalicelib.local.trail import CURFEW, token_of
from chalicelib.local.world import World


class EmbeddedCloud:
    """AWS as Curfew sees it: EC2, RDS, Auto Scaling, STS, DynamoDB, SQS, S3 and whatever else moto answers.

    Use it as a context manager, one at a time in a process: moto's state belongs to the process. The same
    seed, estate and calls give the same ids, durations and events.
    """

    def __init__(self, clock: SimulatedClock, seed: int = 0, durations: Durations | None = None) -> None:
        self.clock = clock
        self._seed = seed
        self._world = World(clock, durations or Durations(seed))
        self._gate = Gate(self._world)
        self._figures = Figures()
        self._open = ExitStack()
        self._spot: SpotService
        self.endpoint_url = ""
        self.client = cache(self._new_client)
        self._session = boto3.Session()  # one for all: each would read AWS's service descriptions anew

    def __enter__(self) -> Self:
        forget_everything()
        mock_random.seed(self._seed)
        self._spot = self._open.enter_context(patched(self._world, self._gate, self._figures))
        self._open.callback(forget_everything)  # before the patches go: moto then makes backends anew, images and all
        self.endpoint_url = self._open.enter_context(serving())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        mock_random.seed()

    def _new_client(self, service: str, account: str, region: str, caller: str = CURFEW) -> Any:
        """A boto3 client that acts in `account` (twelve digits) and `region`; made once, then kept.

        CloudTrail shows its calls as those of `caller`.
        """
        return self._session.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint_url,
            aws_access_key_id=account,
            aws_secret_access_key="simulated",
            aws_session_token=token_of(caller),
            config=Config(retries={"mode": "standard", "total_max_attempts": 1}),
        )

    # Time

    def next_change_at(self) -> datetime | None:
        """When the next thing under way arrives; None when all is settled."""
        with self._world.lock:
            return self._world.transitions.next_at()

    def advance_to(self, instant: datetime) -> None:
        """The clock shows `instant` and all that arrives by then has arrived, in time order."""
        self._world.settle(instant)
        self.clock.advance_to(instant)

    def settle(self) -> None:
        """All that arrives by what the clock shows has arrived; each request does this by itself."""
        self._world.settle(self.clock.now())

    def already_running(self) -> AbstractContextManager[None]:
        """Within it what is created runs at once and without events: for building an estate."""
        return self._world.timeless()

    # What came out

    def take_events(self) -> list[Event]:
        """The AWS events since the last time, oldest first, in EventBridge's shape; they are taken out."""
        with self._world.lock:
            taken, self._world.events = self._world.events, []
        return taken

    @property
    def calls(self) -> list[Call]:
        """Every API call so far, in order; clear the list to count from here."""
        return self._gate.calls

    def call_counts(self) -> Counter[tuple[str, str]]:
        """How often each (service, operation) was called."""
        return Counter((call.service, call.operation) for call in self._gate.calls)

    # What people do

    def show_figure(self, metric: str, resource_id: str, figure: float) -> None:
        """CloudWatch has this figure for each period of that metric of the resource."""
        self._figures.steady[metric, resource_id] = figure

    # Bad days

    def break_resource(self, arn: str, how: Breakage) -> None:
        """From its next journey on, the resource (or, for a group, each member) misbehaves."""
        self._world.faults.broken[arn] = how

    def mend(self, arn: str) -> None:
        """The resource works again, and what was stuck under way arrives now."""
        with self._world.lock:
            for resource, arrive in self._world.faults.mend(arn):
                self._world.after(timedelta(0), resource, arrive)

    def deny(self, account: str, operation: str) -> None:
        """Calls of `operation` (as in `StopDBInstance`) in `account` are denied until `allow`."""
        self._world.faults.denied.add((account, operation))

    def allow(self, account: str, operation: str) -> None:
        """Calls of `operation` in `account` pass again."""
        self._world.faults.denied.discard((account, operation))

    def throttle(self, operation: str, times: int) -> None:
        """The next `times` calls of `operation` are throttled, in whatever account."""
        self._world.faults.throttled[operation] = times

    def keep_busy(self, arn: str, status: str, length: timedelta) -> None:
        """Something occupies the database: it is in `status` (as AWS writes it) for so long, then available."""
        with self._world.lock:
            keep_busy(self._world, arn, status, length)

    def refuse(self, no: No) -> None:
        """Calls of that operation that name that resource are answered so, until `relent`."""
        self._world.faults.refused.append(no)

    def relent(self, no: No) -> None:
        """Such calls pass again."""
        self._world.faults.refused.remove(no)

    def insufficient_capacity(
        self, account: str, region: str, instance_type: str, zone: str = "", http_status: int = 400
    ) -> None:
        """Starts fail and groups launch nothing of that type there, until `capacity_returns`.

        Without a zone in all of them. There is no spot of it then, either. AWS gives this error with 400 and with 500.
        """
        self._world.faults.short[(account, region, instance_type, zone)] = http_status

    def capacity_returns(self, account: str, region: str, instance_type: str, zone: str = "") -> None:
        """Starts succeed again; groups notice within a minute."""
        self._world.faults.short.pop((account, region, instance_type, zone), None)

    def drop_starts(self, arn: str, code: str) -> None:
        """Starts of the EC2 instance are accepted and then dropped, for the reason of this code, until mended."""
        self._world.faults.broken[arn] = Breakage.FALLS_BACK
        self._world.faults.causes[arn] = code

    def lag_behind(self, lag: timedelta) -> None:
        """For so long after a call EC2's describes show the states and tags from before it."""
        self._world.faults.lag = lag

    # Spot

    def spot_pool(
        self,
        pool: SpotPool,
        *,
        capacity: int | None = None,
        price: Decimal | None = None,
        since: datetime | None = None,
    ) -> None:
        """From now on, or from `since`, the pool has room for so many instances, and an hour costs so much.

        What is left out stays as it is. Where more run than there is room for, the youngest get their two minutes'
        notice. A price may begin in the past, and is then history; a capacity may not. ENDLESS ends a shortage.
        """
        at = since or self.clock.now()
        with self._world.lock:
            if price is not None:
                self._world.market.set_price(Price(pool, at, price))
            if capacity is not None:
                self._spot.set_capacity(pool, capacity, at)

    def interrupt(self, account: str, region: str, *instance_ids: str) -> None:
        """The Spot Instances get their two minutes' notice; their pools have the room they had."""
        with self._world.lock:
            for instance_id in instance_ids:
                self._spot.interrupt(find(account, region, instance_id))

    def recommend_rebalance(self, account: str, region: str, *instance_ids: str) -> None:
        """The Spot Instances are said to be at an elevated risk of interruption, and run on."""
        with self._world.lock:
            for instance_id in instance_ids:
                self._spot.recommend(find(account, region, instance_id))
