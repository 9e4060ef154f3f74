"""Spot rates by pool and hour, from AWS's price history, kept by month so that they outlive its 90 days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.adapters.codec import Codec
from chalicelib.adapters.kept_items import KeptItems
from chalicelib.adapters.spot_history import Changes, Stretch, changes
from chalicelib.core.model import Location
from chalicelib.core.money.rates import Rate
from chalicelib.core.money.spot_hours import HISTORY, HOUR, KeptSpot, SpotPool, hour_of, hourly, months, pool_of
from chalicelib.flows.ledger_ports import RatesFound
from chalicelib.flows.ports import Clock, Cloud, Refusal

SOURCE = "AWS DescribeSpotPriceHistory, the price when the hour began"
PARTITION = "SPOT"
KEPT: Codec[KeptSpot] = Codec(KeptSpot)


@dataclass(frozen=True, slots=True)
class _Month:
    """One pool in one calendar month until `ends`, which is its end or now.

    What is kept need not be asked for again if it is known until `enough`.
    """

    key: str
    pool: SpotPool
    begins: datetime
    ends: datetime
    enough: datetime

    @property
    def name(self) -> str:
        """What it is kept under."""
        return f"{self.key}#{self.begins:%Y-%m}"


class SpotRates:
    """The port Rates for keys of spot capacity. `account` is Curfew's own."""

    def __init__(self, clock: Clock, cloud: Cloud, account: str, kept: KeptItems[KeptSpot]) -> None:
        self._clock = clock
        self._cloud = cloud
        self._account = account
        self._kept = kept

    def rates(self, keys: Collection[str], begins: datetime, ends: datetime) -> RatesFound:
        """The price of each clock hour of the time, where it differs from the one before.

        AWS is asked for a pool once an hour, and no more when its month is over. A key has no rates at all where a
        later part of the time could not be asked for: an old price would stand in for it.
        """
        now = self._clock.now()
        pools = {key: pool_of(key) for key in sorted(set(keys))}
        of_key = {
            key: list(_months(key, pool, begins, min(ends, now)))
            for key, pool in pools.items()
            if isinstance(pool, SpotPool)
        }
        known = self._known([month for each in of_key.values() for month in each], now)
        said = {key: _all_known([known[month.name] for month in each]) for key, each in of_key.items()}
        unknown = {key: why for key, why in (pools | said).items() if isinstance(why, str)}
        told = {key: each for key, each in said.items() if not isinstance(each, str)}
        rates = tuple(rate for key, each in told.items() for rate in _rates(key, each, begins))
        return RatesFound(rates, unknown | _gaps(rates, begins))

    def _known(self, wanted: Collection[_Month], now: datetime) -> Mapping[str, KeptSpot | str]:
        """What is known of each month, by name; or why it is not."""
        oldest = now - HISTORY
        kept = self._kept.read([month.name for month in wanted])
        usable = {name: each for name, each in kept.items() if each.until >= oldest}
        known: dict[str, KeptSpot | str] = {month.name: KeptSpot(month.ends) for month in wanted}
        known |= {month.name: kept[month.name] for month in wanted if _is_enough(month, kept)}
        due = [month for month in wanted if not _is_enough(month, kept) and month.ends > oldest]
        for asked, members in self._together(due, usable, oldest).items():
            answer = changes(self._cloud, asked, [month.pool for month in members])
            for month in members:
                known[month.name] = _after(usable.get(month.name), month, answer)
        told = {month.name: known[month.name] for month in due}
        self._kept.keep({name: each for name, each in told.items() if isinstance(each, KeptSpot)})
        return known

    def _together(
        self, due: Iterable[_Month], kept: Mapping[str, KeptSpot], oldest: datetime
    ) -> Mapping[Stretch, list[_Month]]:
        """The months by the request that asks for them, each from where what is kept ends."""
        requests: dict[Stretch, list[_Month]] = defaultdict(list)
        for month in due:
            begins = kept[month.name].until if month.name in kept else max(month.begins, oldest)
            location = Location(month.pool.account or self._account, month.pool.region)
            requests[Stretch(location, month.pool.description, begins, month.ends)].append(month)
        return requests


def _months(key: str, pool: SpotPool, begins: datetime, ends: datetime) -> Iterator[_Month]:
    for first, after in months(begins, ends):
        last = min(after, ends)
        yield _Month(key, pool, first, last, last if last == after else last - HOUR)


def _is_enough(month: _Month, kept: Mapping[str, KeptSpot]) -> bool:
    return month.name in kept and kept[month.name].until >= month.enough


def _after(kept: KeptSpot | None, month: _Month, answer: Changes | Refusal) -> KeptSpot | str:
    """What is known of the month after AWS was asked; or why it does not tell."""
    if isinstance(answer, Refusal):
        return f"AWS does not show spot prices: {answer}"
    pool = month.pool
    every = [*(kept.prices if kept else ()), *answer.get((pool.zone, pool.instance_type), ())]
    return KeptSpot(month.ends, hourly(every, month.begins, month.ends))


def _all_known(known: Iterable[KeptSpot | str]) -> list[KeptSpot] | str:
    """The months in order; or why one is not known. Without a price at its begin, one before would stand in."""
    found: list[KeptSpot] = []
    for each in known:
        if isinstance(each, str):
            return each
        before = found[-1] if found else KeptSpot(each.until)
        if before.prices and (not each.prices or each.prices[0][0] > before.until):
            return f"AWS tells no spot price of it for the time after {before.until:%Y-%m-%d %H:%M}Z"
        found.append(each)
    return found if any(each.prices for each in found) else "AWS tells no spot price of it for that time"


def _rates(key: str, known: Iterable[KeptSpot], begins: datetime) -> Iterator[Rate]:
    """The prices as rates, from the one in force when the time begins."""
    prices = [(at, usd, each.until) for each in known for at, usd in each.prices]
    first = max((number for number, (at, _, _) in enumerate(prices) if at <= begins), default=0)
    return (Rate(key, usd, SOURCE, until.date(), begins=at) for at, usd, until in prices[first:])


def _gaps(rates: Iterable[Rate], begins: datetime) -> dict[str, str]:
    """Of keys whose first price is later than the time's first hour, since when they have one."""
    first: dict[str, datetime] = {}
    for rate in rates:
        first.setdefault(rate.key, rate.begins)
    since = "AWS tells spot prices of it only since {:%Y-%m-%d %H:%M}Z; it keeps 90 days"
    return {key: since.format(at) for key, at in first.items() if at > hour_of(begins)}
