from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.core.budget import Budget
from chalicelib.core.capacity import Capacity
from chalicelib.core.closures import DatesClosure
from chalicelib.core.model import Mode, ReadyChecks, Resource, Team
from chalicelib.core.nights import Observation
from chalicelib.core.uptime import Uptime
from chalicelib.core.windows import parse_window
from chalicelib.flows.doctor import Review, review
from chalicelib.flows.errors import RefusedError, UnknownError
from chalicelib.flows.ports import Refusal
from chalicelib.flows.review import Check
from chalicelib.kinds import kinds
from tests.flows.houses import shared, user
from tests.flows.stage import DATABASE, MONDAY, NODES, NoProbe, Stage, definition

EVENING = MONDAY.replace(hour=20)
DENIED = Refusal("AccessDenied", "not authorised")
DAY = timedelta(days=1)


class Answers(NoProbe):
    """Health checks that answer so, and how often they were asked."""

    def __init__(self, said: str | None) -> None:
        self.said, self.asked = said, 0

    def http(self, url: str) -> str | None:
        self.asked += 1
        return self.said


def staged(*resources: Resource, **other: object) -> Stage:
    """Everything runs in AWS, observed, and looked at once."""
    stage = Stage()
    stage.cloud.add("rds-instance", "orders-db")
    stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(22, 55, 30))
    stage.apply(definition(*resources, **{"mode": Mode.OBSERVE, **other}))  # type: ignore[arg-type]
    return stage


def examined(stage: Stage) -> Review:
    stage.run_for(timedelta(minutes=3))
    return review(stage.world, "orders-qa")


def of(review: Review, name: str) -> list[Check]:
    return [check for check in review.checks if check.check == name]


def only(stage: Stage, name: str) -> Check:
    (check,) = of(examined(stage), name)
    return check


def test_after_a_quiet_week_an_environment_is_ready() -> None:
    stage = staged()
    stage.run_until(MONDAY + 7 * DAY)
    found = examined(stage)
    assert found.ready, [check for check in found.checks if not check.ok]
    assert [check.check for check in found.checks] == [
        "selection",
        "rights to look",
        "rights to act",
        "health checks",
        "eligibility",
        "warnings",
        "schedule",
        "holidays",
        "owner",
        "budget",
        "observed first",
    ]


def test_a_review_changes_nothing() -> None:
    stage = staged()
    stage.run_for(timedelta(minutes=1))
    before = stage.head()
    review(stage.world, "orders-qa")
    assert stage.head() == before
    assert not stage.cloud.calls


def test_every_bad_check_says_how_to_mend_it() -> None:
    stage = staged(replace(DATABASE, ids=("nowhere",)), NODES, owner=Team("orders-team"), windows="24/7")
    bad = [check for check in examined(stage).checks if not check.ok]
    assert {check.check for check in bad} >= {"selection", "owner", "schedule", "observed first"}
    assert all(check.mend for check in bad)


def test_an_entry_that_matches_nothing_is_named() -> None:
    stage = staged(replace(DATABASE, ids=("nowhere",)), NODES)
    assert only(stage, "selection").found == "database: no rds-instance is called nowhere"


def test_an_entry_of_any_kind_that_matches_nothing_is_named_once() -> None:
    wrong = (("Environment", "order-qa"),)
    kinds = [Resource(f"all-{kind}", kind, tags=wrong, optional=True) for kind in ("rds-instance", "ec2-instance")]
    found = [check.found for check in of(examined(staged(*kinds)), "selection")]
    assert found == ["all matches nothing: no resource has the tags Environment=order-qa"]


def test_what_two_entries_select_is_named() -> None:
    stage = staged(DATABASE, replace(DATABASE, key="again"))
    assert "also selected by again" in only(stage, "selection").found


def test_what_another_environment_owns_is_named() -> None:
    stage = staged()
    stage.store.own("billing-qa", ["arn:aws:rds:eu-central-1:111122223333:db:orders-db"])
    assert only(stage, "selection").found == "database: orders-db is owned by billing-qa"


def test_a_mark_of_production_is_named() -> None:
    stage = staged()
    stage.cloud.add("rds-instance", "live-db", tags={"Environment": "prod"})
    stage.apply(definition(replace(DATABASE, ids=("live-db",)), mode=Mode.OBSERVE))
    assert "Environment=prod" in only(stage, "selection").found


def test_what_cannot_be_looked_at_is_named_with_what_aws_said() -> None:
    stage = staged()
    stage.cloud.refusals["DescribeDBInstances"] = DENIED
    check = only(stage, "rights to look")
    assert check.ok is False
    assert "AccessDenied" in check.found


def test_what_may_not_be_stopped_is_known_without_trying() -> None:
    stage = staged()
    stage.cloud.refusals["StopDBInstance"] = DENIED
    check = only(stage, "rights to act")
    assert (check.ok, check.found) == (
        False,
        "rds:StopDBInstance in 111122223333/eu-central-1: AccessDenied: not authorised",
    )
    assert not stage.cloud.calls


