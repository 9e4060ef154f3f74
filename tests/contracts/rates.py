"""Rates as a deployment has them, over an emulated table and prices that a test sets."""

from __future__ import annotations

from typing import Any

from chalicelib.adapters import rates, spot_rates
from chalicelib.adapters.kept_items import KeptItems
from chalicelib.adapters.price_book import PriceBook
from chalicelib.adapters.price_list import PriceList
from chalicelib.adapters.rates import ListedRates, RoutedRates
from chalicelib.adapters.spot_rates import SpotRates
from chalicelib.flows.ports import Clock, Cloud

ACCOUNT, REGION = "111122223333", "eu-west-1"


def deployed(cloud: Cloud, clock: Clock, table: str, dynamodb: Any) -> RoutedRates:
    listed = KeptItems(table, lambda: dynamodb, rates.PARTITION, rates.KEPT)
    spot = KeptItems(table, lambda: dynamodb, spot_rates.PARTITION, spot_rates.KEPT)
    price_list = PriceList(cloud, ACCOUNT, REGION)
    return RoutedRates(ListedRates(clock, price_list, listed, PriceBook()), SpotRates(clock, cloud, ACCOUNT, spot))
