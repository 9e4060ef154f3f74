from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.model import Desired
from chalicelib.flows.apply import apply
from chalicelib.flows.errors import BusyError, RefusedError
from chalicelib.flows.events import What
from chalicelib.flows.past import Origin, Past
from chalicelib.flows.pause import pause_environment
from chalicelib.flows.preview import preview
from chalicelib.flows.stored import Stored
from chalicelib.flows.wake import Asked, wake
from tests.flows.stage import DEV, MONDAY, OPERATOR, Stage, definition, down, up

EVENING = MONDAY.replace(hour=20)
TUESDAY = MONDAY.replace(day=9, hour=8)
RENAMED = Stored(definition(environment="orders-test", previously="orders-qa"), "", "orders-test.yaml")


class CrashError(BaseException):
    """The function dies here."""


class CrashingStore:
    """Dies after the `last`-th call, which is still made."""

    def __init__(self, store: Any, last: int) -> None:
        self.store, self.left = store, last

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.store, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            result = method(*args, **kwargs)
            self.left -= 1
            if self.left == 0:
                raise CrashError
            return result

        return call


def asleep() -> Stage:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING + timedelta(hours=1))
    assert down(stage)
    return stage


def renamed_well(stage: Stage) -> None:
    """The new environment woke with its sizes; of the old one only the journal is left."""
    assert up(stage)
    assert stage.store.names() == ("orders-test",)
    assert set(stage.store.owners.values()) == {"orders-test"}
    assert stage.head("orders-test").wishes.pause is None


def test_an_environment_renamed_in_its_sleep_comes_back_with_its_sizes() -> None:
    stage = asleep()
    change = apply(stage.world, OPERATOR, RENAMED)
    assert change.differences == ("environment: orders-qa -> orders-test", "previously: orders-qa (new)")
    assert not change.new
    stage.run_until(TUESDAY)
    renamed_well(stage)


def test_leases_move_with_the_name() -> None:
    stage = asleep()
    granted = wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=2)))
    apply(stage.world, OPERATOR, RENAMED)
    stage.run_until(granted.until - timedelta(minutes=1))
    assert up(stage)
    stage.run_until(granted.until + timedelta(minutes=15))
    assert down(stage)


def test_a_rename_in_the_middle_of_the_descent_goes_on_where_the_old_one_was() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(EVENING + timedelta(minutes=2))
    apply(stage.world, OPERATOR, RENAMED)
    stage.run_for(timedelta(minutes=20))
    assert down(stage)
    assert stage.cloud.calls == {"StopDBInstance": 1, "UpdateAutoScalingGroup": 1}
    stage.run_until(TUESDAY)
    renamed_well(stage)


def test_both_journals_tell_of_it() -> None:
    stage = asleep()
    apply(stage.world, OPERATOR, RENAMED)
    old = stage.store.journal("orders-qa")[-1]
    assert (old.what, old.text, old.actor) == (What.RETIRED, "is called orders-test now", "an-operator")
    new = stage.store.journal("orders-test")[-1]
    assert (new.what, new.text, new.actor) == (What.APPLIED, "was called orders-qa", "an-operator")


def test_a_preview_of_a_rename_changes_nothing() -> None:
    stage = asleep()
    assert preview(stage.world, OPERATOR, RENAMED).changed
    assert stage.store.names() == ("orders-qa",)


def test_applying_the_same_file_again_changes_nothing() -> None:
    stage = asleep()
    apply(stage.world, OPERATOR, RENAMED)
    before = stage.head("orders-test")
    assert not apply(stage.world, OPERATOR, RENAMED).changed
    assert stage.head("orders-test") == before


def calls_of_a_rename() -> int:
    stage = asleep()
    stage.store.calls.clear()
    apply(stage.world, OPERATOR, RENAMED)
    return stage.store.calls.total()


