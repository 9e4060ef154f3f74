"""The index of kept reports as dictionaries; a part of the store."""

from __future__ import annotations

from datetime import datetime

from chalicelib.flows.kept_reports import UNDERWAY, Current, KeptReport


class MemoryKeptReports:
    """Snapshots in the order in which they came, the current one, and since when each step is under way."""

    def __init__(self) -> None:
        self.reports: dict[str, dict[str, KeptReport]] = {}
        self.now: dict[str, Current] = {}
        self.steps: dict[tuple[str, str], datetime | None] = {}

    def keep_report(self, kept: KeptReport, fingerprint: str) -> None:
        self.reports.setdefault(kept.month, {}).setdefault(kept.snapshot.id, kept)
        self.now[kept.month] = Current(fingerprint, kept.snapshot.id)

    def kept_reports(self, month: str) -> tuple[KeptReport, ...]:
        return tuple(sorted(self.reports.get(month, {}).values(), key=lambda each: each.kept_at))

    def current_report(self, month: str) -> Current | None:
        return self.now.get(month)

    def begin_step(self, month: str, step: str, at: datetime) -> bool:
        if (month, step) in self.steps:
            begun = self.steps[month, step]
            if begun is None or begun >= at - UNDERWAY:
                return False
        self.steps[month, step] = at
        return True

    def finish_step(self, month: str, step: str) -> None:
        self.steps[month, step] = None
