"""Values by name in one partition of the table: what can be had again, and is kept because asking costs more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Generic, TypeVar

from chalicelib.adapters.codec import Codec
from chalicelib.adapters.dynamodb_table import Table, put
from chalicelib.adapters.items import checked, key

T = TypeVar("T")

AT_ONCE = 25
"""Writes in one transaction: a month of spot prices may take 40 KB, and a transaction 4 MB."""


class KeptItems(Generic[T]):
    """One partition, whose items each hold one value. The last that was kept under a name stays."""

    def __init__(self, table_name: str, client_factory: Callable[[], Any], partition: str, codec: Codec[T]) -> None:
        self._table = Table(table_name, client_factory)
        self._partition = partition
        self._codec = codec

    def read(self, names: Collection[str]) -> dict[str, T]:
        """What is kept, by name. One read for a hundred. Raises SchemaError."""
        items = self._table.get_many([key(self._partition, name) for name in sorted(set(names))])
        return {name: self._codec.decode(checked(item)["kept"]["S"]) for name, item in items.items()}

    def keep(self, values: Mapping[str, T]) -> None:
        """The values are kept under their names."""
        writes = [
            put(key(self._partition, name) | {"kept": {"S": self._codec.encode(value)}})
            for name, value in values.items()
        ]
        for start in range(0, len(writes), AT_ONCE):
            self._table.transact(writes[start : start + AT_ONCE])
