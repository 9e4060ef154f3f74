from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.kinds.contract import Move, selected
from chalicelib.kinds.ec2_instance import KIND

PLACE = Location("111122223333", "ap-south-1")


def instance(state: str = "running", **fields: Any) -> dict[str, Any]:
    return {"InstanceId": "i-1", "State": {"Name": state}, "RootDeviceType": "ebs", **fields}


def read(*instances: dict[str, Any]) -> list[Sighting]:
    return list(KIND.read(PLACE, [{"Reservations": [{"Instances": [one]} for one in instances]}]))


def running(count: int) -> list[Sighting]:
    return read(*(instance(InstanceId=f"i-{number}") for number in range(count)))


@pytest.mark.parametrize(
    ("state", "observed"),
    [
        ("pending", Observed.RISING),
        ("running", Observed.UP),
        ("stopping", Observed.FALLING),
        ("shutting-down", Observed.FALLING),
        ("stopped", Observed.DOWN),
    ],
)
def test_each_state_is_observed_and_none_is_healthy_before_its_checks(state: str, observed: Observed) -> None:
    (sighting,) = read(instance(state))
    assert (sighting.observed, sighting.healthy) == (observed, False)


def test_a_terminated_instance_is_not_there() -> None:
    assert read(instance("terminated")) == []


def test_a_sighting_carries_arn_and_tags() -> None:
    (sighting,) = read(instance(Tags=[{"Key": "Team", "Value": "orders"}]))
    assert sighting.arn == "arn:aws:ec2:ap-south-1:111122223333:instance/i-1"
    assert sighting.tags == {"Team": "orders"}


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_the_arn_has_the_partition_of_its_region(region: str, partition: str) -> None:
    answer = {"Reservations": [{"Instances": [instance()]}]}
    (sighting,) = KIND.read(Location("111122223333", region), [answer])
    assert sighting.arn.split(":")[1] == partition


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"Tags": [{"Key": "aws:autoscaling:groupName", "Value": "nodes"}]}, "list the group instead"),
        ({"RootDeviceType": "instance-store"}, "instance store"),
        ({"InstanceLifecycle": "spot"}, "Spot Instance"),
        ({"InstanceLifecycle": "capacity-block"}, "Capacity Block"),
    ],
)
def test_what_a_stop_would_harm_is_ineligible(fields: dict[str, Any], why: str) -> None:
    (sighting,) = read(instance(**fields))
    assert sighting.ineligible is not None
    assert why in sighting.ineligible


def test_an_ordinary_instance_is_eligible() -> None:
    assert read(instance())[0].ineligible is None


def test_ids_are_asked_for_in_filters_of_at_most_200() -> None:
    ids = tuple(f"i-{number}" for number in range(401))
    looks = KIND.look(Resource("node", KIND.name, ids=ids))
    asked = [look.parameters["Filters"][0] for look in looks]
    assert {entry["Name"] for entry in asked} == {"instance-id"}
    assert [len(entry["Values"]) for entry in asked] == [200, 200, 1]


def test_an_arn_is_asked_for_by_its_id_and_selects() -> None:
    (sighting,) = read(instance())
    resource = Resource("node", KIND.name, ids=(sighting.arn,))
    assert KIND.look(resource)[0].parameters["Filters"][0]["Values"] == ["i-1"]
    assert selected(resource, sighting)


def test_tags_are_asked_for_together() -> None:
    (look,) = KIND.look(Resource("node", KIND.name, tags=(("Env", "qa"), ("Tier", "app"))))
    assert {"Name": "tag:Env", "Values": ["qa"]} in look.parameters["Filters"]
    assert {"Name": "tag:Tier", "Values": ["app"]} in look.parameters["Filters"]


def test_up_to_100_running_instances_are_checked_by_id() -> None:
    (look,) = KIND.check(running(100))
    assert len(look.parameters["InstanceIds"]) == 100


def test_more_than_100_are_checked_in_pages_of_all_that_passed() -> None:
    (look,) = KIND.check(running(101))
    assert "InstanceIds" not in look.parameters
    assert {"Name": "system-status.status", "Values": ["ok"]} in look.parameters["Filters"]


def test_what_does_not_run_is_not_checked() -> None:
    assert KIND.check(read(instance("stopped"), instance("pending"))) == ()


def test_an_instance_is_healthy_once_both_checks_were_passed() -> None:
    passed, waits = KIND.checked(running(2), [{"InstanceStatuses": [{"InstanceId": "i-0"}]}])
    assert (passed.healthy, passed.note) == (True, None)
    assert (waits.healthy, waits.note) == (False, "status checks not passed yet")


@pytest.mark.parametrize(("move", "operation"), [(KIND.start, "StartInstances"), (KIND.stop, "StopInstances")])
def test_moves_go_out_in_batches_of_50(move: Any, operation: str) -> None:
    calls = move([Move(sighting) for sighting in running(101)])
    assert [len(call.parameters["InstanceIds"]) for call in calls] == [50, 50, 1]
    assert [len(call.arns) for call in calls] == [50, 50, 1]
    assert {call.operation for call in calls} == {operation}


def test_an_event_names_the_instance() -> None:
    event = {"account": "111122223333", "region": "ap-south-1", "detail": {"instance-id": "i-1", "state": "running"}}
    assert KIND.event.arns(event) == (read(instance())[0].arn,)


@pytest.mark.parametrize("state", ["pending", "stopping", "shutting-down", "terminated"])
def test_an_event_of_a_state_on_the_way_names_nothing(state: str) -> None:
    event = {"account": "111122223333", "region": "ap-south-1", "detail": {"instance-id": "i-1", "state": state}}
    assert KIND.event.arns(event) == ()
