from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.core.model import Resource
from chalicelib.core.unread import unread
from chalicelib.flows.looking import Unseen, followed
from chalicelib.flows.ports import Refusal
from chalicelib.flows.status import status
from chalicelib.kinds.contract import Asked, Look
from tests.fakes.clock import FakeClock
from tests.fakes.cloud import HERE, FakeCloud
from tests.flows.stage import DATABASE, MONDAY, NODES, Stage, definition, down, up

NO = Refusal("AccessDenied", "no right")
EVENING, OPENING = MONDAY.replace(hour=22), MONDAY.replace(day=9, hour=8)
LATER = timedelta(hours=1)


def asked(*looks: Look) -> tuple[list[str], Unseen | tuple[str, ...]]:
    """What was asked for, DescribeThis being refused, and what could not be read."""
    cloud = FakeCloud(FakeClock(MONDAY))
    cloud.refusals["DescribeThis"] = NO

    def nothing_more(asked: Sequence[Asked]) -> tuple[Look, ...]:
        return ()

    said = followed(cloud, HERE, "Things", "things", looks, nothing_more)
    return list(cloud.looks), said if isinstance(said, Unseen) else unread(said)


def test_the_first_no_to_what_is_needed_ends_a_look() -> None:
    names, said = asked(Look("DescribeThis", {}), Look("DescribeThat", {}))
    assert (names, said) == (["DescribeThis"], Unseen(HERE, "Things", "things", "DescribeThis", NO))


def test_a_no_to_what_can_be_done_without_is_an_answer_and_told_once() -> None:
    this = Look("DescribeThis", {}, optional="its tags")
    names, said = asked(this, this, Look("DescribeThat", {}))
    assert (names, said) == (["DescribeThis", "DescribeThat"], ("its tags cannot be read: AccessDenied",))


def warnings(stage: Stage, key: str) -> list[str]:
    found = status(stage.world, "orders-qa")
    return [warning for one in found.resources if one.member.key == key for warning in one.warnings]


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling"])
@pytest.mark.parametrize("since", [MONDAY, EVENING])
def test_a_group_whose_scheduled_actions_cannot_be_read_rests_and_comes_back(since: datetime, code: str) -> None:
    stage = Stage()
    stage.orders()
    stage.run_until(since)
    stage.cloud.refusals["DescribeScheduledActions"] = Refusal(code, "no")
    stage.run_until(EVENING + LATER)
    assert down(stage)
    assert warnings(stage, "nodes") == [f"its scheduled actions cannot be read: {code}"]
    stage.run_until(OPENING)
    assert up(stage)


def test_a_node_group_whose_scheduled_actions_cannot_be_read_rests_and_comes_back() -> None:
    stage = Stage()
    group = stage.cloud.add("eks-node-group", "qa/app", sizes=(2, 9, 3))
    stage.cloud.refusals["DescribeScheduledActions"] = NO
    stage.apply(definition(Resource("nodes", "eks-node-group", ids=("qa/app",))))
    stage.run_until(EVENING)
    assert stage.cloud.status(group) == "down"
    stage.run_until(OPENING)
    assert stage.cloud.status(group) == "up"


def test_a_spot_request_that_cannot_be_read_keeps_only_its_own_instance_up() -> None:
    stage = Stage()
    plain = stage.cloud.add("ec2-instance", "i-web")
    spot = stage.cloud.add("ec2-instance", "i-spot", InstanceLifecycle="spot", SpotInstanceRequestId="sir-1")
    stage.cloud.refusals["DescribeSpotInstanceRequests"] = Refusal("UnauthorizedOperation", "no")
    stage.apply(definition(Resource("web", "ec2-instance", ids=("i-web", "i-spot"))))
    stage.run_until(EVENING)
    assert (stage.cloud.status(plain), stage.cloud.status(spot)) == ("stopped", "running")


def test_a_spot_instance_at_rest_is_started_although_its_request_cannot_be_read_any_more() -> None:
    stage = Stage()
    request = {"SpotInstanceRequestId": "sir-1", "Type": "persistent"}
    spot = stage.cloud.add("ec2-instance", "i-spot", InstanceLifecycle="spot", SpotInstanceRequestId="sir-1")
    stage.cloud.answers["DescribeSpotInstanceRequests"] = {"SpotInstanceRequests": [request]}
    stage.apply(definition(Resource("web", "ec2-instance", ids=("i-spot",))))
    stage.run_until(EVENING)
    assert stage.cloud.status(spot) == "stopped"
    stage.cloud.refusals["DescribeSpotInstanceRequests"] = Refusal("UnauthorizedOperation", "no")
    stage.run_until(OPENING + LATER)
    assert stage.cloud.status(spot) == "running"


ALARMS = Resource("alarms", "cloudwatch-alarm", names=("orders-*",))


def test_alarms_that_were_muted_are_armed_although_their_tags_cannot_be_read_any_more() -> None:
    stage = Stage()
    alarm = stage.cloud.add("cloudwatch-alarm", "orders-cpu")
    stage.orders()
    stage.apply(definition(DATABASE, NODES, ALARMS))
    stage.run_until(EVENING)
    assert stage.cloud.status(alarm) == "muted"
    stage.cloud.refusals["GetResources"] = NO
    stage.run_until(OPENING + LATER)
    assert stage.cloud.status(alarm) == "armed"


def test_no_alarm_is_muted_whose_tags_cannot_be_read_as_it_may_be_productions() -> None:
    stage = Stage()
    alarm = stage.cloud.add("cloudwatch-alarm", "orders-cpu")
    stage.cloud.refusals["GetResources"] = NO
    stage.orders()
    stage.apply(definition(DATABASE, NODES, ALARMS))
    stage.run_until(EVENING)
    assert stage.cloud.status(alarm) == "armed"
    found = status(stage.world, "orders-qa")
    notes = [one.note for one in found.resources if one.member.key == "alarms"]
    assert notes == ["ineligible: it is not muted, as its tags cannot be read: AccessDenied"]


def test_tags_that_select_are_needed() -> None:
    stage = Stage()
    alarm = stage.cloud.add("cloudwatch-alarm", "orders-cpu", tags={"Env": "qa"})
    stage.cloud.refusals["GetResources"] = NO
    stage.apply(definition(DATABASE, replace(ALARMS, names=(), tags=(("Env", "qa"),))))
    stage.run_until(EVENING)
    assert stage.cloud.status(alarm) == "armed"
    found = status(stage.world, "orders-qa")
    assert any("cannot be looked at" in (one.note or "") for one in found.resources)


def test_a_cluster_of_a_global_database_that_cannot_be_looked_at_stays_up_and_the_others_rest() -> None:
    stage = Stage()
    alone = stage.cloud.add("rds-cluster", "orders")
    member = stage.cloud.add("rds-cluster", "shop", GlobalClusterIdentifier="world")
    stage.cloud.refusals["DescribeGlobalClusters"] = NO
    stage.apply(definition(Resource("clusters", "rds-cluster", ids=("orders", "shop"))))
    stage.run_until(EVENING)
    assert (stage.cloud.status(alone), stage.cloud.status(member)) == ("stopped", "available")


def test_of_the_node_groups_of_a_region_only_those_are_described_that_an_entry_may_select() -> None:
    stage = Stage()
    for number in range(30):
        stage.cloud.add("eks-node-group", f"shop/g{number}")
    stage.apply(definition(Resource("nodes", "eks-node-group", names=("shop/g1",))))
    stage.run_for(timedelta(minutes=20))
    looks = stage.cloud.looks
    assert looks["DescribeNodegroup"] == looks["DescribeAutoScalingGroups"] > 1
