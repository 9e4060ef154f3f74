"""Reports as they were kept: an index of snapshots, and which of a month's steps are done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.core.money.snapshot import Snapshot
from chalicelib.core.money.statement import Label

UNDERWAY = timedelta(minutes=30)
"""A step that began so long ago and is not done was cut off: functions run for fifteen minutes at most."""


@dataclass(frozen=True, slots=True)
class KeptReport:
    """One snapshot of a month, for good: how sure it was, what it came to, and where its documents are.

    `total` has the figures as the report's JSON has them, by name; `documents` the key in the archive of each format.
    """

    month: str
    snapshot: Snapshot
    label: Label
    currency: str
    total: Mapping[str, str | None]
    kept_at: datetime
    documents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Current:
    """Which snapshot the books and what is beside them gave, while they had this fingerprint."""

    fingerprint: str
    id: str


class KeptReports(Protocol):
    """The part of the store that knows what was published."""

    def keep_report(self, kept: KeptReport, fingerprint: str) -> None:
        """The snapshot is in the index, as it was where it was there before, and is the month's current one."""

    def kept_reports(self, month: str) -> tuple[KeptReport, ...]:
        """Every snapshot of the month, in the order in which they were kept."""

    def current_report(self, month: str) -> Current | None:
        """What `keep_report` was told last of the month. Consistent."""

    def begin_step(self, month: str, step: str, at: datetime) -> bool:
        """The step is on record as begun; False, and nothing changed, when it is done, or UNDERWAY since `at`.

        A step that was begun, cut off and not done begins again.
        """

    def finish_step(self, month: str, step: str) -> None:
        """The step is done, and never begins again."""


def first_final(kept: tuple[KeptReport, ...]) -> str | None:
    """The hash of the first of these that was final: one with another hash restates it."""
    return next((each.snapshot.hash for each in kept if each.label is Label.FINAL), None)
