"""What a month would avoid, from a bill of the past and the rules of a file: before anything is switched on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from chalicelib.core.model import Definition
from chalicelib.core.money.baselines import Baseline
from chalicelib.core.money.choosing import Acted, baselines_of, days_in
from chalicelib.core.money.foreseeing import CENT, Foreseen, Outlook, foreseen, paid_by_part, rolled
from chalicelib.core.money.inputs import Belongs
from chalicelib.core.money.rates import Rate, book
from chalicelib.core.simulate import runs
from chalicelib.core.wishes import Switches
from chalicelib.flows.assess import facts
from chalicelib.flows.backfill import Backfilled
from chalicelib.flows.ledger_ports import Rates

SIZELESS = "what it draws"
HOUR_SECONDS = 3600


def foresee(
    definition: Definition, found: Backfilled, rates: Rates, month: str, begins: datetime, ends: datetime
) -> Foreseen:
    """The month, between its first and last instant, at the bill's list prices; at others where the bill has none."""
    acted = [Acted(each.resource, each.arn, (), begins) for each in found.baselines]
    chosen = baselines_of(definition, acted, found.baselines)
    outlook = Outlook(
        Belongs(definition.environment, timezone=days_in(definition)),
        runs(definition, facts(definition, Switches()), begins, ends),
        chosen,
        unknown=tuple((each.resource, SIZELESS) for each in found.baselines if not each.draws),
    )
    made = rolled(outlook, month, book(_rates(chosen, found, rates, begins, ends)))
    hours = Decimal(int((ends - begins).total_seconds())) / HOUR_SECONDS
    kept = (found.kept * hours).quantize(CENT)
    return replace(foreseen(outlook, made, paid_by_part(made, found.covered)), keeps=kept)


def _rates(
    baselines: tuple[Baseline, ...], found: Backfilled, rates: Rates, begins: datetime, ends: datetime
) -> Iterator[Rate]:
    yield from found.rates
    billed = {rate.key for rate in found.rates}
    keys = {draw.rate for each in baselines for draw in each.draws} - billed
    yield from rates.rates(keys, begins, ends).rates if keys else ()
