"""One resource's days: what ran and what would have run, each at its own rate and at the on-demand rate.

Amounts are hourly rates x seconds, unrounded, so that no order of adding them up makes a difference. Only stretches in
which a baseline holds are claimed: what runs outside them costs, and avoids nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.billing import Surplus, second, surpluses
from chalicelib.core.money.cells import Cell, Frame
from chalicelib.core.money.intervals import Interval, common, union, without
from chalicelib.core.money.prices import Hourly, Prices
from chalicelib.core.money.rates import is_spot, list_key
from chalicelib.core.money.spans import Span

KEEP = "keep:"
"""So begin the rate keys of what bills around the clock."""

ByHour = dict[int, defaultdict[str, Hourly]]


@dataclass(slots=True)
class Tally:
    """One day of one resource. Of what ran while a baseline holds: `own` is at its own rate, `listed` at on-demand.

    `present` is what the baseline draws in the seconds in which anything ran, `would` what it would have drawn in all
    of them. `surplus` is billed beyond what ran; `unclaimed` is what ran while no baseline holds, surplus included.
    `ran` and `removed` are what commitments are set against, by the hour in UTC and the rate key.
    """

    baseline: Baseline | None = None
    seconds: int = 0
    own: Hourly = Decimal(0)
    listed: Hourly = Decimal(0)
    present: Hourly = Decimal(0)
    would: Hourly = Decimal(0)
    surplus: Hourly = Decimal(0)
    unclaimed: Hourly = Decimal(0)
    residual: Hourly = Decimal(0)
    missing: set[str] = field(default_factory=set)
    residual_missing: set[str] = field(default_factory=set)
    ran: ByHour = field(default_factory=dict)
    removed: ByHour = field(default_factory=dict)

    @property
    def computable(self) -> bool:
        """Whether it can be said what was avoided. What only keeps billing avoids nothing, and needs no baseline."""
        return not self.missing and (self.baseline is not None or not self.seconds)


def tallies(spans: Iterable[Span], baselines: Iterable[Baseline], prices: Prices, frame: Frame) -> dict[date, Tally]:
    """The days of one resource on which anything ran, was kept, or would have run."""
    meter = _Meter(prices, frame)
    meter.read(sorted(spans), sorted(baselines, key=lambda each: each.begins))
    return meter.days


@dataclass(frozen=True, slots=True)
class _Meter:
    prices: Prices
    frame: Frame
    days: defaultdict[date, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def read(self, spans: Sequence[Span], baselines: Sequence[Baseline]) -> None:
        used, kept = [span for span in spans if not span.keeps], [span for span in spans if span.keeps]
        running = union(self._stretch(span) for span in used)
        claimed: list[Interval] = []
        for baseline in baselines:
            holds = self._holds(baseline, kept)
            self._would_have(baseline, holds)
            self._present(baseline, common(holds, running))
            claimed += holds
        for begins, ends in running:
            for tally, _, start, end in self._parts(begins, ends):
                tally.seconds += end - start
        for span in used:
            self._ran(span, common([self._stretch(span)], claimed))
            self._unclaimed(span, without([self._stretch(span)], claimed))
        for surplus in surpluses(used):
            self._surplus(surplus, claimed)
        for span in kept:
            self._kept(span)

    def _stretch(self, span: Span) -> Interval:
        return self.frame.within(second(span.begins), second(span.ends))

    def _holds(self, baseline: Baseline, kept: Iterable[Span]) -> tuple[Interval, ...]:
        """When the baseline holds; not while the resource could not have been stopped."""
        ends = self.frame.ends if baseline.ends is None else second(baseline.ends)
        bound = [self._stretch(span) for span in kept if not span.rate.startswith(KEEP)]
        return without([self.frame.within(second(baseline.begins), ends)], bound)

    def _parts(self, begins: int, ends: int) -> Iterator[tuple[Tally, Cell, int, int]]:
        for cell, start, end in self.frame.parts(begins, ends):
            yield self.days[cell.day], cell, start, end

    def _would_have(self, baseline: Baseline, holds: Iterable[Interval]) -> None:
        for begins, ends in holds:
            for tally, cell, start, end in self._parts(begins, ends):
                tally.baseline = baseline
                share = baseline.on[cell.week_hour]
                for key, cost in self._drawn(baseline, start, end, tally.missing) if share else ():
                    tally.would += share * cost
                    _note(tally.removed, cell.hour, key, share * cost)

    def _present(self, baseline: Baseline, running: Iterable[Interval]) -> None:
        for begins, ends in running:
            for tally, _, start, end in self._parts(begins, ends):
                tally.present += sum(cost for _, cost in self._drawn(baseline, start, end, tally.missing))

    def _drawn(self, baseline: Baseline, begins: int, ends: int, missing: set[str]) -> Iterator[tuple[str, Hourly]]:
        """What the baseline draws of each key while it is on; what bills around the clock is no part of it."""
        for draw in baseline.draws:
            key = list_key(draw.rate)
            if not key.startswith(KEEP):
                yield key, draw.units * self._cost(key, begins, ends, missing)

    def _ran(self, span: Span, claimed: Iterable[Interval]) -> None:
        for begins, ends in claimed:
            for tally, cell, start, end in self._parts(begins, ends):
                own = span.units * self._cost(span.rate, start, end, tally.missing)
                tally.own += own
                tally.listed += span.units * self._cost(list_key(span.rate), start, end, tally.missing)
                _note_ran(tally, cell.hour, span.rate, own, claimed=own)

    def _unclaimed(self, span: Span, stretches: Iterable[Interval]) -> None:
        for begins, ends in stretches:
            for tally, cell, start, end in self._parts(begins, ends):
                own = span.units * self._cost(span.rate, start, end, tally.missing)
                tally.unclaimed += own
                _note_ran(tally, cell.hour, span.rate, own)

    def _surplus(self, surplus: Surplus, claimed: Sequence[Interval]) -> None:
        """It belongs to the last second of its run."""
        span, last = surplus.last, second(surplus.last.ends) - 1
        for tally, cell, start, end in self._parts(last, last + 1):
            cost = surplus.seconds * span.units * self._cost(span.rate, start, end, tally.missing)
            if common([(start, end)], claimed):
                tally.surplus += cost
                _note_ran(tally, cell.hour, span.rate, cost, claimed=cost)
            else:
                tally.unclaimed += cost
                _note_ran(tally, cell.hour, span.rate, cost)

    def _kept(self, span: Span) -> None:
        for tally, cell, start, end in self._parts(*self._stretch(span)):
            cost = span.units * self._cost(span.rate, start, end, tally.residual_missing)
            tally.residual += cost
            if not span.rate.startswith(KEEP):
                _note_ran(tally, cell.hour, span.rate, cost)

    def _cost(self, key: str, begins: int, ends: int, missing: set[str]) -> Hourly:
        cost = self.prices.cost(key, begins, ends)
        if cost is None:
            missing.add(key)
            return Decimal(0)
        return cost


def _note_ran(tally: Tally, hour: int, key: str, cost: Hourly, claimed: Hourly = Decimal(0)) -> None:
    """It counts as run, and so much of it is in place of what would have run. No commitment covers spot capacity."""
    if not is_spot(key):
        _note(tally.ran, hour, key, cost)
        _note(tally.removed, hour, key, -claimed)


def _note(noted: ByHour, hour: int, key: str, cost: Hourly) -> None:
    noted.setdefault(hour, defaultdict(Decimal))[key] += cost
