from collections.abc import Callable
from datetime import timedelta
from typing import Any

from chalicelib.local.estate import Group, Site, add_group
from chalicelib.local.faults import Breakage
from tests.local.members import resize

Wait = Callable[[timedelta], None]
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
