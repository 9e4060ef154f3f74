"""The ledger's months in the table: one partition a month, so that a report is a query and not a read for each name.

What is kept of an environment's month is columns of numbers, compressed: of 20 resources about 10 KB.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby

from chalicelib.adapters.codec import Codec
from chalicelib.adapters.dynamodb_table import Table, Write, delete, put
from chalicelib.adapters.items import Item, books_of, checked, instant, key, number, stamp
from chalicelib.adapters.packed import TornError, packed, unpacked
from chalicelib.flows.booked import Booked

BOOKED = Codec(Booked)
MOST_PIECES = 11
"""Of a month, as a transaction takes 4 MB.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""
TRIES = 3


class DynamoBooks:
    """Books over the table; see items.py for its layout."""

    def __init__(self, table: Table) -> None:
        self._books = table

    def book(self, month: str, booked: Booked) -> None:
        """As the port says."""
        name = booked.belongs.environment
        pieces = packed(BOOKED.encode(booked))
        if len(pieces) > MOST_PIECES:
            raise ValueError(f"its month is larger than the 4 MB that can be stored at once; split {name} in two")
        writes = [put(_piece_key(month, name, n) | {"booked": {"B": piece}}) for n, piece in enumerate(pieces)]
        spare = [delete(_piece_key(month, name, n)) for n in range(len(pieces), self._pieces(month, name))]
        self._books.transact([_closed(month, name, booked.until, pieces), *writes, *spare])

    def closed(self, month: str) -> Mapping[str, datetime]:
        """As the port says."""
        found = {}
        for item in self._of_month(month, "closed#"):
            until = instant(checked(item), "until")
            assert until is not None
            found[item["sk"]["S"].removeprefix("closed#")] = until
        return found

    def fingerprint(self, month: str) -> str:
        """As the port says."""
        found = sha256()
        for item in self._of_month(month, "closed#"):
            parts = (item[part]["S"] if part in item else "" for part in ("sk", "until", "sha256"))
            found.update("\n".join(parts).encode())
        return found.hexdigest()

    def booked(self, month: str, names: Collection[str] | None = None) -> Iterator[Booked]:
        """As the port says."""
        for wanted in [None] if names is None else sorted(set(names)):
            for name, pieces in groupby(self._pieces_of(month, wanted), key=_name):
                yield self._whole_month(month, name, list(pieces))

    def _whole_month(self, month: str, name: str, pieces: list[Item], tries: int = TRIES) -> Booked:
        """The month of these pieces; read again where it was replaced while they were read. Raises TornError."""
        try:
            return BOOKED.decode(unpacked(bytes(checked(piece)["booked"]["B"]) for piece in pieces))
        except TornError:
            if tries == 1:
                raise
        return self._whole_month(month, name, list(self._pieces_of(month, name)), tries - 1)

    def _pieces_of(self, month: str, name: str | None) -> Iterator[Item]:
        """The pieces of one environment's month, or of all."""
        return self._of_month(month, "month#" if name is None else f"month#{name}#")

    def _of_month(self, month: str, begins: str) -> Iterator[Item]:
        return self._books.query("#pk = :pk AND begins_with(#sk, :sk)", pk=books_of(month), sk=begins)

    def _pieces(self, month: str, name: str) -> int:
        before = self._books.get(key(books_of(month), f"closed#{name}"))
        return number(checked(before), "pieces") if before else 0


def _piece_key(month: str, name: str, piece: int) -> Item:
    return key(books_of(month), f"month#{name}#{piece:04}")


def _closed(month: str, name: str, until: datetime, pieces: Sequence[bytes]) -> Write:
    digest = sha256(b"".join(pieces)).hexdigest()
    said = {"until": {"S": stamp(until)}, "pieces": {"N": str(len(pieces))}, "sha256": {"S": digest}}
    return put(key(books_of(month), f"closed#{name}") | said)


def _name(piece: Item) -> str:
    return str(piece["sk"]["S"]).removeprefix("month#").rpartition("#")[0]