def test_rights_are_asked_once_a_day_and_after_a_no_every_hour() -> None:
    stage = staged()
    stage.run_for(timedelta(hours=20))
    assert stage.cloud.asked["StopDBInstance"] == 1
    stage.run_for(timedelta(hours=6))
    assert stage.cloud.asked["StopDBInstance"] == 2
    stage.cloud.refusals["StopDBInstance"] = DENIED
    stage.run_for(timedelta(hours=26))
    assert stage.cloud.asked["StopDBInstance"] >= 4


def test_before_the_first_pass_nobody_knows_the_rights() -> None:
    stage = staged()
    (check,) = of(review(stage.world, "orders-qa"), "rights to act")
    assert check.ok is None


def test_every_operation_that_an_entry_can_come_to_need_is_asked() -> None:
    stage = Stage()
    stage.cloud.add("ec2-instance", "i-web", InstanceType="m5.large")
    web = Resource("web", "ec2-instance", ids=("i-web",), instance_types=("m5a.large",))
    stage.cloud.add("rds-instance", "orders-db")
    stage.cloud.add("auto-scaling-group", "orders-nodes")
    stage.apply(definition(replace(DATABASE, snapshot=True), NODES, web, mode=Mode.OBSERVE))
    stage.run_for(timedelta(minutes=3))
    able = {name for kind in ("ec2-instance", "rds-instance", "auto-scaling-group") for name in kinds()[kind].mutates}
    assert set(stage.cloud.asked) == able
    assert not stage.cloud.calls


def test_what_only_an_option_needs_that_nobody_uses_is_not_asked() -> None:
    stage = Stage()
    stage.cloud.add("ec2-instance", "i-web", InstanceType="m5.large")
    stage.cloud.add("rds-instance", "orders-db")
    stage.apply(definition(DATABASE, Resource("web", "ec2-instance", ids=("i-web",)), mode=Mode.OBSERVE))
    stage.run_for(timedelta(minutes=3))
    assert set(stage.cloud.asked) == {"StartInstances", "StopInstances", "StartDBInstance", "StopDBInstance"}


def test_a_file_that_acts_from_the_first_is_asked_about_until_something_has_moved() -> None:
    stage = staged(mode=Mode.ACT)
    (unasked,) = of(review(stage.world, "orders-qa"), "rights to act")
    assert unasked.ok is None
    stage.cloud.refusals["SuspendProcesses"] = DENIED
    assert (only(stage, "rights to act").ok, stage.cloud.calls["StopDBInstance"]) == (False, 0)
    stage.cloud.refusals.clear()
    stage.run_until(EVENING + timedelta(hours=1))
    stage.cloud.asked.clear()
    stage.run_until(EVENING + 2 * DAY)
    assert not stage.cloud.asked
    assert only(stage, "rights to act").found == "it acts already, and AWS refuses nothing for want of a right"


def test_what_acts_already_is_judged_by_its_refusals() -> None:
    stage = staged(mode=Mode.ACT)
    assert only(stage, "rights to act").ok
    stage.cloud.refusals["StopDBInstance"] = DENIED
    stage.run_until(EVENING + timedelta(minutes=5))
    assert not only(stage, "rights to act").ok


@pytest.mark.parametrize("said", [None, "orders.example answered 503"])
def test_health_checks_are_asked_once_and_now(said: str | None) -> None:
    watched = replace(DATABASE, ready=ReadyChecks(http="https://orders.example/healthz"))
    stage = staged(watched, NODES)
    stage.run_for(timedelta(minutes=1))
    probe = Answers(said)
    (check,) = of(review(replace(stage.world, probe=probe), "orders-qa"), "health checks")
    assert (check.ok, probe.asked) == (said is None, 1)
    assert said is None or said in check.found


def test_the_health_of_what_sleeps_is_not_known() -> None:
    stage = staged(replace(DATABASE, ready=ReadyChecks(http="https://orders.example/healthz")), NODES)
    stage.cloud.move("arn:aws:rds:eu-central-1:111122223333:db:orders-db", up=False)
    check = only(stage, "health checks")
    assert (check.ok, check.mend) == (None, "run doctor again while it is up")


def test_what_is_named_and_can_never_be_stopped_is_to_be_mended() -> None:
    stage = staged()
    stage.cloud.add("rds-instance", "replica", ReadReplicaSourceDBInstanceIdentifier="orders-db")
    stage.apply(definition(DATABASE, replace(DATABASE, key="replica", ids=("replica",)), mode=Mode.OBSERVE))
    assert any("replica is never stopped" in check.found for check in of(examined(stage), "eligibility"))


def test_what_is_only_matched_among_others_and_never_stopped_is_told_and_no_obstacle() -> None:
    stage = Stage()
    for id, tags in (("i-1", {}), ("i-2", {"curfew:never": "true"})):
        stage.cloud.add("ec2-instance", id, tags={"Environment": "qa", **tags})
    nodes = Resource("nodes", "ec2-instance", tags=(("Environment", "qa"),))
    stage.apply(definition(nodes, mode=Mode.OBSERVE))
    check = only(stage, "eligibility")
    assert (check.ok, check.found) == (True, "1 resource can be stopped; left alone: 1 (tagged curfew:never)")


