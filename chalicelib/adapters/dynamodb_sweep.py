"""The port `Sweep` in DynamoDB: the sparse index `due` and the compare-and-set on its instants."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib.adapters import dynamodb_owners
from chalicelib.adapters.dynamodb_table import ConditionError, Table, Write, update_if
from chalicelib.adapters.items import SCHEMA, SWEPT, Item, head_key, stamp
from chalicelib.flows.stored import Due

POKE_GRACE = timedelta(minutes=2)
"""How long the tick stands behind a poke that is on its way."""


class DynamoSweep:
    """Sweep over one table. A head of a newer schema is left alone."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, now: datetime, limit: int = 500) -> tuple[Due, ...]:
        """Environments whose sweep instant has come, oldest first; a moment late, as indexes are."""
        items = self._table.query_index(
            "due", "#sweep = :sweep AND #sweep_at <= :now", limit=limit, sweep=SWEPT, now=stamp(now)
        )
        return tuple(_due(item) for item in items)

    def push_sweep(self, due: Due, to: datetime) -> bool:
        """The sweep instant moved; False if it was another by now."""
        return self._changed(
            update_if(
                head_key(due.name),
                "SET #sweep_at = :to",
                "#sweep_at = :seen AND #schema <= :schema",
                to=stamp(to),
                seen=stamp(due.sweep_at),
                schema=SCHEMA,
            )
        )

    def hasten(self, name: str, at: datetime) -> bool:
        """Due at `at` rather than later; False if it was due by then."""
        return self._changed(
            update_if(
                head_key(name),
                "SET #due_at = :at, #sweep = :sweep, #sweep_at = :behind",
                "#schema <= :schema AND (attribute_not_exists(#due_at) OR #due_at > :at)",
                at=stamp(at),
                sweep=SWEPT,
                behind=stamp(at + POKE_GRACE),
                schema=SCHEMA,
            )
        )

    def owner(self, arn: str) -> str | None:
        """The environment that owns the resource, or None."""
        return dynamodb_owners.owner(self._table, arn)

    def _changed(self, write: Write) -> bool:
        try:
            self._table.update(write)
        except ConditionError:
            return False
        return True


def _due(item: Item) -> Due:
    name = item["pk"]["S"].removeprefix("ENV#")
    return Due(name, datetime.fromisoformat(item["sweep_at"]["S"]))
