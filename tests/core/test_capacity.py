"""What an owner allows, by time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.core.capacity import ByTime, Capacity, allowed, go_back_at
from chalicelib.core.diversity import helping
from chalicelib.core.windows import parse_window

NOON, EVENING = datetime(2027, 3, 8, 8, 30, tzinfo=UTC), datetime(2027, 3, 8, 16, tzinfo=UTC)
POLICY = Capacity(
    "nodes",
    on_demand_base=2,
    shares=(0.0, 0.8),
    go_back=(parse_window("mon-fri 12:00-14:00"),),
    by_time=(ByTime((parse_window("mon-fri 18:00-22:00"),), (1.0, 1.0)),),
    timezone="Asia/Dubai",
)


def test_a_share_holds_while_its_window_is_open_in_the_time_zone_of_its_file() -> None:
    assert (allowed(POLICY, NOON).lowest_share, allowed(POLICY, NOON).highest_share) == (0.0, 0.8)
    assert (allowed(POLICY, EVENING).lowest_share, allowed(POLICY, EVENING).highest_share) == (1.0, 1.0)


def test_the_window_to_go_back_in_is_awaited_until_it_opens() -> None:
    assert go_back_at(POLICY, NOON) is None
    assert go_back_at(POLICY, EVENING) == datetime(2027, 3, 9, 8, tzinfo=UTC)
    assert go_back_at(Capacity("nodes"), EVENING) is None


@pytest.mark.parametrize(
    ("types", "zones", "help_"),
    [
        (("m5.large",), 3, ["m5a.large", "m5n.large", "m5d.large"]),
        (("m5.large", "m5a.large", "m6i.large", "m6a.large"), 3, []),
        (("m6g.large", "m7g.large"), 3, ["m6gd.large", "m8g.large"]),
        (("x1.32xlarge",), 3, []),
    ],
)
def test_types_that_would_help_are_alike_and_as_many_as_are_missing(
    types: tuple[str, ...], zones: int, help_: list[str]
) -> None:
    assert helping(types, zones) == help_
