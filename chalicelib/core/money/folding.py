"""Readings become spans: rectangles of so many units at one rate from one instant to another.

The order in which readings are told changes nothing, nor does one that is told twice. What AWS was heard to say
sharpens an edge that lies between two looks, and nothing else: that it is lost costs no more than that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from chalicelib.core.money.rates import KEEP
from chalicelib.core.money.reading import UNKNOWN, Reading, printed
from chalicelib.core.money.spans import Draw, Edge, Span


@dataclass(frozen=True, slots=True, order=True)
class Heard:
    """AWS said that a resource is billed as running from `at` on, or that it is no more."""

    arn: str
    at: datetime
    runs: bool


def spans(readings: Iterable[Reading], heard: Iterable[Heard], begins: datetime, ends: datetime) -> tuple[Span, ...]:
    """What ran of these environments from `begins` until before `ends`, cut at both.

    Of members that go the newest end first. What the last reading shows goes on until `ends`.
    """
    ordered = sorted(set(readings), key=_order)
    news = {arn: list(said) for arn, said in groupby(sorted(set(heard)), key=lambda one: one.arn)}
    found: list[Span] = []
    for (_, arn), group in groupby(ordered, key=lambda one: (one.environment, one.arn)):
        for span in _of_one(_sharpened(list(group), news.get(arn, [])), ends):
            found += _cut(span, begins, ends)
    return tuple(sorted(found))


def _order(reading: Reading) -> tuple[str, str, datetime, datetime, str]:
    return reading.environment, reading.arn, reading.at, reading.seen, printed(reading.draws)


def _sharpened(readings: Sequence[Reading], news: Sequence[Heard]) -> Iterator[Reading]:
    """The readings, those between which it was heard to start or stop from that instant on."""
    was: tuple[Draw, ...] = ()
    for reading in readings:
        yield _sharp(reading, news) if bool(reading.draws) is not bool(was) else reading
        was = reading.draws


def _sharp(reading: Reading, news: Sequence[Heard]) -> Reading:
    """From when it was first heard so, after it was last heard otherwise, since the look before.

    AWS dates the launch of an instance; it is billed once it runs, which is heard a moment later.
    """
    runs = bool(reading.draws)
    if reading.edge is Edge.OPEN or (reading.edge is Edge.TOLD and not runs):
        return reading
    told = reading.edge is Edge.TOLD
    since, until = (reading.at, reading.seen) if told else (reading.after, reading.at)
    within = [one for one in news if since < one.at <= until]
    otherwise = max((one.at for one in within if one.runs is not runs), default=since)
    at = min((one.at for one in within if one.runs is runs and one.at >= otherwise), default=None)
    return reading if at is None else replace(reading, at=at, edge=Edge.TOLD)


def _of_one(readings: Iterable[Reading], ends: datetime) -> Iterator[Span]:
    """The spans of one resource, in whole seconds; what is not known to have ended goes on until `ends`.

    What another size begins with is a start of its own. An instance is stopped and started for it:
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-resize.html. A database runs on, but "in the case
    of billable configuration change, such as scaling compute [...], you're charged a 10-minute minimum":
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_OnDemandDBInstances.html.
    """
    running: dict[str, list[Span]] = {}
    at: datetime | None = None
    for reading in readings:
        at = max(at or reading.at, reading.at).replace(microsecond=0)
        wanted = {draw.rate: draw.units for draw in reading.draws}
        starts = reading.edge is not Edge.OPEN and not any(key.startswith(UNKNOWN) for key in running)
        for key in {**running, **wanted}:
            stack = running.setdefault(key, [])
            missing = wanted.get(key, Decimal()) - sum((span.units for span in stack), Decimal())
            if missing > 0:
                stack.append(_begun(reading, key, at, missing, starts, ends))
            else:
                yield from _ended(stack, -missing, at, reading.edge)
        running = {key: stack for key, stack in running.items() if stack}
    for stack in running.values():
        yield from stack


def _begun(reading: Reading, key: str, at: datetime, units: Decimal, starts: bool, ends: datetime) -> Span:
    return Span(
        environment=reading.environment,
        resource=reading.resource,
        arn=reading.arn,
        begins=at,
        ends=ends,
        rate=key,
        units=units,
        starts=starts,
        keeps=key.startswith(f"{KEEP}:"),
        begun=reading.edge,
        ended=Edge.OPEN,
    )


def _ended(stack: list[Span], units: Decimal, at: datetime, edge: Edge) -> Iterator[Span]:
    """So many units end, the newest first; what is left of a span goes on."""
    ended = Edge.SEEN if edge is Edge.OPEN else edge
    while units > 0:
        span = stack.pop()
        gone = min(units, span.units)
        yield replace(span, units=gone, ends=at, ended=ended)
        if gone < span.units:
            stack.append(replace(span, units=span.units - gone))
        units -= gone


def _cut(span: Span, begins: datetime, ends: datetime) -> Iterator[Span]:
    """The span within that time, its edges open where it is cut; none of one that is nowhere in it."""
    if span.begins < begins:
        span = replace(span, begins=begins, starts=False, begun=Edge.OPEN)
    if span.ends > ends:
        span = replace(span, ends=ends, ended=Edge.OPEN)
    if span.begins < span.ends:
        yield span
