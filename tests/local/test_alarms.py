from collections.abc import Callable
from typing import Any

from chalicelib.local.estate import Site
from chalicelib.local.estate_services import add_alarm, add_composite_alarm

Refusal = Callable[..., str]


def shown(site: Site, name: str) -> dict[str, Any]:
    answer = site.client("cloudwatch").describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    (alarm,) = answer["MetricAlarms"] + answer["CompositeAlarms"]
    return dict(alarm)


def test_actions_are_muted_and_armed_and_each_change_is_told_once(site: Site) -> None:
    arn = add_alarm(site, "cpu")
    cloudwatch = site.client("cloudwatch")
    for _ in range(2):
        cloudwatch.disable_alarm_actions(AlarmNames=["cpu", "nobody"])
    assert shown(site, "cpu")["ActionsEnabled"] is False
    cloudwatch.enable_alarm_actions(AlarmNames=["cpu"])
    assert shown(site, "cpu")["ActionsEnabled"] is True
    told = site.cloud.take_events()
    assert [event["detail"]["configuration"]["actionsEnabled"] for event in told] == [False, True]
    assert {event["detail-type"] for event in told} == {"CloudWatch Alarm Configuration Change"}
    assert all(event["resources"] == [arn] for event in told)


def test_a_composite_alarm_is_muted_like_any_other_and_shown_only_when_asked_for(site: Site) -> None:
    add_alarm(site, "part")
    add_composite_alarm(site, "whole", "ALARM(part)")
    cloudwatch = site.client("cloudwatch")
    cloudwatch.disable_alarm_actions(AlarmNames=["whole"])
    assert shown(site, "whole")["ActionsEnabled"] is False
    assert cloudwatch.describe_alarms(AlarmNames=["whole"])["CompositeAlarms"] == []


def test_more_than_a_hundred_names_are_refused(site: Site, refusal: Refusal) -> None:
    names = [f"alarm-{number}" for number in range(101)]
    cloudwatch = site.client("cloudwatch")
    for call in (cloudwatch.disable_alarm_actions, cloudwatch.enable_alarm_actions, cloudwatch.describe_alarms):
        assert refusal(call, AlarmNames=names) == "ValidationError"


def test_the_tagging_api_finds_alarms_by_tag_and_by_arn(site: Site) -> None:
    arn = add_alarm(site, "tagged", tags={"Env": "alarmed"})
    add_alarm(site, "untagged")
    tagging = site.client("resourcegroupstaggingapi")
    by_tag = tagging.get_resources(
        ResourceTypeFilters=["cloudwatch:alarm"], TagFilters=[{"Key": "Env", "Values": ["alarmed"]}]
    )
    by_arn = tagging.get_resources(ResourceARNList=[arn, f"{arn}-gone"])
    for answer in (by_tag, by_arn):
        assert [one["ResourceARN"] for one in answer["ResourceTagMappingList"]] == [arn]
