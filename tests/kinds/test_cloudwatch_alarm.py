from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.kinds.cloudwatch_alarm import KIND
from chalicelib.kinds.contract import Asked, Look, Move

PLACE = Location("111122223333", "ap-south-1")
TOPIC = "arn:aws:sns:ap-south-1:111122223333:on-call"
POLICY = "arn:aws:autoscaling:ap-south-1:111122223333:scalingPolicy:1:autoScalingGroupName/nodes:policyName/cpu"


def arn(name: str) -> str:
    return f"arn:aws:cloudwatch:ap-south-1:111122223333:alarm:{name}"


def alarm(name: str = "cpu", armed: bool = True, **fields: Any) -> dict[str, Any]:
    return {"AlarmName": name, "AlarmArn": arn(name), "ActionsEnabled": armed, "AlarmActions": [TOPIC], **fields}


def read(*answers: dict[str, Any]) -> list[Sighting]:
    return list(KIND.read(PLACE, answers))


@pytest.mark.parametrize(
    ("armed", "observed", "note"), [(True, Observed.UP, None), (False, Observed.DOWN, "its actions are muted")]
)
def test_it_is_up_while_its_actions_are_enabled(armed: bool, observed: Observed, note: str | None) -> None:
    (sighting,) = read({"MetricAlarms": [alarm(armed=armed)]})
    assert (sighting.observed, sighting.healthy, sighting.note) == (observed, armed, note)


def test_whatever_it_says_it_is_healthy_once_armed() -> None:
    (sighting,) = read({"MetricAlarms": [alarm(StateValue="ALARM")]})
    assert sighting.healthy


def test_composite_alarms_are_alarms_too() -> None:
    found = read({"MetricAlarms": [alarm("cpu")], "CompositeAlarms": [alarm("any")]})
    assert [sighting.id for sighting in found] == ["cpu", "any"]


def test_one_without_actions_is_muted_like_any_other() -> None:
    (sighting,) = read({"MetricAlarms": [alarm(AlarmActions=[])]})
    assert sighting.ineligible is None


@pytest.mark.parametrize("actions", ["AlarmActions", "OKActions", "InsufficientDataActions"])
def test_one_that_drives_a_scaling_policy_is_never_muted(actions: str) -> None:
    (sighting,) = read({"MetricAlarms": [alarm() | {actions: [TOPIC, POLICY]}]})
    assert sighting.ineligible == "it drives a scaling policy: muting it would stop the scaling"


def test_tags_come_from_the_tagging_api() -> None:
    tags = {"ResourceARN": arn("cpu"), "Tags": [{"Key": "Env", "Value": "qa"}]}
    found = read({"MetricAlarms": [alarm("cpu"), alarm("disk")]}, {"ResourceTagMappingList": [tags]})
    assert [sighting.tags for sighting in found] == [{"Env": "qa"}, {}]


def test_names_and_arns_are_asked_for_by_name_100_at_a_time() -> None:
    names = tuple(f"cpu-{number}" for number in range(100))
    first, second = KIND.look(Resource("alarms", KIND.name, ids=(*names, arn("disk: used"))))
    assert len(first.parameters["AlarmNames"]) == 100
    assert second.parameters["AlarmNames"] == ["disk: used"]


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [("orders-qa-*", "orders-qa-"), ("orders-[qd]*", "orders-"), ("orders", "orders"), ("*-cpu", None)],
)
def test_a_pattern_is_asked_for_by_what_it_begins_with(pattern: str, prefix: str | None) -> None:
    (look,) = KIND.look(Resource("alarms", KIND.name, names=(pattern,)))
    assert look.parameters.get("AlarmNamePrefix") == prefix


def test_every_describe_asks_for_composite_alarms_by_name() -> None:
    looks = KIND.look(Resource("alarms", KIND.name, ids=("cpu",), names=("orders-*",)))
    assert all(look.parameters["AlarmTypes"] == ["MetricAlarm", "CompositeAlarm"] for look in looks)


def test_what_tags_select_is_described_and_then_its_tags_are_read() -> None:
    (look,) = KIND.look(Resource("alarms", KIND.name, tags=(("Env", "qa"),)))
    (described,) = KIND.follow((), [Asked(look, ({"ResourceTagMappingList": [{"ResourceARN": arn("cpu")}]},))])
    assert described.parameters["AlarmNames"] == ["cpu"]
    (tagged,) = KIND.follow((), [Asked(described, ({"MetricAlarms": [alarm("cpu")]},))])
    assert (tagged.service, tagged.parameters) == ("resourcegroupstaggingapi", {"ResourceARNList": [arn("cpu")]})
    assert KIND.follow((), [Asked(tagged, ({"ResourceTagMappingList": []},))]) == ()


def test_nothing_found_leads_nowhere() -> None:
    look = Look("DescribeAlarms", {"AlarmNamePrefix": "none"})
    assert KIND.follow((), [Asked(look, ({"MetricAlarms": [], "CompositeAlarms": []},))]) == ()


def test_they_are_muted_and_armed_100_at_a_time() -> None:
    moves = [Move(sighting) for sighting in read({"MetricAlarms": [alarm(f"cpu-{n}") for n in range(130)]})]
    stops, starts = KIND.stop(moves), KIND.start(moves)
    assert [(call.operation, len(call.arns)) for call in stops] == [
        ("DisableAlarmActions", 100),
        ("DisableAlarmActions", 30),
    ]
    assert [call.parameters for call in starts] == [call.parameters for call in stops]
    assert {call.operation for call in starts} == {"EnableAlarmActions"}


def test_an_event_names_the_alarm() -> None:
    assert KIND.event.arns({"resources": [arn("cpu")]}) == (arn("cpu"),)
