"""Rates from a list, for flows that only need to know what things cost."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import groupby

from chalicelib.core.money.monthly_rates import in_their_months
from chalicelib.core.money.rates import Rate
from chalicelib.flows.ledger_ports import RatesFound


class MemoryRates:
    """Implements the port Rates; what is not in the list is not known."""

    def __init__(self, rates: Iterable[Rate] = ()) -> None:
        self.known = sorted(rates, key=lambda rate: (rate.key, rate.begins))

    def rates(self, keys: Collection[str], begins: datetime, ends: datetime) -> RatesFound:
        begun = [rate for rate in self.known if rate.key in keys and rate.begins < ends]
        found = {
            key: in_their_months(list(of_it), begins, ends) for key, of_it in groupby(begun, lambda rate: rate.key)
        }
        known = {key for key, of_it in found.items() if of_it}
        return RatesFound(
            tuple(rate for of_it in found.values() for rate in of_it),
            {key: "nobody said" for key in keys if key not in known},
        )
