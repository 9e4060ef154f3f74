"""What the demo tells while it plays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.core.model import Team
from chalicelib.flows.events import Event, What
from chalicelib.local.story import Story

NOON = datetime(2027, 3, 16, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ((30, 0), "nodes: 15 on-demand + 15 spot instead of 30 + 0, -2.01 USD an hour: calm"),
        ((15, 15), "nodes: 15 on-demand + 15 spot in other pools, -2.01 USD an hour: calm"),
    ],
)
def test_a_switch_is_told_by_what_changed(before: tuple[int, int], words: str) -> None:
    lines: list[str] = []
    mixes = {"on_demand": "15", "spot": "15", "on_demand_before": str(before[0]), "spot_before": str(before[1])}
    told = Event(What.REMIXED, "shop-qa", NOON, "calm", "nodes", data=mixes | {"price_difference": "-2.01"})
    Story(lines.append, {"shop-qa": "Asia/Dubai"}).hear(Team("shop-team"), [told])
    assert words in lines[-1]
