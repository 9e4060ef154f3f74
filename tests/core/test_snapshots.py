from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

import pytest

from chalicelib.core import snapshots
from chalicelib.core.snapshots import SNAPSHOT_TAG, Snapshot, snapshot_name

EVENING = datetime(2027, 3, 8, 20, 5, 59, tzinfo=UTC)
OURS = {SNAPSHOT_TAG: "yes"}
LONG = "a-database-with-an-id-that-has-all-of-the-sixty-three-letters-x"


def snapshot(name: str, status: str = "available", of: str = "orders", **tags: str) -> Snapshot:
    return Snapshot(name, of, status, tags or OURS)


def superseded(found: Iterable[Snapshot], longest: int) -> tuple[str, ...]:
    return tuple(one.name for one in snapshots.superseded(found, longest))


def test_a_snapshot_is_called_after_its_database_and_the_minute_in_utc_since_which_its_stop_is_tried() -> None:
    assert snapshot_name("orders", EVENING, 63) == "curfew-orders-202703082005"
    assert snapshot_name("orders", EVENING.astimezone(timezone(timedelta(hours=5))), 63) == "curfew-orders-202703082005"


def test_a_name_that_would_be_too_long_is_cut_and_still_told_from_its_like() -> None:
    one, other = snapshot_name(LONG, EVENING, 63), snapshot_name(LONG[:-1] + "y", EVENING, 63)
    assert len(one) <= 63
    assert one != other
    assert "--" not in one
    assert snapshot_name(LONG, EVENING, 255) == f"curfew-{LONG}-202703082005"


def test_the_newest_that_is_available_is_kept_and_those_before_it_may_go() -> None:
    names = ["curfew-orders-202703062005", "curfew-orders-202703072005", "curfew-orders-202703082005"]
    assert superseded(map(snapshot, names), 63) == tuple(names[:2])


@pytest.mark.parametrize("status", ["creating", "failed"])
def test_while_the_newest_cannot_be_used_the_one_before_it_stays(status: str) -> None:
    before = snapshot("curfew-orders-202703072005")
    assert superseded([before, snapshot("curfew-orders-202703082005", status)], 63) == ()


def test_one_that_is_still_being_made_is_left_to_aws() -> None:
    old = snapshot("curfew-orders-202703072005", "creating")
    assert superseded([old, snapshot("curfew-orders-202703082005")], 63) == ()


@pytest.mark.parametrize(
    "somebodys",
    [
        Snapshot("curfew-orders-202703072005", "orders", "available"),
        Snapshot("curfew-orders-202703072005", "orders", "available", {SNAPSHOT_TAG: "no"}),
        Snapshot("before-the-migration", "orders", "available", OURS),
        Snapshot("curfew-orders-keep", "orders", "available", OURS),
        Snapshot("curfew-orders-202703072005", "billing", "available", OURS),
        Snapshot("curfew-orders-old-202703072005", "orders", "available", OURS),
    ],
)
def test_what_is_not_ours_by_name_by_database_and_by_tag_is_never_removed(somebodys: Snapshot) -> None:
    assert superseded([somebodys, snapshot("curfew-orders-202703082005")], 63) == ()


def test_each_database_keeps_its_own_newest() -> None:
    found = [
        snapshot("curfew-billing-202703072005", of="billing"),
        snapshot("curfew-orders-202703072005"),
        snapshot("curfew-orders-202703082005"),
    ]
    assert superseded(found, 63) == ("curfew-orders-202703072005",)


def test_a_cut_name_is_known_again() -> None:
    names = [snapshot_name(LONG, EVENING + timedelta(days=day), 63) for day in range(2)]
    assert superseded([snapshot(name, of=LONG) for name in names], 63) == (names[0],)
