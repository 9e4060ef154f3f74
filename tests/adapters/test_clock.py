"""What every clock promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.adapters.clock import SystemClock
from chalicelib.flows.ports import Clock
from chalicelib.local.clock import SimulatedClock
from tests.fakes.clock import FakeClock

NOON = datetime(2027, 3, 8, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "clock", [SystemClock(), SimulatedClock(NOON), FakeClock()], ids=lambda one: type(one).__name__
)
def test_time_that_is_waited_never_runs_back_and_instants_are_in_utc(clock: Clock) -> None:
    assert clock.elapsed() <= clock.elapsed()
    assert clock.now().utcoffset() == timedelta()


def test_simulated_time_is_not_waited_for() -> None:
    clock = SimulatedClock(NOON)
    before = clock.elapsed()
    clock.advance_to(NOON + timedelta(days=1))
    assert clock.elapsed() - before < timedelta(hours=1)
