"""What a month would avoid if the rules were acted on: the ledger, over a calendar in place of what ran."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from chalicelib.core.model import Desired
from chalicelib.core.money.attribution import roll_up
from chalicelib.core.money.baselines import Baseline, Basis
from chalicelib.core.money.inputs import Belongs
from chalicelib.core.money.lines import NOTHING, Line, RollUp
from chalicelib.core.money.rates import Book
from chalicelib.core.money.spans import Span
from chalicelib.core.simulate import Run

CENT = Decimal("0.01")
Lacking = tuple[str, str]
"""A resource, and what is not known of it: a rate key, or words."""
Covered = Mapping[tuple[str, str], Decimal]
"""The part of each resource's cost (its key and ARN), 0 to 1, that commitments pay for."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """One environment's month, in whose runs its rules alone are followed.

    `baselines` are of what Curfew would act on, `keeps` is what bills on whatever it does. Of what is `unknown` nobody
    can say what it would cost, nor of `keeps_unknown` whether it bills on.
    """

    belongs: Belongs
    runs: Sequence[Run]
    baselines: tuple[Baseline, ...] = ()
    keeps: tuple[Span, ...] = ()
    unknown: tuple[Lacking, ...] = ()
    keeps_unknown: tuple[Lacking, ...] = ()


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One environment's month, in US dollars at list rates.

    It avoids from `low` to `high`: at least what no commitment has paid for, at most all of it, if what commitments
    paid for is used elsewhere. `covered` is that difference. `low` is None where nobody asked for commitments.
    `bases` are what it rests on; with `ceiling` among them even the low end is more than can be known. Of the resources
    in `unknown` nothing is in these figures, and of those in `keeps_unknown` nothing in `keeps`.
    """

    would_have: Decimal
    will: Decimal
    low: Decimal | None
    high: Decimal
    bases: tuple[Basis, ...] = ()
    provisional: bool = False
    unknown: tuple[Lacking, ...] = ()
    keeps: Decimal = NOTHING
    keeps_unknown: tuple[Lacking, ...] = ()

    @property
    def covered(self) -> Decimal | None:
        """What is avoided only if the commitments that paid for it are used elsewhere."""
        return None if self.low is None else self.high - self.low

    @property
    def ceiling(self) -> bool:
        """Nobody observed or declared what would have run of some of it."""
        return Basis.CEILING in self.bases

    @property
    def floor(self) -> Decimal | None:
        """The least that it avoids; None where that is not known."""
        return None if self.ceiling else self.low

    @property
    def computable(self) -> bool:
        """Anything of what it costs is known, or there is nothing that costs anything."""
        return bool(self.bases) or not self.unknown


def rolled(outlook: Outlook, month: str, book: Book) -> RollUp:
    """The month as the ledger would have it. While the rules leave things as they are, nothing is claimed."""
    acted = [run for run in outlook.runs if run.desired is not Desired.AS_IS]
    held = [replace(each, begins=run.begins, ends=run.ends) for each in outlook.baselines for run in _joined(acted)]
    up = [run for run in acted if run.desired is Desired.UP]
    ran = (span for each in outlook.baselines for span in _spans(each, up))
    return roll_up(outlook.belongs, month, [*ran, *outlook.keeps], book, held)


def foreseen(outlook: Outlook, found: RollUp, paid: Decimal | None) -> Foreseen:
    """What its roll-up says. Commitments have paid for so much of what it avoids; None: nobody asked for them."""
    kept = [line for line in found.lines if line.avoided is not None and line.basis is not None]
    high = sum((_avoided(line) for line in kept), NOTHING)
    would_have = sum((line.actual for line in kept), NOTHING) + high
    missing = ((line.resource, key) for line in found.lines for key in line.missing)
    priceless = ((line.resource, key) for line in found.lines for key in line.residual_missing)
    return Foreseen(
        would_have=_cents(would_have),
        will=_cents(would_have) - _cents(high),
        low=None if paid is None else _cents(high - paid),
        high=_cents(high),
        bases=tuple(sorted({line.basis for line in kept if line.basis is not None})),
        provisional=any(line.provisional for line in kept),
        unknown=tuple(sorted({*outlook.unknown, *missing})),
        keeps=_cents(sum((line.residual for line in found.lines), NOTHING)),
        keeps_unknown=tuple(sorted({*outlook.keeps_unknown, *priceless})),
    )


def paid_by_part(found: RollUp, covered: Covered) -> Decimal:
    """What commitments have paid for of what is avoided, by the part of each resource; a loss is one whoever pays."""
    parts = ((_avoided(line), covered.get((line.resource, line.arn), NOTHING)) for line in found.lines if line.basis)
    return sum((avoided * part for avoided, part in parts if avoided > 0), NOTHING)


def _joined(runs: Sequence[Run]) -> Iterator[Run]:
    """Runs that follow on each other as one: what holds across them is one baseline."""
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1].ends == run.begins:
            joined[-1] = replace(joined[-1], ends=run.ends)
        else:
            joined.append(run)
    yield from joined


def _spans(baseline: Baseline, up: Iterable[Run]) -> Iterator[Span]:
    for run in up:
        for draw in baseline.draws:
            whose = (baseline.environment, baseline.resource, baseline.arn)
            yield Span(*whose, run.begins, run.ends, draw.rate, draw.units, starts=False)


def _avoided(line: Line) -> Decimal:
    return line.avoided.whole if line.avoided else NOTHING


def _cents(usd: Decimal) -> Decimal:
    return usd.quantize(CENT)
