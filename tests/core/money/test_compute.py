"""What instances, and members of groups, draw."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.core.money.reading import printed
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Answer
from tests.fakes.cloud import HERE

LAUNCHED = datetime(2026, 11, 22, 7, 59, 48, tzinfo=UTC)
STOPPED = "User initiated (2026-11-22 20:00:03 GMT)"
HIBERNATED: dict[str, Any] = {"StateReason": {"Code": "Client.UserInitiatedHibernate"}}
LARGE = "ec2:eu-central-1:m5.large:linux:shared:on-demand"
SPOT = "ec2:eu-central-1a@111122223333:m5.large:linux:shared:spot"
ON_SPOT: dict[str, Any] = {"InstanceLifecycle": "spot", "Placement": {"AvailabilityZone": "eu-central-1a"}}


def instance(state: str = "running", id: str = "i-1", **fields: Any) -> dict[str, Any]:
    usual = {"InstanceType": "m5.large", "UsageOperation": "RunInstances", "LaunchTime": LAUNCHED}
    return {"InstanceId": id, "State": {"Name": state}, **usual, **fields}


def shown(*instances: dict[str, Any]) -> tuple[Answer, ...]:
    return ({"Reservations": [{"Instances": list(instances)}]},)


def drawn(one: dict[str, Any]) -> str:
    kind = kinds()["ec2-instance"]
    (sighting,) = kind.read(HERE, shown(one))
    return printed(kind.draws(sighting, ()).draws)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, LARGE),
        ({"UsageOperation": "RunInstances:0002"}, LARGE.replace("linux", "windows")),
        ({"UsageOperation": "RunInstances:0010"}, LARGE.replace("linux", "rhel")),
        ({"UsageOperation": "RunInstances:00g0"}, LARGE),
        ({"UsageOperation": "RunInstances:000g"}, LARGE.replace("linux", "suse")),
        ({"UsageOperation": "RunInstances:0006"}, LARGE.replace("linux", "windows-sql-std")),
        ({"UsageOperation": "RunInstances:0100"}, LARGE.replace("linux", "linux-sql-ent")),
        ({"Placement": {"Tenancy": "dedicated"}}, LARGE.replace("shared", "dedicated")),
        ({"Placement": {"Tenancy": "host"}}, LARGE.replace("shared", "host")),
        ({"Placement": {"Tenancy": "default"}}, LARGE),
        (ON_SPOT, SPOT),
        ({"UsageOperation": "RunInstances:9999"}, "unknown:system-RunInstances:9999"),
        ({"UsageOperation": None}, "unknown:an-instance-of-which-AWS-shows-no-billing-code"),
    ],
    ids=str,
)
def test_a_running_instance_draws_one_of_its_rate(fields: dict[str, Any], text: str) -> None:
    assert drawn(instance(**fields)) == text


@pytest.mark.parametrize(
    ("state", "fields", "is_billed"),
    [
        ("pending", {}, False),
        ("running", {}, True),
        ("stopping", {}, False),
        ("stopping", HIBERNATED, True),
        ("stopped", {}, False),
        ("stopped", HIBERNATED, False),
        ("shutting-down", {}, False),
    ],
)
def test_it_draws_while_aws_bills_it(state: str, fields: dict[str, Any], is_billed: bool) -> None:
    assert bool(drawn(instance(state, **fields))) is is_billed


@pytest.mark.parametrize("tag", ["aws:autoscaling:groupName", "eks:nodegroup-name"])
def test_a_member_of_a_group_is_billed_with_its_group_only(tag: str) -> None:
    assert drawn(instance(Tags=[{"Key": tag, "Value": "nodes"}])) == ""


def test_what_no_kind_lists_in_its_place_is_billed_here() -> None:
    assert drawn(instance(Tags=[{"Key": "karpenter.sh/nodepool", "Value": "default"}])) == LARGE


@pytest.mark.parametrize(
    ("one", "since"),
    [
        (instance("stopped", StateTransitionReason=STOPPED), datetime(2026, 11, 22, 20, 0, 3, tzinfo=UTC)),
        (instance("stopping", StateTransitionReason=STOPPED), datetime(2026, 11, 22, 20, 0, 3, tzinfo=UTC)),
        (instance("stopped", StateTransitionReason="Server.SpotInstanceShutdown"), None),
        (instance("stopped"), None),
        (instance("stopped", StateTransitionReason=STOPPED, **HIBERNATED), None),  # it was billed until it was stopped
    ],
)
def test_a_stop_is_dated_where_aws_dates_the_end_of_the_bill(one: dict[str, Any], since: datetime | None) -> None:
    kind = kinds()["ec2-instance"]
    (sighting,) = kind.read(HERE, shown(one))
    assert kind.draws(sighting, ()).since == since


def test_a_launch_is_dated() -> None:
    kind = kinds()["ec2-instance"]
    (sighting,) = kind.read(HERE, shown(instance()))
    ((at, draw),) = kind.draws(sighting, ()).came
    assert (at, draw.rate) == (LAUNCHED, LARGE)


def group(*states: str) -> dict[str, Any]:
    members = [{"InstanceId": f"i-{n}", "LifecycleState": state} for n, state in enumerate(states)]
    sizes = {"MinSize": 1, "MaxSize": 9, "DesiredCapacity": len(states)}
    return {
        "AutoScalingGroupName": "nodes",
        "AutoScalingGroupARN": "arn:group",
        "Instances": members,
        "SuspendedProcesses": [],
        **sizes,
    }


def test_a_group_draws_its_running_members_by_type_and_life_cycle() -> None:
    kind = kinds()["auto-scaling-group"]
    states = ["InService", "InService", "Standby", "Pending", "Terminating:Wait", "Terminating", "InService"]
    (sighting,) = kind.read(HERE, [{"AutoScalingGroups": [group(*states)]}])
    (look,) = kind.meter([sighting], ())
    assert look.parameters["Filters"][0]["Values"] == ["i-0", "i-1", "i-2", "i-3", "i-4", "i-6"]
    answers = shown(
        instance(id="i-0"),
        instance(id="i-1", **ON_SPOT),
        instance(id="i-2"),
        instance("pending", id="i-3"),
        instance(id="i-4"),
        instance(id="i-6", InstanceType="m5.xlarge"),
        instance(id="i-of-another-group"),
    )
    found = kind.draws(sighting, answers)
    assert printed(found.draws) == f"{LARGE}*3 {LARGE.replace('m5.large', 'm5.xlarge')} {SPOT}"
    assert len(found.came) == 5


def test_groups_are_asked_together_two_hundred_members_at_a_time() -> None:
    kind = kinds()["auto-scaling-group"]
    told = group(*["InService"] * 250)
    (sighting,) = kind.read(HERE, [{"AutoScalingGroups": [told]}])
    looks = kind.meter([sighting], ())
    assert [len(look.parameters["Filters"][0]["Values"]) for look in looks] == [200, 50]


def test_a_group_behind_a_node_group_is_billed_with_that_only() -> None:
    kind = kinds()["auto-scaling-group"]
    tags = [{"Key": "eks:nodegroup-name", "Value": "nodes"}]
    (sighting,) = kind.read(HERE, [{"AutoScalingGroups": [{**group("InService"), "Tags": tags}]}])
    assert kind.meter([sighting], ()) == ()
    assert printed(kind.draws(sighting, shown(instance(id="i-0"))).draws) == ""
