"""What links to reports open, in the table, under the SHA-256 of their keys; the keys themselves are never stored.

The port is flows.shared_reports.SharedReports. DynamoDB removes what has expired some time later.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.adapters.codec import Codec
from chalicelib.adapters.dynamodb_table import Table, put
from chalicelib.adapters.items import Item, checked, key
from chalicelib.flows.shared_reports import SharedReport

SHARED = Codec(SharedReport)


class DynamoSharedReports:
    """Shared reports over the store's table."""

    def __init__(self, table_name: str, client_factory: Callable[[], Any]) -> None:
        self._table = Table(table_name, client_factory)

    def share(self, sha256: str, shared: SharedReport) -> None:
        """As the port says."""
        expires = {"expires": {"N": str(int(shared.expires_at.timestamp()))}}
        self._table.put(put(_key(sha256) | {"shared": {"S": SHARED.encode(shared)}} | expires))

    def find(self, sha256: str) -> SharedReport | None:
        """As the port says."""
        item = self._table.get(_key(sha256))
        return SHARED.decode(checked(item)["shared"]["S"]) if item else None


def _key(sha256: str) -> Item:
    return key(f"SHARED#{sha256}", "report")
