"""What the organisation shares, as one value."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.core.closures import CalendarClosure
from chalicelib.core.money.commitments import Commitment
from chalicelib.core.money.inputs import Exchange
from chalicelib.flows.rollout import Access, Shared
from chalicelib.flows.telling_reports import Reporting


class MemoryOrganisation:
    """The last that was kept."""

    def __init__(self) -> None:
        self.shared: Shared | None = None

    def source(self) -> str | None:
        return self.shared.source if self.shared else None

    def calendars(self) -> tuple[CalendarClosure, ...]:
        return self.shared.calendars if self.shared else ()

    def exchange(self) -> Exchange | None:
        return self.shared.exchange if self.shared else None

    def commitments(self) -> tuple[Commitment, ...]:
        return self.shared.commitments if self.shared else ()

    def access(self) -> Mapping[str, Access]:
        return self.shared.access if self.shared else {}

    def reporting(self) -> Reporting:
        return self.shared.reporting if self.shared else Reporting()

    def keep(self, shared: Shared) -> None:
        self.shared = shared
