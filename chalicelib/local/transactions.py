"""DynamoDB transactions that cost what they touch.

moto copies the whole table, once for each write of a transaction, to be able to undo it; a table with a few
thousand journal entries then takes longer to copy than everything else takes together. Here only the
partitions that the transaction writes to are copied, once.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from moto.dynamodb import models
from moto.dynamodb.models.dynamo_type import DynamoType, LimitedSizeDict
from moto.dynamodb.models.table import Table

dynamodb: Any = models

Write = dict[str, dict[str, Any]]
Transact = Callable[[Any, list[Write]], None]


def cheaply(transact: Transact) -> Transact:
    """moto's `transact_write_items` with the copying confined. Not for two threads at once."""

    def transact_write_items(backend: Any, writes: list[Write]) -> None:
        snapshots: dict[str, Any] = {}

        def deepcopy(value: Any, *rest: Any) -> Any:
            if not isinstance(value, Table):
                return copy.deepcopy(value, *rest)
            if value.name not in snapshots:
                snapshots[value.name] = _snapshot(value, writes)
            return snapshots[value.name]

        dynamodb.copy = SimpleNamespace(deepcopy=deepcopy, copy=copy.copy)
        try:
            transact(backend, writes)
        finally:
            dynamodb.copy = copy

    return transact_write_items


def _snapshot(table: Any, writes: Iterable[Write]) -> Any:
    """The table as it is, sharing with it every partition that the transaction leaves alone."""
    snapshot = copy.copy(table)
    snapshot.items = copy.copy(table.items)
    for partition in {_partition(table, write) for write in writes}:
        if partition in table.items:
            snapshot.items[partition] = {key: copied(item) for key, item in table.items[partition].items()}
    return snapshot


def _partition(table: Any, write: Write) -> DynamoType:
    operation = next(iter(write.values()))
    key: Any = operation.get("Key") or operation["Item"]
    return DynamoType(key[table.hash_key_attr])


def copied(item: Any) -> Any:
    """The item with attributes of its own; moto replaces attributes, it does not change them."""
    twin = copy.copy(item)
    twin.attrs = LimitedSizeDict()
    dict.update(twin.attrs, item.attrs)  # past the check of the size, which adds up all attributes for each one
    return twin
