"""What every store promises to the ledger."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.adapters.dynamodb_store import DynamoStore
from chalicelib.core.wishes import Wishes
from chalicelib.flows.events import RUNS, Event, What
from chalicelib.flows.ports import Store
from chalicelib.flows.stored import LostError, Notes
from tests.contracts.samples import LATER, NOW, arn, claimed, defined, event, states, stored

MINUTE = timedelta(minutes=1)
AGES = timedelta(days=400)


def metered(text: str = "a*2", at: datetime = NOW) -> Event:
    return Event(What.METERED, "orders-qa", at, text, "nodes", "i-1", data={"arn": arn(1), "edge": "seen"})


def heard(at: datetime = NOW) -> Event:
    return Event(What.HEARD, "orders-qa", at, RUNS, data={"arn": arn(1)})


def read(store: Store, begins: datetime = NOW - AGES, ends: datetime = NOW + AGES) -> list[Event]:
    return list(store.readings("orders-qa", begins, ends))


def test_what_is_for_the_ledger_is_stored_with_what_the_pass_stores_and_apart_from_the_journal(store: Store) -> None:
    defined(store)
    head = store.record(claimed(store), states(1), [event("told"), metered("a")])
    store.release(head, states(1), Notes(), LATER, [metered("b", NOW + MINUTE)])
    assert read(store) == [metered("a"), metered("b", NOW + MINUTE)]
    assert store.journal("orders-qa") == (event("told"),)


def test_what_is_not_stored_of_a_pass_is_not_read(store: Store) -> None:
    defined(store)
    head = claimed(store)
    with pytest.raises(LostError):
        store.release(replace(head, fence=head.fence - 1), {}, Notes(), LATER, [metered()])
    assert read(store) == []


def test_readings_come_in_the_order_of_time_from_the_beginning_until_before_the_end(store: Store) -> None:
    defined(store)
    events = [metered(str(number), NOW + number * MINUTE) for number in range(5)]
    store.release(claimed(store), {}, Notes(), LATER, [events[3], events[0], events[4], events[1], events[2]])
    assert read(store) == events
    assert read(store, NOW + MINUTE, NOW + 3 * MINUTE) == events[1:3]


def test_what_is_noted_is_there_once_however_often_and_late_it_is_told(store: Store) -> None:
    store.note("orders-qa", [heard(NOW + MINUTE)])
    store.note("orders-qa", [heard(NOW)])
    store.note("orders-qa", [heard(NOW + MINUTE)])
    assert read(store) == [heard(NOW), heard(NOW + MINUTE)]


def test_nothing_of_an_instant_replaces_another(store: Store) -> None:
    defined(store)
    store.note("orders-qa", [heard(), metered("x")])
    store.note("orders-qa", [metered("y")])
    head = store.record(claimed(store), {}, [metered("a")])
    store.release(head, {}, Notes(), NOW, [metered("b")])
    store.release(claimed(store), {}, Notes(), LATER, [metered("c")])
    assert sorted(one.text for one in read(store)) == ["a", "b", "c", RUNS, "x", "y"]


def test_readings_stay_when_the_environment_goes(store: Store) -> None:
    head = defined(store)
    store.remove(head, [metered("gone")])
    assert read(store) == [metered("gone")]


def test_readings_of_environments_with_similar_names_are_apart(store: Store) -> None:
    for name in ("orders", "orders-qa", "orders#qa"):
        store.note(name, [heard()])
    assert read(store) == [heard()]


def test_a_pass_may_store_thousands_of_readings(store: Store) -> None:
    defined(store)
    events = [metered(f"{number:05} {'x' * 100}") for number in range(2500)]
    store.release(claimed(store), {}, Notes(), LATER, events)
    assert read(store) == events


def test_a_note_is_one_write(dynamo: DynamoStore, calls: Counter[str]) -> None:
    dynamo.note("orders-qa", [heard()])
    assert calls == {"PutItem": 1}


def test_readings_outlive_a_short_journal_until_the_month_is_closed(dynamodb: Any, table: str) -> None:
    store = DynamoStore(table, lambda: dynamodb, journal_days=30)
    store.define(stored(), None, Wishes(), NOW, [event(), metered()])
    items = dynamodb.scan(TableName=table)["Items"]
    kept = {item["sk"]["S"].partition("#")[0]: int(item["expires"]["N"]) for item in items if "expires" in item}
    assert kept == {
        "journal": int((NOW + timedelta(days=30)).timestamp()),
        "readings": int((NOW + timedelta(days=100)).timestamp()),
    }
