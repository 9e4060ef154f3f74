"""The index of kept reports in the table, in the partition of its month, and which of a month's steps are done."""

from __future__ import annotations

from datetime import datetime

from chalicelib.adapters.codec import Codec
from chalicelib.adapters.dynamodb_table import ConditionError, Table, Write, put, put_if
from chalicelib.adapters.items import Item, books_of, checked, key, stamp
from chalicelib.flows.kept_reports import UNDERWAY, Current, KeptReport

KEPT = Codec(KeptReport)
NEW = "attribute_not_exists(#pk)"
CUT_OFF = f"{NEW} OR (#done = :no AND #begun < :before)"
YES, NO = "yes", "no"


class DynamoKeptReports:
    """KeptReports over the table; see items.py for its layout."""

    def __init__(self, table: Table) -> None:
        self._reports = table

    def keep_report(self, kept: KeptReport, fingerprint: str) -> None:
        """As the port says."""
        said = {"fingerprint": {"S": fingerprint}, "id": {"S": kept.snapshot.id}}
        current = put(key(books_of(kept.month), "current") | said)
        try:
            self._reports.transact([_entry(kept), current])
        except ConditionError:  # it is in the index, and stays as it is
            self._reports.put(current)

    def kept_reports(self, month: str) -> tuple[KeptReport, ...]:
        """As the port says."""
        items = self._reports.query("#pk = :pk AND begins_with(#sk, :sk)", pk=books_of(month), sk="report#")
        found = (KEPT.decode(checked(item)["kept"]["S"]) for item in items)
        return tuple(sorted(found, key=lambda each: each.kept_at))

    def current_report(self, month: str) -> Current | None:
        """As the port says."""
        item = self._reports.get(key(books_of(month), "current"))
        return Current(checked(item)["fingerprint"]["S"], item["id"]["S"]) if item else None

    def begin_step(self, month: str, step: str, at: datetime) -> bool:
        """As the port says."""
        item = _step(month, step) | {"begun": {"S": stamp(at)}, "done": {"S": NO}}
        try:
            self._reports.transact([put_if(item, CUT_OFF, no=NO, before=stamp(at - UNDERWAY))])
        except ConditionError:
            return False
        return True

    def finish_step(self, month: str, step: str) -> None:
        """As the port says."""
        self._reports.put(put(_step(month, step) | {"done": {"S": YES}}))


def _entry(kept: KeptReport) -> Write:
    return put_if(key(books_of(kept.month), f"report#{kept.snapshot.id}") | {"kept": {"S": KEPT.encode(kept)}}, NEW)


def _step(month: str, step: str) -> Item:
    return key(books_of(month), f"step#{step}")
