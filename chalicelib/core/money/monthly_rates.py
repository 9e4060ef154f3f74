"""Rates by the month become rates by the hour: each month has as many hours as it has.

AWS bills a GB-month by the seconds of the month, so that a whole month costs the same whatever its length:
https://aws.amazon.com/ebs/pricing/ (its examples divide by the seconds of a 30-day month). Its months are those of UTC:
https://docs.aws.amazon.com/cur/latest/userguide/billing-columns.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from chalicelib.core.money.rates import A_MONTH, Rate

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def in_their_months(rates: Sequence[Rate], begins: datetime, ends: datetime) -> tuple[Rate, ...]:
    """The rates of one key, in the order of when they begin; those by the month once for each month.

    They are there from the month before that time until the one after it, so that of one month environments of all
    time zones have the same. Other rates stay as they are.
    """
    superseded = [*(rate.begins for rate in rates), None][1:]
    found: list[Rate] = []
    for rate, until in zip(rates, superseded, strict=True):
        found += _by_month(rate, until, begins, ends) if rate.hours == A_MONTH else (rate,)
    return tuple(found)


def _by_month(rate: Rate, until: datetime | None, begins: datetime, ends: datetime) -> Iterator[Rate]:
    for starts, following in pairwise(_months(begins, ends)):
        since = max(rate.begins, starts)
        if since < (min(following, until) if until else following):
            yield replace(rate, begins=since, hours=(following - starts) // HOUR)


def _months(begins: datetime, ends: datetime) -> Iterator[datetime]:
    """The beginnings of months; in no time zone a month begins a day before or after it does in UTC."""
    first = _start(begins + DAY)
    last = _following(_start(max(begins + DAY, ends - DAY)))
    month = _start(first - DAY)
    while month <= last:
        yield month
        month = _following(month)
    yield month


def _start(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _following(month: datetime) -> datetime:
    return _start(month + timedelta(days=31))
