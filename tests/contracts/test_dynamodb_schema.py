"""The store in DynamoDB reads items of its schema and of the one before, and leaves newer ones untouched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.dynamodb_store import DynamoStore
from chalicelib.adapters.items import Item, SchemaError, chunk_key, definition_key, head_key, key
from chalicelib.core.wishes import Pause, Wishes
from chalicelib.flows.stored import Due, Notes
from tests.contracts.samples import LATER, NOW, SOON, claimed, defined, states, stored, wishes

PAUSE = Pause("qa1", "audit", NOW)


@pytest.mark.parametrize("question", ["claim", "head", "amend", "define", "reread"])
def test_a_head_of_a_newer_schema_is_refused_and_untouched(
    dynamo: DynamoStore, dynamodb: Any, table: str, question: str
) -> None:
    head = defined(dynamo)
    if question == "reread":
        head = claimed(dynamo)
    newer = _reschemed(dynamodb, table, head_key("orders-qa"), 2)
    asked: dict[str, Callable[[], object]] = {
        "claim": lambda: dynamo.claim("orders-qa", NOW, SOON),
        "head": lambda: dynamo.head("orders-qa"),
        "amend": lambda: dynamo.amend(head, wishes(), NOW, []),
        "define": lambda: dynamo.define(stored(), 1, Wishes(), NOW, []),
        "reread": lambda: dynamo.reread(head),
    }
    with pytest.raises(SchemaError, match=r"ENV#orders-qa / head has schema 2"):
        asked[question]()
    assert _item(dynamodb, table, head_key("orders-qa")) == newer


def test_a_head_of_a_newer_schema_is_left_alone_by_claimant_and_tick(
    dynamo: DynamoStore, dynamodb: Any, table: str
) -> None:
    defined(dynamo)
    head = claimed(dynamo)
    newer = _reschemed(dynamodb, table, head_key("orders-qa"), 2)
    with pytest.raises(SchemaError):
        dynamo.release(head, {}, Notes(), LATER, [])
    assert not dynamo.drop(head, NOW)
    assert not dynamo.hasten("orders-qa", NOW - timedelta(hours=1))
    assert not dynamo.push_sweep(Due("orders-qa", SOON), LATER)
    assert _item(dynamodb, table, head_key("orders-qa")) == newer


def test_a_definition_of_a_newer_schema_is_broken_for_a_pass_and_refused_at_the_desk(
    dynamo: DynamoStore, dynamodb: Any, table: str
) -> None:
    defined(dynamo)
    _reschemed(dynamodb, table, definition_key("orders-qa"), 2)
    loaded = dynamo.load(claimed(dynamo))
    assert loaded.definition is None
    assert "schema 2" in str(loaded.broken)
    with pytest.raises(ValueError, match="schema 2"):
        dynamo.stored("orders-qa")


def test_a_definition_that_cannot_be_read_says_which_field(dynamo: DynamoStore, dynamodb: Any, table: str) -> None:
    defined(dynamo)
    _set(dynamodb, table, definition_key("orders-qa"), "definition", {"S": '{"environment": 7}'})
    loaded = dynamo.load(claimed(dynamo))
    assert loaded.definition is None
    assert "owner" in str(loaded.broken)


def test_states_of_a_newer_schema_or_missing_stop_the_pass(dynamo: DynamoStore, dynamodb: Any, table: str) -> None:
    defined(dynamo)
    head = dynamo.record(claimed(dynamo), states(1), [])
    _reschemed(dynamodb, table, chunk_key("orders-qa", 0), 2)
    with pytest.raises(SchemaError):
        dynamo.load(head)
    dynamodb.delete_item(TableName=table, Key=chunk_key("orders-qa", 0))
    with pytest.raises(ValueError, match="missing"):
        dynamo.load(head)


def test_switches_of_a_newer_schema_are_refused_and_untouched(dynamo: DynamoStore, dynamodb: Any, table: str) -> None:
    dynamo.throw(None, PAUSE, [])
    newer = _reschemed(dynamodb, table, key("ORG", "switches"), 2)
    with pytest.raises(SchemaError):
        dynamo.switches()
    with pytest.raises(SchemaError):
        dynamo.throw(None, None, [])
    assert _item(dynamodb, table, key("ORG", "switches")) == newer


def test_items_of_the_schema_before_are_read(dynamo: DynamoStore, dynamodb: Any, table: str) -> None:
    defined(dynamo)
    _reschemed(dynamodb, table, head_key("orders-qa"), 0)
    _reschemed(dynamodb, table, definition_key("orders-qa"), 0)
    assert dynamo.load(claimed(dynamo)).definition == stored().definition


def _item(dynamodb: Any, table: str, where: Item) -> Item:
    item: Item = dynamodb.get_item(TableName=table, Key=where)["Item"]
    return item


def _set(dynamodb: Any, table: str, where: Item, attribute: str, value: Item) -> Item:
    item = _item(dynamodb, table, where) | {attribute: value}
    dynamodb.put_item(TableName=table, Item=item)
    return item


def _reschemed(dynamodb: Any, table: str, where: Item, schema: int) -> Item:
    return _set(dynamodb, table, where, "schema", {"N": str(schema)})
