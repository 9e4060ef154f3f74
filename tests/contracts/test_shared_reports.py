"""What every keeper of links promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.adapters.dynamodb_shared_reports import DynamoSharedReports
from chalicelib.flows.shared_reports import SharedReport, SharedReports
from tests.fakes.publication import MemorySharedReports

UNTIL = datetime(2027, 7, 1, tzinfo=UTC)
SHARED = SharedReport("aa11", "2027-03", "2027-03-aaaa", "orders-team", UNTIL, {"html": "reports/1.html"})


@pytest.fixture
def stored(request: pytest.FixtureRequest) -> DynamoSharedReports:
    client: Any = request.getfixturevalue("dynamodb")
    return DynamoSharedReports(request.getfixturevalue("table"), lambda: client)


@pytest.fixture(params=["memory", "dynamodb"])
def links(request: pytest.FixtureRequest) -> SharedReports:
    if request.param == "memory":
        return MemorySharedReports()
    kept: DynamoSharedReports = request.getfixturevalue("stored")
    return kept


def test_what_a_link_opens_is_found_by_the_hash_alone(links: SharedReports) -> None:
    links.share("aa11bb22", SHARED)
    links.share("cc33", replace(SHARED, id="cc33"))
    assert links.find("aa11bb22") == SHARED
    assert links.find("aa11bb23") is None
    assert links.find(SHARED.id) is None


def test_dynamodb_may_remove_it_once_it_has_expired(stored: DynamoSharedReports, dynamodb: Any, table: str) -> None:
    stored.share("aa11bb22", SHARED)
    (item,) = dynamodb.scan(TableName=table)["Items"]
    assert item["expires"] == {"N": str(int(UNTIL.timestamp()))}
