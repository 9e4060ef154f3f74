from __future__ import annotations

from datetime import timedelta

from chalicelib.local.waits import SkippedWaits
from tests.fakes import FakeClock


def test_a_wait_passes_for_the_pacer_alone() -> None:
    clock = FakeClock()
    waits, before = SkippedWaits(clock), clock.now()
    seconds = waits.now()
    waits.wait(1.5)
    assert waits.now() == seconds + 1.5
    assert clock.now() == before


def test_the_time_of_the_clock_passes_for_the_pacer_too() -> None:
    clock = FakeClock()
    waits = SkippedWaits(clock)
    seconds = waits.now()
    clock.advance(timedelta(minutes=1))
    assert waits.now() == seconds + 60
