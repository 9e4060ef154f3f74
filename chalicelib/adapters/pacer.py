"""Makes boto3 clients keep to one budget of requests for each account and Region, and retry as pacing.py decides.

botocore's own modes do not fit: they send again whatever came with HTTP 500, a shortage of capacity too, for as long
as a minute each; and the rate that its adaptive mode learns belongs to one client, while AWS counts what a whole
account sends to a Region. So clients are made with one attempt, and this hangs on the two events that botocore's
adaptive mode uses (botocore/retries/adaptive.py): before a request is sent, and when it asks whether to send it
again. That happens below paginators, so a throttle on page 7 repeats page 7.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any, Protocol

from chalicelib.adapters.pacing import Budget, Patience, Trouble, trouble, wait_before_next

IN_A_FUNCTION = "AWS_LAMBDA_FUNCTION_NAME"
"""Set by Lambda: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""

Place = tuple[str, str]
"""An account and a Region."""


class Time(Protocol):
    """The seconds that pass."""

    def now(self) -> float:
        """Seconds of a clock that only goes forward."""

    def wait(self, seconds: float) -> None:
        """So many seconds have passed for the caller."""


class RealTime:
    """The machine's."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """So many seconds have passed."""
        time.sleep(seconds)


def unheard(seconds: float) -> None:
    """Nobody counts the retries."""


def counted(seconds: float) -> None:
    """Retries and BackOffSeconds were counted in namespace Curfew, dimension service, as one EMF line.

    Only within a function, whose stdout CloudWatch reads; a person's stdout is for the answer.
    """
    if IN_A_FUNCTION not in os.environ:
        return
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

    metrics = EphemeralMetrics(namespace="Curfew")
    metrics.add_metric(name="Retries", unit=MetricUnit.Count, value=1)
    metrics.add_metric(name="BackOffSeconds", unit=MetricUnit.Seconds, value=seconds)
    metrics.flush_metrics()


class Pacer:
    """The budgets of a process, and its patience: one pass at a time runs in it.

    `draw` gives numbers from 0 to 1, `heard` is told the seconds of each wait before a retry.
    """

    def __init__(
        self,
        time: Time | None = None,
        draw: Callable[[], float] = random.random,
        heard: Callable[[float], None] = unheard,
    ) -> None:
        self._time, self._draw, self._heard = time or RealTime(), draw, heard
        self._budgets: dict[Place, Budget] = {}
        self._patience = Patience(since=self._time.now())
        self._lock = Lock()

    def pace(self, client: Any, account: str, region: str) -> None:
        """Every request of the client keeps to the budget of that place and is retried while that makes sense."""
        place = account, region
        client.meta.events.register("before-send", partial(self._before, place))
        client.meta.events.register("needs-retry", partial(self._after, place))

    def _before(self, place: Place, **_: Any) -> None:
        """The request's turn has come."""
        with self._lock:
            self._budgets[place], seconds = self._budget(place).sent(self._time.now())
        if seconds:
            self._time.wait(seconds)

    def _after(
        self, place: Place, attempts: int, response: Any = None, caught_exception: Any = None, **_: Any
    ) -> float | None:
        """None for an answer that stands; else the wait is over and the request is to be sent again (0 more s)."""
        said = _said(response, caught_exception)
        with self._lock:
            seconds = self._granted(place, said, attempts)
        if seconds is None:
            return None
        self._heard(seconds)
        self._time.wait(seconds)
        return 0.0

    def _granted(self, place: Place, said: Trouble, attempts: int) -> float | None:
        now = self._time.now()
        self._budgets[place] = self._budget(place).answered(said, now)
        seconds = wait_before_next(said, attempts, self._draw())
        patience = None if seconds is None else self._patience.waiting(now, seconds)
        if patience is None:
            return None
        self._patience = patience
        return seconds

    def _budget(self, place: Place) -> Budget:
        return self._budgets.get(place) or Budget(self._time.now())


def _said(response: Any, error: Any) -> Trouble:
    """What botocore's answer (HTTP response, parsed) or the error on the way to AWS means."""
    from botocore.exceptions import ConnectionError, HTTPClientError

    if response is None:
        return Trouble.TRANSIENT if isinstance(error, ConnectionError | HTTPClientError) else Trouble.REFUSED
    http, parsed = response
    return trouble(parsed.get("Error", {}).get("Code"), http.status_code)
