"""What the AWS Price List says of a rate key, and what becomes of the rate that was known before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from chalicelib.core.money.question import Product, Question
from chalicelib.core.money.rates import A_MONTH, Rate

BY_THE_HOUR = ("hrs", "hours", "hour", "vcpu-hours", "gb-hours")
BY_THE_MONTH = ("gb-mo", "gb-month", "iops-mo", "mibps-mo")
MEASURES = (
    dict.fromkeys(BY_THE_HOUR, (1, 1)) | dict.fromkeys(BY_THE_MONTH, (A_MONTH, 1)) | {"gibps-mo": (A_MONTH, 1024)}
)
"""For how many hours and units of ours a price of the list is, by what it is billed by."""
MOST_NAMED = 3

WEEK, DAY = timedelta(days=7), timedelta(days=1)
"""After how long the list is asked again: where it gave a rate, and where it gave none."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A rate as the list says it, and since when the price is in force by what the list says."""

    rate: Rate
    effective: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one key: its rates, when the list was last asked, and why that gave none ("" if it gave one)."""

    asked_at: datetime
    rates: tuple[Rate, ...] = ()
    why: str = ""


def priced(key: str, asked: Question, products: Iterable[Product], today: date) -> Priced | str:
    """The rate of the one product that the key means; or why there is none, for people."""
    meant = asked.meant(products)
    if not meant:
        return "the AWS price list has no product for it"
    if len(meant) > 1:
        skus = sorted(each["product"]["sku"] for each in meant)
        more = ", ..." if len(skus) > MOST_NAMED else ""
        return f"the AWS price list has {len(skus)} products for it: {', '.join(skus[:MOST_NAMED])}{more}"
    return _priced(key, asked, meant[0], today)


def _priced(key: str, asked: Question, product: Product, today: date) -> Priced | str:
    sku = product["product"]["sku"]
    terms = list(product.get("terms", {}).get("OnDemand", {}).values())
    prices = [price for term in terms for price in term["priceDimensions"].values()]
    if len(prices) != 1:
        return f"the AWS price list has {len(prices)} on-demand prices for its product {sku}"
    if (measure := MEASURES.get(str(prices[0]["unit"]).casefold())) is None:
        return f"the AWS price list bills its product {sku} by {prices[0]['unit']}, not by the hour or the month"
    amounts = prices[0]["pricePerUnit"]
    if "USD" not in amounts:
        return f"the AWS price list has its product {sku} in {' and '.join(sorted(amounts))}, and rates are in USD"
    if (usd := Decimal(amounts["USD"])) <= 0:
        return f"the AWS price list says {usd.normalize():f} for its product {sku}, which something else pays for"
    source = f"AWS Price List API, {asked.service} {sku}"
    hours, units = measure
    rate = Rate(key, (usd / units).normalize(), source, today, hours)
    return Priced(rate, datetime.fromisoformat(terms[0]["effectiveDate"]))


def must_ask(kept: Kept | None, now: datetime) -> bool:
    """Whether the list is to be asked: the key is new, its rate a week old, or the want of a rate a day."""
    return kept is None or now - kept.asked_at >= (DAY if kept.why else WEEK)


def renewed(kept: Kept | None, said: Priced | str, now: datetime) -> Kept:
    """What is kept after the list was asked: where it gave no rate, those known before stay, with their dates."""
    known = kept.rates if kept else ()
    return Kept(now, known, said) if isinstance(said, str) else Kept(now, _after(known, said))


def _after(known: tuple[Rate, ...], said: Priced) -> tuple[Rate, ...]:
    """The rates with the one that the list says now.

    The first one holds for all time before, as the list tells no earlier prices. A price that is the same is only
    dated anew: AWS moves the effective date of prices that did not change. Another one holds from its effective
    date, but not before the day after the former was last read, for until then that one was in force.
    """
    if not known:
        return (said.rate,)
    *before, last = known
    if (said.rate.usd, said.rate.hours) == (last.usd, last.hours):
        return (*before, replace(said.rate, begins=last.begins))
    begins = said.effective if said.effective.date() > last.dated else _start_of(said.rate.dated)
    return (*before, last, replace(said.rate, begins=begins))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
