from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.local.estate import Site, add_ec2_instances

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]


def described(site: Site, instance_id: str) -> dict[str, Any]:
    answer = site.client("ec2").describe_instances(InstanceIds=[instance_id])
    found: dict[str, Any] = answer["Reservations"][0]["Instances"][0]
    return found


def state(site: Site, instance_id: str) -> str:
    return str(described(site, instance_id)["State"]["Name"])


def checks(site: Site, instance_id: str) -> tuple[str, str]:
    answer = site.client("ec2").describe_instance_status(InstanceIds=[instance_id], IncludeAllInstances=True)
    [status] = answer["InstanceStatuses"]
    return status["InstanceStatus"]["Status"], status["SystemStatus"]["Status"]


def test_an_instance_runs_and_passes_both_checks_as_soon_as_it_was_built(site: Site) -> None:
    [instance] = add_ec2_instances(site, 1)
    assert state(site, instance) == "running"
    assert checks(site, instance) == ("ok", "ok")


def test_an_instance_stops_and_starts_in_its_own_time(site: Site, wait: Wait) -> None:
    [instance] = add_ec2_instances(site, 1)
    ec2 = site.client("ec2")
    ec2.stop_instances(InstanceIds=[instance])
    wait(timedelta(seconds=29))
    assert state(site, instance) == "stopping"
    assert checks(site, instance) == ("not-applicable", "not-applicable")
    wait(timedelta(seconds=31))
    assert state(site, instance) == "stopped"
    ec2.start_instances(InstanceIds=[instance])
    wait(timedelta(seconds=29))
    assert state(site, instance) == "pending"
    wait(timedelta(seconds=31))
    assert state(site, instance) == "running"
    assert checks(site, instance) == ("initializing", "initializing")
    wait(timedelta(seconds=140))
    assert checks(site, instance) == ("ok", "ok")


def test_each_change_of_state_is_an_event(site: Site, wait: Wait) -> None:
    [instance] = add_ec2_instances(site, 1)
    ec2 = site.client("ec2")
    ec2.stop_instances(InstanceIds=[instance])
    wait(timedelta(minutes=1))
    ec2.start_instances(InstanceIds=[instance])
    wait(timedelta(minutes=1))
    ec2.terminate_instances(InstanceIds=[instance])
    wait(timedelta(minutes=2))
    events = site.cloud.take_events()
    assert {event["detail-type"] for event in events} == {"EC2 Instance State-change Notification"}
    assert [event["detail"]["state"] for event in events] == [
        "stopping",
        "stopped",
        "pending",
        "running",
        "shutting-down",
        "terminated",
    ]


def test_a_start_sets_the_launch_time(site: Site, wait: Wait) -> None:
    [instance] = add_ec2_instances(site, 1)
    site.client("ec2").stop_instances(InstanceIds=[instance])
    wait(timedelta(hours=9))
    site.client("ec2").start_instances(InstanceIds=[instance])
    assert described(site, instance)["LaunchTime"] == site.cloud.clock.now()


def test_starting_what_runs_and_stopping_what_is_stopped_changes_nothing(site: Site, wait: Wait) -> None:
    [instance] = add_ec2_instances(site, 1)
    ec2 = site.client("ec2")
    ec2.start_instances(InstanceIds=[instance])
    assert state(site, instance) == "running"
    ec2.stop_instances(InstanceIds=[instance])
    ec2.stop_instances(InstanceIds=[instance])
    wait(timedelta(minutes=1))
    ec2.stop_instances(InstanceIds=[instance])
    assert state(site, instance) == "stopped"


def test_what_is_terminated_or_still_stopping_cannot_be_started(site: Site, refusal: Refusal) -> None:
    stopping, terminated = add_ec2_instances(site, 2)
    ec2 = site.client("ec2")
    ec2.stop_instances(InstanceIds=[stopping])
    ec2.terminate_instances(InstanceIds=[terminated])
    for instance in (stopping, terminated):
        assert refusal(ec2.start_instances, InstanceIds=[instance]) == "IncorrectInstanceState"


def test_one_refused_instance_refuses_the_whole_batch(site: Site, refusal: Refusal) -> None:
    healthy, terminated = add_ec2_instances(site, 2)
    ec2 = site.client("ec2")
    ec2.terminate_instances(InstanceIds=[terminated])
    assert refusal(ec2.stop_instances, InstanceIds=[healthy, terminated]) == "IncorrectInstanceState"
    assert state(site, healthy) == "running"


def test_a_one_time_spot_instance_cannot_be_stopped(site: Site, refusal: Refusal) -> None:
    [instance] = add_ec2_instances(site, 1, spot=True)
    assert described(site, instance)["InstanceLifecycle"] == "spot"
    assert refusal(site.client("ec2").stop_instances, InstanceIds=[instance]) == "UnsupportedOperation"


def test_what_has_never_run_cannot_be_stopped(site: Site, refusal: Refusal) -> None:
    ec2 = site.client("ec2")
    answer = ec2.run_instances(ImageId=site.image, MinCount=1, MaxCount=1)
    launched = answer["Instances"][0]["InstanceId"]
    assert state(site, launched) == "pending"
    assert refusal(ec2.stop_instances, InstanceIds=[launched]) == "IncorrectInstanceState"


@pytest.mark.parametrize("operation", ["start_instances", "stop_instances", "describe_instances"])
def test_unknown_instances_are_not_found(site: Site, refusal: Refusal, operation: str) -> None:
    call = getattr(site.client("ec2"), operation)
    assert refusal(call, InstanceIds=["i-0000000000000000f"]) == "InvalidInstanceID.NotFound"


def test_a_terminated_instance_is_shown_for_an_hour(site: Site, wait: Wait, refusal: Refusal) -> None:
    [instance] = add_ec2_instances(site, 1)
    site.client("ec2").terminate_instances(InstanceIds=[instance])
    wait(timedelta(minutes=50))
    assert state(site, instance) == "terminated"
    wait(timedelta(minutes=20))
    describe = site.client("ec2").describe_instances
    assert refusal(describe, InstanceIds=[instance]) == "InvalidInstanceID.NotFound"


def test_instances_are_found_by_tags_also_by_empty_ones(site: Site) -> None:
    [instance] = add_ec2_instances(site, 1, tags={"Environment": "orders-qa", "curfew:never": ""})
    answer = site.client("ec2").describe_instances(Filters=[{"Name": "tag:Environment", "Values": ["orders-qa"]}])
    [found] = [each for group in answer["Reservations"] for each in group["Instances"]]
    assert found["InstanceId"] == instance
    assert {"Key": "curfew:never", "Value": ""} in found["Tags"]
