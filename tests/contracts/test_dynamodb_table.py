"""The table is patient with what passes, and tells what does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.stub import Stubber

from chalicelib.adapters import dynamodb_table
from chalicelib.adapters.dynamodb_table import BusyError, ConditionError, Table
from chalicelib.adapters.items import head_key, key


def test_a_transaction_that_met_another_is_made_again(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    _cancel(stubber, "TransactionConflict", "None")
    stubber.add_response("transact_write_items", {})
    table.transact([{"Delete": {"Key": head_key("a")}}, {"Delete": {"Key": head_key("b")}}])
    stubber.assert_no_pending_responses()


def test_a_failed_condition_is_told_even_when_another_transaction_was_met(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    _cancel(stubber, "TransactionConflict", "ConditionalCheckFailed")
    with pytest.raises(ConditionError) as raised:
        table.transact([{"Delete": {"Key": head_key("a")}}, {"Delete": {"Key": head_key("b")}}])
    assert raised.value.found == (None, {})


def test_what_only_a_person_can_mend_is_not_tried_again(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    _cancel(stubber, "ItemCollectionSizeLimitExceeded", "TransactionConflict")
    with pytest.raises(table.client.exceptions.TransactionCanceledException):
        table.transact([{"Delete": {"Key": head_key("a")}}, {"Delete": {"Key": head_key("b")}}])


def test_a_table_that_stays_busy_is_given_up_in_the_end(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    for _ in range(dynamodb_table.TRIES):
        _cancel(stubber, "TransactionConflict")
    with pytest.raises(BusyError):
        table.transact([{"Delete": {"Key": head_key("a")}}])


def test_keys_that_were_left_out_are_read_again(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    first, second = key("A", "1"), key("A", "2")
    left_out = {"table": {"Keys": [second]}}
    stubber.add_response("batch_get_item", {"Responses": {"table": [first]}, "UnprocessedKeys": left_out})
    stubber.add_response("batch_get_item", {"Responses": {"table": [second]}, "UnprocessedKeys": {}})
    assert table.get_many([first, second]) == {"1": first, "2": second}


def test_keys_that_are_always_left_out_are_told(stubbed: tuple[Table, Stubber]) -> None:
    table, stubber = stubbed
    left_out = {"table": {"Keys": [key("A", "1")]}}
    for _ in range(dynamodb_table.TRIES):
        stubber.add_response("batch_get_item", {"Responses": {"table": []}, "UnprocessedKeys": left_out})
    with pytest.raises(BusyError, match="1 items of table were not read"):
        table.get_many([key("A", "1")])


@pytest.fixture
def stubbed(aws: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Table, Stubber]]:
    monkeypatch.setattr(dynamodb_table, "FIRST_PAUSE", 0)
    client = aws("dynamodb")
    with Stubber(client) as stubber:
        yield Table("table", lambda: client), stubber


def _cancel(stubber: Stubber, *codes: str) -> None:
    stubber.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields={"CancellationReasons": [{"Code": code} for code in codes]},
    )
