"""What a resource cost over a stretch of time: one local day, or its whole month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

from chalicelib.core.durations import format_instant
from chalicelib.core.localtime import day_bounds, zone
from chalicelib.core.money.amounts import Amounts
from chalicelib.core.money.cells import month_bounds
from chalicelib.core.money.inputs import Belongs
from chalicelib.core.money.sheet import Row
from chalicelib.core.money.statement import ITSELF, Statement


@dataclass(frozen=True, slots=True)
class Stretch:
    """`begins` and `ends` are RFC 3339. What is not known of any of its days is not in `amounts`; see `Row`."""

    belongs: Belongs
    resource: str
    arn: str
    begins: str
    ends: str
    amounts: Amounts
    seconds: int
    basis: str
    provisional: bool
    actual_known: bool
    avoided_known: bool
    residual_known: bool

    @property
    def itself(self) -> bool:
        """Whether it is what Curfew cost."""
        return self.belongs.environment == ITSELF


def stretches(statement: Statement, daily: bool) -> Iterator[Stretch]:
    """Each resource's days one by one, or as one, in the order of the statement."""
    for sheet in statement.sheets:
        for _, rows in groupby(sheet.rows(), key=lambda row: (row.resource, row.arn, row.day if daily else None)):
            yield _stretch(statement.month, list(rows), daily)


def _stretch(month: str, rows: Iterable[Row], daily: bool) -> Stretch:
    first, *_ = rows = list(rows)
    begins, ends = _bounds(first.belongs.timezone, month, first.day if daily else None)
    return Stretch(
        first.belongs,
        first.resource,
        first.arn,
        begins,
        ends,
        sum((row.amounts for row in rows), Amounts()) if len(rows) > 1 else first.amounts,
        sum(row.seconds for row in rows),
        " + ".join(sorted({row.basis.value for row in rows if row.basis})),
        any(row.provisional for row in rows),
        any(row.actual_known for row in rows),
        any(row.avoided_known for row in rows),
        any(row.residual_known for row in rows),
    )


@lru_cache(maxsize=4096)
def _bounds(timezone: str, month: str, day: date | None) -> tuple[str, str]:
    begins, ends = day_bounds(zone(timezone), day) if day else month_bounds(timezone, month)
    return format_instant(begins), format_instant(ends)
