"""What keeping the ledger of 1,000 environments costs in a month, and how long their daily close takes.

`python -m bench.ledger_cost` lets one environment of 20 resources sleep and wake for March, after 28 days in which it
was only observed, and multiplies.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from math import ceil
from statistics import mean

from bench import prices
from bench.capacity_units import READ, Use
from bench.lambda_time import in_lambda
from bench.ledger_stretch import Close, Stretch, stretch
from bench.tables import Row, say, show
from chalicelib.flows.closing import ENOUGH
from chalicelib.local.packaging.functions import BOOKS

MANY = 1_000
MONTH_DAYS, RUNS_A_DAY = 31, 24
ANSWER = 0.01
"""Seconds that a request to DynamoDB is taken to need: "single-digit milliseconds", and some way.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Introduction.html"""
OVERHEAD = 100
"""Bytes that an item is stored with besides.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html"""
GB = 2**30
READINGS, MONTHS = "ENV readings", ("BOOKS month", "BOOKS closed")
NAMED = ("BOOKS closed", "ORG")
"""What has an item for each environment."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the bill for so many environments and one month; `stored` in bytes that a month adds."""

    title: str
    read: float = 0
    written: float = 0
    seconds: float = 0
    stored: int = 0

    @property
    def figures(self) -> tuple[float, ...]:
        """Millions of units read and written, hours and GB."""
        return self.read / prices.MILLION, self.written / prices.MILLION, self.seconds / 3600, self.stored / GB

    @property
    def usd(self) -> Decimal:
        """What it costs in the month; what is stored, for one month."""
        requests = Decimal(self.read) * prices.READ_UNIT + Decimal(self.written) * prices.WRITE_UNIT
        memory = Decimal(self.seconds * BOOKS.memory / 1024) * prices.GB_SECOND
        return requests + memory + Decimal(self.stored) / GB * prices.STORED


def bill(found: Stretch, days: int) -> tuple[Item, ...]:
    """What so many environments use in a month of 31 days, from what one used in these days."""
    times = MANY * MONTH_DAYS / days
    closes = list(chain.from_iterable(close.uses for close in found.closes))
    told, heard = _of(found.passes, READINGS), _of(found.events, READINGS)
    kept = [use for use in _of(closes, READINGS) if use.written]
    readings = [*told, *heard, *kept]
    return (
        _item("readings of passes", told, times),
        _item("readings of AWS events", heard, times),
        _item("readings of what keeps billing", kept, times),
        _item("close: readings of the month and before", [use for use in _of(closes, READINGS) if use.read], times),
        _item("close: all else that it reads", [use for use in closes if use.read and use.part != READINGS], times),
        _item("close: rates and spot prices", [use for use in _of(closes, "RATES", "SPOT") if use.written], times),
        _item("close: the month", [use for use in _of(closes, *MONTHS) if use.written], times),
        Item("hours with nothing to close", read=_idle(found.idle) * MONTH_DAYS * (RUNS_A_DAY - 1)),
        Item("function `books`", seconds=mean(map(seconds, found.closes)) * MANY * MONTH_DAYS),
        Item("storage of its readings", stored=int(_stored(readings) * times)),
        Item("storage of its books", stored=int(_stored(_month(found.closes[-1])) * MANY)),
    )


def seconds(close: Close) -> float:
    """In the function `books`, and the waits for DynamoDB."""
    return in_lambda(close.cpu, BOOKS) + close.requests * ANSWER


def _of(uses: Iterable[Use], *parts: str) -> list[Use]:
    return [use for use in uses if use.part in parts]


def _month(close: Close) -> list[Use]:
    return [use for use in _of(close.uses, *MONTHS) if use.written]


def _item(title: str, uses: Iterable[Use], times: float) -> Item:
    uses = list(uses)
    return Item(title, sum(use.read for use in uses) * times, sum(use.written for use in uses) * times)


def _idle(uses: Iterable[Use]) -> float:
    """Read units of one run over so many environments: names and markers so many times, all else as it is."""
    return sum(ceil(use.size * MANY / READ) / 2 if use.part in NAMED else use.read for use in uses)


def _stored(uses: Iterable[Use]) -> int:
    return sum(use.size + OVERHEAD * use.items for use in uses)


def bill_rows(items: Iterable[Item]) -> Iterator[Row]:
    """A row for each, and their sum; None for nothing."""
    items = list(items)
    for item in items:
        yield item.title, *(figure or None for figure in item.figures), float(item.usd)
    usd = sum(item.usd for item in items)
    yield "all", *map(sum, zip(*(item.figures for item in items), strict=True)), float(usd)


def close_rows(closes: Iterable[Close]) -> Iterator[Row]:
    """The first close of the month, and the last."""
    closes = list(closes)
    for title, close in (("first day", closes[0]), ("last day", closes[-1])):
        took, sizes = seconds(close), sum(use.size for use in close.uses if use.read)
        in_a_run = int(ENOUGH.total_seconds() / took)
        yield title, close.cpu * 1e3, close.requests, sizes / 1024, took * 1e3, in_a_run
    yield "limit", None, None, None, None, MANY


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=MONTH_DAYS)
    parser.add_argument("--observed", type=int, default=28)
    given = parser.parse_args()
    say(f"ledger: one environment of 20 resources for {given.observed + given.days} days")
    found = stretch(given.days, given.observed)
    columns = ("what", "M read units", "M write units", "hours", "GB", "USD")
    show("The ledger of 1,000 environments for a month", columns, list(bill_rows(bill(found, given.days))), COST)
    columns = ("daily close", "CPU ms", "requests", "KiB read", "in Lambda ms", "in one run of 10 min")
    show("The daily close of one environment", columns, list(close_rows(found.closes)), CLOSE)


COST = (
    "Requests counted and computed by AWS's rules for one environment of 20 resources, asleep at night and at "
    "weekends, and multiplied. What is stored is paid for in each month for as long as it is kept; here for one, with "
    "point-in-time recovery. The passes' own time, which reading takes little of, is theirs. AWS takes nothing for "
    "describes, spot prices and price lists."
)
CLOSE = (
    f"CPU of one thread of this machine; in Lambda: over the share of a CPU that {BOOKS.memory} MB have, and "
    f"{ANSWER * 1e3:.0f} ms for each request. The function runs each hour, and begins no environment after 10 minutes."
)

if __name__ == "__main__":
    main()
