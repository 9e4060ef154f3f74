from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.core.model import Desired, Mode, Resource, WakeRule
from chalicelib.core.wishes import Hold, Lease, Pause, Switches, Wishes
from chalicelib.flows.errors import RefusedError, UnknownError
from chalicelib.flows.events import What
from chalicelib.flows.hold import hold
from chalicelib.flows.people import Actor, Role
from chalicelib.flows.sleep import sleep
from chalicelib.flows.wake import MOST_LEASES, Asked, release, wake
from tests.flows.stage import DATABASE, DEV, MONDAY, OPERATOR, Stage, definition, down

NIGHT = MONDAY.replace(hour=21)
READY = timedelta(minutes=11)
"""How long the usual environment takes to start: the database 7 minutes, then the nodes 4."""
HOUR = timedelta(hours=1)
FINANCE = Actor("an-accountant", Role.FINANCE)
OTHER = Actor("another-developer", Role.DEVELOPER)


def asleep() -> Stage:
    stage = Stage()
    stage.orders()
    stage.run_until(NIGHT)
    assert down(stage)
    return stage


def leases(stage: Stage) -> tuple[Lease, ...]:
    return stage.head().wishes.leases


def wish(stage: Stage, wishes: Wishes) -> None:
    stage.store.amend(stage.head(), wishes, stage.clock.now(), [])


def test_a_length_counts_from_when_it_is_ready() -> None:
    granted = wake(asleep().world, DEV, "orders-qa", Asked(length=3 * HOUR))
    assert granted.ready_at == NIGHT + READY
    assert granted.until == NIGHT + READY + 3 * HOUR


def test_what_is_up_already_is_ready_now() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(MONDAY + HOUR)
    granted = wake(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    assert (granted.ready_at, granted.until) == (MONDAY + HOUR, MONDAY + 2 * HOUR)


def test_for_the_database_alone_it_is_ready_when_the_database_is() -> None:
    granted = wake(asleep().world, DEV, "orders-qa", Asked(length=HOUR, only=("database",)))
    assert granted.ready_at == NIGHT + timedelta(minutes=7)


def test_for_the_nodes_alone_the_database_they_need_is_counted_too() -> None:
    stage = asleep()
    assert wake(stage.world, DEV, "orders-qa", Asked(only=("nodes",))).ready_at == NIGHT + READY
    stage.run_for(timedelta(minutes=20))
    assert not down(stage)
    assert [stage.cloud.status(arn) for arn in stage.cloud.things] == ["available", "up"]


def test_nobody_says_how_long_and_gets_the_default() -> None:
    assert wake(asleep().world, DEV, "orders-qa", Asked()).until == NIGHT + READY + WakeRule().default


def test_an_end_is_taken_as_it_is_said() -> None:
    assert wake(asleep().world, DEV, "orders-qa", Asked(until=NIGHT + HOUR)).until == NIGHT + HOUR


def test_the_longest_length_ends_at_the_longest_from_now() -> None:
    longest = WakeRule().longest
    assert wake(asleep().world, DEV, "orders-qa", Asked(length=longest)).until == NIGHT + longest


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked(length=13 * HOUR), "13h is longer than a lease may last (12h); say --for 12h, and extend it later"),
        (
            Asked(until=NIGHT + 13 * HOUR),
            "a lease may last 12h at most, until 2027-03-09T09:00Z; ask again later for more",
        ),
        (Asked(length=timedelta()), "a lease must last some time; say for example --for 2h"),
        (Asked(until=NIGHT), "2027-03-08T21:00Z is past; give an instant to come"),
    ],
)
def test_a_length_that_cannot_be_is_refused(asked: Asked, message: str) -> None:
    stage = asleep()
    with pytest.raises(RefusedError) as refused:
        wake(stage.world, DEV, "orders-qa", asked)
    assert str(refused.value) == message
    assert not leases(stage)


