"""How many request units each request to DynamoDB uses, computed from its items by AWS's rules.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from botocore import register_initializer, unregister_initializer
from botocore.session import Session

READ, WRITTEN = 4096, 1024
"""Bytes in one unit."""
TRANSACTION = 2
"""Units of a write in a transaction for each unit of it."""
DIGITS_A_BYTE = 2

Item = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Use:
    """What reading, or writing, of one part of the table used. `part` is a partition's word and, of ENV, a key's.

    `items` and `size` (bytes) count what was there; a delete, an update and a condition are counted as nothing.
    """

    operation: str
    part: str
    items: int = 0
    size: int = 0
    read: float = 0
    written: float = 0


@dataclass(slots=True)
class Meter:
    """Hears the requests of this process; `requests` counts them, `uses` says what each used."""

    requests: int = 0
    uses: list[Use] = field(default_factory=list)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Within it sessions that are made are heard, as long as they live."""
        register_initializer(self._attach)
        try:
            yield
        finally:
            unregister_initializer(self._attach)

    def _attach(self, session: Session) -> None:
        session.register("before-parameter-build.dynamodb", self._asked)
        session.register("after-call.dynamodb", self._answered)

    def _asked(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["asked"] = params

    def _answered(self, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        self.requests += 1
        self.uses += _uses(model.name, context["asked"], parsed)


def _uses(operation: str, asked: dict[str, Any], answer: dict[str, Any]) -> Iterator[Use]:
    match operation:
        case "Query":
            yield _queried(asked, answer.get("Items", []))
        case "GetItem":
            yield _got(operation, asked["Key"], answer.get("Item"))
        case "BatchGetItem":
            for item in (each for found in answer.get("Responses", {}).values() for each in found):
                yield _got(operation, item, item)
        case "PutItem":
            yield _put(operation, asked["Item"], 1)
        case "TransactWriteItems":
            puts = (write["Put"]["Item"] for write in asked["TransactItems"] if "Put" in write)
            yield from (_put(operation, item, TRANSACTION) for item in puts)


def _queried(asked: dict[str, Any], items: Iterable[Item]) -> Use:
    """The sum of its items is rounded up, not each; a page without items uses the least."""
    sizes = [size(item) for item in items]
    values = asked["ExpressionAttributeValues"]
    sort = values.get(":sk") or values.get(":first") or {"S": ""}
    part = _part(values[":pk"]["S"], sort["S"]) if ":pk" in values else asked["IndexName"]
    units = max(1, ceil(sum(sizes) / READ)) / (1 if asked.get("ConsistentRead") else 2)
    return Use("Query", part, len(sizes), sum(sizes), read=units)


def _got(operation: str, key: Item, item: Item | None) -> Use:
    found = size(item) if item else 0
    return Use(operation, _of(key), int(bool(item)), found, read=max(1, ceil(found / READ)))


def _put(operation: str, item: Item, times: int) -> Use:
    """What stood there before is taken to be no larger."""
    return Use(operation, _of(item), 1, size(item), written=times * ceil(size(item) / WRITTEN))


def size(item: Item) -> int:
    """Bytes of an item of texts, numbers and binary values."""
    return sum(len(name.encode()) + _length(*next(iter(value.items()))) for name, value in item.items())


def _length(shape: str, value: Any) -> int:
    if shape == "N":
        return ceil(len(value.strip("-").replace(".", "").strip("0")) / DIGITS_A_BYTE) + 1
    return len(value) if isinstance(value, bytes) else len(value.encode())


def _of(key: Item) -> str:
    return _part(key["pk"]["S"], key["sk"]["S"])


def _part(partition: str, sort: str) -> str:
    word = partition.partition("#")[0]
    return f"{word} {sort.partition('#')[0]}".strip() if word in {"ENV", "BOOKS"} else word
