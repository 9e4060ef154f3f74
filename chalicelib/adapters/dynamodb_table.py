"""One DynamoDB table as the store uses it: writes as data, consistent reads, telling failures.

In expressions `#word` stands for the attribute `word` (many are reserved words) and `:word` for a value.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

from chalicelib.adapters.items import SCHEMA, Item

Write = dict[str, dict[str, Any]]
"""One entry of TransactItems without its table, e.g. {"Put": {"Item": ...}}."""

T = TypeVar("T")

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
MOST_WRITES = 100
MOST_READS = 100

TRIES = 5
FIRST_PAUSE = 0.05
# The table was busy, nothing is wrong with the request (API reference of TransactWriteItems).
PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class ConditionError(Exception):
    """A condition did not hold and nothing was written.

    `found` has, for each write in order, None if its condition held, else the item as it was ({} if none).
    """

    def __init__(self, found: Sequence[Item | None]) -> None:
        super().__init__("a condition did not hold")
        self.found = tuple(found)


class BusyError(Exception):
    """The table was busy with other transactions on the same items, however often it was asked."""


class Table:
    """A table by name; its client is made at first use (60 to 190 ms)."""

    def __init__(self, name: str, client_factory: Callable[[], Any]) -> None:
        self.name = name
        self._client_factory = client_factory

    @cached_property
    def client(self) -> Any:
        """The low-level client."""
        return self._client_factory()

    def get(self, key: Item) -> Item | None:
        """The item as it is now, or None."""
        answer = self.client.get_item(TableName=self.name, Key=key, ConsistentRead=True)
        item: Item | None = answer.get("Item")
        return item

    def get_many(self, keys: Sequence[Item]) -> dict[str, Item]:
        """The items that exist, by sort key, as they are now; one call for a hundred.

        DynamoDB may leave some out of its answer: they are asked for again, at last BusyError is raised.
        """
        found: dict[str, Item] = {}
        for start in range(0, len(keys), MOST_READS):
            for item in self._batch(list(keys[start : start + MOST_READS])):
                found[item["sk"]["S"]] = item
        return found

    def query(self, condition: str, *, limit: int | None = None, **values: str | int) -> Iterator[Item]:
        """The items of one partition that fit the key condition, in ascending order, page by page."""
        return self._pages(_query(condition, values), limit)

    def query_backwards(self, condition: str, **values: str | int) -> Iterator[Item]:
        """The items of one partition that fit the key condition, in descending order, page by page."""
        return self._pages(_query(condition, values) | {"ScanIndexForward": False}, None)

    def query_index(self, index: str, condition: str, *, limit: int, **values: str | int) -> Iterator[Item]:
        """The entries of an index that fit the key condition; they may lag behind the items."""
        return self._pages(_query(condition, values) | {"IndexName": index}, limit)

    def update(self, write: Write) -> Item:
        """The item after the one update. Raises ConditionError with nothing changed."""
        client = self.client

        def call() -> Item:
            try:
                answer = client.update_item(TableName=self.name, ReturnValues="ALL_NEW", **write["Update"])
            except client.exceptions.TransactionConflictException as error:
                raise BusyError(str(error)) from error
            except client.exceptions.ConditionalCheckFailedException as error:
                raise ConditionError([error.response.get("Item", {})]) from error
            item: Item = answer["Attributes"]
            return item

        return _patiently(call)

    def put(self, write: Write) -> None:
        """The one item of a put is stored, whatever was there."""
        self.client.put_item(TableName=self.name, **write["Put"])

    def transact(self, writes: Sequence[Write]) -> None:
        """All writes were done, or (ConditionError, BusyError) none. At most 100, together at most 4 MB."""
        client = self.client
        items = [{verb: {"TableName": self.name, **body} for verb, body in write.items()} for write in writes]

        def call() -> None:
            try:
                client.transact_write_items(TransactItems=items)
            except client.exceptions.TransactionCanceledException as error:
                raise _cancelled(error.response["CancellationReasons"], error) from error

        _patiently(call)

    def _batch(self, keys: list[Item]) -> Iterator[Item]:
        for attempt in range(TRIES):
            request = {self.name: {"Keys": keys, "ConsistentRead": True}}
            answer = self.client.batch_get_item(RequestItems=request)
            yield from answer["Responses"][self.name]
            keys = answer["UnprocessedKeys"].get(self.name, {}).get("Keys", [])
            if not keys:
                return
            time.sleep(FIRST_PAUSE * 2**attempt)
        raise BusyError(f"{len(keys)} items of {self.name} were not read in {TRIES} tries")

    def _pages(self, request: dict[str, Any], limit: int | None) -> Iterator[Item]:
        left = limit
        start: dict[str, Any] = {}
        while left is None or left > 0:
            size = {} if left is None else {"Limit": left}
            page = self.client.query(TableName=self.name, **request, **size, **start)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
            left = None if left is None else left - len(page["Items"])


def put(item: Item) -> Write:
    """A write that stores an item, whatever was there."""
    return {"Put": {"Item": {**item, "schema": {"N": str(SCHEMA)}}}}


def put_if(item: Item, condition: str, **values: str | int) -> Write:
    """A write that stores an item if the condition holds for what was there."""
    write = put(item)
    return {"Put": write["Put"] | _conditional(condition, condition, values)}


def delete(key: Item) -> Write:
    """A write that removes an item, if it is there."""
    return {"Delete": {"Key": key}}


def delete_if(key: Item, condition: str, **values: str | int) -> Write:
    """A write that removes an item if the condition holds."""
    return {"Delete": {"Key": key} | _conditional(condition, condition, values)}


def update_if(key: Item, expression: str, condition: str, **values: str | int) -> Write:
    """A write that changes attributes if the condition holds."""
    texts = f"{expression} {condition}"
    return {"Update": {"Key": key, "UpdateExpression": expression} | _conditional(condition, texts, values)}


def create_table(client: Any, name: str) -> None:
    """The table exists, empty, with its index; for local use (.chalice/resources.yaml makes the real one)."""
    attributes = ("pk", "sk", "sweep", "sweep_at")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in attributes],
        KeySchema=_key_schema("pk", "sk"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": "due",
                "KeySchema": _key_schema("sweep", "sweep_at"),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )


def _key_schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


def _conditional(condition: str, texts: str, values: dict[str, str | int]) -> dict[str, Any]:
    parts = {
        "ConditionExpression": condition,
        "ExpressionAttributeNames": _names(texts),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    return parts | ({"ExpressionAttributeValues": _values(values)} if values else {})


def _query(condition: str, values: dict[str, str | int]) -> dict[str, Any]:
    return {
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": _names(condition),
        "ExpressionAttributeValues": _values(values),
    }


def _names(texts: str) -> dict[str, str]:
    return {f"#{word}": word for word in re.findall(r"#(\w+)", texts)}


def _values(values: dict[str, str | int]) -> Item:
    return {f":{word}": {"N": str(v)} if isinstance(v, int) else {"S": v} for word, v in values.items()}


def _cancelled(reasons: Sequence[dict[str, Any]], error: Exception) -> Exception:
    """Why a transaction was cancelled: a condition, a busy table, or what only a person can mend."""
    codes = {reason["Code"] for reason in reasons} - {"None"}
    if "ConditionalCheckFailed" in codes:
        failed = [reason["Code"] == "ConditionalCheckFailed" for reason in reasons]
        return ConditionError(
            [reason.get("Item", {}) if bad else None for reason, bad in zip(reasons, failed, strict=True)]
        )
    return BusyError(str(error)) if codes <= PASSING else error


def _patiently(call: Callable[[], T]) -> T:
    """What the call answers, asked again a few times while the table is busy."""
    for attempt in range(TRIES - 1):
        try:
            return call()
        except BusyError:
            time.sleep(FIRST_PAUSE * 2**attempt)
    return call()
