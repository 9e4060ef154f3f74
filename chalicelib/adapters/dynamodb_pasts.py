"""What ran of an environment before Curfew acted, in the table: compressed, beside its readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from chalicelib.adapters.codec import Codec
from chalicelib.adapters.dynamodb_journal import EventBundles
from chalicelib.adapters.dynamodb_table import Table, delete, put
from chalicelib.adapters.items import Item, checked, key
from chalicelib.adapters.packed import packed, unpacked
from chalicelib.flows.events import Event
from chalicelib.flows.past import Origin, Past

PAST = Codec(Past)


class DynamoPasts:
    """Pasts over one table."""

    def __init__(self, table: Table, bundles: EventBundles) -> None:
        self._pasts = table
        self._told = bundles

    def keep_past(self, name: str, past: Past, events: Sequence[Event] = ()) -> None:
        """As the port says."""
        pieces = packed(PAST.encode(past))
        writes = [put(_key(name, past.origin, n) | {"past": {"B": piece}}) for n, piece in enumerate(pieces)]
        before = [item for item in self._items(name) if item["sk"]["S"].split("#")[1] == past.origin.value]
        spare = [delete(_key(name, past.origin, n)) for n in range(len(pieces), len(before))]
        self._pasts.transact([*writes, *spare, *self._told.by_itself(name, events)])

    def pasts(self, name: str) -> Mapping[Origin, Past]:
        """As the port says."""
        found: dict[Origin, Past] = {}
        for origin, pieces in groupby(self._items(name), key=lambda item: item["sk"]["S"].split("#")[1]):
            found[Origin(origin)] = PAST.decode(unpacked(bytes(piece["past"]["B"]) for piece in pieces))
        return found

    def _items(self, name: str) -> Iterator[Item]:
        """All pieces, those of one origin in their order. Raises SchemaError."""
        yield from map(checked, self._pasts.query("#pk = :pk AND begins_with(#sk, :sk)", pk=f"ENV#{name}", sk="past#"))


def _key(name: str, origin: Origin, piece: int) -> Item:
    return key(f"ENV#{name}", f"past#{origin.value}#{piece:04}")
