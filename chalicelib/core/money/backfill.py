"""Lines of an hourly bill become spans of the past.

A bill does not say at which minute of an hour something ran. What ran for part of an hour is taken to have ended in it,
or to have begun in it where it ran in the hour after and not in the one before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from chalicelib.core.money.billed import HOUR, Usage
from chalicelib.core.money.spans import Edge, Span

ONE = Decimal(1)
SEVERAL = ("fargate:", "redshift:")


def spans_billed(environment: str, resource: str, arn: str, usages: Iterable[Usage]) -> tuple[Span, ...]:
    """What ran of one resource; lines of one member, one rate and one hour are added up."""
    by_member: defaultdict[tuple[str, str], dict[datetime, Decimal]] = defaultdict(dict)
    for usage in usages:
        hours = by_member[usage.resource, usage.rate]
        hours[usage.begins] = hours.get(usage.begins, Decimal(0)) + usage.quantity
    found = [
        Span(environment, resource, arn, begins, ends, rate, units, starts=False, begun=Edge.SEEN, ended=Edge.SEEN)
        for (_, rate), hours in by_member.items()
        for begins, ends, units in _joined(_stretches(hours, rate))
    ]
    return tuple(sorted(found))


Stretch = tuple[datetime, datetime, Decimal]


def _stretches(hours: dict[datetime, Decimal], rate: str) -> Iterator[Stretch]:
    """In the order of time. Where a line may be of several (vCPUs, nodes) they are taken to have run for all of it."""
    for begins in sorted(each for each in hours if hours[each] > 0):
        quantity = hours[begins]
        if rate.startswith(SEVERAL):
            yield begins, begins + HOUR, quantity
            continue
        quantity = min(quantity, ONE)
        lasted = timedelta(seconds=int(quantity * 3600))
        late = begins + HOUR in hours and begins - HOUR not in hours
        yield (begins + HOUR - lasted, begins + HOUR, ONE) if late else (begins, begins + lasted, ONE)


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Those that follow on each other without a gap, at the same units, are one."""
    ordered: Sequence[Stretch] = list(stretches)
    if not ordered:
        return
    begins = ordered[0][0]
    for one, other in pairwise(ordered):
        if one[1:] != (other[0], other[2]):
            yield begins, one[1], one[2]
            begins = other[0]
    yield begins, ordered[-1][1], ordered[-1][2]
