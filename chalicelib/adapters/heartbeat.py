"""Signs of life that the alarms listen for: one EMF line a tick, and one a close of the books."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta


def beat(poked: int, oldest: timedelta) -> None:
    """Ticks, Pokes and OldestOverdueSeconds were counted in namespace Curfew, dimension service.

    The service is named by POWERTOOLS_SERVICE_NAME, one a stage, so that two stages do not mix.
    Never with the environment as a dimension: each combination would be a metric of its own, and cost.
    """
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

    metrics = EphemeralMetrics(namespace="Curfew")
    metrics.add_metric(name="Ticks", unit=MetricUnit.Count, value=1)
    metrics.add_metric(name="Pokes", unit=MetricUnit.Count, value=poked)
    metrics.add_metric(name="OldestOverdueSeconds", unit=MetricUnit.Seconds, value=oldest.total_seconds())
    metrics.flush_metrics()


class BooksError(Exception):
    """Days of some environments could not be closed; the message says of which, and why."""


def closed(done: int, failed: Mapping[str, str], left: int) -> None:
    """DaysClosed and DaysLeft were counted. Raises BooksError, which the alarm on errors hears, where any failed."""
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

    metrics = EphemeralMetrics(namespace="Curfew")
    metrics.add_metric(name="DaysClosed", unit=MetricUnit.Count, value=done)
    metrics.add_metric(name="DaysLeft", unit=MetricUnit.Count, value=left)
    metrics.flush_metrics()
    if failed:
        raise BooksError("; ".join(f"{name}: {why}" for name, why in sorted(failed.items())))
