"""What reports of a month rest on beside its books, in the month's partition of the table."""

from __future__ import annotations

from chalicelib.adapters.codec import Codec
from chalicelib.adapters.dynamodb_table import Table, put
from chalicelib.adapters.items import Item, books_of, checked, key
from chalicelib.flows.beside import Beside

BESIDE = Codec(Beside)


class DynamoBesides:
    """That part of Books over the table; see items.py for its layout."""

    def __init__(self, table: Table) -> None:
        self._besides = table

    def keep_beside(self, month: str, beside: Beside) -> None:
        """As the port says."""
        self._besides.put(put(_key(month) | {"beside": {"S": BESIDE.encode(beside)}}))

    def kept_beside(self, month: str) -> Beside | None:
        """As the port says."""
        item = self._besides.get(_key(month))
        return BESIDE.decode(checked(item)["beside"]["S"]) if item else None


def _key(month: str) -> Item:
    return key(books_of(month), "beside")
