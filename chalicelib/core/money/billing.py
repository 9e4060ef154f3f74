"""How services bill what ran: the minimum charge of a start, and rounding up.

What is billed beyond what ran is a surplus. It belongs to the end of its run, so that nothing is ever billed to a time
before a resource was created or after it was deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.money.spans import Edge, Span

SECOND, MINUTE, HOUR = 1, 60, 3600


@dataclass(frozen=True, slots=True)
class Rule:
    """What a start costs at least, and the steps that a run is rounded up to, in seconds."""

    least: int = SECOND
    step: int = SECOND

    def billed(self, seconds: int) -> int:
        """The seconds billed for a run of that length."""
        return max(self.least, -(-seconds // self.step) * self.step)


AS_IT_IS = Rule()
BY_SERVICE = {
    "ec2": Rule(least=MINUTE),
    "rds": Rule(least=10 * MINUTE),
    "fargate": Rule(least=MINUTE),
    "redshift": Rule(least=MINUTE),
}
"""EC2: "per-second billing with a 60-second minimum", whatever the licence but SUSE's (Windows, SQL Server, RHEL too).
https://repost.aws/knowledge-center/ec2-instance-hour-billing
RDS, members of clusters alike: "billed in one-second increments, with a minimum of 10 minutes".
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_OnDemandDBInstances.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_OnDemandDBInstances.html
https://aws.amazon.com/documentdb/pricing/
Fargate: by the second, at least a minute. https://aws.amazon.com/fargate/pricing/
Redshift: by the second. https://aws.amazon.com/redshift/pricing/
"""

BY_THE_HOUR = Rule(least=HOUR, step=HOUR)
"""SUSE: "each partial instance-hour is billed as a full hour".
https://repost.aws/knowledge-center/ec2-instance-hour-billing"""

WINDOWS_TASK = Rule(least=5 * MINUTE)
"""Windows containers. https://aws.amazon.com/fargate/pricing/"""


def rule(key: str) -> Rule:
    """How the service of that rate key bills a run."""
    service, *rest = key.split(":")
    if service == "ec2" and rest[2:3] == ["suse"]:
        return BY_THE_HOUR
    if service == "fargate" and rest[2:3] == ["windows"]:
        return WINDOWS_TASK
    return BY_SERVICE.get(service, AS_IT_IS)


def second(instant: datetime) -> int:
    """The second, counted from 1970, that the instant is in."""
    return int(instant.timestamp() // 1)


def seconds(span: Span) -> int:
    """How long the span lasts."""
    return second(span.ends) - second(span.begins)


@dataclass(frozen=True, slots=True)
class Surplus:
    """So many seconds are billed beyond what ran, for each unit and at the rate of the run's last span."""

    last: Span
    seconds: int


def surpluses(spans: Iterable[Span]) -> tuple[Surplus, ...]:
    """What is billed beyond what ran of one resource, run by run; what keeps billing is billed as it is.

    A run whose start or end is not known has none.
    """
    found = (Surplus(run[-1], _surplus(run)) for run in _runs(span for span in spans if not span.keeps))
    return tuple(surplus for surplus in found if surplus.seconds)


def _surplus(run: list[Span]) -> int:
    if not run[0].starts or run[-1].ended is Edge.OPEN:
        return 0
    ran = sum(seconds(span) for span in run)
    return rule(run[-1].rate).billed(ran) - ran if ran else 0


def _runs(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """Spans that follow on each other without a start between them are one run."""
    running: list[list[Span]] = []
    for span in sorted(spans, key=lambda each: (each.begins, each.ends, each)):
        run = None if span.starts else _continued(running, span)
        if run is None:
            running.append([span])
        else:
            run.append(span)
    yield from running


def _continued(running: Iterable[list[Span]], span: Span) -> list[Span] | None:
    """The run that the span goes on: one of as many units, and where there are several one of the same rate."""
    same = [run for run in running if run[-1].ends == span.begins and run[-1].units == span.units]
    return min(same, key=lambda run: (run[-1].rate != span.rate, run[-1]), default=None)
