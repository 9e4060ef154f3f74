from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.kinds.contract import Call, Look, Move, selected
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
        ({"InstanceLifecycle": "capacity-block"}, "Capacity Block"),
        ({"InstanceLifecycle": "scheduled"}, "Scheduled Instance"),
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


@pytest.mark.parametrize("state", ["pending", "stopping", "terminated"])
def test_an_event_of_a_state_on_the_way_names_nothing(state: str) -> None:
    event = {"account": "111122223333", "region": "ap-south-1", "detail": {"instance-id": "i-1", "state": state}}
    assert KIND.event.arns(event) == ()


def filters(look: Look) -> dict[str, list[str]]:
    return {one["Name"]: one["Values"] for one in look.parameters["Filters"]}


def test_name_patterns_are_asked_for_by_their_name_tag() -> None:
    (look,) = KIND.look(Resource("node", KIND.name, names=("orders-qa-*", "search-?")))
    assert filters(look)["tag:Name"] == ["orders-qa-*", "search-?"]


@pytest.mark.parametrize("pattern", ["i-0ab*", "*", "i-?b[cd]*"])
def test_a_pattern_that_may_mean_ids_is_asked_for_by_id_too(pattern: str) -> None:
    by_id, by_name = KIND.look(Resource("node", KIND.name, names=(pattern,)))
    assert filters(by_id)["instance-id"] == filters(by_name)["tag:Name"]


@pytest.mark.parametrize(
    ("pattern", "asked"),
    [("app-[ab]*", "app-?*"), ("app-[!x]1", "app-?1"), ("a[]]b", "a?b"), ("a[b", "a[b"), (r"a\b", r"a\\b")],
)
def test_ec2_is_asked_for_at_least_what_a_shell_pattern_matches(pattern: str, asked: str) -> None:
    look = KIND.look(Resource("node", KIND.name, names=(f"orders-{pattern}",)))[-1]
    assert filters(look)["tag:Name"] == [f"orders-{asked}"]


@given(st.text("ab[]!*?", max_size=8), st.text("ab[]!*?", max_size=8))
def test_no_name_that_a_pattern_matches_is_lost_by_what_ec2_is_asked(pattern: str, name: str) -> None:
    look = KIND.look(Resource("node", KIND.name, names=(pattern,)))[-1]
    (asked,) = filters(look)["tag:Name"]
    if fnmatchcase(name, pattern):
        assert fnmatchcase(name, asked.replace("[", "[[]"))


def test_a_tag_value_with_wildcards_means_just_those_characters() -> None:
    (look,) = KIND.look(Resource("node", KIND.name, tags=(("Env", r"q*a?\b"),)))
    assert filters(look)["tag:Env"] == [r"q\*a\?\\b"]


def move(state: str, instance_type: str | None = None, hibernate: bool = False, **fields: Any) -> Move:
    (sighting,) = read(instance(state, InstanceType="m5.large", **fields))
    return Move(sighting, None, Resource("app", KIND.name, hibernate=hibernate), instance_type)


def test_a_start_as_another_type_changes_that_instance_first_and_goes_alone() -> None:
    moves = [move("stopped"), move("stopped", "m5a.large", InstanceId="i-2"), move("stopped", InstanceId="i-3")]
    together, alone = KIND.start(moves)
    assert together.parameters == {"InstanceIds": ["i-1", "i-3"]}
    assert alone.parameters == {"InstanceIds": ["i-2"]}
    (change,) = alone.before
    assert change.operation == "ModifyInstanceAttribute"
    assert change.parameters == {"InstanceId": "i-2", "InstanceType": {"Value": "m5a.large"}}
    assert change.arns == alone.arns


HIBERNATED: dict[str, Any] = {"StateReason": {"Code": "Client.UserInitiatedHibernate"}}


@pytest.mark.parametrize(
    "unchanged",
    [
        move("stopped", "m5.large"),
        move("stopped", "m5a.large", **HIBERNATED),
        move("stopped", "m5a.large", InstanceLifecycle="spot"),
        move("stopping", "m5a.large"),
        move("running", "m5a.large"),
    ],
    ids=["of that type already", "hibernated", "spot", "still stopping", "running"],
)
def test_the_type_is_never_changed_of_what_is(unchanged: Move) -> None:
    (call,) = KIND.start([unchanged])
    assert call.before == ()


CONFIGURED: dict[str, Any] = {"HibernationOptions": {"Configured": True}}


def stops(*moves: Move) -> tuple[Call, ...]:
    return KIND.stop(moves)


def test_what_shall_hibernate_and_can_does_and_the_others_are_stopped() -> None:
    plain, hibernating = stops(
        move("running"),
        move("running", hibernate=True, InstanceId="i-2"),
        move("running", hibernate=True, InstanceId="i-3", **CONFIGURED),
        move("running", InstanceId="i-4", **CONFIGURED),
    )
    assert plain.parameters == {"InstanceIds": ["i-1", "i-2", "i-4"]}
    assert hibernating.parameters == {"InstanceIds": ["i-3"], "Hibernate": True}


@pytest.mark.parametrize(
    "code", ["UnsupportedHibernationConfiguration", "UnsupportedOperation", "IncorrectInstanceState"]
)
def test_where_aws_will_not_hibernate_it_is_stopped_instead(code: str) -> None:
    (call,) = stops(move("running", hibernate=True, **CONFIGURED))
    assert call.instead[code].parameters == {"InstanceIds": ["i-1"]}
    assert call.instead[code].arns == call.arns


def test_another_refusal_of_a_hibernation_stops_nothing_instead() -> None:
    (call,) = stops(move("running", hibernate=True, **CONFIGURED))
    assert not {"RequestLimitExceeded", "UnauthorizedOperation", "OperationNotPermitted"} & set(call.instead)
