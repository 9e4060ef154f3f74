"""The benches of the ledger run, count what they say they count, and its limits hold on a small size."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bench import report
from bench.capacity_units import Meter, Use, size
from bench.lambda_time import in_lambda
from bench.ledger_cost import MANY, MONTH_DAYS, bill, close_rows, seconds
from bench.ledger_stretch import DATABASES, SERVERS, Close, Stretch, stretch
from bench.sample_month import MONTH, booked
from chalicelib.adapters.dynamodb_store import DynamoStore
from chalicelib.adapters.dynamodb_table import create_table
from chalicelib.entrypoints.reporting.formats import FORMATS
from chalicelib.local.packaging.functions import API, BOOKS
from chalicelib.local.server import serving

ITEM_MOST, TRANSACTION_MOST = 400 * 1024, 4 * 2**20
"""Bytes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"""


@pytest.fixture(scope="module")
def grown() -> dict[str, report.Taken]:
    """What the report takes for one environment and for three."""
    with serving() as endpoint:
        return dict(report.growth(endpoint, [1, 3]))


def test_a_report_reads_each_month_once_and_a_marker_of_each(grown: dict[str, report.Taken]) -> None:
    for environments in (1, 3):
        uses = grown[f"{environments}"].uses
        read = {(use.operation, use.part): use.items for use in uses}
        assert read == {("Query", "BOOKS closed"): environments, ("Query", "BOOKS month"): environments}


def test_the_largest_report_is_made_in_every_format(grown: dict[str, report.Taken]) -> None:
    assert [one.format for one in grown["3, Savings Plan"].rendered] == list(FORMATS)
    assert all(one.size for one in grown["3, Savings Plan"].rendered)
    assert grown["3"].rendered == ()


def test_a_small_report_is_within_the_limits(grown: dict[str, report.Taken]) -> None:
    for took in grown.values():
        assert in_lambda(took.cpu + sum(one.cpu for one in took.rendered), API) < report.LONGEST
        assert took.imported_mib <= took.peak_mib <= API.memory


@pytest.mark.parametrize("resources", [20, 200, 500])
def test_a_month_of_many_resources_fits_into_items_and_a_transaction(resources: int) -> None:
    meter = Meter()
    with serving() as endpoint, meter.listening():
        client = report.dynamodb(endpoint)
        create_table(client, f"months-of-{resources}")
        store = DynamoStore(f"months-of-{resources}", lambda: client)
        store.book(MONTH, booked(0, resources))
        assert list(store.booked(MONTH)) == [booked(0, resources)]
    written = [use.size for use in meter.uses if use.written]
    assert max(written) < ITEM_MOST
    assert sum(written) < TRANSACTION_MOST


ITEMS: dict[str, tuple[dict[str, Any], int]] = {
    "text": ({"pk": {"S": "ab"}}, 4),
    "text beyond ASCII": ({"pk": {"S": "\N{EURO SIGN}"}}, 5),
    "number": ({"n": {"N": "-12.50"}}, 1 + 2 + 1),
    "binary": ({"b": {"B": bytes(7)}}, 8),
}


@pytest.mark.parametrize(("item", "expected"), ITEMS.values(), ids=ITEMS.keys())
def test_an_item_is_as_large_as_aws_counts_it(item: dict[str, Any], expected: int) -> None:
    assert size(item) == expected


def test_units_are_counted_as_aws_bills_them() -> None:
    meter = Meter()
    with serving() as endpoint, meter.listening():
        client = report.dynamodb(endpoint)
        create_table(client, "units")
        item = {"pk": {"S": "BOOKS#1"}, "sk": {"S": "month#1"}, "booked": {"B": bytes(5000)}}
        client.put_item(TableName="units", Item=item)
        client.transact_write_items(TransactItems=[{"Put": {"TableName": "units", "Item": item}}])
        client.get_item(TableName="units", Key={"pk": item["pk"], "sk": item["sk"]}, ConsistentRead=True)
        values = {":pk": item["pk"]}
        client.query(TableName="units", KeyConditionExpression="pk = :pk", ExpressionAttributeValues=values)
    assert [(use.written, use.read) for use in meter.uses] == [(5, 0), (10, 0), (0, 2), (0, 1)]


@pytest.fixture(scope="module")
def lived() -> Stretch:
    """Two days of March, the first a Monday."""
    return stretch(days=2, observed=1)


def test_each_thing_that_starts_or_stops_leaves_a_reading_and_each_close_a_month(lived: Stretch) -> None:
    events = [use for use in lived.events if use.part == "ENV readings"]
    assert len(events) >= 2 * (SERVERS + DATABASES)
    assert any(use.part == "ENV readings" for use in lived.passes)
    for close in lived.closes:
        months = [use.items for use in close.uses if use.part == "BOOKS month" and use.written]
        assert months == [1, 1]  # on the first days of a month the one before is closed again


def test_an_hour_with_nothing_to_close_reads_markers_and_names_and_no_environment(lived: Stretch) -> None:
    read = {use.part for use in lived.idle}
    assert {"BOOKS closed", "ORG"} <= read
    assert not any(part.startswith("ENV") for part in read)


def test_the_bill_is_of_a_thousand_environments_for_a_month(lived: Stretch) -> None:
    written = sum(use.written for use in lived.events if use.part == "ENV readings")
    items = {item.title: item for item in bill(lived, days=2)}
    assert items["readings of AWS events"].written == written * MANY * MONTH_DAYS / 2
    assert all(item.usd > 0 for item in items.values())
    assert sum((item.usd for item in items.values()), Decimal(0)) < 10


def test_a_close_takes_longer_with_less_than_a_cpu_and_waits_for_answers() -> None:
    close = Close(cpu=1.0, requests=10, uses=(Use("Query", "ENV readings", 1, 1, 1),))
    assert seconds(close) == pytest.approx(in_lambda(1.0, BOOKS) + 0.1)
    assert in_lambda(1.0, replace(BOOKS, memory=1024)) == pytest.approx(1769 / 1024)
    assert next(iter(close_rows([close])))[:3] == ("first day", 1000.0, 10)
