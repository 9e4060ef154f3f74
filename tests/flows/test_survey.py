from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.core.model import Location, Observed, ReadyChecks, Resource, ResourceState, RestorePoint, Sighting
from chalicelib.flows.ports import Refusal
from chalicelib.flows.retry import retry
from chalicelib.flows.survey import survey
from tests.fakes.cloud import HERE
from tests.flows.stage import DATABASE, DEV, MONDAY, NODES, Stage, definition, up

ELSEWHERE = Location("444455556666", "ap-south-1")
NIGHT = MONDAY.replace(hour=21)
TUESDAY = MONDAY.replace(day=9, hour=8)
WEB = Resource("web", "ec2-instance", tags=(("Tier", "web"),))


class Probe:
    """Answers what it was told to, and counts."""

    def __init__(self, said: str | None = None, target: str | None = None) -> None:
        self.said, self.target, self.asked = said, target, 0

    def http(self, url: str) -> str | None:
        self.asked += 1
        return self.said

    def target_group(self, location: object, arn: str) -> str | None:
        self.asked += 1
        return self.target


def look(
    stage: Stage, *resources: Resource, states: dict[str, ResourceState] | None = None, probe: Probe | None = None
) -> dict[str, Sighting]:
    """What a survey shows, by id."""
    what = definition(*resources, locations=(HERE, ELSEWHERE))
    seen = survey(stage.cloud, probe or Probe(), what, states or {}, stage.clock.now())
    return {one.sighting.id: one.sighting for one in seen.values()}


def state(arn: str, **other: object) -> ResourceState:
    values: dict[str, object] = {"seen": Observed.DOWN, "seen_since": MONDAY, **other}
    id = arn.rpartition("/")[2]
    return ResourceState(arn, id, "web", "ec2-instance", HERE, **values)  # type: ignore[arg-type]


def test_resources_are_found_in_every_location() -> None:
    stage = Stage()
    for number, location in enumerate((HERE, ELSEWHERE)):
        stage.cloud.add("ec2-instance", f"i-{number}", tags={"Tier": "web"}, location=location)
    assert {id: one.location for id, one in look(stage, WEB).items()} == {"i-0": HERE, "i-1": ELSEWHERE}


def test_what_two_entries_select_is_counted_once_under_the_first() -> None:
    stage = Stage()
    stage.cloud.add("ec2-instance", "i-0", tags={"Tier": "web"})
    what = definition(Resource("first", "ec2-instance", ids=("i-0",)), WEB)
    seen = survey(stage.cloud, Probe(), what, {}, stage.clock.now())
    assert [(one.key, one.sighting.observed) for one in seen.values()] == [
        ("first", Observed.UP),
        ("web", Observed.MISSING),
    ]


@pytest.mark.parametrize(
    ("value", "ineligible"), [("true", "tagged curfew:never"), ("", "tagged curfew:never"), ("False", None)]
)
def test_the_never_tag_makes_it_ineligible_unless_it_says_false(value: str, ineligible: str | None) -> None:
    stage = Stage()
    stage.cloud.add("ec2-instance", "i-0", tags={"Tier": "web", "curfew:never": value})
    assert look(stage, WEB)["i-0"].ineligible == ineligible


def test_each_id_that_is_not_there_is_told_by_name() -> None:
    stage = Stage()
    stage.cloud.add("ec2-instance", "i-0")
    found = look(stage, Resource("web", "ec2-instance", ids=("i-0", "i-1")))
    assert (found["i-1"].observed, found["i-1"].note) == (Observed.MISSING, "no ec2-instance is called i-1")
    assert found["i-0"].observed is Observed.UP


def test_a_denied_look_shows_what_is_remembered_and_what_is_selected_as_broken() -> None:
    stage = Stage()
    arn = stage.cloud.add("ec2-instance", "i-0", tags={"Tier": "web"})
    stage.cloud.refusals["DescribeInstances"] = Refusal("AccessDenied", "not authorised")
    found = survey(stage.cloud, Probe(), definition(WEB), {arn: state(arn)}, stage.clock.now())
    assert {one.sighting.observed for one in found.values()} == {Observed.BROKEN}
    assert arn in found
    words = "cannot be looked at in 111122223333/eu-central-1: AccessDenied: not authorised"
    assert {one.sighting.note for one in found.values()} == {words}


