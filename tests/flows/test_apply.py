from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.model import Definition, Desired, Mode, Observed, Resource, WakeRule
from chalicelib.core.wishes import Lease
from chalicelib.flows.apply import apply
from chalicelib.flows.errors import BusyError, ForbiddenError, RefusedError
from chalicelib.flows.events import What
from chalicelib.flows.first_apply import FIRST_APPLY
from chalicelib.flows.ports import Refusal
from chalicelib.flows.preview import preview
from chalicelib.flows.stored import MovedError, Stored
from chalicelib.flows.wake import Asked, wake
from tests.flows.stage import DATABASE, DEV, MONDAY, NODES, OPERATOR, Stage, definition, down, up

NIGHT = MONDAY.replace(hour=21)
HOUR = timedelta(hours=1)


def in_aws(at: timedelta = timedelta()) -> Stage:
    """Everything runs in AWS, nothing is applied yet."""
    stage = Stage()
    stage.clock.advance(at)
    stage.cloud.add("rds-instance", "orders-db")
    stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(22, 55, 30))
    return stage


def file(what: Definition | None = None) -> Stored:
    return Stored(what or definition(), "environment: orders-qa\n", "orders-qa.yaml")


def test_a_new_file_is_stored_and_looked_at_at_once() -> None:
    stage = in_aws()
    change = apply(stage.world, OPERATOR, file())
    assert (change.new, change.changed, change.differences) == (True, True, ())
    assert stage.store.stored("orders-qa") == file()
    assert stage.queue.pokes == [("orders-qa", MONDAY)]
    (event,) = stage.events(What.APPLIED)
    assert (event.text, event.actor) == ("new, from orders-qa.yaml", "an-operator")


def test_a_file_that_means_the_same_writes_nothing() -> None:
    stage = in_aws()
    apply(stage.world, OPERATOR, file())
    before = stage.head()
    change = apply(stage.world, OPERATOR, replace(file(), source="# a comment\nenvironment: orders-qa\n"))
    assert not change.changed
    assert stage.head() == before


def test_a_changed_file_is_shown_in_its_own_words() -> None:
    stage = in_aws()
    apply(stage.world, OPERATOR, file())
    change = apply(stage.world, OPERATOR, file(definition(windows="mon-fri 09:00-18:00", cost_center="CC-7")))
    assert not change.new
    assert change.differences == (
        "uptime.1.windows.1: mon-fri 08:00-20:00 -> mon-fri 09:00-18:00",
        "cost_center: CC-7 (new)",
    )
    assert stage.events(What.APPLIED)[-1].text == "; ".join(change.differences)


def test_a_preview_changes_nothing() -> None:
    stage = in_aws()
    assert preview(stage.world, OPERATOR, file()).new
    assert stage.store.names() == ()
    assert not stage.queue.pokes


def test_wishes_outlive_a_new_file() -> None:
    stage = in_aws()
    apply(stage.world, OPERATOR, file())
    wake(stage.world, DEV, "orders-qa", Asked(length=HOUR))
    apply(stage.world, OPERATOR, file(definition(cost_center="CC-7")))
    assert [lease.person for lease in stage.head().wishes.leases] == ["a-developer"]


def test_what_runs_outside_its_windows_is_left_for_the_default_length_of_a_lease() -> None:
    stage = in_aws(9 * HOUR)
    change = apply(stage.world, OPERATOR, file())
    ends = NIGHT + WakeRule().default
    assert stage.head().wishes.leases == (Lease(FIRST_APPLY, ends, NIGHT, Desired.AS_IS),)
    assert change.first_stop == ends
    stage.run_until(ends - timedelta(minutes=1))
    assert up(stage)
    stage.run_until(ends + timedelta(minutes=15))
    assert down(stage)


def test_with_now_there_is_no_grace() -> None:
    stage = in_aws(9 * HOUR)
    change = apply(stage.world, OPERATOR, file(), at_once=True)
    assert not stage.head().wishes.leases
    assert change.first_stop == NIGHT


def test_in_its_window_the_first_stop_is_its_end() -> None:
    stage = in_aws()
    change = apply(stage.world, OPERATOR, file())
    assert not stage.head().wishes.leases
    assert change.first_stop == MONDAY.replace(hour=20)


def test_what_sleeps_already_needs_no_grace() -> None:
    stage = Stage()
    stage.clock.set(NIGHT)
    stage.cloud.add("rds-instance", "orders-db", up=False)
    apply(stage.world, OPERATOR, file(definition(DATABASE)))
    assert not stage.head().wishes.leases


def test_what_never_stops_has_no_first_stop() -> None:
    assert apply(in_aws().world, OPERATOR, file(definition(windows="24/7"))).first_stop is None


def test_a_production_mark_on_a_live_resource_is_refused() -> None:
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db", tags={"Environment": "production"})
    for act in (preview, apply):
        with pytest.raises(RefusedError) as refused:
            act(stage.world, OPERATOR, file(definition(DATABASE)))
        words = "orders-qa would touch production: orders-db has Environment=production; take it out of the selection"
        assert str(refused.value) == words
    assert stage.store.names() == ()


