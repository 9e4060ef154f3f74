"""What a month's report takes, and how that grows: `python -m bench.report`.

The books hold a month of 10, 100 and 1,000 environments of 20 resources. The report is made from them by flows/report
and real boto3, over HTTP from moto in another process; each measurement is in a process of its own.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from time import process_time
from typing import Any

import boto3

from bench.alone import alone
from bench.capacity_units import READ, Meter, Use
from bench.lambda_time import in_lambda
from bench.memory import peak_mib
from bench.sample_month import MONTH, booked
from bench.tables import Row, say, show
from chalicelib import wiring
from chalicelib.adapters.dynamodb_store import DynamoStore
from chalicelib.adapters.dynamodb_table import create_table
from chalicelib.core.money.commitments import Commitment, SavingsPlan
from chalicelib.core.money.own_cost import own_cost
from chalicelib.core.money.spans import Span
from chalicelib.core.money.statement import Statement
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.flows.beside import Beside
from chalicelib.flows.ports import World
from chalicelib.flows.report import report
from chalicelib.local.packaging.functions import API
from chalicelib.wiring import Settings

SIZES = (10, 100, 1_000)
NOW = datetime(2026, 11, 2, tzinfo=UTC)
ACCOUNT, REGION = "111122223333", "eu-central-1"
LONGEST = 25.0
"""Seconds that a request may take; the gateway ends at 29."""
PLAN_FOR_EACH = Decimal("1.50")
"""US dollars an hour of a Savings Plan for each environment: about half of what it runs by day."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A report over the books in this table at that endpoint, with so many dollars of a Savings Plan an hour.

    Afterwards it is rendered in these formats.
    """

    endpoint: str
    table: str
    plan: Decimal = Decimal(0)
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """One format: its bytes, and the seconds of CPU that it took."""

    format: str
    size: int
    cpu: float


@dataclass(frozen=True, slots=True)
class Taken:
    """What a report took: seconds of CPU (threads included), memory at most and after imports, and of DynamoDB."""

    cpu: float
    peak_mib: float
    imported_mib: float
    requests: int
    uses: tuple[Use, ...]
    rendered: tuple[Rendered, ...] = ()
    rendered_mib: float = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A ledger of an organisation with these commitments."""

    commitments: tuple[Commitment, ...]
    closed: Callable[[str], Mapping[str, datetime]]

    def beside(self, month: str) -> Beside:
        """As the port says."""
        return Beside(self.commitments, own_cost=own_cost(month, self.closed(month)))

    def spans(self, month: str, name: str) -> Iterable[Span]:
        """As the port says."""
        return ()


def filled(endpoint: str, environments: int) -> str:
    """The name of a new table whose books hold that many environments."""
    name, client = f"books-{environments}", dynamodb(endpoint)
    create_table(client, name)
    store = DynamoStore(name, lambda: client)
    for number in range(environments):
        store.book(MONTH, booked(number))
    return name


def dynamodb(endpoint: str) -> Any:
    """A client for the simulated table."""
    session = boto3.Session(ACCOUNT, "simulated", region_name=REGION)
    return session.client("dynamodb", endpoint_url=endpoint)


def taken(asked: Asked) -> Taken:
    """What the report took in this process, which must be new."""
    meter, imported = Meter(), peak_mib()
    with meter.listening():
        store = DynamoStore(asked.table, partial(dynamodb, asked.endpoint))
        ledger = Planned(_plan(asked.plan), store.closed)
        world = replace(_world(), store=store, ledger=ledger)
        used = process_time()
        statement = report(world, MONTH)
        cpu, peak = process_time() - used, peak_mib()
    rendered = tuple(_rendered(statement, format) for format in asked.formats)
    return Taken(cpu, peak, imported, meter.requests, tuple(meter.uses), rendered, peak_mib())


def _rendered(statement: Statement, format: str) -> Rendered:
    used = process_time()
    content = FORMATS[format].render(statement, None)
    return Rendered(format, len(content), process_time() - used)


def _world() -> World:
    return wiring.wire(Settings("unused", "unused", ACCOUNT, REGION)).world


def _plan(usd_per_hour: Decimal) -> tuple[Commitment, ...]:
    if not usd_per_hour:
        return ()
    begins, ends = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    return (SavingsPlan("plan", usd_per_hour, Decimal("0.27"), ("ec2:*:on-demand", "fargate:*"), begins, ends),)


def growth(endpoint: str, sizes: Sequence[int]) -> Iterator[tuple[str, Taken]]:
    """The report of each size, without and with a Savings Plan; the last of them in each format."""
    for environments in sizes:
        say(f"report: the books of {environments:,} environments")
        table, plan = filled(endpoint, environments), PLAN_FOR_EACH * environments
        formats = tuple(FORMATS) if environments == sizes[-1] else ()
        yield f"{environments:,}", alone(taken, Asked(endpoint, table))
        yield f"{environments:,}, Savings Plan", alone(taken, Asked(endpoint, table, plan, formats))


def row(title: str, took: Taken) -> Row:
    """A row of the first table."""
    uses = took.uses
    items, size = sum(use.items for use in uses), sum(use.size for use in uses) / 2**20
    read = sum(use.read for use in uses)
    return title, took.cpu, in_lambda(took.cpu, API), took.peak_mib, took.requests, items, size, read


def format_rows(took: Taken) -> Iterator[Row]:
    """The rows of the second one."""
    for one in took.rendered:
        yield one.format, one.size / 2**20, one.cpu, in_lambda(took.cpu + one.cpu, API)
    yield "limit", None, None, LONGEST


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    sizes = parser.parse_args().sizes
    from chalicelib.local.clock import SimulatedClock  # moto comes with them: not in the processes that are measured
    from chalicelib.local.cloud import EmbeddedCloud

    with EmbeddedCloud(SimulatedClock(NOW)) as cloud:
        grown = list(growth(cloud.endpoint_url, sizes))
    _, largest = grown[-1]
    limit: Row = ("limit", None, LONGEST, float(API.memory), None, None, None, None)
    heads = ("environments", "CPU s", "in Lambda s", "peak MiB", "requests", "items", "MiB", "read units")
    show("A month's report from the books", heads, [*(row(*each) for each in grown), limit], REPORT)
    title = f"The report of {sizes[-1]:,} environments under a Savings Plan, in each format"
    measured = f"Without a grouping: a workbook and a page have six tables. All one after another: {peak(largest)}."
    show(title, ("format", "MiB", "CPU s", "with the report, in Lambda s"), list(format_rows(largest)), measured)


def peak(took: Taken) -> str:
    """For people."""
    return f"{took.rendered_mib:.0f} MiB at most, of which {took.imported_mib:.0f} were imports"


REPORT = (
    "Each row in a new process, moto in another. In Lambda: CPU seconds, threads included, over the share of a CPU "
    f"that {API.memory} MB have; DynamoDB's own time is not in it. Peak memory is resident, imports included. Items "
    f"are compressed months and a marker for each; a read unit is {READ // 1024} KB, or two where a read need not be "
    "consistent, as here."
)

if __name__ == "__main__":
    main()
