"""What only the store in DynamoDB promises: few calls, few writes, schema numbers, patience."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.dynamodb_store import DynamoStore
from chalicelib.adapters.items import stamp
from chalicelib.core.wishes import Pause, Wishes
from chalicelib.flows.stored import Due, Head, LostError, MovedError, Notes
from tests.contracts.samples import LATER, NOW, SOON, arn, claimed, defined, event, states, stored, wishes

PAUSE = Pause("qa1", "audit", NOW)

# Each method, the state it starts from, and the one call that it may make.
FREE: dict[str, tuple[Callable[[DynamoStore], object], str]] = {
    "claim": (lambda store: store.claim("orders-qa", NOW, SOON), "UpdateItem"),
    "hasten": (lambda store: store.hasten("orders-qa", NOW - timedelta(hours=1)), "UpdateItem"),
    "due": (lambda store: store.due(LATER), "Query"),
    "push_sweep": (lambda store: store.push_sweep(Due("orders-qa", NOW), LATER), "UpdateItem"),
    "owner": (lambda store: store.owner(arn(1)), "GetItem"),
    "own": (lambda store: store.own("orders-qa", [arn(each) for each in range(100)]), "TransactWriteItems"),
    "head": (lambda store: store.head("orders-qa"), "GetItem"),
    "stored": (lambda store: store.stored("orders-qa"), "GetItem"),
    "names": (lambda store: store.names(), "Query"),
    "journal": (lambda store: store.journal("orders-qa"), "Query"),
    "readings": (lambda store: list(store.readings("orders-qa", NOW, LATER)), "Query"),
    "note": (lambda store: store.note("orders-qa", [event()]), "PutItem"),
    "switches": (lambda store: store.switches(), "GetItem"),
    "throw": (lambda store: store.throw(None, PAUSE, [event()]), "TransactWriteItems"),
}
CLAIMED: dict[str, tuple[Callable[[DynamoStore, Head], object], str]] = {
    "load": (lambda store, head: store.load(head), "BatchGetItem"),
    "reread": (lambda store, head: store.reread(head), "GetItem"),
    "record": (lambda store, head: store.record(head, states(400), [event()]), "TransactWriteItems"),
    "release": (
        lambda store, head: store.release(head, states(400), Notes(), LATER, [event()]),
        "TransactWriteItems",
    ),
    "drop": (lambda store, head: store.drop(head, NOW), "UpdateItem"),
}


@pytest.mark.parametrize(("ask", "operation"), FREE.values(), ids=FREE.keys())
def test_one_call_for_a_free_environment(
    dynamo: DynamoStore, calls: Counter[str], ask: Callable[[DynamoStore], object], operation: str
) -> None:
    defined(dynamo)
    calls.clear()
    ask(dynamo)
    assert calls == {operation: 1}


@pytest.mark.parametrize(("ask", "operation"), CLAIMED.values(), ids=CLAIMED.keys())
def test_one_call_under_a_claim(
    dynamo: DynamoStore, calls: Counter[str], ask: Callable[[DynamoStore, Head], object], operation: str
) -> None:
    defined(dynamo)
    head = dynamo.record(claimed(dynamo), states(310), [])
    calls.clear()
    ask(dynamo, head)
    assert calls == {operation: 1}


def test_nothing_is_called_before_the_first_question() -> None:
    def never() -> Any:
        raise AssertionError("a client was made")

    DynamoStore("table", never)


def test_only_chunks_that_changed_are_written_again(dynamo: DynamoStore, written: list[str]) -> None:
    defined(dynamo)
    many = states(400)
    dynamo.release(claimed(dynamo), many, Notes(), NOW, [])
    head = claimed(dynamo)
    dynamo.load(head)
    written.clear()
    head = dynamo.record(head, many | {arn(200): states(201, attempts=1)[arn(200)]}, [])
    assert written == ["head", "states#0001"]
    written.clear()
    dynamo.release(head, many, Notes(), NOW, [])
    assert written == ["head", "states#0001"]


def test_a_store_that_did_not_load_writes_all_chunks(
    dynamo: DynamoStore, dynamodb: Any, table: str, written: list[str]
) -> None:
    defined(dynamo)
    head = dynamo.record(claimed(dynamo), states(400), [])
    written.clear()
    DynamoStore(table, lambda: dynamodb).record(head, states(400), [])
    assert written == ["head", "states#0000", "states#0001", "states#0002"]


def test_chunks_beyond_the_last_are_deleted(dynamo: DynamoStore, dynamodb: Any, table: str) -> None:
    defined(dynamo)
    head = dynamo.record(claimed(dynamo), states(400), [])
    assert dynamo.record(head, states(20), []).chunks == 1
    kept = [item["sk"]["S"] for item in dynamodb.scan(TableName=table)["Items"]]
    assert [sk for sk in kept if sk.startswith("states#")] == ["states#0000"]


def test_a_new_environment_does_not_inherit_what_was_known_of_an_old_ones_claim(dynamo: DynamoStore) -> None:
    defined(dynamo)
    dynamo.record(claimed(dynamo), states(1), [])
    dynamo.remove(claimed(dynamo, now=SOON, until=LATER), [])
    defined(dynamo)
    head = dynamo.record(claimed(dynamo), states(1), [])
    assert dynamo.load(head).states == states(1)


def test_a_reader_beside_the_claimant_does_not_mislead_it(dynamo: DynamoStore) -> None:
    defined(dynamo)
    dynamo.release(claimed(dynamo), states(2), Notes(), NOW, [])
    head = claimed(dynamo)
    dynamo.load(head)
    head = dynamo.record(head, states(2, attempts=1), [])
    dynamo.load(head)
    dynamo.release(head, states(2), Notes(), NOW, [])
    assert dynamo.load(claimed(dynamo)).states == states(2)


def test_events_expire_where_the_organisation_says(dynamodb: Any, table: str) -> None:
    store = DynamoStore(table, lambda: dynamodb, journal_days=30)
    store.define(stored(), None, Wishes(), NOW, [event()])
    expiring = [item for item in dynamodb.scan(TableName=table)["Items"] if "expires" in item]
    assert [item["sk"]["S"] for item in expiring] == [f"journal#{stamp(NOW)}#revision-0000000001#000000"]
    assert int(expiring[0]["expires"]["N"]) == int((NOW + timedelta(days=30)).timestamp())


def test_a_wish_is_tried_again_when_the_tick_comes_between(
    dynamo: DynamoStore, calls: Counter[str], interrupt: Callable[[Callable[[], object]], None]
) -> None:
    head = defined(dynamo)
    (due,) = dynamo.due(LATER)
    interrupt(lambda: dynamo.push_sweep(due, NOW + timedelta(seconds=30)))
    calls.clear()
    dynamo.amend(head, wishes(), NOW, [event("once")])
    assert calls["TransactWriteItems"] == 2
    assert dynamo.due(LATER) == (Due("orders-qa", NOW + timedelta(seconds=30)),)
    assert dynamo.journal("orders-qa") == (event("once"),)


def test_a_wish_is_moved_when_another_comes_between(
    dynamo: DynamoStore, interrupt: Callable[[Callable[[], object]], None]
) -> None:
    head = defined(dynamo)
    interrupt(lambda: dynamo.amend(head, wishes("qa1"), NOW, []))
    with pytest.raises(MovedError):
        dynamo.amend(head, wishes("dev1"), NOW, [])
    assert claimed(dynamo).wishes == wishes("qa1")


def test_a_removal_is_lost_when_a_claim_comes_between(
    dynamo: DynamoStore, interrupt: Callable[[Callable[[], object]], None]
) -> None:
    head = defined(dynamo)
    interrupt(lambda: claimed(dynamo))
    with pytest.raises(LostError):
        dynamo.remove(head, [])
    assert dynamo.names() == ("orders-qa",)


def test_a_removal_that_crashed_in_the_middle_can_be_made_again(
    dynamo: DynamoStore, interrupt: Callable[[Callable[[], object]], None]
) -> None:
    defined(dynamo)
    dynamo.own("orders-qa", states(3))
    dynamo.release(claimed(dynamo), states(3), Notes(), LATER, [])
    head = dynamo.head("orders-qa")
    assert head is not None
    interrupt(lambda: interrupt(_crash))  # the first transaction is about owners, the second about the rest
    with pytest.raises(ConnectionAbortedError):
        dynamo.remove(head, [])
    assert dynamo.owner(arn(1)) is None
    assert dynamo.head("orders-qa") == head
    dynamo.remove(head, [])
    assert dynamo.head("orders-qa") is None


def _crash() -> None:
    raise ConnectionAbortedError
