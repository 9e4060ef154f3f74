"""Readings as passes leave them, noted by hand: months of them take no time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from chalicelib.core.acting import Acting
from chalicelib.core.model import Observed, ResourceState
from chalicelib.core.money.lines import Line
from chalicelib.core.money.rates import Rate
from chalicelib.core.money.reading import Step
from chalicelib.core.money.spans import Draw, Edge
from chalicelib.flows.booked import Booked
from chalicelib.flows.closing import close
from chalicelib.flows.events import Event
from chalicelib.flows.metering import Whose, metered_event
from chalicelib.flows.seen import GONE
from tests.fakes.cloud import HERE
from tests.fakes.rates import MemoryRates
from tests.flows.stage import NODES, Stage, definition

LARGE = "ec2:eu-central-1:m5.large:linux:shared:on-demand"
ARN = "arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:1:autoScalingGroupName/orders-nodes"
RATES = MemoryRates([Rate(LARGE, Decimal("0.10"), "price list", date(2027, 1, 1))])
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Past:
    """An environment of one group, whose passes left these readings, and whose days are closed at midnight."""

    def __init__(self, **other: object) -> None:
        self.stage = Stage()
        self.stage.apply(definition(NODES, **other))  # type: ignore[arg-type]

    def reads(self, at: datetime, units: int, arn: str = ARN, edge: Edge = Edge.TOLD, key: str = "nodes") -> None:
        """From then on so many members run."""
        draws = (Draw(LARGE, Decimal(units)),) if units else ()
        self._note(metered_event(Whose("orders-qa", key, "orders-nodes", arn), Step(at, draws, edge), at, at))

    def loses(self, at: datetime, arn: str = ARN) -> None:
        """It was not there any more then, and a quarter of an hour before it still was."""
        whose, step = Whose("orders-qa", "nodes", "orders-nodes", arn), Step(at, (), Edge.SEEN)
        self._note(metered_event(whose, step, at - HOUR / 4, at, **{GONE: "yes"}))
        self._remembers(arn, there=False)

    def runs(self, begins: datetime, ends: datetime, units: int = 2, arn: str = ARN) -> None:
        """It ran for that time, and is a member at its end."""
        self.reads(begins, units, arn)
        for day in range(1, (ends - begins).days + 1):
            self.reads(begins + day * DAY, units, arn, Edge.OPEN)
        self.reads(ends, 0, arn)
        self._remembers(arn, there=True)

    def acts(self, *stretches: tuple[datetime, datetime | None]) -> None:
        """Curfew acted then."""
        kept = self.stage.store.kept["orders-qa"]
        acted = tuple(Acting(*each) for each in stretches)
        kept.head = replace(kept.head, notes=replace(kept.head.notes, acted=acted, acting_since=acted[0].begins))

    def closed(self, at: datetime) -> Booked:
        """The books of the month of the day before `at`, when it is closed then."""
        self.stage.clock.set(at)
        close(self.stage.world, RATES)
        (found,) = self.stage.store.booked(f"{at - DAY:%Y-%m}")
        return found

    def _note(self, event: Event) -> None:
        self.stage.store.note("orders-qa", [event])

    def _remembers(self, arn: str, there: bool) -> None:
        kept = self.stage.store.kept["orders-qa"]
        others = {each: state for each, state in kept.states.items() if each != arn}
        state = ResourceState(arn, "orders-nodes", "nodes", NODES.kind, HERE, Observed.DOWN, self.stage.clock.now())
        kept.states = others | ({arn: state} if there else {})


def claimed(booked: Booked) -> Iterator[tuple[date, Decimal]]:
    """What was avoided on each day, where something was."""
    for line in booked.roll_up.lines:
        if line.avoided is not None and line.avoided.whole:
            yield line.day, line.avoided.whole


def days_claimed(booked: Booked) -> Sequence[int]:
    return [day.day for day, _ in claimed(booked)]


def line_of(booked: Booked, day: int) -> Line:
    (found,) = [line for line in booked.roll_up.lines if line.day.day == day]
    return found