def test_each_live_resource_is_listed() -> None:
    change = preview(in_aws().world, OPERATOR, file())
    assert [(one.key, one.id, one.kind, one.observed, one.problem) for one in change.resources] == [
        ("nodes", "orders-nodes", "auto-scaling-group", Observed.UP, None),
        ("database", "orders-db", "rds-instance", Observed.UP, None),
    ]


SEARCH = Resource("search", "ec2-instance", tags=(("Tier", "search"),))


@pytest.mark.parametrize(
    ("resource", "problem"),
    [
        (Resource("cache", "rds-instance", ids=("cache-db",)), "no rds-instance is called cache-db"),
        (SEARCH, "no ec2-instance has the tags Tier=search"),
    ],
)
def test_a_selection_that_matches_nothing_is_told(resource: Resource, problem: str) -> None:
    change = preview(in_aws().world, OPERATOR, file(definition(DATABASE, resource)))
    assert [one.problem for one in change.resources] == [None, problem]


def test_what_another_environment_owns_is_told() -> None:
    stage = in_aws()
    apply(stage.world, OPERATOR, file())
    stage.run_for(timedelta(minutes=5))
    change = preview(stage.world, OPERATOR, file(definition(DATABASE, environment="thief")))
    assert [one.problem for one in change.resources] == ["owned by orders-qa"]


def test_what_can_never_be_stopped_is_told() -> None:
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db", DBClusterIdentifier="orders")
    change = preview(stage.world, OPERATOR, file(definition(DATABASE)))
    words = "it is a member of the cluster orders: list the cluster instead (kind rds-cluster)"
    assert [one.problem for one in change.resources] == [words]


def test_what_cannot_be_looked_at_is_told() -> None:
    stage = in_aws()
    stage.cloud.refusals["DescribeDBInstances"] = Refusal("AccessDenied", "not authorised")
    change = preview(stage.world, OPERATOR, file())
    told = {one.key: one.problem for one in change.resources}
    words = "cannot be looked at in 111122223333/eu-central-1: AccessDenied: not authorised"
    assert told == {"nodes": None, "database": words}


def test_a_file_that_somebody_else_changed_meanwhile_is_to_be_looked_at_again() -> None:
    stage = in_aws()

    def define(*args: object) -> object:
        raise MovedError

    stage.store.define = define  # type: ignore[method-assign,assignment]
    with pytest.raises(BusyError) as busy:
        apply(stage.world, OPERATOR, file())
    assert str(busy.value) == "orders-qa was changed by somebody else meanwhile; look again, then apply"


def test_a_definition_that_cannot_be_read_is_replaced() -> None:
    stage = in_aws()
    apply(stage.world, OPERATOR, file())
    stage.store.spoil("orders-qa", "schema 9")
    assert apply(stage.world, OPERATOR, file()).changed
    assert stage.store.stored("orders-qa") == file()


def test_applying_takes_an_operator() -> None:
    for act in (preview, apply):
        with pytest.raises(ForbiddenError, match="to apply a schedule file takes the role operator"):
            act(in_aws().world, DEV, file())


def test_a_resource_that_left_the_file_while_asleep_is_not_forgotten() -> None:
    stage = in_aws()
    apply(stage.world, OPERATOR, file())
    stage.run_until(NIGHT)
    assert down(stage)
    change = apply(stage.world, OPERATOR, file(definition(replace(NODES, needs=()))))
    assert [(one.key, one.observed) for one in change.resources] == [
        ("nodes", Observed.DOWN),
        ("database", Observed.DOWN),
    ]


# What the preview says of it


def test_what_belongs_to_others_has_no_first_stop() -> None:
    stage = in_aws()
    apply(stage.world, OPERATOR, file())
    stage.run_for(timedelta(minutes=2))
    assert preview(stage.world, OPERATOR, file(definition(environment="orders-dev"))).first_stop is None


def test_what_is_only_observed_has_the_first_stop_that_it_would_have() -> None:
    change = preview(in_aws().world, OPERATOR, file(definition(mode=Mode.OBSERVE)))
    assert (change.mode, change.first_stop) == (Mode.OBSERVE, MONDAY.replace(hour=20))


@pytest.mark.parametrize(("tag", "entries"), [("orders", []), ("ordres", ["all"])])
def test_an_entry_of_any_kind_that_matches_nothing_is_told(tag: str, entries: list[str]) -> None:
    stage = in_aws()
    stage.cloud.add("ec2-instance", "i-1", tags={"Env": "orders"})
    kinds = ("ec2-instance", "redshift-cluster")
    wanted = [Resource(f"all-{kind}", kind, tags=(("Env", tag),), optional=True) for kind in kinds]
    change = preview(stage.world, OPERATOR, file(definition(*wanted)))
    assert [each.entry for each in change.unmatched] == entries
    assert all(each.because == "no resource has the tags Env=ordres" for each in change.unmatched)
