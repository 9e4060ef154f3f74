from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.model import Definition, Desired, Mode
from chalicelib.core.shared import HELD_FOR, holder
from chalicelib.core.wishes import Lease, Wishes
from chalicelib.flows.errors import RefusedError, UnknownError
from chalicelib.flows.events import What
from chalicelib.flows.hold import hold
from chalicelib.flows.pause import pause_environment
from chalicelib.flows.retire import leave_as_is, retire
from chalicelib.flows.rollout import rehearse
from chalicelib.flows.shared import check_uses, users
from chalicelib.flows.sleep import sleep
from chalicelib.flows.status import status
from chalicelib.flows.stored import Head, MovedError, Stored
from chalicelib.flows.wake import MOST_LEASES, Asked, wake
from tests.flows.houses import SHARED, shared, state, thing, user
from tests.flows.stage import DEV, MONDAY, OPERATOR, Stage, definition

HOUR = timedelta(hours=1)
CLOSING = MONDAY.replace(hour=20)
NIGHT = MONDAY.replace(hour=23)
OPENING = MONDAY.replace(day=9, hour=8)
MINUTE = timedelta(minutes=1)


def house(*names: str, **other: object) -> Stage:
    """Users of one shared database, all asleep at night."""
    stage = Stage()
    shared(stage)
    for name in names or ("orders-qa",):
        user(stage, name, **other)
    stage.run_until(NIGHT)
    return stage


def holders(stage: Stage) -> list[str]:
    """Who has a live lease on the shared database."""
    now = stage.clock.now()
    return [lease.person for lease in stage.head(SHARED).wishes.leases if lease.until > now]


def databases_moves(stage: Stage) -> list[str]:
    return [call.operation for call in stage.cloud.made if call.service == "rds"]


def test_the_used_one_is_up_with_its_first_user_and_rests_after_its_last() -> None:
    stage = Stage()
    shared(stage)
    user(stage, "orders-qa")
    user(stage, "billing-qa", uptime=definition(windows="mon-fri 08:00-22:00").uptime)
    stage.run_until(CLOSING + HOUR)
    assert [state(stage, id) for id in ("orders-qa-nodes", "billing-qa-nodes", "shared-db")] == [
        "down",
        "up",
        "available",
    ]
    assert holders(stage) == ["environment:billing-qa"]
    stage.run_until(NIGHT)
    assert state(stage, "shared-db") == "stopped"
    assert holders(stage) == []
    assert databases_moves(stage) == ["StartDBInstance", "StopDBInstance"]