PAUSE = Pause("an-operator", "migration", MONDAY)
AGAINST: dict[str, tuple[Callable[[Stage], object], str]] = {
    "its own pause": (
        lambda stage: wish(stage, Wishes(pause=PAUSE)),
        "orders-qa cannot be woken: the environment is paused by an-operator: migration; ask them to: curfew resume",
    ),
    "its account's pause": (
        lambda stage: setattr(stage.store, "thrown", Switches(accounts={"111122223333": PAUSE})),
        "orders-qa cannot be woken: its account is paused by an-operator: migration; ask them to: curfew resume",
    ),
    "the organisation's pause": (
        lambda stage: setattr(stage.store, "thrown", Switches(organisation=PAUSE)),
        "orders-qa cannot be woken: the organisation is paused by an-operator: migration; ask them to: curfew resume",
    ),
    "observe mode": (
        lambda stage: stage.orders(mode=Mode.OBSERVE),
        "orders-qa is only observed; set mode: act in its file to let Curfew start it",
    ),
    "a hold": (
        lambda stage: wish(stage, Wishes(hold=Hold(Desired.DOWN, "an-operator", "audit", MONDAY))),
        "orders-qa is held down by an-operator (audit); ask them to: curfew unhold orders-qa",
    ),
    "a definition that cannot be read": (
        lambda stage: stage.store.spoil("orders-qa", "schema 9"),
        "the definition of orders-qa cannot be read (schema 9); apply its file again",
    ),
}


@pytest.mark.parametrize(("prepare", "message"), AGAINST.values(), ids=AGAINST.keys())
def test_what_stands_against_a_wake_is_named(prepare: Callable[[Stage], object], message: str) -> None:
    stage = asleep()
    prepare(stage)
    with pytest.raises(RefusedError) as refused:
        wake(stage.world, DEV, "orders-qa", Asked())
    assert str(refused.value) == message


def test_a_wake_takes_off_the_hold_that_came_from_sleep() -> None:
    stage = asleep()
    sleep(stage.world, OTHER, "orders-qa")
    wake(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    assert stage.head().wishes.hold is None
    stage.run_for(timedelta(minutes=20))
    assert not down(stage)


def test_the_fifty_first_person_is_refused_and_the_fiftieth_may_ask_again() -> None:
    stage = asleep()
    others = tuple(Lease(f"person-{number}", NIGHT + HOUR, NIGHT) for number in range(MOST_LEASES))
    wish(stage, Wishes(leases=others))
    with pytest.raises(RefusedError) as refused:
        wake(stage.world, DEV, "orders-qa", Asked())
    assert str(refused.value) == "orders-qa has 50 leases already; extend one of them"
    wake(stage.world, Actor("person-49", Role.DEVELOPER), "orders-qa", Asked())


def test_ended_leases_make_room() -> None:
    stage = asleep()
    ended = tuple(Lease(f"person-{number}", NIGHT, MONDAY) for number in range(MOST_LEASES))
    wish(stage, Wishes(leases=ended))
    wake(stage.world, DEV, "orders-qa", Asked())
    assert [lease.person for lease in leases(stage)] == ["a-developer"]


@pytest.mark.parametrize(
    "again", [Asked(length=HOUR), Asked(until=NIGHT + HOUR), Asked(length=timedelta(minutes=1), only=("database",))]
)
def test_asking_again_never_shortens(again: Asked) -> None:
    stage = asleep()
    first = wake(stage.world, DEV, "orders-qa", Asked(length=4 * HOUR))
    assert wake(stage.world, DEV, "orders-qa", again).until == first.until
    (lease,) = leases(stage)
    assert (lease.until, lease.only) == (first.until, ())


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (("database",), ("nodes",), ("database", "nodes")),
        (("database",), (), ()),
        ((), ("database",), ()),
    ],
)
def test_a_second_request_adds_to_the_parts_of_the_first(
    first: tuple[str, ...], second: tuple[str, ...], both: tuple[str, ...]
) -> None:
    stage = asleep()
    wake(stage.world, DEV, "orders-qa", Asked(only=first))
    wake(stage.world, DEV, "orders-qa", Asked(only=second))
    assert [lease.only for lease in leases(stage)] == [both]


def test_the_same_key_is_answered_the_same_and_grants_nothing_twice() -> None:
    stage = asleep()
    asked = Asked(length=HOUR, key="a-developer 1")
    first = wake(stage.world, DEV, "orders-qa", asked)
    stage.clock.advance(timedelta(minutes=30))
    assert wake(stage.world, DEV, "orders-qa", asked).until == first.until
    assert stage.head().revision == 2


