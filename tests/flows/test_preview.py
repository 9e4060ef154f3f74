"""What a preview tells beyond a pass's look: stop protection, and what keeps billing at night."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.model import Resource
from chalicelib.flows.agreement import fingerprint
from chalicelib.flows.apply import Change, prepared
from chalicelib.flows.close_look import AT_ONCE, MOST
from chalicelib.flows.keeping_billing import ASKING
from chalicelib.flows.ports import Refusal
from chalicelib.flows.preview import preview, previews
from chalicelib.flows.status import plan_of
from chalicelib.flows.stored import Stored
from tests.fakes.cloud import HERE
from tests.flows.stage import DATABASE, OPERATOR, Desired, Stage, definition

QA = (("Env", "qa"),)
MACHINES = Resource("machines", "ec2-instance", tags=(*QA, ("Tier", "app")))
DATABASES = Resource("databases", "rds-instance", tags=(*QA, ("Tier", "data")))
PROTECTED = "its stop protection is on, which Curfew respects: turn it off (disableApiStop) to let it rest"
TAGS = [{"Key": "Env", "Value": "qa"}]


def fleet(count: int, **fields: Any) -> Stage:
    stage = Stage()
    for number in range(count):
        stage.cloud.add("ec2-instance", f"i-{number:03}", tags=dict(MACHINES.tags), **fields)
    return stage


def file(*resources: Resource) -> Stored:
    return Stored(definition(*resources), "environment: orders-qa\n", "orders-qa.yaml")


def shown(stage: Stage, *resources: Resource) -> Change:
    return preview(stage.world, OPERATOR, file(*resources))


def slow(stage: Stage, operation: str, takes: timedelta) -> None:
    """AWS takes that long for a look of this sort."""
    look = stage.cloud.look

    def slower(location, service, looks):  # type: ignore[no-untyped-def]
        stage.clock.advance(takes * sum(one.operation == operation for one in looks))
        return look(location, service, looks)

    stage.cloud.look = slower  # type: ignore[method-assign]


# Stop protection


def test_what_is_protected_against_a_stop_is_named() -> None:
    stage = fleet(1)
    stage.cloud.add("ec2-instance", "i-kept", tags=dict(MACHINES.tags), Protected=True)
    told = {one.id: one.problem or one.spared for one in shown(stage, MACHINES).resources}
    assert told == {"i-000": None, "i-kept": PROTECTED}


def test_at_most_a_hundred_are_looked_at_and_the_rest_is_counted() -> None:
    stage = fleet(MOST + 20)
    assert shown(stage, MACHINES).notes == (
        "the stop protection of 20 of 120 resources was not asked: at most 100 are",
    )
    assert stage.cloud.looks["DescribeInstanceAttribute"] == MOST


def test_no_look_begins_when_time_is_out() -> None:
    stage = fleet(50)
    slow(stage, "DescribeInstanceAttribute", ASKING / AT_ONCE)
    change = shown(stage, MACHINES)
    assert stage.cloud.looks["DescribeInstanceAttribute"] == AT_ONCE
    assert change.notes == (
        "the stop protection of 40 of 50 resources was not asked in time; run it again",
        "not asked in time what keeps billing in 111122223333/eu-central-1; run it again",
    )


def test_a_simulated_clock_that_runs_ahead_takes_no_time_from_whoever_waits() -> None:
    stage = fleet(50)
    stage.clock.elapsed = lambda: timedelta(hours=1)  # type: ignore[method-assign]
    slow(stage, "DescribeInstanceAttribute", ASKING / AT_ONCE)
    assert shown(stage, MACHINES).notes == ()


def test_a_refusal_is_noted_once_and_stops_nothing() -> None:
    stage = fleet(30)
    stage.cloud.refusals["DescribeInstanceAttribute"] = Refusal("UnauthorizedOperation", "no")
    change = shown(stage, MACHINES)
    assert change.notes == ("stop protection cannot be read: UnauthorizedOperation: no",)
    assert [one.spared for one in change.resources] == [None] * 30


def test_what_was_agreed_to_is_the_same_with_and_without_a_close_look() -> None:
    stage = fleet(2, Protected=True)
    quick = prepared(stage.world, OPERATOR, file(MACHINES), at_once=False).change
    assert fingerprint([quick]) == fingerprint([shown(stage, MACHINES)])


# What keeps billing


def billing(stage: Stage) -> None:
    """A volume of ours, one of a stranger's, a NAT gateway with our tag and one without."""
    volume = {"VolumeType": "gp2", "Size": 100}
    stage.cloud.answers["DescribeVolumes"] = {
        "Volumes": [
            {"VolumeId": "vol-own", "Attachments": [{"InstanceId": "i-000"}], **volume},
            {"VolumeId": "vol-member", "Attachments": [{"InstanceId": "i-elsewhere"}], "Tags": TAGS, **volume},
        ]
    }
    stage.cloud.answers["DescribeNatGateways"] = {
        "NatGateways": [{"NatGatewayId": "nat-qa", "Tags": TAGS}, {"NatGatewayId": "nat-other"}]
    }


def test_what_keeps_billing_is_part_of_a_resource_or_carries_the_tags_that_all_entries_share() -> None:
    stage = fleet(1)
    stage.cloud.add("rds-instance", "orders-db", tags=dict(DATABASES.tags))
    billing(stage)
    held = shown(stage, MACHINES, DATABASES).keeps_billing
    assert held is not None
    assert [one.id for one in held] == ["nat-qa", "vol-own", "orders-db"]


def test_without_tags_only_what_is_part_of_a_resource_keeps_billing() -> None:
    stage = fleet(1)
    billing(stage)
    held = shown(stage, Resource("machines", "ec2-instance", ids=("i-000",))).keeps_billing
    assert [one.id for one in held or ()] == ["vol-own"]


def test_what_belongs_to_another_environment_is_not_counted_here() -> None:
    stage = fleet(1)
    billing(stage)
    stage.store.own("billing-qa", list(stage.cloud.things))
    assert shown(stage, Resource("machines", "ec2-instance", ids=("i-000",))).keeps_billing == ()


def test_each_place_is_asked_once_for_all_files() -> None:
    stage = fleet(1)
    other = Stored(definition(DATABASE, environment="other-qa"), "", "other-qa.yaml")
    previews(stage.world, OPERATOR, [file(MACHINES), other], at_once=False)
    assert stage.cloud.looks["DescribeNatGateways"] == 1


def test_what_aws_refuses_to_show_is_noted_in_one_line() -> None:
    stage = fleet(1)
    for operation in ("DescribeNatGateways", "DescribeVolumes"):
        stage.cloud.refusals[operation] = Refusal("AccessDenied", f"not {operation}")
    assert shown(stage, MACHINES).notes == (
        "not seen whether it keeps billing in 111122223333/eu-central-1: NAT gateways, EBS volumes (AccessDenied)",
    )


@pytest.mark.parametrize("target", [Desired.UP, Desired.DOWN])
def test_a_plan_shows_the_same_list(target: Desired) -> None:
    stage = fleet(1)
    billing(stage)
    stage.apply(definition(MACHINES))
    stage.run_for(timedelta(minutes=2))
    plan = plan_of(stage.world, "orders-qa", target)
    assert plan.keeps_billing == shown(stage, MACHINES).keeps_billing != ()
    stage.cloud.refusals["DescribeVolumes"] = Refusal("AccessDenied", "no")
    assert plan_of(stage.world, "orders-qa", target).notes == (
        f"not seen whether it keeps billing in {HERE.account}/{HERE.region}: EBS volumes (AccessDenied)",
    )
