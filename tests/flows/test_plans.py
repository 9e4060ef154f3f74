from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.model import Desired, Observed, Resource, ResourceState, StopOrder
from chalicelib.core.wishes import Switches
from chalicelib.flows.assess import facts
from chalicelib.flows.plans import Warned, planned
from tests.fakes.cloud import HERE
from tests.flows.stage import DATABASE, MONDAY, NODES, definition

MINUTES = {number: timedelta(minutes=number) for number in range(20)}
SERVERS = Resource("nodes", "ec2-instance", tags=(("Tier", "app"),))
SEARCH = Resource("search", "ec2-instance", ids=("i-1",), needs=("database",))
WEB = Resource("web", "ec2-instance", ids=("i-2",), needs=("nodes", "search"))
ALL = (DATABASE, NODES, SEARCH, WEB)


def state(key: str, seen: Observed, kind: str = "ec2-instance", **other: object) -> ResourceState:
    values: dict[str, object] = {"healthy": seen is Observed.UP, **other}
    return ResourceState(f"arn:{key}", key, key, kind, HERE, seen, MONDAY, **values)  # type: ignore[arg-type]


def states(*each: ResourceState) -> dict[str, ResourceState]:
    return {one.arn: one for one in each}


@pytest.mark.parametrize(
    ("target", "order", "waves", "minutes", "without_database"),
    [
        (Desired.UP, StopOrder.SAME, (("database",), ("nodes", "search"), ("web",)), 14, 0),
        (Desired.UP, StopOrder.REVERSE, (("database",), ("nodes", "search"), ("web",)), 14, 0),
        (Desired.DOWN, StopOrder.SAME, (("database",), ("nodes", "search"), ("web",)), 8, 7),
        (Desired.DOWN, StopOrder.REVERSE, (("web",), ("nodes", "search"), ("database",)), 8, 0),
    ],
)
def test_a_file_is_planned_as_if_all_were_in_the_opposite_state(
    target: Desired, order: StopOrder, waves: object, minutes: int, without_database: int
) -> None:
    plan = planned(definition(*ALL, stop_order=order), target)
    assert plan.waves == waves
    assert plan.estimated == MINUTES[minutes]
    assert plan.without_database == MINUTES[without_database]
    assert plan.blocked == ()
    assert plan.cost_per_hour is None


def test_without_needs_databases_come_before_everything_that_computes() -> None:
    loose = [Resource("nodes", "auto-scaling-group"), Resource("web", "ec2-instance"), Resource("db", "rds-cluster")]
    assert planned(definition(*loose), Desired.UP).waves == (("db",), ("nodes", "web"))


def test_what_is_there_already_does_not_move() -> None:
    seen = states(state("database", Observed.UP), state("nodes", Observed.DOWN))
    plan = planned(definition(), Desired.UP, seen)
    assert plan.waves == (("nodes",),)
    assert plan.estimated == MINUTES[4]
    assert planned(definition(), Desired.DOWN, seen).waves == (("database",),)


def test_what_is_up_but_not_healthy_is_not_there_yet() -> None:
    plan = planned(definition(), Desired.UP, states(state("database", Observed.UP, healthy=False)))
    assert plan.waves == (("database",), ("nodes",))


@pytest.mark.parametrize("lost", [Observed.MISSING, Observed.BROKEN])
def test_on_the_way_up_what_is_lost_blocks_whatever_needs_it_directly_or_through_others(lost: Observed) -> None:
    seen = states(state("search", lost), *(state(key, Observed.DOWN) for key in ("database", "nodes", "web")))
    plan = planned(definition(*ALL), Desired.UP, seen)
    assert plan.blocked == (("web", ("search",)),)
    assert plan.waves == (("database",), ("nodes",))


def test_on_the_way_down_nothing_is_blocked() -> None:
    seen = states(state("database", Observed.BROKEN), *(state(key, Observed.UP) for key in ("nodes", "search", "web")))
    plan = planned(definition(*ALL), Desired.DOWN, seen)
    assert plan.blocked == ()
    assert plan.waves == (("nodes", "search"), ("web",))


def test_what_may_not_be_stopped_does_not_move_and_the_application_is_never_without_it() -> None:
    seen = states(state("database", Observed.UP, ineligible="tagged"), state("nodes", Observed.UP))
    plan = planned(definition(), Desired.DOWN, seen)
    assert plan.waves == (("nodes",),)
    assert plan.without_database == timedelta()


def test_what_may_not_be_stopped_but_is_up_blocks_no_return() -> None:
    seen = states(state("database", Observed.UP, ineligible="tagged"), state("nodes", Observed.DOWN))
    plan = planned(definition(), Desired.UP, seen)
    assert (plan.waves, plan.blocked) == ((("nodes",),), ())


def test_what_starts_on_request_is_no_part_of_the_way_up_and_named() -> None:
    notebook = replace(SEARCH, on_request=True)
    for seen in (None, states(state("search", Observed.DOWN), state("database", Observed.DOWN))):
        plan = planned(definition(DATABASE, notebook), Desired.UP, seen)
        assert (plan.waves, plan.on_request) == ((("database",),), ("search",))
    down = planned(definition(DATABASE, notebook), Desired.DOWN)
    assert (down.waves, down.on_request) == ((("database",), ("search",)), ())


def test_one_member_that_still_sleeps_moves_its_key() -> None:
    two = {"a": state("database", Observed.UP), "b": state("database", Observed.DOWN)}
    assert planned(definition(DATABASE), Desired.UP, two).waves == (("database",),)


def test_what_is_left_alone_is_named_with_the_reason_and_keeps_none_of_its_kind_from_moving() -> None:
    three = {
        "a": replace(state("nodes", Observed.UP, ineligible="its root volume is an instance store"), id="i-1"),
        "b": replace(state("nodes", Observed.UP), id="i-2"),
        "c": replace(state("nodes", Observed.UP, barred="OperationNotPermitted: protected"), id="i-3"),
    }
    plan = planned(definition(SERVERS), Desired.DOWN, three)
    assert plan.waves == (("nodes",),)
    assert [(one.id, one.because) for one in plan.ineligible] == [
        ("i-1", "its root volume is an instance store"),
        ("i-3", "OperationNotPermitted: protected"),
    ]
    assert planned(definition(SERVERS), Desired.UP, three).ineligible == ()


# What is there of an entry of any kind

ANY = tuple(
    Resource(f"all-{kind}", kind, tags=(("Env", "qa"),), optional=True)
    for kind in ("rds-instance", "redshift-cluster", "ec2-instance")
)


def test_kinds_of_which_nothing_is_there_are_neither_planned_nor_waited_for() -> None:
    seen = states(state("all-ec2-instance", Observed.DOWN), state("all-rds-instance", Observed.DOWN, "rds-instance"))
    plan = planned(definition(*ANY), Desired.UP, seen)
    assert plan.waves == (("all-rds-instance",), ("all-ec2-instance",))
    paths = [facts(definition(*ANY), Switches(), states=known).pace.path for known in ({}, seen)]
    assert ["redshift" in path for path in paths] == [True, False]


def test_what_to_know_before_a_stop_is_part_of_the_plan_down() -> None:
    seen = states(state("database", Observed.UP, warnings=("it loses its local disks",)), state("nodes", Observed.DOWN))
    assert planned(definition(), Desired.DOWN, seen).warnings == (
        Warned("database", "database", "it loses its local disks"),
    )
    assert planned(definition(), Desired.UP, seen).warnings == ()
