"""What a day of a resource would have cost and did cost, counted by quarters of an hour and by overlaps of times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.billing import surpluses
from chalicelib.core.money.cells import cells
from chalicelib.core.money.inputs import Inputs
from chalicelib.core.money.sheet import Row
from tests.core.money.samples import LARGE, MONTH, RDS, SMALL, SPOT, SUSE
from tests.properties.ledgers import BEGINS, BOOK, CLOSES


def _quarters(inputs: Inputs, row: Row) -> Iterable[tuple[datetime, int]]:
    """The quarters of an hour of the row's day that are known, each with its hour of the local week."""
    for cell in cells(row.belongs.timezone, MONTH):
        if cell.day == row.day:
            for number in range(cell.seconds // 900):
                moment = datetime.fromtimestamp(cell.begins + 900 * number, BEGINS.tzinfo)
                yield moment, cell.week_hour


def _overlap(begins: datetime, ends: datetime, others: Iterable[tuple[datetime, datetime]]) -> int:
    """The seconds of the stretch that all the others cover too."""
    for other_begins, other_ends in others:
        begins, ends = max(begins, other_begins), min(ends, other_ends)
    return max(int((ends - begins).total_seconds()), 0)


def _baseline(inputs: Inputs, row: Row) -> Baseline | None:
    mine = (each for each in inputs.baselines if (each.environment, each.arn) == (row.belongs.environment, row.arn))
    return next(mine, None)


def _holds(baseline: Baseline) -> tuple[datetime, datetime]:
    assert baseline.ends is not None
    return baseline.begins, min(baseline.ends, CLOSES)


LISTED = {SPOT: Decimal("0.10")} | {key: BOOK[key][0].usd for key in (SMALL, LARGE, SUSE, RDS)}


def would_have(inputs: Inputs, row: Row) -> Decimal:
    """What the baseline would have cost that day, in millionths, added up by quarters of an hour."""
    baseline = _baseline(inputs, row)
    if baseline is None:
        return Decimal(0)
    (draw,) = baseline.draws
    quarter = timedelta(minutes=15)
    shares = (
        baseline.on[week_hour] * _overlap(begins, begins + quarter, [_holds(baseline)])
        for begins, week_hour in _quarters(inputs, row)
    )
    return sum(shares, Decimal(0)) * draw.units * LISTED[draw.rate] * 1_000_000 / 3600


def ran_while_claimed(inputs: Inputs, row: Row) -> Decimal:
    """What the resource cost that day while its baseline holds, in millionths: of each second, and as billed."""
    baseline = _baseline(inputs, row)
    mine = [each for each in inputs.spans if (each.environment, each.arn) == (row.belongs.environment, row.arn)]
    used = [each for each in mine if not each.keeps]
    if baseline is None:
        return Decimal(0)
    holds, cost = _holds(baseline), Decimal(0)
    days = [
        (datetime.fromtimestamp(cell.begins, BEGINS.tzinfo), datetime.fromtimestamp(cell.ends, BEGINS.tzinfo))
        for cell in cells(row.belongs.timezone, MONTH)
        if cell.day == row.day
    ]
    day = (days[0][0], days[-1][1])
    for each in used:
        for step_begins, step_ends, usd in _steps(each.rate):
            lasts = _overlap(each.begins, each.ends, [day, holds, (step_begins, step_ends)])
            cost += lasts * each.units * usd
    for surplus in surpluses(used):
        last = surplus.last.ends - timedelta(seconds=1)
        if _overlap(last, surplus.last.ends, [day, holds]):
            (usd,) = (usd for begins, ends, usd in _steps(surplus.last.rate) if begins <= last < ends)
            cost += surplus.seconds * surplus.last.units * usd
    return cost * 1_000_000 / 3600


def _steps(key: str) -> list[tuple[datetime, datetime, Decimal]]:
    rates = BOOK[key]
    ends = [*(each.begins for each in rates[1:]), CLOSES]
    return [(each.begins, end, each.usd) for each, end in zip(rates, ends, strict=True)]