def test_a_user_starts_only_when_the_used_one_is_ready_and_says_what_it_waits_for() -> None:
    stage = house()
    wake(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    stage.run_for(5 * MINUTE)
    assert (state(stage, "shared-db"), state(stage, "orders-qa-nodes")) == ("starting", "down")
    (nodes,) = status(stage.world, "orders-qa").resources
    assert nodes.blocked_by == (SHARED,)
    assert nodes.note == f"blocked by {SHARED}"
    stage.run_for(15 * MINUTE)
    assert (state(stage, "shared-db"), state(stage, "orders-qa-nodes")) == ("available", "up")


def test_the_used_one_begins_to_rest_only_when_its_user_is_down() -> None:
    stage = house()
    stage.run_until(OPENING + HOUR)
    stage.run_until(OPENING.replace(hour=20) + MINUTE)
    assert (state(stage, "orders-qa-nodes"), state(stage, "shared-db")) == ("falling", "available")
    stage.run_for(15 * MINUTE)
    assert (state(stage, "orders-qa-nodes"), state(stage, "shared-db")) == ("down", "stopped")


def test_a_user_is_ready_when_its_window_opens_the_start_of_the_used_one_included() -> None:
    stage = house()
    stage.run_until(OPENING)
    assert state(stage, "orders-qa-nodes") == "up"
    assert not stage.events(What.NOT_READY)
    (begun,) = [event for event in stage.events(What.DECIDED) if event.data["desired"] == "up" and event.at > NIGHT]
    assert begun.text.startswith(f"starting 17 min early ({SHARED} 10m + nodes usually")


def test_a_chain_of_used_ones_comes_up_from_its_end() -> None:
    stage = Stage()
    shared(stage)
    user(stage, "identity", uptime=())
    user(stage, "orders-qa", uses=("identity",))
    stage.run_until(NIGHT)
    assert {state(stage, id) for id in ("identity-nodes", "orders-qa-nodes")} == {"down"}
    stage.run_until(OPENING)
    assert {state(stage, id) for id in ("identity-nodes", "orders-qa-nodes")} == {"up"}
    stage.run_until(OPENING.replace(hour=21))
    assert [state(stage, id) for id in ("orders-qa-nodes", "identity-nodes", "shared-db")] == [
        "down",
        "down",
        "stopped",
    ]


def test_a_wake_is_quoted_with_the_start_of_what_is_used_before_its_own() -> None:
    stage = house()
    quoted = wake(stage.world, DEV, "orders-qa", Asked(length=HOUR)).ready_at
    assert quoted == stage.clock.now() + 14 * MINUTE
    stage.run_until(quoted)
    assert state(stage, "orders-qa-nodes") == "up"


def test_a_lease_is_renewed_in_time_and_told_only_when_it_is_made() -> None:
    stage = house()
    stage.run_until(OPENING)
    for _ in range(40):
        stage.run_for(15 * MINUTE)
        (lease,) = stage.head(SHARED).wishes.leases
        assert lease.until > stage.clock.now()
        assert lease.until <= stage.clock.now() + HELD_FOR
    wished = [each for each in stage.store.events[SHARED] if each.what is What.WISHED and each.at > NIGHT]
    assert [(each.text, each.actor) for each in wished] == [("wake for as long as it is used", holder("orders-qa"))]


def test_renewals_are_few() -> None:
    stage = house()
    stage.run_until(OPENING)
    before = stage.head(SHARED).revision
    stage.run_for(10 * HOUR)
    assert stage.head(SHARED).revision - before <= 20


def paused(stage: Stage) -> None:
    pause_environment(stage.world, OPERATOR, "orders-qa", "incident")


def marked_as_production(stage: Stage) -> None:
    thing(stage, "orders-qa-nodes").tags["Environment"] = "prod"


def only_observed(stage: Stage) -> None:
    stage.apply(replace(stage.store.kept["orders-qa"].stored.definition, mode=Mode.OBSERVE))


@pytest.mark.parametrize("guarded", [paused, marked_as_production, only_observed])
def test_a_user_that_may_not_act_keeps_what_it_runs_on(guarded: Callable[[Stage], None]) -> None:
    stage = house()
    stage.run_until(OPENING + HOUR)
    guarded(stage)
    stage.run_for(5 * HOUR)
    assert (state(stage, "orders-qa-nodes"), state(stage, "shared-db")) == ("up", "available")


@pytest.mark.parametrize("guarded", [paused, marked_as_production, only_observed])
def test_a_user_that_may_not_act_asks_for_nothing_anew(guarded: Callable[[Stage], None]) -> None:
    stage = house()
    guarded(stage)
    nodes = thing(stage, "orders-qa-nodes")
    stage.cloud.resize(nodes.arn, **nodes.sizes | {"min": 1, "max": 5, "desired": 1})
    stage.run_until(OPENING + HOUR)
    assert (state(stage, "orders-qa-nodes"), holders(stage)) == ("up", [])


def test_a_paused_user_of_which_nothing_runs_lets_its_lease_end_by_itself() -> None:
    stage = house()
    stage.run_until(OPENING + HOUR)
    paused(stage)
    stage.cloud.resize(thing(stage, "orders-qa-nodes").arn, min=0, max=0, desired=0)
    stage.run_for(20 * MINUTE)
    assert holders(stage) == ["environment:orders-qa"]
    stage.run_for(HELD_FOR + 20 * MINUTE)
    assert state(stage, "shared-db") == "stopped"


def test_a_user_that_is_only_observed_asks_for_nothing() -> None:
    stage = house(mode=Mode.OBSERVE)
    stage.run_until(OPENING + HOUR)
    assert holders(stage) == []
    assert databases_moves(stage) == []


def test_what_runs_as_it_is_keeps_the_used_one_but_does_not_wake_it() -> None:
    stage = house()
    stage.run_until(OPENING + HOUR)
    hold(stage.world, OPERATOR, "orders-qa", Desired.AS_IS, "index is being rebuilt", None)
    stage.run_until(OPENING.replace(hour=22))
    assert state(stage, "shared-db") == "available"
    sleep(stage.world, OPERATOR, SHARED, insist=True)
    stage.run_for(HOUR)
    assert state(stage, "shared-db") == "stopped"


def test_the_used_ones_own_hold_is_stronger_and_its_users_wait_for_it_by_name() -> None:
    stage = house()
    hold(stage.world, OPERATOR, SHARED, Desired.DOWN, "restore under way", None)
    stage.run_until(OPENING + HOUR)
    (nodes,) = status(stage.world, "orders-qa").resources
    assert nodes.blocked_by == (SHARED,)
    assert [event.text for event in stage.events(What.NOT_READY)] == ["not ready when it should be: waiting for nodes"]


def test_who_sends_the_used_one_to_sleep_is_told_which_environments_use_it() -> None:
    stage = house()
    stage.run_until(OPENING + HOUR)
    with pytest.raises(RefusedError, match="leased by others: environment:orders-qa until"):
        sleep(stage.world, DEV, SHARED)


def test_leases_of_users_leave_people_theirs() -> None:
    stage = house()
    head, now = stage.head(SHARED), stage.clock.now()
    many = tuple(Lease(holder(f"user-{number}"), now + HOUR, now) for number in range(MOST_LEASES))
    stage.store.amend(head, Wishes(many), now, [])
    assert wake(stage.world, DEV, SHARED, Asked(length=HOUR)).person == DEV.person


class Contended:
    """A store in which somebody else changes the used environment in between, a few times."""

    def __init__(self, stage: Stage, times: int) -> None:
        self.stage, self.times, self.tried = stage, times, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stage.store, name)

    def amend(self, head: Head, wishes: Wishes, *rest: Any) -> Head:
        if head.name == SHARED:
            self.tried += 1
            if self.tried <= self.times:
                raise MovedError
        return self.stage.store.amend(head, wishes, *rest)


