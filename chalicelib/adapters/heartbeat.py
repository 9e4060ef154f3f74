"""The sign of life that the alarms listen for: one EMF line a tick."""

from __future__ import annotations

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
