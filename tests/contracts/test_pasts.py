"""What every store promises to those who keep what ran before Curfew acted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from chalicelib.adapters.dynamodb_store import DynamoStore
from chalicelib.adapters.dynamodb_table import update_if
from chalicelib.adapters.items import key
from chalicelib.core.money.baselines import WEEK, Baseline, Basis
from chalicelib.core.money.spans import Draw
from chalicelib.flows.past import Origin, Past
from chalicelib.flows.ports import Store
from tests.contracts.samples import event

BEGINS, ENDS = datetime(2027, 1, 4, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)


def past(origin: Origin = Origin.TOLD, count: int = 2, by: str = "ops1") -> Past:
    found = tuple(baseline(number) for number in range(count))
    return Past(origin, found, BEGINS, ENDS, "Asia/Dubai", "bill: a.csv", ENDS, by)


def baseline(number: int) -> Baseline:
    """Its probabilities are of the sort that does not compress."""
    noise = b"".join(sha256(f"{number}/{part}".encode()).digest() for part in range(16))
    on = tuple(Decimal(int.from_bytes(noise[3 * n : 3 * n + 3]) % 1_000_000) / 1_000_000 for n in range(WEEK))
    draws = (Draw("ec2:eu-west-1:m5.large:linux:shared:on-demand", Decimal("2.5")),)
    return Baseline("orders-qa", "nodes", f"arn:{number}", Basis.OBSERVED, on, draws, 56, False, "bill", ENDS)


def test_nothing_is_kept_at_first(store: Store) -> None:
    assert store.pasts("orders-qa") == {}


@pytest.mark.parametrize("count", [0, 2, 2_000])
def test_a_past_comes_back_as_it_was_kept(store: Store, count: int) -> None:
    store.keep_past("orders-qa", past(count=count))
    assert store.pasts("orders-qa") == {Origin.TOLD: past(count=count)}


def test_each_origin_and_each_environment_has_its_own(store: Store) -> None:
    store.keep_past("orders-qa", past(Origin.TOLD))
    store.keep_past("orders-qa", past(Origin.WATCHED, by=""))
    store.keep_past("orders", past(Origin.WATCHED, count=1))
    assert store.pasts("orders-qa") == {Origin.TOLD: past(Origin.TOLD), Origin.WATCHED: past(Origin.WATCHED, by="")}


def test_what_is_kept_again_replaces_what_was_there_however_long_it_was(store: Store) -> None:
    store.keep_past("orders-qa", past(count=2_000))
    store.keep_past("orders-qa", past(count=1))
    assert store.pasts("orders-qa") == {Origin.TOLD: past(count=1)}


def test_who_kept_it_is_in_the_journal(store: Store) -> None:
    store.keep_past("orders-qa", past(), [event("baseline kept")])
    assert [each.text for each in store.journal("orders-qa")] == ["baseline kept"]


def test_what_a_newer_version_wrote_is_left_alone(dynamo: DynamoStore, dynamodb: Any, table: str) -> None:
    dynamo.keep_past("orders-qa", replace(past(), origin=Origin.TOLD))
    newer = update_if(key("ENV#orders-qa", "past#told#0000"), "SET #schema = :schema", "#schema < :schema", schema=9)
    dynamodb.update_item(TableName=table, **newer["Update"])
    reading: list[Callable[[], object]] = [
        lambda: dynamo.pasts("orders-qa"),
        lambda: dynamo.keep_past("orders-qa", past()),
    ]
    for ask in reading:
        with pytest.raises(ValueError, match="schema 9"):
            ask()
