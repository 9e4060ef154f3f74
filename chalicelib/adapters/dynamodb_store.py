"""The port `Store` in one DynamoDB table (layout: items.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.adapters.dynamodb_besides import DynamoBesides
from chalicelib.adapters.dynamodb_bills import DynamoBills
from chalicelib.adapters.dynamodb_books import DynamoBooks
from chalicelib.adapters.dynamodb_claims import DynamoClaims
from chalicelib.adapters.dynamodb_desk import DynamoDesk
from chalicelib.adapters.dynamodb_journal import EventBundles
from chalicelib.adapters.dynamodb_kept_reports import DynamoKeptReports
from chalicelib.adapters.dynamodb_pasts import DynamoPasts
from chalicelib.adapters.dynamodb_readings import DynamoReadings
from chalicelib.adapters.dynamodb_sweep import DynamoSweep
from chalicelib.adapters.dynamodb_table import Table


class DynamoStore(
    DynamoClaims,
    DynamoDesk,
    DynamoSweep,
    DynamoReadings,
    DynamoBooks,
    DynamoBills,
    DynamoPasts,
    DynamoKeptReports,
    DynamoBesides,
):
    """The whole store over the named table; `client_factory` makes its low-level client when first needed.

    The journal is kept for `journal_days` (the table's TTL attribute is `expires`), or for ever.
    """

    def __init__(self, table_name: str, client_factory: Callable[[], Any], journal_days: int | None = None) -> None:
        table, bundles = Table(table_name, client_factory), EventBundles(journal_days)
        DynamoClaims.__init__(self, table, bundles)
        DynamoDesk.__init__(self, table, bundles)
        DynamoSweep.__init__(self, table)
        DynamoReadings.__init__(self, table, bundles)
        DynamoBooks.__init__(self, table)
        DynamoKeptReports.__init__(self, table)
        DynamoPasts.__init__(self, table, bundles)
        DynamoBills.__init__(self, table, bundles)
        DynamoBesides.__init__(self, table)
