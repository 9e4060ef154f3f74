"""What bills say of the ledger's months, in the table: an item that points at the pieces of the sums, compressed.

Pieces are not written over: who reads while they are replaced sees all of one bill, or that it must look again.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.adapters.codec import Codec
from chalicelib.adapters.dynamodb_journal import EventBundles
from chalicelib.adapters.dynamodb_table import BusyError, Table, delete, put
from chalicelib.adapters.items import Item, books_of, checked, key, number, stamp
from chalicelib.adapters.packed import packed, unpacked
from chalicelib.flows.events import ORGANISATION, Event
from chalicelib.flows.kept_bill import KeptBill

BILL = Codec(KeptBill)
TRIES = 3


class DynamoBills:
    """Bills over the table; see items.py for its layout."""

    def __init__(self, table: Table, bundles: EventBundles) -> None:
        self._bills = table
        self._told = bundles

    def keep_bill(self, month: str, bill: KeptBill, events: Sequence[Event]) -> None:
        """As the port says."""
        pieces = packed(BILL.encode(bill))
        name = stamp(bill.at)
        keys = _keys(month, name, len(pieces))
        known = self._bills.get(_head_key(month))
        former = [each for each in _piece_keys(month, known) if each not in keys]
        head = _head_key(month) | {"name": {"S": name}, "pieces": {"N": str(len(pieces))}}
        writes = [put(each | {"bill": {"B": piece}}) for each, piece in zip(keys, pieces, strict=True)]
        told = self._told.by_itself(ORGANISATION, events)
        self._bills.transact([put(head), *writes, *map(delete, former), *told])

    def bill(self, month: str) -> KeptBill | None:
        """As the port says."""
        for _ in range(TRIES):
            head = self._bills.get(_head_key(month))
            if head is None:
                return None
            keys = _piece_keys(month, head)
            found = self._bills.get_many(keys)
            if len(found) == len(keys):
                return BILL.decode(unpacked(bytes(checked(found[each["sk"]["S"]])["bill"]["B"]) for each in keys))
        raise BusyError(f"the bill of {month} was replaced {TRIES} times while it was read")


def _head_key(month: str) -> Item:
    return key(books_of(month), "bill")


def _piece_keys(month: str, head: Item | None) -> list[Item]:
    return _keys(month, checked(head)["name"]["S"], number(head, "pieces")) if head else []


def _keys(month: str, name: str, pieces: int) -> list[Item]:
    return [key(books_of(month), f"bill#{name}#{piece:04}") for piece in range(pieces)]
