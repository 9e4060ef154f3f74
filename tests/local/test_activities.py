from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.local.estate import Group, Site, add_group
from chalicelib.local.faults import Breakage
from tests.local.members import member_of, resize

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]
FAILED = [{"Name": "Status", "Values": ["Failed"]}]


def activities(site: Site, name: str, **asked: Any) -> list[dict[str, Any]]:
    pages = site.client("autoscaling").get_paginator("describe_scaling_activities")
    return [one for page in pages.paginate(AutoScalingGroupName=name, **asked) for one in page["Activities"]]


def test_launches_and_terminations_are_remembered_newest_first(site: Site, wait: Wait) -> None:
    add_group(site, Group("remembering", 0, 0, 2))
    resize(site, "remembering", DesiredCapacity=1)
    wait(timedelta(minutes=3))
    resize(site, "remembering", DesiredCapacity=0)
    wait(timedelta(minutes=3))
    found = activities(site, "remembering", MaxRecords=1)
    assert [one["Description"].split(":")[0] for one in found] == [
        "Terminating EC2 instance",
        "Launching a new EC2 instance",
    ]
    assert found[0]["StartTime"] > found[1]["StartTime"]
    assert activities(site, "remembering", Filters=FAILED) == []


def test_a_shortage_is_a_failed_activity_with_the_words_of_aws(site: Site, wait: Wait) -> None:
    add_group(site, Group("short", 0, 0, 2, instance_type="m5.xlarge"))
    site.cloud.insufficient_capacity(site.account, site.region, "m5.xlarge")
    resize(site, "short", DesiredCapacity=1)
    wait(timedelta(minutes=2))
    messages = {one["StatusMessage"] for one in activities(site, "short", Filters=FAILED)}
    assert all("sufficient m5.xlarge capacity" in message for message in messages)
    assert messages
    site.cloud.capacity_returns(site.account, site.region, "m5.xlarge")


def test_a_member_that_never_serves_is_a_failed_launch_with_its_reason(site: Site, wait: Wait) -> None:
    arn = add_group(site, Group("keyless", 0, 0, 1))
    site.cloud.break_resource(arn, Breakage.FALLS_BACK)
    resize(site, "keyless", DesiredCapacity=1)
    wait(timedelta(minutes=2))
    (failed,) = activities(site, "keyless", Filters=FAILED)
    assert failed["StatusMessage"].endswith("Termination Reason: Server.InternalError: Internal error on launch")
    site.cloud.mend(arn)


def test_activities_are_found_between_two_instants_both_included(site: Site, wait: Wait) -> None:
    add_group(site, Group("bounded", 0, 0, 3))
    for size in (1, 2, 3):
        resize(site, "bounded", DesiredCapacity=size)
        wait(timedelta(minutes=10))
    third, second, first = (one["StartTime"] for one in activities(site, "bounded"))

    def since(bound: str, at: str) -> list[object]:
        found = activities(site, "bounded", Filters=[{"Name": f"StartTime{bound}Bound", "Values": [at]}])
        return [one["StartTime"] for one in found]

    assert since("Lower", second.isoformat()) == [third, second]
    assert since("Lower", second.strftime("%Y-%m-%dT%H:%M:%S.%fZ")) == [third, second]
    assert since("Upper", second.replace(tzinfo=None).isoformat()) == [second, first]
    assert since("Lower", (third + timedelta(seconds=1)).isoformat()) == []


@pytest.mark.parametrize(
    ("filters", "named"),
    [
        ([{"Name": "StartTimeLowerBound", "Values": ["yesterday"]}], True),
        ([{"Name": "Colour", "Values": ["blue"]}], True),
        (FAILED, False),
    ],
    ids=("no instant", "no filter", "a status without a group"),
)
def test_filters_that_aws_does_not_take_are_refused(
    site: Site, refusal: Refusal, filters: list[dict[str, Any]], named: bool
) -> None:
    group = {"AutoScalingGroupName": "bounded"} if named else {}
    asked = site.client("autoscaling").describe_scaling_activities
    assert refusal(asked, Filters=filters, **group) == "ValidationError"


def test_an_activity_says_in_response_to_what_a_member_went(site: Site, wait: Wait) -> None:
    add_group(site, Group("causes", 0, 2, 3))
    site.client("ec2").terminate_instances(InstanceIds=[member_of(site, "causes")])
    wait(timedelta(minutes=10))
    site.client("autoscaling").terminate_instance_in_auto_scaling_group(
        InstanceId=member_of(site, "causes"), ShouldDecrementDesiredCapacity=True
    )
    wait(timedelta(minutes=10))
    resize(site, "causes", DesiredCapacity=0)
    wait(timedelta(minutes=10))
    gone = [one["Cause"] for one in activities(site, "causes") if one["Description"].startswith("Terminating")]
    assert [cause.partition(" in response to ")[2] for cause in gone] == [
        "a difference between desired and actual capacity.",
        "a user request.",
        "an EC2 health check indicating it has been terminated or stopped.",
    ]
