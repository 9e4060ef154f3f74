"""What every keeper of told commitments promises."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.adapters import kept_commitments
from chalicelib.adapters.kept_items import KeptItems
from chalicelib.core.money.commitments import Reservation, SavingsPlan
from chalicelib.flows.commitments import KeptTold, Said, Told
from tests.fakes.told import MemoryTold

THEN, NOW = datetime(2026, 11, 9, tzinfo=UTC), datetime(2026, 11, 10, tzinfo=UTC)
PLAN = SavingsPlan("sp", Decimal("0.73"), Decimal("0.271828"), ("ec2:*:on-demand",), THEN, NOW)
RESERVED = Reservation("ri", Decimal("0.5"), Decimal(0), ("rds:*", "redshift:*"), THEN, NOW)
OWN = Told(NOW, (Said("Savings Plans", THEN, (PLAN, RESERVED), ("not read",), "AccessDenied: no", ("sp", "ri")),))
OTHER = Told(THEN)


@pytest.fixture(params=["memory", "dynamodb"])
def kept(request: pytest.FixtureRequest) -> KeptTold:
    if request.param == "memory":
        return MemoryTold()
    client: Any = request.getfixturevalue("dynamodb")
    table = request.getfixturevalue("table")
    return KeptItems(table, lambda: client, kept_commitments.PARTITION, kept_commitments.TOLD)


def test_nothing_is_kept_of_who_was_never_asked(kept: KeptTold) -> None:
    assert kept.read(["111122223333"]) == {}


def test_what_is_kept_is_read_by_account(kept: KeptTold) -> None:
    kept.keep({"111122223333": OWN, "444455556666": OTHER})
    assert kept.read(["111122223333", "777788889999"]) == {"111122223333": OWN}
    assert kept.read(["111122223333", "444455556666"]) == {"111122223333": OWN, "444455556666": OTHER}


def test_the_last_that_was_kept_stands(kept: KeptTold) -> None:
    kept.keep({"111122223333": OWN})
    kept.keep({"111122223333": OTHER})
    assert kept.read({"111122223333"}) == {"111122223333": OTHER}
