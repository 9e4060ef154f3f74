from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.core.model import Desired, Observed, StopOrder
from chalicelib.core.plan import Action, Blocked, Member, plan

NEEDS = {"db": (), "web": ("db",)}
UP, DOWN, AS_IS = Desired.UP, Desired.DOWN, Desired.AS_IS


def member(key: str, observed: Observed, desired: Desired, **other: object) -> Member:
    healthy = observed is Observed.UP
    values: dict[str, object] = {"healthy": healthy, **other}
    return Member(key, f"arn:{key}", key, "ec2-instance", observed, desired, **values)  # type: ignore[arg-type]


def moves(
    *members: Member, order: StopOrder = StopOrder.SAME, most: int = 100
) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """The keys that move now, and those that wait with what they wait for."""
    made = plan(members, NEEDS, order, most)
    return [action.key for action in made.actions], {entry.key: entry.by for entry in made.blocked}


@pytest.mark.parametrize(
    ("db", "web", "expected"),
    [
        (Observed.DOWN, Observed.DOWN, (["db"], {"web": ("db",)})),
        (Observed.RISING, Observed.DOWN, ([], {"web": ("db",)})),
        (Observed.UP, Observed.DOWN, (["web"], {})),
        (Observed.UP, Observed.UP, ([], {})),
        (Observed.MISSING, Observed.DOWN, ([], {"web": ("db",)})),
        (Observed.BROKEN, Observed.DOWN, ([], {"web": ("db",)})),
        (Observed.FALLING, Observed.DOWN, ([], {"web": ("db",)})),
    ],
)
def test_on_the_return_each_waits_until_what_it_needs_is_up(
    db: Observed, web: Observed, expected: tuple[list[str], dict[str, tuple[str, ...]]]
) -> None:
    assert moves(member("db", db, UP), member("web", web, UP)) == expected


@pytest.mark.parametrize("lacking", [{"healthy": False}, {"whole": False}])
def test_on_the_return_up_is_not_enough_it_must_be_healthy_and_of_its_size(lacking: dict[str, bool]) -> None:
    _, blocked = moves(member("db", Observed.UP, UP, **lacking), member("web", Observed.DOWN, UP))
    assert blocked == {"web": ("db",)}


def test_on_the_return_every_member_of_a_key_must_have_arrived() -> None:
    first, second = member("db", Observed.UP, UP), replace(member("db", Observed.RISING, UP), arn="arn:db-2")
    assert moves(first, second, member("web", Observed.DOWN, UP)) == ([], {"web": ("db",)})


@pytest.mark.parametrize(("order", "first", "waits"), [(StopOrder.SAME, "db", "web"), (StopOrder.REVERSE, "web", "db")])
def test_on_the_descent_the_order_says_who_goes_first(order: StopOrder, first: str, waits: str) -> None:
    both = member("db", Observed.UP, DOWN), member("web", Observed.UP, DOWN)
    assert moves(*both, order=order) == ([first], {waits: (first,)})


@pytest.mark.parametrize(
    "arrived",
    [
        member("db", Observed.DOWN, DOWN),
        member("db", Observed.MISSING, DOWN),
        member("db", Observed.BROKEN, DOWN),
        member("db", Observed.UP, DOWN, ineligible="tagged curfew:never"),
        member("db", Observed.UP, DOWN, stuck=True),
        member("db", Observed.FALLING, DOWN, overdue=True),
        member("db", Observed.UP, AS_IS),
        member("db", Observed.UP, UP),
    ],
)
def test_on_the_descent_what_will_not_go_down_keeps_nothing_else_up(arrived: Member) -> None:
    assert moves(arrived, member("web", Observed.UP, DOWN)) == (["web"], {})


@pytest.mark.parametrize("held", [{"stuck": True}, {"overdue": True}, {"ineligible": "tagged"}])
def test_on_the_return_what_will_not_come_up_blocks_by_name(held: dict[str, object]) -> None:
    _, blocked = moves(member("db", Observed.DOWN, UP, **held), member("web", Observed.DOWN, UP))
    assert blocked == {"web": ("db",)}


@pytest.mark.parametrize(
    ("observed", "desired", "midway", "moves_now"),
    [
        (Observed.RISING, DOWN, False, False),
        (Observed.RISING, DOWN, True, True),
        (Observed.FALLING, UP, False, False),
        (Observed.FALLING, UP, True, True),
        (Observed.RISING, UP, True, False),
        (Observed.FALLING, DOWN, True, False),
        (Observed.UP, AS_IS, True, False),
        (Observed.DOWN, AS_IS, True, False),
        (Observed.MISSING, UP, True, False),
        (Observed.BROKEN, DOWN, True, False),
    ],
)
def test_what_moves_is_turned_round_only_where_aws_lets_it(
    observed: Observed, desired: Desired, midway: bool, moves_now: bool
) -> None:
    actions, _ = moves(member("db", observed, desired, turns_midway=midway))
    assert actions == (["db"] if moves_now else [])


