"""DynamoDB queries that cost what they read.

moto sorts the whole table before it picks what a query asked for; each tick of the demo would sort the journal
of all nights so far. Here a query sees only its partition, or only the items that are in its index.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

Query = Callable[..., Any]


def narrowly(query: Query) -> Query:
    """moto's `Table.query` over the items that can be in the answer."""

    def narrowed(
        table: Any, hash_key: Any, comparison: Any, values: Any, limit: Any, start: Any, forward: Any, projection: Any,
        index_name: str | None = None, *rest: Any, **options: Any,
    ) -> Any:  # fmt: skip
        given = (hash_key, comparison, values, limit, start, forward, projection, index_name, *rest)
        return query(_seen(table, hash_key, index_name), *given, **options)

    return narrowed


def _seen(table: Any, hash_key: Any, index_name: str | None) -> Any:
    """The table as the query sees it; a table without sort keys as it is."""
    if table.range_key_attr is None:
        return table
    view = copy.copy(table)
    view.items = _indexed(table, index_name) if index_name else {hash_key: table.items.get(hash_key, {})}
    return view


def _indexed(table: Any, index_name: str) -> dict[Any, Any]:
    """What is in the index: the items that have its partition key. An unknown index is refused by moto."""
    schemas = (index.schema for index in table.all_indexes() if index.name == index_name)
    keys = {part["AttributeName"] for schema in schemas for part in schema if part["KeyType"] == "HASH"}
    return {
        partition: {sort: item for sort, item in items.items() if keys <= item.attrs.keys()}
        for partition, items in table.items.items()
    }