def test_a_late_retry_does_not_revive_a_released_lease() -> None:
    stage = asleep()
    asked = Asked(length=HOUR, key="a-developer 1")
    wake(stage.world, DEV, "orders-qa", asked)
    release(stage.world, DEV, "orders-qa")
    wake(stage.world, DEV, "orders-qa", asked)
    assert not leases(stage)


def test_after_a_day_a_key_is_new_again() -> None:
    stage = asleep()
    asked = Asked(length=HOUR, key="a-developer 1")
    wake(stage.world, DEV, "orders-qa", asked)
    stage.clock.advance(timedelta(hours=24, seconds=1))
    granted = wake(stage.world, DEV, "orders-qa", asked)
    assert granted.until > stage.clock.now()
    assert [lease.until for lease in leases(stage)] == [granted.until]


def test_an_unknown_resource_offers_the_nearest() -> None:
    with pytest.raises(UnknownError) as unknown:
        wake(asleep().world, DEV, "orders-qa", Asked(only=("databse",)))
    assert str(unknown.value) == "there is no resource in orders-qa 'databse'; did you mean database?"


def test_an_unknown_environment_offers_the_nearest() -> None:
    with pytest.raises(UnknownError) as unknown:
        wake(asleep().world, DEV, "order-qa", Asked())
    assert str(unknown.value) == "there is no environment 'order-qa'; did you mean orders-qa?"


def test_a_wake_when_an_autoscaler_grew_the_group_to_one_brings_back_all_of_it() -> None:
    stage = asleep()
    group = next(arn for arn, thing in stage.cloud.things.items() if thing.kind == "auto-scaling-group")
    stage.cloud.resize(group, max=55, desired=1)
    stage.run_for(timedelta(seconds=30))
    wake(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    stage.cloud.things[group].settle(stage.clock.now() + HOUR)
    stage.run_for(timedelta(minutes=30))
    assert stage.cloud.things[group].sizes == {"min": 22, "max": 55, "desired": 30}


def test_a_hold_up_and_a_lease_live_side_by_side() -> None:
    stage = asleep()
    wake(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    hold(stage.world, OPERATOR, "orders-qa", Desired.UP, "load test", None)
    assert [lease.person for lease in leases(stage)] == ["a-developer"]


def test_a_wish_is_heard_by_the_journal_and_not_only_stored() -> None:
    stage = Stage()
    stage.orders()
    wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=1), reason="a late fix"))
    heard = [(event.actor, event.text) for event in stage.journal.of(What.WISHED)]
    assert heard == [("a-developer", "wake until 2027-03-08T13:11Z: a late fix")]


def test_for_what_is_missing_nobody_gets_a_lease() -> None:
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db")
    stage.apply(definition())
    stage.run_until(NIGHT)
    with pytest.raises(RefusedError) as refused:
        wake(stage.world, DEV, "orders-qa", Asked(only=("nodes",)))
    told = "nothing of nodes in orders-qa can be started: orders-nodes is missing; correct its file"
    assert str(refused.value) == told
    assert not leases(stage)
    assert wake(stage.world, DEV, "orders-qa", Asked(only=("database",)))


def test_nor_for_what_belongs_to_another_environment() -> None:
    stage = Stage()
    arn = stage.cloud.add("rds-instance", "orders-db")
    stage.store.own("billing-qa", [arn])
    stage.apply(definition(DATABASE))
    stage.run_until(NIGHT)
    with pytest.raises(RefusedError, match="orders-db is left alone, owned by billing-qa; correct its file"):
        wake(stage.world, DEV, "orders-qa", Asked(only=("database",)))


def test_an_entry_of_any_kind_is_answered_with_its_parts() -> None:
    stage = Stage()
    kinds = ("ec2-instance", "rds-instance")
    stage.apply(definition(*(Resource(f"all-{kind}", kind, tags=(("A", "b"),), optional=True) for kind in kinds)))
    with pytest.raises(UnknownError, match="all is of any kind; say which of it: all-ec2-instance, all-rds-instance"):
        wake(stage.world, DEV, "orders-qa", Asked(only=("all",)))
