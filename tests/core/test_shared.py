from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.model import Desired, Observed
from chalicelib.core.plan import Action, Blocked, Member, Plan
from chalicelib.core.shared import HELD_FOR, RENEWED_BELOW, Need, asking, circle, held_back, holder, is_machine, need
from chalicelib.core.wishes import Hold, Lease, Wishes

NOW = datetime(2027, 3, 8, 12, tzinfo=UTC)
UP, DOWN, AS_IS = Desired.UP, Desired.DOWN, Desired.AS_IS
ME = holder("orders-qa")


def member(observed: Observed, desired: Desired, **other: object) -> Member:
    return Member("nodes", "arn:nodes", "nodes", "ec2-instance", observed, desired, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "needs"),
    [
        (member(Observed.DOWN, UP), Need.UP),
        (member(Observed.UP, DOWN), Need.STAY),
        (member(Observed.FALLING, DOWN), Need.STAY),
        (member(Observed.DOWN, DOWN), Need.NOTHING),
        (member(Observed.UP, DOWN, ineligible="tagged curfew:never"), Need.NOTHING),
        (member(Observed.FALLING, DOWN, overdue=True), Need.NOTHING),
        (member(Observed.UP, AS_IS), Need.STAY),
        (member(Observed.DOWN, AS_IS), Need.NOTHING),
    ],
)
def test_a_user_needs_the_used_one_until_all_that_can_rest_rests(found: Member, needs: Need) -> None:
    assert need([found.desired], [found]) is needs


def lease(until: timedelta, person: str = ME) -> Lease:
    return Lease(person, NOW + until, NOW - timedelta(hours=3), reason="uses it")


FRESH = Lease(ME, NOW + HELD_FOR, NOW, reason="uses it")
RENEWED = lease(HELD_FOR)
OLD = lease(RENEWED_BELOW - timedelta(minutes=1))
YOUNG = lease(RENEWED_BELOW)
ENDED = lease(timedelta())


@pytest.mark.parametrize(
    ("needs", "before", "after"),
    [
        (Need.UP, (), (FRESH,)),
        (Need.UP, (ENDED,), (FRESH,)),
        (Need.UP, (OLD,), (RENEWED,)),
        (Need.UP, (YOUNG,), (YOUNG,)),
        (Need.STAY, (OLD,), (RENEWED,)),
        (Need.STAY, (), ()),
        (Need.STAY, (ENDED,), (ENDED,)),
        (Need.NOTHING, (YOUNG,), ()),
        (Need.NOTHING, (ENDED,), (ENDED,)),
        (Need.UNSAID, (OLD,), (OLD,)),
    ],
)
def test_a_lease_is_made_for_what_rises_kept_for_what_runs_and_let_go_by_what_rests(
    needs: Need, before: tuple[Lease, ...], after: tuple[Lease, ...]
) -> None:
    others = (lease(timedelta(hours=1), "dev1"),)
    hold = Hold(DOWN, "an-operator", "audit", NOW)
    asked = asking(Wishes((*others, *before), hold), ME, needs, NOW)
    assert asked == Wishes((*others, *after), hold)


def test_only_starts_of_what_is_down_wait_for_what_is_used() -> None:
    down, up = member(Observed.DOWN, UP), Member("database", "arn:db", "db", "rds-instance", Observed.UP, UP)
    start, resize = Action("nodes", "arn:nodes", UP), Action("database", "arn:db", UP)
    plan = Plan((resize, start), ())
    held = held_back(plan, (down, up), ("shared-database",))
    assert held == Plan((resize,), (Blocked("nodes", "arn:nodes", ("shared-database",)),))
    assert held_back(plan, (down, up), ()) == plan


def test_stops_wait_for_nobody() -> None:
    plan = Plan((Action("nodes", "arn:nodes", DOWN),), ())
    assert held_back(plan, (member(Observed.UP, DOWN),), ("shared-database",)) == plan


def test_a_circle_is_named_and_what_is_not_known_is_no_part_of_one() -> None:
    assert circle({"a": ("b",), "b": ("elsewhere",)}) is None
    assert circle({"a": ("a",)}) == ("a", "a")
    found = circle({"a": ("b",), "b": ("c",), "c": ("a",)})
    assert found is not None
    assert found[0] == found[-1]


def test_an_environment_is_told_from_a_person_by_its_name() -> None:
    assert is_machine(ME)
    assert not is_machine("dev1")
