"""The embedded price book: on-demand rates for the demo, for work offline, and where the price list does not answer.

A small table of our own: common types in a few Regions, each rate with its source and the date when it was so.
What it does not list is not computable. `python -m chalicelib.local.packaging.price_book` made it.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from chalicelib.core.money.monthly_rates import in_their_months
from chalicelib.core.money.rates import KEEP, Rate, is_spot
from chalicelib.core.unit_prices import rate as unit_price
from chalicelib.flows.ledger_ports import RatesFound

TABLE = Path(__file__).with_name("price_book.csv")
"""Columns: a key with {} in it, the date, where it was read, and what stands for {} with its price: linux=0.096."""

SOURCES = {
    "mirror": "AWS price list, from a mirror of it (newest types: karpenter-provider-aws)",
    "ec2instances": "AWS price list, as ec2instances.info had it",
    "infracost": "AWS price list, as infracost's tests print it",
}


class PriceBook:
    """The port Rates from the table and from core.unit_prices; spot prices are in neither, for they change."""

    def rates(self, keys: Collection[str], begins: datetime, ends: datetime) -> RatesFound:
        """Rates that hold for all time: those of the table's date. What costs so much a month has rates for months."""
        found = {key: self.rate(key) for key in sorted(set(keys))}
        known = [each for rate in found.values() if rate for each in in_their_months((rate,), begins, ends)]
        return RatesFound(tuple(known), {key: _why(key) for key, rate in found.items() if rate is None})

    def rate(self, key: str) -> Rate | None:
        """The rate of one key, None where the book has none."""
        if key.startswith(f"{KEEP}:"):
            _, region, item = key.split(":", 2)
            return unit_price(item, region)
        return _table().get(key)


def _why(key: str) -> str:
    if is_spot(key):
        return "the embedded price book has no spot prices: they change by the hour"
    return "the embedded price book has no rate for it"


@cache
def _table() -> Mapping[str, Rate]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {rate.key: rate for row in csv.reader(file) for rate in _rates(*row)}


def _rates(pattern: str, dated: str, source: str, prices: str) -> Iterator[Rate]:
    before, _, after = pattern.partition("{}")
    for each in prices.split():
        name, _, usd = each.partition("=")
        yield Rate(f"{before}{name}{after}", Decimal(usd), SOURCES[source], date.fromisoformat(dated))
