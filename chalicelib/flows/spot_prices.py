"""What spot and on-demand cost now, asked for at most once an hour; what AWS does not tell stays unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from chalicelib.core.diversity import helping
from chalicelib.core.mix_memory import HelpfulType, KnownPool, MixMemory
from chalicelib.core.model import Location
from chalicelib.core.money.listed import Priced
from chalicelib.core.money.listed import priced as listed
from chalicelib.core.money.price_list import nearest, question
from chalicelib.core.money.rates import ON_DEMAND
from chalicelib.core.pools import Pool
from chalicelib.flows import price_list
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.kinds.contract import Answer, Look

HISTORY = "DescribeSpotPriceHistory"
READS = (("ec2", HISTORY), *price_list.READS)
LINUX = "Linux/UNIX"


def priced(
    cloud: Cloud, location: Location, memory: MixMemory, pools: Sequence[Pool], now: datetime, own: str = ""
) -> MixMemory:
    """The memory with the prices of these pools, and of an on-demand member: of this type, or of the first pool's."""
    if not pools or not memory.prices_are_old(now):
        return memory
    types = list(dict.fromkeys(pool.instance_type for pool in pools))
    more = helping(types, len({pool.zone for pool in pools}))
    found = current(cloud, location, sorted([*types, *more]), now)
    known = {one.pool: one for one in memory.pools}
    fresh = {pool: replace(known.get(pool, KnownPool(pool)), price=found[pool]) for pool in pools if pool in found}
    whole = on_demand(cloud, location, own or pools[0].instance_type, now)
    every = {**known, **fresh}
    return replace(
        memory,
        pools=tuple(every[pool] for pool in sorted(every)),
        on_demand=whole or memory.on_demand,
        helpful=tuple(HelpfulType(name, _least(name, found)) for name in more),
        priced_at=now,
    )


def _least(instance_type: str, prices: Mapping[Pool, Decimal]) -> Decimal | None:
    return min((price for pool, price in prices.items() if pool.instance_type == instance_type), default=None)


def current(cloud: Cloud, location: Location, types: Sequence[str], now: datetime) -> dict[Pool, Decimal]:
    """What spot of these types costs an hour now, in USD, by pool."""
    return _spot(_asked(cloud, location, _history(types, now)))


def on_demand(cloud: Cloud, location: Location, instance_type: str, now: datetime) -> Decimal | None:
    """The price an hour of an instance for Linux, or None where the list does not tell it."""
    key = f"ec2:{location.region}:{instance_type}:linux:shared:{ON_DEMAND}"
    asked = question(key)
    if isinstance(asked, str):
        return None
    answers = _asked(cloud, replace(location, region=nearest(location.region)), price_list.look(asked))
    said = listed(key, asked, price_list.products(answers), now.date())
    return said.rate.usd if isinstance(said, Priced) else None


def _history(types: Sequence[str], now: datetime) -> Look:
    """The prices in force: those of a history that begins now.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html
    """
    return Look(HISTORY, {"StartTime": now, "InstanceTypes": types, "ProductDescriptions": [LINUX]}, "ec2")


def _asked(cloud: Cloud, location: Location, look: Look) -> tuple[Answer, ...]:
    """The pages; none where AWS does not answer: a price that is not known is shown as such."""
    answers = cloud.look(location, look.service, (look,))
    return () if isinstance(answers, Refusal) else answers


def _spot(answers: Iterable[Answer]) -> dict[Pool, Decimal]:
    """The newest price of each pool."""
    rows = [row for answer in answers for row in answer.get("SpotPriceHistory", ())]
    rows.sort(key=lambda row: row["Timestamp"])
    return {Pool(row["InstanceType"], row["AvailabilityZone"]): Decimal(row["SpotPrice"]) for row in rows}
