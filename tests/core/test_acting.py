"""When Curfew acted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.acting import Acting, noted

NOW = datetime(2027, 3, 8, 12, tzinfo=UTC)
LONG_AGO, BEFORE = NOW - timedelta(days=300), NOW - timedelta(days=200)
OPEN, OVER = (Acting(BEFORE),), (Acting(BEFORE, BEFORE + timedelta(days=1)),)


@pytest.mark.parametrize(
    ("stretches", "acts", "found"),
    [
        pytest.param((), False, (), id="it never acted"),
        pytest.param((), True, (Acting(NOW),), id="it begins to"),
        pytest.param(OPEN, True, OPEN, id="it goes on"),
        pytest.param(OPEN, False, (Acting(BEFORE, NOW),), id="it ends"),
        pytest.param(OVER, False, OVER, id="the last stretch stays known however long ago it was"),
        pytest.param(OVER, True, (*OVER, Acting(NOW)), id="it acts again"),
        pytest.param((Acting(LONG_AGO, BEFORE), *OPEN), True, OPEN, id="old ones are forgotten"),
    ],
)
def test_stretches_in_which_it_acted(stretches: tuple[Acting, ...], acts: bool, found: tuple[Acting, ...]) -> None:
    assert noted(stretches, acts, NOW) == found
