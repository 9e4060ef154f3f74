"""Light wakes: fewer members than all at night, and all of them in the morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.model import Desired, Resource, ResourceState, WakeRule
from chalicelib.core.phase import Phase
from chalicelib.core.wishes import Wishes
from chalicelib.flows.errors import RefusedError, UnknownError
from chalicelib.flows.events import What
from chalicelib.flows.hold import hold
from chalicelib.flows.light import Promised
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.restore import restore_steps
from chalicelib.flows.status import Size, status
from chalicelib.flows.wake import Asked, extend, release, wake
from tests.flows.stage import DATABASE, DEV, MONDAY, NODES, OPERATOR, Stage, definition, down, up

NIGHT = MONDAY.replace(hour=21)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
OPENING = MONDAY.replace(day=9, hour=8)
OTHER = Actor("another-developer", Role.DEVELOPER)
FOUR = Asked(length=3 * HOUR, sizes={"nodes": 4})
FULL = {"min": 22, "max": 55, "desired": 30}


def asleep(**other: object) -> Stage:
    stage = Stage()
    stage.orders(**other)
    stage.run_until(NIGHT)
    assert down(stage)
    return stage


def light(asked: Asked = FOUR, **other: object) -> Stage:
    """The usual environment at night, woken light and ready."""
    stage = asleep(**other)
    wake(stage.world, DEV, "orders-qa", asked)
    stage.run_for(30 * MINUTE)
    return stage


def nodes(stage: Stage) -> dict[str, int]:
    return next(thing.sizes for thing in stage.cloud.things.values() if thing.id == "orders-nodes")


def arn(stage: Stage) -> str:
    return next(arn for arn, thing in stage.cloud.things.items() if thing.id == "orders-nodes")


def state(stage: Stage) -> ResourceState:
    return stage.store.kept["orders-qa"].states[arn(stage)]


def of(size: int) -> dict[str, int]:
    return {"min": size, "max": size, "desired": size}


def wish(stage: Stage, wishes: Wishes) -> None:
    stage.store.amend(stage.head(), wishes, stage.clock.now(), [])


# What comes up


def test_one_developer_at_night_gets_as_many_nodes_as_they_asked_for_and_is_ready() -> None:
    stage = light()
    assert nodes(stage) == of(4)
    shown = status(stage.world, "orders-qa")
    assert (shown.phase, shown.ready) == (Phase.UP, True)
    assert [event.text for event in stage.events(What.READY)][-1].endswith("light: 4 nodes")


def test_the_quote_says_how_many_of_how_many() -> None:
    granted = wake(asleep().world, DEV, "orders-qa", FOUR)
    assert granted.sizes == (Promised("nodes", 4, 30),)


def test_the_file_says_the_usual_size_of_a_wake() -> None:
    assert nodes(light(Asked(), wake=WakeRule(sizes={"nodes": 3}))) == of(3)


def test_a_wake_says_another_size_than_the_file() -> None:
    assert nodes(light(Asked(sizes={"nodes": 6}), wake=WakeRule(sizes={"nodes": 3}))) == of(6)


def test_a_wake_for_all_of_it_is_stronger_than_the_file() -> None:
    assert up(light(Asked(sizes={}), wake=WakeRule(sizes={"nodes": 3})))


def test_a_size_of_the_file_that_is_more_than_all_of_it_brings_all_of_it() -> None:
    assert up(light(Asked(), wake=WakeRule(sizes={"nodes": 99})))


def test_a_size_of_the_file_for_what_is_not_asked_for_means_nothing() -> None:
    granted = wake(asleep(wake=WakeRule(sizes={"nodes": 3})).world, DEV, "orders-qa", Asked(only=("database",)))
    assert granted.sizes == ()


# The restore point


def test_the_restore_point_stays_open_and_whole_through_a_light_wake() -> None:
    stage = asleep()
    before = state(stage).restore
    wake(stage.world, DEV, "orders-qa", FOUR)
    stage.run_for(30 * MINUTE)
    assert before is not None
    assert (state(stage).restore, before.sizes) == (before, FULL)


def test_the_stop_after_a_light_wake_keeps_it_and_the_morning_brings_everything() -> None:
    stage = light()
    before = state(stage).restore
    release(stage.world, DEV, "orders-qa")
    stage.run_for(HOUR)
    assert down(stage)
    assert state(stage).restore == before
    stage.run_until(OPENING)
    assert up(stage)
    assert (state(stage).restore, state(stage).light, state(stage).aimed) == (None, (), None)
    assert not stage.events(What.KEPT)


def test_the_way_back_without_the_service_leads_to_the_full_size() -> None:
    (step,) = [step for step in restore_steps(light().world, "orders-qa") if step.key == "nodes"]
    assert step.call.parameters["DesiredCapacity"] == 30


def test_what_a_person_sets_during_a_light_wake_stays_and_comes_back_in_the_morning() -> None:
    stage = light()
    stage.cloud.resize(arn(stage), max=60)
    stage.run_for(10 * MINUTE)
    assert nodes(stage) == {**of(4), "max": 60}
    stage.run_until(OPENING)
    assert nodes(stage) == {**FULL, "max": 60}


def test_an_autoscaler_that_moves_a_light_group_is_nobodys_wish() -> None:
    stage = light()
    stage.cloud.resize(arn(stage), max=55, desired=9)
    stage.run_for(20 * MINUTE)
    assert nodes(stage) == of(4)
    stage.run_until(OPENING)
    assert up(stage)


# Who else wants it up


def test_a_window_brings_the_full_size_in_time_while_the_light_lease_lives() -> None:
    stage = light()
    wake(stage.world, DEV, "orders-qa", Asked(until=NIGHT + 12 * HOUR, sizes={"nodes": 4}))
    stage.run_until(OPENING)
    assert up(stage)
    assert not stage.events(What.NOT_READY)


def test_a_lease_without_sizes_brings_the_full_size_at_once() -> None:
    stage = light()
    wake(stage.world, OTHER, "orders-qa", Asked())
    stage.run_for(2 * MINUTE)
    assert nodes(stage) == FULL


def test_the_full_size_does_not_wait_for_a_light_start_under_way() -> None:
    stage = Stage()
    stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(22, 55, 30))
    stage.apply(definition(replace(NODES, needs=())))
    stage.run_until(NIGHT)
    wake(stage.world, DEV, "orders-qa", FOUR)
    stage.run_for(timedelta(seconds=20))
    assert nodes(stage) == of(4)
    wake(stage.world, OTHER, "orders-qa", Asked())
    stage.run_for(timedelta(seconds=5))
    assert nodes(stage) == FULL


def test_a_hold_up_brings_the_full_size() -> None:
    stage = light()
    hold(stage.world, OPERATOR, "orders-qa", Desired.UP, "load test", None)
    stage.run_for(20 * MINUTE)
    assert up(stage)


def test_what_came_in_full_stays_so_when_only_the_light_lease_is_left() -> None:
    stage = light()
    wake(stage.world, OTHER, "orders-qa", Asked(length=HOUR))
    stage.run_for(10 * MINUTE)
    release(stage.world, OTHER, "orders-qa")
    stage.run_for(HOUR)
    assert up(stage)


def test_of_several_sizes_the_largest_wins_and_stays_until_the_descent() -> None:
    stage = light()
    wake(stage.world, OTHER, "orders-qa", Asked(sizes={"nodes": 8}))
    stage.run_for(20 * MINUTE)
    assert nodes(stage) == of(8)
    release(stage.world, OTHER, "orders-qa")
    stage.run_for(20 * MINUTE)
    assert nodes(stage) == of(8)
    release(stage.world, DEV, "orders-qa")
    stage.run_for(20 * MINUTE)
    wake(stage.world, DEV, "orders-qa", Asked(sizes={"nodes": 2}))
    stage.run_for(20 * MINUTE)
    assert nodes(stage) == of(2)
    stage.run_until(OPENING)
    assert up(stage)


@pytest.mark.parametrize(
    ("first", "then", "size"),
    [
        (Asked(sizes={"nodes": 4}), Asked(sizes={"nodes": 6}), {"nodes": 6}),
        (Asked(sizes={"nodes": 6}), Asked(sizes={"nodes": 4}), {"nodes": 6}),
        (Asked(sizes={"nodes": 6}), Asked(sizes={}), {}),
        (Asked(sizes={}), Asked(sizes={"nodes": 6}), {}),
        (Asked(only=("database",)), Asked(only=("nodes",), sizes={"nodes": 6}), {"nodes": 6}),
        (Asked(sizes={"nodes": 6}), Asked(only=("database",)), {"nodes": 6}),
    ],
)
def test_asking_again_never_takes_any_away(first: Asked, then: Asked, size: dict[str, int]) -> None:
    stage = asleep()
    wake(stage.world, DEV, "orders-qa", first)
    wake(stage.world, DEV, "orders-qa", then)
    (lease,) = stage.head().wishes.leases
    assert lease.sizes == size


def test_an_extension_keeps_the_sizes_and_quotes_them() -> None:
    stage = light()
    granted = extend(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    assert (granted.ready_at, granted.sizes) == (stage.clock.now(), (Promised("nodes", 4, 30),))


def test_a_light_wake_of_what_is_up_promises_all_that_is_there() -> None:
    stage = Stage()
    stage.orders()
    stage.run_for(HOUR)
    assert wake(stage.world, DEV, "orders-qa", FOUR).sizes == (Promised("nodes", 30, 30),)


def test_a_full_wake_of_what_is_light_is_not_ready_yet() -> None:
    stage = light()
    assert wake(stage.world, OTHER, "orders-qa", Asked()).ready_at > stage.clock.now()


# What cannot be


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            Asked(sizes={"nodes": 31}),
            "31 is more than all of nodes: its full size is 30; ask for it with --full",
        ),
        (
            Asked(sizes={"database": 1}),
            "database is of kind rds-instance, which has no size; "
            "a size is for auto-scaling-group, ecs-service, eks-node-group",
        ),
        (
            Asked(only=("database",), sizes={"nodes": 2}),
            "nodes is not among what is asked for; name it with --only, or leave its size out",
        ),
    ],
)
def test_a_size_that_cannot_be_is_refused(asked: Asked, message: str) -> None:
    stage = asleep()
    with pytest.raises(RefusedError) as refused:
        wake(stage.world, DEV, "orders-qa", asked)
    assert str(refused.value) == message
    assert not stage.head().wishes.leases


def test_a_size_of_an_unknown_resource_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownError, match="did you mean nodes"):
        wake(asleep().world, DEV, "orders-qa", Asked(sizes={"node": 4}))


# What people see


def test_the_status_shows_how_many_are_wanted_of_how_many() -> None:
    sizes = [shown.size for shown in status(light().world, "orders-qa").resources]
    assert sizes == [None, Size(4, 4, 30)]
    assert status(asleep().world, "orders-qa").resources[1].size == Size(0, 0, 30)


def test_wish_decision_and_start_are_told_with_their_sizes() -> None:
    stage = light()
    assert [event.text.split(" until")[0] for event in stage.events(What.WISHED)] == ["wake with 4 nodes"]
    assert [event.data.get("light") for event in stage.events(What.DECIDED)][-1] == "4 nodes"
    assert [event.text for event in stage.events(What.INTENDED) if event.resource == "nodes"][-1] == "start with 4"


def test_that_a_window_wants_more_is_told_as_a_decision_of_its_own() -> None:
    stage = light(Asked(until=NIGHT + 12 * HOUR, sizes={"nodes": 4}))
    stage.run_until(OPENING)
    last = stage.events(What.DECIDED)[-1]
    assert (last.data, last.at < OPENING) == ({"desired": "up"}, True)
    ready_at = status(stage.world, "orders-qa").ready_at
    assert ready_at is not None
    assert OPENING - 15 * MINUTE < ready_at <= OPENING


def test_a_light_start_teaches_nothing_of_how_long_a_full_one_takes() -> None:
    assert set(light().head().notes.measured) == {"database"}


# Other kinds


@pytest.mark.parametrize(
    ("kind", "id", "sizes"),
    [
        ("eks-node-group", "orders/nodes", (22, 55, 30)),
        ("ecs-service", "orders/web", (2, 20, 10)),
    ],
)
def test_each_kind_with_sizes_wakes_light_and_returns_in_full(kind: str, id: str, sizes: tuple[int, int, int]) -> None:
    stage = Stage()
    group = stage.cloud.add(kind, id, sizes=sizes)
    stage.cloud.add("rds-instance", "orders-db")
    stage.apply(definition(DATABASE, Resource("group", kind, ids=(id,), needs=("database",))))
    stage.run_until(NIGHT)
    for size in (4, 3):
        wake(stage.world, DEV, "orders-qa", Asked(sizes={"group": size}))
        stage.run_for(30 * MINUTE)
        assert stage.cloud.things[group].sizes == of(size)
        release(stage.world, DEV, "orders-qa")
        stage.run_for(30 * MINUTE)
        assert down(stage)
    stage.run_until(OPENING)
    assert stage.cloud.things[group].sizes == dict(zip(("min", "max", "desired"), sizes, strict=True))
