"""What spot and on-demand cost now, asked for at most once an hour; what AWS does not tell stays unknown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalicelib.core.mix_memory import KnownPool, MixMemory
from chalicelib.core.model import Location
from chalicelib.core.pools import Pool
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.kinds.contract import Answer, Look

HISTORY, PRODUCTS = "DescribeSpotPriceHistory", "GetProducts"
READS = (("ec2", HISTORY), ("pricing", PRODUCTS))
LINUX = "Linux/UNIX"
PRICE_LIST = "us-east-1"
"""A Region in which the price list of all Regions answers.

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-api.html
"""


def priced(cloud: Cloud, location: Location, memory: MixMemory, pools: Sequence[Pool], now: datetime) -> MixMemory:
    """The memory with the prices of these pools, and of an on-demand member of the first pool's type."""
    if not pools or not memory.prices_are_old(now):
        return memory
    found = current(cloud, location, sorted({pool.instance_type for pool in pools}), now)
    known = {one.pool: one for one in memory.pools}
    fresh = {pool: replace(known.get(pool, KnownPool(pool)), price=found[pool]) for pool in pools if pool in found}
    whole = on_demand(cloud, location, pools[0].instance_type)
    every = {**known, **fresh}
    return replace(
        memory,
        pools=tuple(every[pool] for pool in sorted(every)),
        on_demand=whole or memory.on_demand,
        priced_at=now,
    )


def current(cloud: Cloud, location: Location, types: Sequence[str], now: datetime) -> dict[Pool, Decimal]:
    """What spot of these types costs an hour now, in USD, by pool."""
    return _spot(_asked(cloud, location, _history(types, now)))


def on_demand(cloud: Cloud, location: Location, instance_type: str) -> Decimal | None:
    """What an on-demand member of the type costs an hour there, in USD; None where the price list does not tell."""
    return _on_demand(_asked(cloud, replace(location, region=PRICE_LIST), _products(location, instance_type)))


def _history(types: Sequence[str], now: datetime) -> Look:
    """The prices in force: those of a history that begins now.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
    """
    return Look(HISTORY, {"StartTime": now, "InstanceTypes": types, "ProductDescriptions": [LINUX]}, "ec2")


def _products(location: Location, instance_type: str) -> Look:
    wanted = {
        "regionCode": location.region,
        "instanceType": instance_type,
        "operatingSystem": "Linux",
        "preInstalledSw": "NA",
        "tenancy": "Shared",
        "capacitystatus": "Used",
    }
    filters = [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in wanted.items()]
    return Look(PRODUCTS, {"ServiceCode": "AmazonEC2", "Filters": filters}, "pricing")


def _asked(cloud: Cloud, location: Location, look: Look) -> tuple[Answer, ...]:
    """The pages; none where AWS does not answer: a price that is not known is shown as such."""
    answers = cloud.look(location, look.service, (look,))
    return () if isinstance(answers, Refusal) else answers


def _spot(answers: Iterable[Answer]) -> dict[Pool, Decimal]:
    """The newest price of each pool."""
    rows = [row for answer in answers for row in answer.get("SpotPriceHistory", ())]
    rows.sort(key=lambda row: row["Timestamp"])
    return {Pool(row["InstanceType"], row["AvailabilityZone"]): Decimal(row["SpotPrice"]) for row in rows}


def _on_demand(answers: Iterable[Answer]) -> Decimal | None:
    """The one price an hour on the list, or None where there is none, or more than one."""
    prices = {price for answer in answers for entry in answer.get("PriceList", ()) for price in _hourly(entry)}
    return prices.pop() if len(prices) == 1 else None


def _hourly(entry: str) -> Iterator[Decimal]:
    terms: Mapping[str, Any] = json.loads(entry)["terms"].get("OnDemand", {})
    for term in terms.values():
        for dimension in term["priceDimensions"].values():
            if dimension["unit"] == "Hrs" and Decimal(dimension["pricePerUnit"]["USD"]):
                yield Decimal(dimension["pricePerUnit"]["USD"])
