from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.activity import BeforeStop, put_off_until

DUE = datetime(2027, 3, 8, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULE = BeforeStop((), postpone=2 * HOUR)


@pytest.mark.parametrize(
    ("opening", "now", "until"),
    [
        (DUE + 12 * HOUR, DUE, DUE + 2 * HOUR),
        (DUE + HOUR, DUE, DUE + HOUR),
        (None, DUE + HOUR, DUE + 2 * HOUR),
        (DUE + 12 * HOUR, DUE + 2 * HOUR, DUE + 12 * HOUR),
        (None, DUE + 2 * HOUR, DUE + 26 * HOUR),
    ],
)
def test_a_stop_waits_to_the_end_of_the_postponement_and_after_it_to_the_next_opening(
    opening: datetime | None, now: datetime, until: datetime
) -> None:
    assert put_off_until(RULE, DUE, opening, now) == until
