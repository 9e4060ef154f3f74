"""What a month would avoid if the rules were acted on: the ledger, over a calendar in place of what ran."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from chalicelib.core.model import Desired
from chalicelib.core.money.attribution import lines
from chalicelib.core.money.baselines import Baseline, Basis
from chalicelib.core.money.inputs import Belongs
from chalicelib.core.money.lines import Line
from chalicelib.core.money.rates import Book
from chalicelib.core.money.spans import Span
from chalicelib.core.simulate import Run

CENT = Decimal("0.01")
NOTHING = Decimal(0)
Covered = Mapping[tuple[str, str], Decimal]
"""The part of each resource's cost (its key and ARN), 0 to 1, that commitments pay for."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One environment's month, in US dollars at list rates.

    It avoids from `low` to `high`: at least what no commitment has paid for, at most all of it, if what commitments
    paid for is used elsewhere. `covered` is that difference. `bases` are what it rests on; with `ceiling` among them
    even the low end is more than can be known. Of the resources in `unknown` (key and what is missing) nothing is in
    these figures.
    """

    would_have: Decimal
    will: Decimal
    low: Decimal
    high: Decimal
    bases: tuple[Basis, ...] = ()
    provisional: bool = False
    unknown: tuple[tuple[str, str], ...] = ()

    @property
    def covered(self) -> Decimal:
        """What is avoided only if the commitments that paid for it are used elsewhere."""
        return self.high - self.low

    @property
    def ceiling(self) -> bool:
        """Nobody observed or declared what would have run of some of it."""
        return Basis.CEILING in self.bases


def foreseen(
    belongs: Belongs, month: str, runs: Sequence[Run], baselines: Iterable[Baseline], book: Book, covered: Covered
) -> Foreseen:
    """What the runs would make of a month of what the baselines are of.

    While the rules leave things as they are, nothing is claimed.
    """
    known = tuple(baselines)
    acted = [run for run in runs if run.desired is not Desired.AS_IS]
    held = [replace(each, begins=run.begins, ends=run.ends) for each in known for run in _joined(acted)]
    up = [run for run in acted if run.desired is Desired.UP]
    found = lines(belongs, month, [span for each in known for span in _spans(each, up)], book, held)
    bases = sorted({line.basis for line in found if line.basis is not None})
    kept = [line for line in found if line.avoided is not None and line.basis is not None]
    high = sum((_avoided(line) for line in kept), NOTHING)
    low = sum((_uncovered(line, covered) for line in kept), NOTHING)
    will = sum((line.actual for line in kept), NOTHING)
    return Foreseen(
        would_have=(will + high).quantize(CENT),
        will=(will + high).quantize(CENT) - high.quantize(CENT),
        low=low.quantize(CENT),
        high=high.quantize(CENT),
        bases=tuple(bases),
        provisional=any(line.provisional for line in found),
        unknown=tuple(sorted({*_sizeless(known), *((line.resource, key) for line in found for key in line.missing)})),
    )


def _joined(runs: Sequence[Run]) -> Iterator[Run]:
    """Runs that follow on each other as one: what holds across them is one baseline."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].ends == run.begins:
            joined[-1] = replace(joined[-1], ends=run.ends)
        else:
            joined.append(run)
    yield from joined


def _sizeless(baselines: Iterable[Baseline]) -> Iterator[tuple[str, str]]:
    return ((each.resource, "what it draws") for each in baselines if not each.draws)


def _spans(baseline: Baseline, up: Iterable[Run]) -> Iterator[Span]:
    for run in up:
        for draw in baseline.draws:
            whose = (baseline.environment, baseline.resource, baseline.arn)
            yield Span(*whose, run.begins, run.ends, draw.rate, draw.units, starts=False)


def _avoided(line: Line) -> Decimal:
    return line.avoided.whole if line.avoided else NOTHING


def _uncovered(line: Line, covered: Covered) -> Decimal:
    """What of it no commitment has paid for; a loss is one whoever pays for it."""
    avoided = _avoided(line)
    return avoided * (1 - covered.get((line.resource, line.arn), NOTHING)) if avoided > 0 else avoided
