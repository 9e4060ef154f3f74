"""Starts and stops that CloudTrail recorded become spans of the past.

It shows calls, and so not that a system shut itself down. A run that another start follows without a stop between them
ended at nobody knows what time: none of it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.money.reading import UNKNOWN
from chalicelib.core.money.spans import Edge, Span

NO_SIZE = f"{UNKNOWN}:not-in-cloudtrail"
"""CloudTrail tells when something ran, and not what it drew."""

STARTS = frozenset({"StartInstances", "StartDBInstance", "StartDBCluster", "ResumeCluster"})
STOPS = frozenset({"StopInstances", "StopDBInstance", "StopDBCluster", "PauseCluster"})
CREATIONS = frozenset(
    {
        "RunInstances",
        "CreateDBInstance",
        "CreateDBInstanceReadReplica",
        "RestoreDBInstanceFromDBSnapshot",
        "RestoreDBInstanceToPointInTime",
        "CreateDBCluster",
        "RestoreDBClusterFromSnapshot",
        "RestoreDBClusterToPointInTime",
        "CreateCluster",
        "RestoreFromClusterSnapshot",
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """Somebody called an operation on a resource, and AWS took it."""

    at: datetime
    operation: str

    @property
    def runs(self) -> bool | None:
        """Whether it runs from then on; None where the call does not say."""
        if self.operation in STARTS or self.operation in CREATIONS:
            return True
        return False if self.operation in STOPS else None


def spans_told(
    whose: tuple[str, str, str], told: Iterable[Told], runs: bool, begins: datetime, ends: datetime
) -> tuple[Span, ...]:
    """What ran between the two instants of one resource (environment, key, ARN) that `runs` at the second."""
    calls = sorted(call for call in set(told) if call.runs is not None and begins <= call.at < ends)
    was_up = not calls[0].runs if calls else runs
    stretches = _stretches(calls, begins if was_up else None, ends if runs else None)
    return tuple(
        Span(*whose, since, until, NO_SIZE, starts=False, begun=_edge(since, begins), ended=_edge(until, ends))
        for since, until in stretches
        if since < until
    )


def created(told: Iterable[Told]) -> datetime | None:
    """When it was created, where that was seen."""
    return max((call.at for call in told if call.operation in CREATIONS), default=None)


def _stretches(
    calls: Iterable[Told], since: datetime | None, until: datetime | None
) -> Iterator[tuple[datetime, datetime]]:
    for call in calls:
        if call.runs:
            since = call.at
        elif since is not None:
            yield since, call.at
            since = None
    if since is not None and until is not None:
        yield since, until


def _edge(at: datetime, bound: datetime) -> Edge:
    return Edge.OPEN if at == bound else Edge.TOLD
