"""Lines of one environment's month: what each resource cost on each day, and what was avoided by which cause.

In each cell of a resource's day p is the probability that it would have been on, a the share in which it ran. At the
on-demand rate the baseline would have cost p x its size, and hours avoid (p - a) x its size; size avoids a x its size
less what ran at on-demand; spot avoids what ran at on-demand less at its own rate. Together they are what it would have
cost less what it did cost. A surplus of billing is part of what it did cost, and goes against hours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from chalicelib.core.money import METHOD
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.cells import day_seconds, frame, month_bounds
from chalicelib.core.money.inputs import Belongs
from chalicelib.core.money.lines import MICRO, Hourly, Line, Parts, RollUp, hours_in_columns, in_columns
from chalicelib.core.money.metering import ByHour, Tally, tallies
from chalicelib.core.money.prices import Prices
from chalicelib.core.money.rates import Book
from chalicelib.core.money.snapshot import digest
from chalicelib.core.money.spans import Span

HOUR = 3600


def lines(
    belongs: Belongs,
    month: str,
    spans: Iterable[Span],
    book: Book,
    baselines: Iterable[Baseline],
    until: datetime | None = None,
) -> tuple[Line, ...]:
    """A line for each resource and day on which it ran, kept billing or would have run, by resource, ARN and day.

    Spans and baselines are those of the one environment. Nothing after `until` counts; None: the whole month does.
    """
    return _lines(belongs, month, _metered(belongs, month, spans, book, baselines, until))


def hourly(
    belongs: Belongs,
    month: str,
    spans: Iterable[Span],
    book: Book,
    baselines: Iterable[Baseline],
    until: datetime | None = None,
) -> tuple[Hourly, ...]:
    """What commitments are set against, by the hour; nothing is removed where what was avoided is not computable."""
    return _hourly(_metered(belongs, month, spans, book, baselines, until))


def roll_up(
    belongs: Belongs,
    month: str,
    spans: Iterable[Span],
    book: Book,
    baselines: Iterable[Baseline],
    until: datetime | None = None,
) -> RollUp:
    """The environment's month, from which reports are made: its lines, and its usage by the hour."""
    spans, baselines = tuple(spans), tuple(baselines)
    metered = _metered(belongs, month, spans, book, baselines, until)
    running = until is not None and until < month_bounds(belongs.timezone, month)[1]
    return RollUp(
        belongs.environment,
        month,
        METHOD,
        in_columns(belongs.environment, _lines(belongs, month, metered)),
        hours_in_columns(_hourly(metered)),
        until if running else None,
        digest(belongs, month, spans, book, baselines, until if running else None),
    )


Resource = tuple[str, str]
"""A resource's key in its file, and an ARN."""

Metered = Mapping[Resource, Mapping[date, Tally]]


def _metered(
    belongs: Belongs,
    month: str,
    spans: Iterable[Span],
    book: Book,
    baselines: Iterable[Baseline],
    until: datetime | None,
) -> Metered:
    ran: defaultdict[Resource, list[Span]] = defaultdict(list)
    would: defaultdict[Resource, list[Baseline]] = defaultdict(list)
    for span in spans:
        ran[span.resource, span.arn].append(span)
    for baseline in baselines:
        would[baseline.resource, baseline.arn].append(replace(baseline, draws=tuple(sorted(baseline.draws))))
    prices, known = Prices(book), frame(belongs.timezone, month, until)
    return {each: tallies(ran[each], would[each], prices, known) for each in sorted(ran.keys() | would.keys())}


def _lines(belongs: Belongs, month: str, metered: Metered) -> tuple[Line, ...]:
    lasts = day_seconds(belongs.timezone, month)
    return tuple(
        _line(belongs.environment, resource, day, lasts[day], tally)
        for resource, days in metered.items()
        for day, tally in sorted(days.items())
    )


def _line(environment: str, resource: Resource, day: date, lasts: int, tally: Tally) -> Line:
    name, arn = resource
    baseline, known = tally.baseline, not tally.missing
    return Line(
        environment,
        name,
        arn,
        day,
        lasts,
        tally.seconds,
        actual=_usd(tally.own + tally.surplus + tally.unclaimed) if known else Decimal(0),
        residual=Decimal(0) if tally.residual_missing else _usd(tally.residual),
        avoided=_avoided(tally) if tally.computable else None,
        basis=baseline.basis if baseline else None,
        provisional=baseline is not None and baseline.provisional,
        missing=tuple(sorted(tally.missing)),
        residual_missing=tuple(sorted(tally.residual_missing)),
        unclaimed=_usd(tally.unclaimed) if known else Decimal(0),
    )


def _avoided(tally: Tally) -> Parts:
    """Hours take what rounding leaves, so that the parts are the whole."""
    whole = _usd(tally.would - tally.own - tally.surplus)
    size, spot = _usd(tally.present - tally.listed), _usd(tally.listed - tally.own)
    return Parts(whole - size - spot, size, spot)


def _hourly(metered: Metered) -> tuple[Hourly, ...]:
    ran: ByHour = {}
    removed: ByHour = {}
    for tally in (tally for days in metered.values() for tally in days.values()):
        _add(ran, tally.ran)
        if tally.computable:
            _add(removed, tally.removed)
    hours = sorted(ran.keys() | removed.keys())
    found = (Hourly(datetime.fromtimestamp(at, UTC), _amounts(ran, at), _amounts(removed, at)) for at in hours)
    return tuple(each for each in found if each.ran or each.removed)


def _add(total: ByHour, more: ByHour) -> None:
    for at, costs in more.items():
        into = total.setdefault(at, defaultdict(Decimal))
        for key, cost in costs.items():
            into[key] += cost


def _amounts(costs: ByHour, at: int) -> dict[str, Decimal]:
    return dict(_nonzero(costs[at])) if at in costs else {}


def _nonzero(costs: Mapping[str, Decimal]) -> Iterator[tuple[str, Decimal]]:
    for key in sorted(costs):
        if usd := _usd(costs[key]):
            yield key, usd


def _usd(hours: Decimal) -> Decimal:
    """US dollars, in whole millionths."""
    return (hours / HOUR).quantize(MICRO, ROUND_HALF_EVEN) + 0
