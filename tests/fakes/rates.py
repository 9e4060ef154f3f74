"""Rates from a list, for flows that only need to know what things cost."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from chalicelib.core.money.rates import Rate
from chalicelib.flows.ports import RatesFound


class MemoryRates:
    """Implements the port Rates; what is not in the list is not known."""

    def __init__(self, rates: Iterable[Rate] = ()) -> None:
        self.known = sorted(rates, key=lambda rate: (rate.key, rate.begins))

    def rates(self, keys: Collection[str], begins: datetime, ends: datetime) -> RatesFound:
        found = tuple(rate for rate in self.known if rate.key in keys and rate.begins < ends)
        known = {rate.key for rate in found}
        return RatesFound(found, {key: "nobody said" for key in keys if key not in known})
