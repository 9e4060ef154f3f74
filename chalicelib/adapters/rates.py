"""Rates as a deployment has them: the price list, asked once a week and kept, else the embedded book; spot apart."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.adapters.codec import Codec
from chalicelib.adapters.price_list import PriceList
from chalicelib.core.money.listed import Kept, must_ask, renewed
from chalicelib.core.money.monthly_rates import in_their_months
from chalicelib.core.money.price_list import question
from chalicelib.core.money.question import Question
from chalicelib.core.money.spot_hours import SpotPool, pool_of
from chalicelib.flows.ledger_ports import Rates, RatesFound
from chalicelib.flows.ports import Clock, Refusal

PARTITION = "RATES"
KEPT: Codec[Kept] = Codec(Kept)


class Keeping(Protocol):
    """Where rates are kept from one time to the next (adapters.kept_items.KeptItems)."""

    def read(self, names: Collection[str]) -> dict[str, Kept]:
        """What is kept, by rate key."""

    def keep(self, values: Mapping[str, Kept]) -> None:
        """The values are kept under their keys."""


class KeepsNothing:
    """The Keeping of who asks only once."""

    def read(self, names: Collection[str]) -> dict[str, Kept]:
        """Nothing."""
        return {}

    def keep(self, values: Mapping[str, Kept]) -> None:
        """Nothing is kept."""


@dataclass(frozen=True, slots=True)
class RoutedRates:
    """The port Rates: spot capacity of EC2 from one place, everything else from another."""

    on_demand: Rates
    spot: Rates

    def rates(self, keys: Collection[str], begins: datetime, ends: datetime) -> RatesFound:
        """What both know."""
        spot = {key for key in keys if isinstance(pool_of(key), SpotPool)}
        one = self.on_demand.rates(set(keys) - spot, begins, ends)
        other = self.spot.rates(spot, begins, ends) if spot else RatesFound()
        rates = sorted((*one.rates, *other.rates), key=lambda rate: (rate.key, rate.begins))
        return RatesFound(tuple(rates), {**one.missing, **other.missing})


class ListedRates:
    """The port Rates from the price list. `book` has what the list is not asked for, and stands in for it."""

    def __init__(self, clock: Clock, price_list: PriceList, kept: Keeping, book: Rates) -> None:
        self._clock = clock
        self._price_list = price_list
        self._kept = kept
        self._book = book

    def rates(self, keys: Collection[str], begins: datetime, ends: datetime) -> RatesFound:
        """The last rates that the list gave, with their dates; those of the book where it never answered."""
        questions = {key: question(key) for key in sorted(set(keys))}
        said = self._said({key: each for key, each in questions.items() if isinstance(each, Question)})
        unsaid = {key: said.get(key, each) for key, each in questions.items() if not isinstance(said.get(key), Kept)}
        booked = self._book.rates(unsaid, begins, ends)
        missing = {key: f"{unsaid[key]}; {why}" for key, why in booked.missing.items()}
        kept = {key: each for key, each in said.items() if isinstance(each, Kept)}
        rates = [*booked.rates]
        for key, each in kept.items():
            rates += in_their_months(each.rates, begins, ends)
            missing |= {} if each.rates else {key: each.why}
        return RatesFound(tuple(sorted(rates, key=lambda rate: (rate.key, rate.begins))), missing)

    def _said(self, asked: Mapping[str, Question]) -> Mapping[str, Kept | str]:
        """What is known of each key; or why, where AWS did not answer and had never done so."""
        now = self._clock.now()
        kept = self._kept.read(asked)
        due = {key: each for key, each in asked.items() if must_ask(kept.get(key), now)}
        said = self._price_list.ask(due, now.date())
        silent = {
            key: f"the AWS price list does not answer: {no}" for key, no in said.items() if isinstance(no, Refusal)
        }
        fresh = {key: renewed(kept.get(key), yes, now) for key, yes in said.items() if not isinstance(yes, Refusal)}
        self._kept.keep(fresh)
        return {**silent, **kept, **fresh}
