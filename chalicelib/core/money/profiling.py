"""What ran before Curfew acted becomes a baseline: when it was on, by the hour of the week, and how large it was then.

A baseline made so and played back over the time it was made from costs, at on-demand rates, what ran in it. Hours in
which a person had stopped it count as off, so that nobody's evenings are claimed twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from chalicelib.core.localtime import zone
from chalicelib.core.money.baselines import ENOUGH, WEEK, Baseline, Basis
from chalicelib.core.money.billing import second
from chalicelib.core.money.cells import Frame, frame
from chalicelib.core.money.intervals import Interval, common, union, without
from chalicelib.core.money.lines import MICRO
from chalicelib.core.money.rates import KEEP, list_key
from chalicelib.core.money.spans import Draw, Span
from chalicelib.core.months import first_after, month_name

NEVER = Decimal(0)


def observed(
    spans: Iterable[Span],
    begins: datetime,
    ends: datetime,
    timezone: str,
    since: Mapping[str, datetime] | None = None,
    source: str = "",
) -> tuple[Baseline, ...]:
    """The baseline of each resource that ran between the two instants; it holds from `ends` on.

    `since` says, by ARN, from when on a resource was watched, where that is later than `begins`: it was created then.
    Time in which one could not have been stopped counts neither as on nor as off. An hour of the week that was never
    observed counts as off. With fewer than 28 days of the zone's calendar it is provisional.
    """
    watched = dict(since or {})
    ordered = sorted(spans, key=_whose)
    found = (
        _of_one(whose, list(some), max(begins, watched.get(whose[2], begins)), ends, timezone)
        for whose, some in groupby(ordered, key=_whose)
    )
    return tuple(replace(each, source=source) for each in found if each)


def shares(on: Iterable[Interval], seen: Iterable[Interval], timezone: str) -> tuple[Decimal, ...]:
    """For each hour of the local week the part of what was seen of it in which it was on; 0 where nothing was seen."""
    seen = union(seen)
    of = _by_week_hour(seen, timezone)
    was = _by_week_hour(common(on, seen), timezone)
    return tuple(_share(was[hour], of[hour]) for hour in range(WEEK))


def stretch(begins: datetime, ends: datetime) -> Interval:
    """The seconds from the one instant until before the other."""
    return second(begins), second(ends)


def _whose(span: Span) -> tuple[str, str, str]:
    return span.environment, span.resource, span.arn


def _of_one(
    whose: tuple[str, str, str], spans: Sequence[Span], begins: datetime, ends: datetime, timezone: str
) -> Baseline | None:
    bound = [stretch(each.begins, each.ends) for each in spans if each.keeps and not _around_the_clock(each)]
    seen = without([stretch(begins, ends)], bound)
    used = [each for each in spans if not each.keeps]
    on = common([stretch(each.begins, each.ends) for each in used], seen)
    if not on:
        return None
    days = _days(begins, ends, timezone, bound)
    return Baseline(
        *whose,
        Basis.OBSERVED,
        shares(on, seen, timezone),
        _mean_sizes(used, seen, _length(on)),
        days,
        provisional=days < ENOUGH.days,
        begins=ends,
    )


def _around_the_clock(span: Span) -> bool:
    return span.rate.startswith(f"{KEEP}:")


def _days(begins: datetime, ends: datetime, timezone: str, bound: Iterable[Interval]) -> int:
    """Whole days by local clocks, so that a week in which they change has seven, less the time that does not count."""
    where = zone(timezone)
    lasted = ends.astimezone(where).replace(tzinfo=None) - begins.astimezone(where).replace(tzinfo=None)
    lost = _length(common(bound, [stretch(begins, ends)]))
    return max(0, (lasted - timedelta(seconds=lost)).days)


def _mean_sizes(spans: Iterable[Span], seen: Iterable[Interval], on: int) -> tuple[Draw, ...]:
    """What it drew on average while it was on, at on-demand keys."""
    seen = tuple(seen)
    drawn: defaultdict[str, Decimal] = defaultdict(Decimal)
    for span in spans:
        drawn[list_key(span.rate)] += span.units * _length(common([stretch(span.begins, span.ends)], seen))
    means = {key: _in_micros(units / on) for key, units in drawn.items()}
    return tuple(Draw(key, means[key]) for key in sorted(means) if means[key])


def _share(part: int, whole: int) -> Decimal:
    return _in_micros(Decimal(part) / whole) if part else NEVER


def _in_micros(value: Decimal) -> Decimal:
    """Rounded to six decimals, and written with as few as it has."""
    return Decimal(f"{value.quantize(MICRO).normalize():f}")


def _length(stretches: Iterable[Interval]) -> int:
    return sum(ends - begins for begins, ends in stretches)


def _by_week_hour(stretches: Iterable[Interval], timezone: str) -> list[int]:
    """The seconds of the stretches by the hour of the local week in which they lie."""
    found = [0] * WEEK
    for begins, ends in stretches:
        for month in _months(begins, ends, timezone):
            for cell, start, end in month.parts(begins, ends):
                found[cell.week_hour] += end - start
    return found


def _months(begins: int, ends: int, timezone: str) -> Iterator[Frame]:
    """The local months that the stretch touches."""
    day = datetime.fromtimestamp(begins, UTC).astimezone(zone(timezone)).date().replace(day=1)
    while (found := _month(timezone, month_name(day))).begins < ends:
        yield found
        day = first_after(day)


@lru_cache(maxsize=64)
def _month(timezone: str, month: str) -> Frame:
    return frame(timezone, month)
