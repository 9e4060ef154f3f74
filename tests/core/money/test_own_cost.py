"""What Curfew itself costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.core.money.own_cost import EACH, FIXED, own_cost

BEGINS, ENDS = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "days"),
    [
        (BEGINS + timedelta(days=1), 1),
        (BEGINS + timedelta(days=15), 15),
        (ENDS, 30),
        (ENDS - timedelta(hours=4), 30),  # the month is over in Dubai
        (ENDS + timedelta(hours=5), 30),  # and in New York
    ],
)
def test_it_is_that_of_the_days_that_are_closed(until: datetime, days: int) -> None:
    found = own_cost("2026-11", {"orders-qa": BEGINS, "shop-qa": until})
    assert found == pytest.approx((FIXED + 2 * EACH) * days / 30, abs=Decimal("1e-6"))


def test_it_is_nothing_where_nothing_is_looked_after() -> None:
    assert own_cost("2026-11", {}) == 0