@pytest.mark.parametrize(("times", "got"), [(3, True), (1000, False)])
def test_a_change_of_the_used_one_in_between_costs_a_try_and_no_pass(times: int, got: bool) -> None:
    stage = house()
    stage.world = replace(stage.world, store=Contended(stage, times))
    stage.run_until(OPENING + HOUR)
    assert (holders(stage) == ["environment:orders-qa"]) is got
    assert (state(stage, "orders-qa-nodes") == "up") is got


def test_without_the_used_one_a_user_waits_and_does_not_fail() -> None:
    stage = house()
    stage.store.remove(stage.head(SHARED), [])
    stage.run_until(OPENING + HOUR)
    (nodes,) = status(stage.world, "orders-qa").resources
    assert nodes.blocked_by == (SHARED,)


def test_who_stops_using_it_waits_for_it_no_more() -> None:
    stage = house()
    hold(stage.world, OPERATOR, SHARED, Desired.DOWN, "restore under way", None)
    stage.run_until(OPENING + HOUR)
    stage.apply(replace(stage.store.kept["orders-qa"].stored.definition, uses=()))
    stage.run_for(15 * MINUTE)
    assert state(stage, "orders-qa-nodes") == "up"


def using(name: str, *others: str, **more: object) -> Definition:
    return definition(environment=name, uses=others, **more)  # type: ignore[arg-type]


def test_a_name_that_is_not_there_is_refused_with_the_nearest() -> None:
    stage = house()
    with pytest.raises(UnknownError, match="no environment 'shared-databse'; did you mean shared-database"):
        check_uses(stage.world, [using("billing-qa", "shared-databse")])


def test_an_apply_is_refused_before_anything_is_looked_at() -> None:
    stage = house()
    wanted = Stored(using("billing-qa", "nowhere"), "", "billing-qa.yaml")
    with pytest.raises(UnknownError):
        rehearse(stage.world, OPERATOR, [wanted], at_once=False)


def test_environments_applied_together_may_use_each_other_but_not_in_a_circle() -> None:
    stage = house()
    check_uses(stage.world, [using("a", "b"), using("b", SHARED)])
    with pytest.raises(RefusedError, match="use each other in a circle: a -> b -> a"):
        check_uses(stage.world, [using("a", "b"), using("b", "a")])


def test_a_circle_by_way_of_what_is_stored_is_found() -> None:
    stage = house()
    with pytest.raises(RefusedError, match="in a circle"):
        check_uses(stage.world, [using(SHARED, "orders-qa")])


@pytest.mark.parametrize("leave", [retire, leave_as_is])
def test_what_is_used_cannot_leave(leave: Any) -> None:
    stage = house("orders-qa", "billing-qa")
    with pytest.raises(RefusedError, match="shared-database is used by billing-qa, orders-qa; take it out of uses"):
        leave(stage.world, OPERATOR, SHARED)
    assert list(users(stage.world, "orders-qa")) == []


def test_what_is_used_is_renamed_only_together_with_its_users() -> None:
    stage = house()
    renamed = using("shared-postgres", previously=SHARED)
    with pytest.raises(RefusedError, match="shared-database gets another name and is used by orders-qa"):
        check_uses(stage.world, [renamed])
    with pytest.raises(UnknownError):
        check_uses(stage.world, [renamed, using("orders-qa", SHARED)])
    check_uses(stage.world, [renamed, using("orders-qa", "shared-postgres")])
