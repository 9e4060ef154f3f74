"""What a month of some environments would avoid, from what AWS shows of them now: before anything is switched on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.core.keeps_billing import Held
from chalicelib.core.model import Definition
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.choosing import baselines_of, days_in
from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.foreseeing import Foreseen, Outlook
from chalicelib.core.money.foreseen_together import foreseen_together
from chalicelib.core.money.inputs import Belongs
from chalicelib.core.money.rates import Book, book
from chalicelib.core.money.spans import Span
from chalicelib.core.simulate import runs
from chalicelib.core.wishes import Switches
from chalicelib.flows.assess import facts
from chalicelib.flows.ledger_ports import Rates
from chalicelib.flows.live_use import Asking, LiveUse, live_use
from chalicelib.flows.past_use import PastUse
from chalicelib.flows.residual import kept_draws

NO_TIME = "there was no time left to look at it; ask for fewer environments at once"
UNKNOWN_COMMITMENTS = "Savings Plans and reservations were not looked at: what they pay for is not avoided"
ALONE = "Savings Plans and reservations are set against these environments alone, not all that the organisation runs"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An environment to look at, with what is remembered of it."""

    definition: Definition
    past: PastUse = PastUse()


@dataclass(frozen=True, slots=True)
class Foresight:
    """One environment's month; `money` is None where it was not looked at.

    `unseen` says what AWS would not show, `notes` what else to know.
    """

    definition: Definition
    money: Foreseen | None = None
    unseen: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def foresights(
    asking: Asking, rates: Rates, wanted: Sequence[Wanted], month: str, commitments: Iterable[Commitment] | None
) -> tuple[Foresight, ...]:
    """The month of each, at list prices; what there was no time for says so.

    They share the commitments; None: these are not known.
    """
    looked = list(_looked(asking, wanted, month))
    outlooks = [_outlook(each, live, month) for each, live in looked if live]
    given = None if commitments is None else tuple(commitments)
    prices = _prices(rates, outlooks)
    found = iter(foreseen_together(outlooks, month, prices, given))
    return tuple(_foresight(each, live, next(found) if live else None, given) for each, live in looked)


def _looked(asking: Asking, wanted: Iterable[Wanted], month: str) -> Iterator[tuple[Wanted, LiveUse | None]]:
    """Each with what there is of it now; None for those that time did not suffice for."""
    for each in wanted:
        in_time = asking.world.clock.elapsed() < asking.until
        begins, _ = month_bounds(days_in(each.definition), month)
        yield each, live_use(asking, each.definition, each.past, begins) if in_time else None


def _outlook(wanted: Wanted, live: LiveUse, month: str) -> Outlook:
    definition = wanted.definition
    begins, ends = month_bounds(days_in(definition), month)
    return Outlook(
        Belongs(definition.environment, timezone=days_in(definition)),
        runs(definition, facts(definition, Switches()), begins, ends),
        baselines_of(definition, live.acted, wanted.past.observed),
        tuple(span for held in live.held for span in _kept(definition, held, month)),
        live.unknown,
        live.held_unknown,
    )


def _kept(definition: Definition, held: Held, month: str) -> Iterator[Span]:
    begins, ends = month_bounds(days_in(definition), month)
    for draw in kept_draws(held):
        whose = (definition.environment, held.meter.title, held.arn)
        yield Span(*whose, begins, ends, draw.rate, draw.units, starts=False, keeps=True)


def _prices(rates: Rates, outlooks: Sequence[Outlook]) -> Book:
    """What things cost in the month, wherever it begins first and ends last: in one to come what they cost today."""
    drawn = {draw.rate for outlook in outlooks for each in outlook.baselines for draw in each.draws}
    kept = {span.rate for outlook in outlooks for span in outlook.keeps}
    if not drawn | kept:
        return {}
    begins = min(outlook.runs[0].begins for outlook in outlooks)
    ends = max(outlook.runs[-1].ends for outlook in outlooks)
    return book(rates.rates(sorted(drawn | kept), begins, ends).rates)


def _foresight(
    wanted: Wanted, live: LiveUse | None, money: Foreseen | None, commitments: tuple[Commitment, ...] | None
) -> Foresight:
    if live is None:
        return Foresight(wanted.definition, notes=(NO_TIME,))
    notes = (*live.notes, *([] if commitments == () else [ALONE if commitments else UNKNOWN_COMMITMENTS]))
    return Foresight(wanted.definition, money, live.unseen, notes)
