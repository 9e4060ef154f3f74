from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core import light, sizes
from chalicelib.core.decide import Facts, Pace, decide
from chalicelib.core.model import Desired, Importance, Observed, Resource, ResourceState, RestorePoint, Sighting
from chalicelib.core.remember import return_point
from chalicelib.core.wishes import Hold, Lease, Wishes
from tests.fakes.cloud import HERE
from tests.flows.stage import DATABASE, MONDAY, NODES, definition

NIGHT = MONDAY.replace(hour=22)
HOUR = timedelta(hours=1)
UP, DOWN = Desired.UP, Desired.DOWN
FULL = {"min": 22, "max": 55, "desired": 30}
ZERO = {"min": 0, "max": 0, "desired": 0}
SEARCH = Resource("search", "auto-scaling-group", ids=("s",), importance=Importance.SUPPLEMENTARY, on_request=True)
ORDERS = definition(DATABASE, NODES, SEARCH)
NEEDED = {"database": (), "nodes": ("database",), "search": ()}
FACTS = Facts(NEEDED, Pace(start=timedelta(minutes=11), stop=timedelta(minutes=7)))


def lease(sizes: dict[str, int] | None = None, hours: int = 2, **other: object) -> Lease:
    return Lease("dev1", NIGHT + hours * HOUR, MONDAY, sizes=sizes or {}, **other)  # type: ignore[arg-type]


def state(**other: object) -> ResourceState:
    values: dict[str, object] = {"restore": RestorePoint(1, MONDAY, FULL, ZERO), "intent": DOWN, **other}
    seen = values.pop("seen", Observed.DOWN)
    return ResourceState("arn:g", "g", "nodes", "auto-scaling-group", HERE, seen, MONDAY, **values)  # type: ignore[arg-type]


def sighting(low: int, high: int, desired: int) -> Sighting:
    now = {"min": low, "max": high, "desired": desired}
    return Sighting("arn:g", "g", "auto-scaling-group", HERE, Observed.UP, sizes=now)


@pytest.mark.parametrize(
    ("leases", "sizes"),
    [
        ([lease({"nodes": 4})], {"nodes": 4}),
        ([lease({"nodes": 4}), lease({"nodes": 8})], {"nodes": 8}),
        ([lease({"nodes": 4}), lease()], {}),
        ([lease({"nodes": 4}), lease(only=("database",))], {"nodes": 4}),
        ([lease({"nodes": 4}, only=("database",))], {}),
        ([lease({"database": 4}, only=("nodes",))], {"database": 4}),
        ([lease({"search": 2}, named=("search",)), lease()], {"search": 2}),
        ([lease({"search": 2})], {}),
    ],
)
def test_a_key_is_light_when_nobody_who_reaches_it_wants_it_full(leases: list[Lease], sizes: dict[str, int]) -> None:
    assert light.wanted(leases, ORDERS, NEEDED) == sizes


def test_a_decision_says_which_sizes_and_until_when() -> None:
    decision = decide(ORDERS, Wishes((lease({"nodes": 4}), lease({"nodes": 6}, hours=1))), FACTS, NIGHT)
    assert (decision.sizes, decision.until) == ({"nodes": 6}, NIGHT + HOUR)
    assert decision.because == "lease of dev1 until 2027-03-09T00:00Z; light: 6 nodes"


HELD = Hold(UP, "an-operator", "load test", MONDAY)
WHOLE_NIGHT = Wishes((lease({"nodes": 4}, hours=14),))


@pytest.mark.parametrize(
    ("wishes", "at"),
    [
        (Wishes(WHOLE_NIGHT.leases, HELD), NIGHT),
        (WHOLE_NIGHT, NIGHT + 10 * HOUR),
        (WHOLE_NIGHT, NIGHT + 10 * HOUR - timedelta(minutes=14)),
    ],
    ids=["hold", "window", "shortly before the window"],
)
def test_what_the_timetable_or_a_hold_wants_up_comes_in_full(wishes: Wishes, at: object) -> None:
    assert decide(ORDERS, wishes, FACTS, at).sizes == {}  # type: ignore[arg-type]


def test_a_light_lease_is_decided_anew_when_the_return_for_the_window_begins() -> None:
    assert decide(ORDERS, WHOLE_NIGHT, FACTS, NIGHT).until == NIGHT + 10 * HOUR - timedelta(minutes=14)


@pytest.mark.parametrize(
    ("known", "asked", "size"),
    [
        (state(), 4, 4),
        (state(), None, None),
        (state(), 30, None),
        (state(), 99, None),
        (state(restore=None), 4, None),
        (state(intent=UP, seen=Observed.UP, aimed=8), 4, 8),
        (state(intent=UP, seen=Observed.UP, aimed=4), 8, 8),
        (state(intent=UP, seen=Observed.RISING), 4, None),
        (state(intent=UP, seen=Observed.DOWN), 4, 4),
        (state(intent=UP, seen=Observed.UP, aimed=8), None, None),
        (state(restore=RestorePoint(1, MONDAY, {"min": 0, "max": 9, "desired": 0}, ZERO)), 4, 4),
    ],
)
def test_only_what_sleeps_or_came_back_light_is_light_and_it_never_shrinks(
    known: ResourceState, asked: int | None, size: int | None
) -> None:
    assert light.aim(known, asked) == size


@pytest.mark.parametrize(
    ("seen", "of_size"),
    [
        (sighting(4, 4, 4), True),
        (sighting(0, 0, 0), False),
        (sighting(6, 6, 6), False),
        (sighting(22, 55, 30), False),
        (sighting(0, 55, 1), False),
        (sighting(4, 60, 5), True),
        (sighting(10, 10, 10), True),
    ],
    ids=["light", "asleep", "an earlier light size", "full", "an autoscaler", "theirs: max", "theirs: all of it"],
)
def test_a_group_is_of_its_light_size_also_where_somebody_set_another(seen: Sighting, of_size: bool) -> None:
    point = return_point(state(light=(6, 4)))
    assert point is not None
    assert sizes.whole(seen, light.light_point(point, 4)) is of_size


def test_a_light_size_is_no_size_to_come_back_to() -> None:
    point = return_point(state(light=(4,)))
    assert point is not None
    assert sizes.intended(sighting(4, 4, 4), point) == FULL
    assert not sizes.whole(sighting(4, 4, 4), point)
    assert sizes.intended(sighting(4, 60, 4), point) == {**FULL, "max": 60}


def test_what_we_suspended_stays_so_while_it_is_light() -> None:
    point = replace(RestorePoint(1, MONDAY, FULL, ZERO), suspended=("ScheduledActions",))
    assert light.light_point(point, 4).suspended == ()