def test_status_checks_are_asked_until_they_are_passed_and_then_no_more() -> None:
    stage = Stage()
    arn = stage.cloud.add("ec2-instance", "i-0", tags={"Tier": "web"})
    assert look(stage, WEB)["i-0"].healthy
    healthy = {arn: state(arn, seen=Observed.UP, healthy=True)}
    stage.cloud.looks.clear()
    assert look(stage, WEB, states=healthy)["i-0"].healthy
    assert stage.cloud.looks["DescribeInstanceStatus"] == 0


def test_status_checks_that_cannot_be_read_are_told() -> None:
    stage = Stage()
    stage.cloud.add("ec2-instance", "i-0", tags={"Tier": "web"})
    stage.cloud.refusals["DescribeInstanceStatus"] = Refusal("AccessDenied", "not authorised")
    seen = look(stage, WEB)["i-0"]
    assert (seen.healthy, seen.note) == (False, "its health cannot be read: AccessDenied: not authorised")


CHECKED = replace(WEB, ready=ReadyChecks(http="https://web.example/"))
TARGETED = replace(WEB, ready=ReadyChecks(target_group="arn:aws:elasticloadbalancing:tg"))


@pytest.mark.parametrize(
    ("resource", "probe", "healthy", "note"),
    [
        (CHECKED, Probe(), True, None),
        (CHECKED, Probe(said="it answers 503"), False, "not ready: it answers 503"),
        (TARGETED, Probe(target="1 of 2 targets is healthy"), False, "not ready: 1 of 2 targets is healthy"),
        (WEB, Probe(said="it is not asked"), True, None),
    ],
)
def test_its_own_ready_checks_decide_whether_it_is_healthy(
    resource: Resource, probe: Probe, healthy: bool, note: str | None
) -> None:
    stage = Stage()
    stage.cloud.add("ec2-instance", "i-0", tags={"Tier": "web"})
    seen = look(stage, resource, probe=probe)["i-0"]
    assert (seen.observed, seen.healthy, seen.note) == (Observed.UP, healthy, note)


def test_ready_checks_are_not_asked_of_what_is_down_or_was_ready_already() -> None:
    stage = Stage()
    arn = stage.cloud.add("ec2-instance", "i-0", tags={"Tier": "web"})
    probe = Probe()
    look(stage, CHECKED, probe=probe, states={arn: state(arn, seen=Observed.UP, healthy=True)})
    stage.cloud.add("ec2-instance", "i-0", tags={"Tier": "web"}, up=False)
    look(stage, CHECKED, probe=probe)
    assert probe.asked == 0


@pytest.mark.parametrize(("members", "serving", "observed"), [(100, 9, "rising"), (90, 9, "up"), (90, 8, "rising")])
def test_a_group_is_up_when_enough_of_its_members_serve(members: int, serving: int, observed: str) -> None:
    stage = Stage()
    arn = stage.cloud.add("auto-scaling-group", "orders-nodes", sizes=(0, 20, 10))
    stage.cloud.things[arn].serving = serving
    seen = look(stage, replace(NODES, ready=ReadyChecks(members=members)))["orders-nodes"]
    assert (seen.observed, seen.healthy) == (Observed(observed), observed == "up")


def test_what_was_put_to_rest_is_looked_at_whatever_the_selectors_say() -> None:
    stage = Stage()
    arn = stage.cloud.add("ec2-instance", "i-0", up=False)
    rested = state(arn, restore=RestorePoint(1, MONDAY))
    assert look(stage, DATABASE, states={arn: rested})["i-0"].observed is Observed.DOWN
    stage.cloud.remove(arn)
    assert look(stage, DATABASE, states={arn: rested})["i-0"].observed is Observed.MISSING


def test_what_was_put_to_rest_where_the_file_looks_no_more_is_brought_back() -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(NIGHT)
    stage.apply(definition(locations=(ELSEWHERE,)))
    stage.run_until(TUESDAY)
    assert up(stage)


def test_what_is_gone_for_good_is_forgotten_when_a_person_asks_to_try_again() -> None:
    stage = Stage()
    stage.cloud.add("ec2-instance", "i-0", tags={"Tier": "web"})
    gone = stage.cloud.add("ec2-instance", "i-1", tags={"Tier": "web"})
    stage.apply(definition(WEB))
    stage.run_until(NIGHT)
    stage.cloud.remove(gone)
    stage.run_for(timedelta(minutes=30))
    assert gone in stage.store.states("orders-qa")
    retry(stage.world, DEV, "orders-qa")
    stage.run_for(timedelta(minutes=5))
    assert gone not in stage.store.states("orders-qa")
    assert gone not in stage.store.owners