def test_the_next_stop_and_start_are_told() -> None:
    assert only(staged(), "schedule").found == "next stop 2027-03-08T20:00Z, next start 2027-03-09T07:46Z"


def test_a_timetable_that_never_rests_is_to_be_mended() -> None:
    assert only(staged(windows="24/7"), "schedule").ok is False


def test_the_next_holiday_is_told() -> None:
    closure = DatesClosure(MONDAY.date() + DAY, MONDAY.date() + 2 * DAY, "office moves")
    uptime = Uptime("UTC", (parse_window("mon-fri 08:00-20:00"),), closures=(closure,))
    assert only(staged(uptime=(uptime,)), "holidays").found.startswith("2 closed days in the coming year")


@pytest.mark.parametrize(
    ("team", "ok"),
    [
        (Team("a", email="a@example.com"), True),
        (Team("a", webhook="https://hooks.example/secret"), True),
        (Team("a"), False),
    ],
)
def test_an_owner_must_be_reachable(team: Team, ok: bool) -> None:
    check = only(staged(owner=team), "owner")
    assert check.ok is ok
    assert "secret" not in check.found


def test_nights_in_use_are_told_with_what_to_do() -> None:
    stage = staged()
    stage.run_until(MONDAY + 7 * DAY)
    head = stage.head()
    observation = head.notes.observation
    assert observation is not None
    nights = (*observation.nights[:-1], replace(observation.nights[-1], used="lease of billing-qa"))
    kept = stage.store.kept["orders-qa"]
    kept.head = replace(head, notes=replace(head.notes, observation=Observation(observation.since, nights)))
    (check,) = of(review(stage.world, "orders-qa"), "observed first")
    assert check.ok
    assert "lease of billing-qa" in check.found
    assert check.mend is not None


def test_a_few_nights_are_not_enough() -> None:
    stage = staged()
    stage.run_until(EVENING + timedelta(hours=1))
    check = only(stage, "observed first")
    assert (check.ok, check.found) == (
        False,
        "would have stopped 1 of 1 nights; none was in use; a week is 7",
    )


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownError, match="orders-qa"):
        review(staged().world, "order-qa")


def test_a_definition_that_cannot_be_read_is_told() -> None:
    stage = staged()
    stage.store.spoil("orders-qa", "written by a newer version")
    with pytest.raises(RefusedError, match="newer version"):
        review(stage.world, "orders-qa")


@pytest.mark.parametrize(
    ("budget", "mixes", "found"),
    [
        (Budget(Decimal(1200)), (Capacity("nodes"),), "raises spot only"),
        (Budget(Decimal(1200)), (), "no capacity is given"),
        (Budget(Decimal(1200), "EUR"), (Capacity("nodes"),), "prices are known in USD only"),
    ],
)
def test_a_budget_of_the_file_is_not_known_to_hold(budget: Budget, mixes: tuple[Capacity, ...], found: str) -> None:
    check = only(staged(budget=budget, capacity=mixes), "budget")
    assert (check.ok, found in check.found) == (None, True)


def test_who_is_observed_only_is_told_that_it_asks_for_nothing_that_it_uses() -> None:
    stage = Stage()
    shared(stage)
    user(stage, "orders-qa", mode=Mode.OBSERVE)
    check = only(stage, "uses")
    assert (check.ok, check.found) == (
        True,
        "shared-database: not asked for while this one is observed, and may rest under it",
    )
    stage.apply(replace(stage.store.kept["orders-qa"].stored.definition, mode=Mode.ACT))
    assert only(stage, "uses").mend is None


# What only a look at each instance tells

MACHINES = Resource("machines", "ec2-instance", tags=(("Tier", "app"),))


def fleet(count: int, protected: bool = False) -> Stage:
    stage = Stage()
    for number in range(count):
        stage.cloud.add("ec2-instance", f"i-{number:03}", tags=dict(MACHINES.tags), Protected=protected)
    stage.apply(definition(MACHINES, mode=Mode.OBSERVE))
    return stage


def test_an_entry_whose_instances_are_all_protected_is_named() -> None:
    check = only(fleet(1, protected=True), "eligibility")
    assert check.ok is False
    assert check.found.startswith("machines: i-000 is never stopped: its stop protection is on")


def test_protection_that_cannot_be_read_is_not_known() -> None:
    stage = fleet(2)
    stage.cloud.refusals["DescribeInstanceAttribute"] = DENIED
    unknown, able = of(examined(stage), "eligibility")
    assert (unknown.ok, unknown.found) == (None, "stop protection cannot be read: AccessDenied: not authorised")
    assert unknown.mend
    assert able.ok


def test_a_large_environment_is_ready_though_not_all_was_asked_for_protection() -> None:
    check = only(fleet(120), "eligibility")
    assert check.ok
    assert check.found.endswith(
        "120 resources can be stopped; stop protection not asked of 20: a look at each takes long"
    )