@pytest.mark.parametrize("last", range(1, calls_of_a_rename() + 1))
@pytest.mark.parametrize(
    "after", [EVENING + timedelta(minutes=2), EVENING + timedelta(hours=1)], ids=["falling", "down"]
)
def test_wherever_a_rename_dies_applying_again_goes_on(last: int, after: Any) -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(after)
    crashing = replace(stage.world, store=CrashingStore(stage.store, last))
    with pytest.raises(CrashError):
        apply(crashing, OPERATOR, RENAMED)
    stage.run_for(timedelta(minutes=30))
    apply(stage.world, OPERATOR, RENAMED)
    stage.run_until(TUESDAY)
    renamed_well(stage)


@pytest.mark.parametrize("last", range(1, calls_of_a_rename() + 1))
def test_wherever_a_rename_dies_the_morning_comes_for_the_old_name_or_for_nobody(last: int) -> None:
    stage = asleep()
    with pytest.raises(CrashError):
        apply(replace(stage.world, store=CrashingStore(stage.store, last)), OPERATOR, RENAMED)
    stage.run_until(TUESDAY)
    assert up(stage) is ("orders-qa" in stage.store.names() or stage.head("orders-test").wishes.pause is None)


def test_a_wish_that_arrives_during_a_rename_is_not_lost() -> None:
    stage = asleep()
    real = stage.store.own

    def own(*args: Any, **kwargs: Any) -> Any:
        stage.store.own = real  # type: ignore[method-assign]
        wake(stage.world, DEV, "orders-qa", Asked(length=timedelta(hours=2)))
        return real(*args, **kwargs)

    stage.store.own = own  # type: ignore[method-assign]
    with pytest.raises(BusyError, match="was changed by somebody else meanwhile; apply again"):
        apply(stage.world, OPERATOR, RENAMED)
    apply(stage.world, OPERATOR, RENAMED)
    assert [lease.person for lease in stage.head("orders-test").wishes.leases] == ["a-developer"]
    stage.run_for(timedelta(minutes=30))
    renamed_well(stage)


def test_an_environment_is_not_renamed_under_a_pass() -> None:
    stage = asleep()
    now = stage.clock.now()
    stage.store.hasten("orders-qa", now)
    stage.store.claim("orders-qa", now, now + timedelta(seconds=90))
    with pytest.raises(BusyError, match=r"^a pass over orders-qa is under way; apply again in two minutes$"):
        apply(stage.world, OPERATOR, RENAMED)
    assert stage.store.names() == ("orders-qa",)


def test_a_paused_environment_is_not_renamed() -> None:
    stage = asleep()
    pause_environment(stage.world, OPERATOR, "orders-qa", "migration")
    message = r"^orders-qa is paused, so it cannot be renamed; first: curfew resume orders-qa$"
    with pytest.raises(RefusedError, match=message):
        apply(stage.world, OPERATOR, RENAMED)


def test_when_both_names_are_in_use_nothing_is_taken_over() -> None:
    stage = asleep()
    stage.apply(definition(environment="orders-test"))
    apply(stage.world, OPERATOR, RENAMED)
    assert stage.store.names() == ("orders-qa", "orders-test")
    stage.run_until(TUESDAY)
    assert up(stage)
    assert set(stage.store.owners.values()) == {"orders-qa"}


def test_a_change_made_to_the_file_before_a_rename_is_finished_is_applied_too() -> None:
    stage = asleep()
    last = calls_of_a_rename() - 1
    with pytest.raises(CrashError):
        apply(replace(stage.world, store=CrashingStore(stage.store, last)), OPERATOR, RENAMED)
    assert stage.store.names() == ("orders-test",)
    edited = replace(RENAMED, definition=replace(RENAMED.definition, cost_center="CC-7"))
    apply(stage.world, OPERATOR, edited)
    assert stage.store.kept["orders-test"].stored == edited
    assert stage.head("orders-test").wishes.pause is None
    assert stage.head("orders-test").notes.desired is Desired.DOWN


def test_what_ran_before_curfew_acted_comes_along() -> None:
    stage = asleep()
    past = Past(Origin.TOLD, (), MONDAY - timedelta(days=40), MONDAY, "UTC", "bill: a.csv", MONDAY, "ops1")
    stage.store.keep_past("orders-qa", past)
    apply(stage.world, OPERATOR, RENAMED, False)
    assert stage.store.pasts("orders-test") == {Origin.TOLD: past}
