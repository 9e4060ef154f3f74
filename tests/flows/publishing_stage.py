"""A month in the books, everything that publishing takes, and a clock after the month's end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count

from chalicelib.core.model import Team
from chalicelib.core.money.inputs import Inputs
from chalicelib.core.money.spans import Span
from chalicelib.core.working_days import WorkingDays
from chalicelib.entrypoints.publishing import ReportWriter
from chalicelib.flows.beside import Beside
from chalicelib.flows.kept_reports import first_final
from chalicelib.flows.ports import World
from chalicelib.flows.publishing import keep_inputs, publish
from chalicelib.flows.telling_reports import Publication, Reporting, Telling, tell
from tests.core.money.samples import MONTH
from tests.entrypoints.reporting.statements import INPUTS
from tests.fakes.clock import FakeClock
from tests.fakes.publication import Letter, MemoryArchive, MemorySharedReports, RecordingHerald
from tests.fakes.store import MemoryStore
from tests.flows.books import KeptLedger, keep
from tests.flows.stage import Stage, definition

ADDRESS = "https://api.example.com/api"
FINANCE = Team("finance", email="finance@example.com")
THIRD_MORNING = datetime(2026, 12, 3, 8, tzinfo=UTC)
"""2026-12-01 is a Tuesday."""


@dataclass(frozen=True)
class Ledger:
    """Says what the inputs say, and which report was the first final one."""

    inputs: Inputs
    store: MemoryStore

    def beside(self, month: str) -> Beside:
        return replace(KeptLedger(self.inputs).beside(month), final=first_final(self.store.kept_reports(month)))

    def spans(self, month: str, name: str) -> Iterable[Span]:
        return (span for span in self.inputs.spans if span.environment == name)


@dataclass
class Publishing:
    """The flows of publishing over fakes."""

    inputs: Inputs = INPUTS
    reporting: Reporting = Reporting(FINANCE, WorkingDays())
    at: datetime = THIRD_MORNING
    address: str | None = ADDRESS
    stage: Stage = field(default_factory=Stage)

    def __post_init__(self) -> None:
        self.stage.clock.set(self.at)
        self.archive, self.links, self.herald = MemoryArchive(), MemorySharedReports(), RecordingHerald()
        self.keys = (f"key-{number}" for number in count(1))
        self.stage.apply(definition(owner=Team("orders-team", webhook="https://chat.example.com/orders")))
        self.books(self.inputs)

    @property
    def clock(self) -> FakeClock:
        return self.stage.clock

    @property
    def world(self) -> World:
        return replace(self.stage.world, ledger=Ledger(self.inputs, self.stage.store))

    def books(self, inputs: Inputs) -> None:
        """The month was closed with these inputs."""
        self.inputs = inputs
        keep(self.stage.store, inputs)

    def publish(self) -> None:
        publish(self.world, self.archive, ReportWriter(), MONTH)

    def keep_inputs(self) -> None:
        keep_inputs(self.world, self.archive, ReportWriter(), MONTH)

    def tell(self) -> list[Letter]:
        """What is told in this run."""
        before = len(self.herald.letters)
        publication = Publication(self.archive, self.links, self.herald, self.address)
        tell(self.world, Telling(publication, self.reporting, ReportWriter(), lambda: next(self.keys)))
        return self.herald.letters[before:]
