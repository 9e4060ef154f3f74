from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.core import scaling

NO_CAPACITY = "Launching a new EC2 instance.  Status Reason: We currently do not have sufficient m5.large capacity."
NO_KEY = "Termination Reason: Client.InternalError: Client error on launch"


def failed(hour: int, message: str, group: str = "nodes") -> dict[str, Any]:
    start = datetime(2026, 3, 2, hour, 3, tzinfo=UTC)
    return {"AutoScalingGroupName": group, "StartTime": start, "Description": "Launching", "StatusMessage": message}


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        (NO_CAPACITY, "We currently do not have sufficient m5.large capacity."),
        (NO_KEY, f"{NO_KEY} (may Auto Scaling's role use the KMS key of its volumes?)"),
        ("x" * 300, f"{'x' * 237}..."),
        ("", "Launching"),
    ],
    ids=["capacity", "key", "long", "no message"],
)
def test_a_failure_is_told_in_the_words_of_aws(message: str, cause: str) -> None:
    assert scaling.failures([failed(8, message)]) == {"nodes": f"2026-03-02 08:03 UTC: {cause}"}


def test_of_each_group_the_newest_failure_counts() -> None:
    told = scaling.failures([failed(8, "new"), failed(7, "old"), failed(6, "another's", "others")])
    assert told == {"nodes": "2026-03-02 08:03 UTC: new", "others": "2026-03-02 06:03 UTC: another's"}


@pytest.mark.parametrize(
    ("action", "asleep", "wakes"),
    [
        ({"MaxSize": 5}, {"min": 0, "max": 0, "desired": 0}, True),
        ({"DesiredCapacity": 3}, {"min": 0, "max": 0, "desired": 0}, False),
        ({"MinSize": 0, "MaxSize": 0, "DesiredCapacity": 0}, {"min": 0, "max": 0, "desired": 0}, False),
        ({"DesiredCapacity": 3}, {"min": 0, "max": 9, "desired": 0}, True),
        ({"MinSize": 1}, {"min": 0, "max": 9, "desired": 0}, True),
        ({"MaxSize": 20}, {"min": 0, "max": 9, "desired": 0}, False),
    ],
)
def test_an_action_wakes_a_group_if_what_it_sets_leads_to_members(
    action: dict[str, int], asleep: dict[str, int], wakes: bool
) -> None:
    assert bool(scaling.waking([action], asleep)) is wakes


def test_members_of_several_groups_are_counted_together() -> None:
    serving = {"LifecycleState": "InService", "InstanceType": "m5.large"}
    suspended = [{"ProcessName": "Launch"}]
    members = scaling.members_of([{"Instances": [serving]}, {"Instances": [serving], "SuspendedProcesses": suspended}])
    assert (members.in_service, members.instance_types) == (2, ("m5.large",))
    assert members.coming(3) == "its process Launch is suspended: resume it"