def test_what_was_tried_a_moment_ago_is_not_tried_again_yet() -> None:
    assert moves(member("db", Observed.UP, DOWN, resting=True)) == ([], {})


def test_a_group_that_is_up_but_not_of_its_size_is_started_again() -> None:
    assert moves(member("db", Observed.UP, UP, whole=False)) == (["db"], {})


def test_no_more_than_the_cap_move_in_one_pass() -> None:
    many = [replace(member("db", Observed.UP, DOWN), arn=f"arn:{number}") for number in range(10)]
    assert len(plan(many, NEEDS, StopOrder.SAME, 3).actions) == 3


def test_a_plan_names_resources_by_key_and_arn() -> None:
    made = plan([member("db", Observed.UP, DOWN), member("web", Observed.UP, DOWN)], NEEDS, StopOrder.SAME, 9)
    assert made.actions == (Action("db", "arn:db", DOWN),)
    assert made.blocked == (Blocked("web", "arn:web", ("db",)),)


def test_what_left_the_file_while_asleep_waits_for_nobody() -> None:
    assert moves(member("old", Observed.DOWN, UP), member("db", Observed.DOWN, UP)) == (["old", "db"], {})


def test_what_is_busy_waits_with_its_stop_and_keeps_nothing_else_up() -> None:
    assert moves(member("db", Observed.UP, DOWN, busy=True), member("web", Observed.UP, DOWN)) == (["web"], {})


def test_what_we_suspended_is_lifted_only_once_it_is_back_and_healthy() -> None:
    rising = member("db", Observed.UP, UP, unlifted=True, healthy=False)
    assert moves(rising) == ([], {})
    assert moves(replace(rising, healthy=True)) == (["db"], {})


def roles(*members: Member) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """The same for a database, a web server that needs it, a supplementary search and an alarm."""
    made = plan(members, {"db": (), "web": ("db",), "search": ("db",), "alarm": ()}, StopOrder.SAME, 100)
    return [action.key for action in made.actions], {entry.key: entry.by for entry in made.blocked}


RISEN, RISING, ASLEEP = Observed.UP, Observed.RISING, Observed.DOWN


@pytest.mark.parametrize(
    ("db", "web", "search", "goes", "search_waits_for", "alarm_waits_for"),
    [
        (RISEN, RISING, ASLEEP, [], ("web",), ("search", "web")),
        (RISEN, RISEN, ASLEEP, ["search"], None, ("search",)),
        (RISEN, RISEN, RISING, [], None, ("search",)),
        (RISEN, RISEN, RISEN, ["alarm"], None, None),
        (RISEN, Observed.BROKEN, ASLEEP, ["search"], None, ("search",)),
        (RISEN, RISEN, Observed.BROKEN, ["alarm"], None, None),
        (Observed.BROKEN, ASLEEP, ASLEEP, ["alarm"], ("db",), None),
    ],
)
def test_what_is_supplementary_comes_last_and_what_watches_after_it_whatever_failed(
    db: Observed,
    web: Observed,
    search: Observed,
    goes: list[str],
    search_waits_for: tuple[str, ...] | None,
    alarm_waits_for: tuple[str, ...] | None,
) -> None:
    made, blocked = roles(
        member("db", db, UP),
        member("web", web, UP),
        member("search", search, UP, supplementary=True),
        member("alarm", ASLEEP, UP, watches=True),
    )
    assert made == goes
    assert (blocked.get("search"), blocked.get("alarm")) == (search_waits_for, alarm_waits_for)


@pytest.mark.parametrize("failing", [{"stuck": True}, {"overdue": True}, {"ineligible": "tagged"}, {}])
def test_nothing_waits_on_the_return_for_what_is_supplementary(failing: dict[str, object]) -> None:
    needs = {"cache": (), "web": ("cache",)}
    cache = member("cache", ASLEEP, UP, supplementary=True, **failing)
    made = plan([cache, member("web", ASLEEP, UP)], needs, StopOrder.SAME, 100)
    assert "web" in [action.key for action in made.actions]


def test_what_watches_goes_down_before_everything_else() -> None:
    alarm = member("alarm", RISEN, DOWN, watches=True)
    others = (member("db", RISEN, DOWN), member("web", RISEN, DOWN), member("search", RISEN, DOWN))
    assert roles(alarm, *others) == (["alarm"], {"db": ("alarm",), "web": ("db", "alarm"), "search": ("db", "alarm")})
    assert roles(replace(alarm, stuck=True), *others)[0] == ["db"]
