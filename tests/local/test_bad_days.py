from collections.abc import Callable
from datetime import timedelta

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from chalicelib.local.estate import Group, Site, add_aurora_cluster, add_ec2_instances, add_group, add_rds_instance
from chalicelib.local.faults import Breakage, No

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]
A_WHILE = timedelta(minutes=8)


def database_status(site: Site, name: str) -> str:
    answer = site.client("rds").describe_db_instances(DBInstanceIdentifier=name)
    return str(answer["DBInstances"][0]["DBInstanceStatus"])


def instance_arn(site: Site, instance: str) -> str:
    return f"arn:aws:ec2:{site.region}:{site.account}:instance/{instance}"


def instance_state(site: Site, instance: str) -> str:
    answer = site.client("ec2").describe_instances(InstanceIds=[instance])
    return str(answer["Reservations"][0]["Instances"][0]["State"]["Name"])


def test_a_database_that_never_arrives_stays_starting_until_mended(site: Site, wait: Wait) -> None:
    arn = add_rds_instance(site, "stuck")
    site.client("rds").stop_db_instance(DBInstanceIdentifier="stuck")
    wait(A_WHILE)
    site.cloud.break_resource(arn, Breakage.NEVER_ARRIVES)
    site.client("rds").start_db_instance(DBInstanceIdentifier="stuck")
    wait(timedelta(hours=5))
    assert database_status(site, "stuck") == "starting"
    site.cloud.mend(arn)
    assert database_status(site, "stuck") == "available"


def test_a_database_that_falls_back_ends_stopped(site: Site, wait: Wait) -> None:
    arn = add_rds_instance(site, "falling")
    site.client("rds").stop_db_instance(DBInstanceIdentifier="falling")
    wait(A_WHILE)
    site.cloud.break_resource(arn, Breakage.FALLS_BACK)
    site.client("rds").start_db_instance(DBInstanceIdentifier="falling")
    wait(A_WHILE)
    assert database_status(site, "falling") == "stopped"


def test_a_cluster_that_never_stops_stays_stopping(site: Site, wait: Wait) -> None:
    arn = add_aurora_cluster(site, "clinging")
    site.cloud.break_resource(arn, Breakage.NEVER_STOPS)
    site.client("rds").stop_db_cluster(DBClusterIdentifier="clinging")
    wait(timedelta(hours=5))
    assert database_status(site, "clinging-1") == "stopping"


@pytest.mark.parametrize(
    ("breakage", "ends"),
    [(Breakage.NEVER_ARRIVES, "pending"), (Breakage.FALLS_BACK, "stopped"), (Breakage.NEVER_HEALTHY, "running")],
)
def test_a_broken_instance_ends_as_scripted(site: Site, wait: Wait, breakage: Breakage, ends: str) -> None:
    [instance] = add_ec2_instances(site, 1)
    site.client("ec2").stop_instances(InstanceIds=[instance])
    wait(A_WHILE)
    site.cloud.break_resource(instance_arn(site, instance), breakage)
    site.client("ec2").start_instances(InstanceIds=[instance])
    wait(A_WHILE)
    assert instance_state(site, instance) == ends


def test_an_instance_that_is_never_healthy_fails_its_checks(site: Site, wait: Wait) -> None:
    [instance] = add_ec2_instances(site, 1)
    ec2 = site.client("ec2")
    ec2.stop_instances(InstanceIds=[instance])
    wait(A_WHILE)
    site.cloud.break_resource(instance_arn(site, instance), Breakage.NEVER_HEALTHY)
    ec2.start_instances(InstanceIds=[instance])
    wait(A_WHILE)
    [status] = ec2.describe_instance_status(InstanceIds=[instance])["InstanceStatuses"]
    assert status["InstanceStatus"]["Status"] == "impaired"


def test_a_broken_group_breaks_its_members_until_mended(site: Site, wait: Wait) -> None:
    arn = add_group(site, Group("broken", 0, 0, 3))
    site.cloud.break_resource(arn, Breakage.NEVER_ARRIVES)
    autoscaling = site.client("autoscaling")
    autoscaling.set_desired_capacity(AutoScalingGroupName="broken", DesiredCapacity=3)
    wait(A_WHILE)
    assert {each["LifecycleState"] for each in members(site, "broken")} == {"Pending"}
    site.cloud.mend(arn)
    assert {each["LifecycleState"] for each in members(site, "broken")} == {"InService"}


def members(site: Site, name: str) -> list[dict[str, str]]:
    answer = site.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    found: list[dict[str, str]] = answer["AutoScalingGroups"][0]["Instances"]
    return found


def test_a_denied_call_is_denied_in_that_account_only(site: Site, refusal: Refusal) -> None:
    elsewhere = Site(site.cloud, "444455556666", site.region)
    for each in (site, elsewhere):
        add_rds_instance(each, "guarded")
    site.cloud.deny(site.account, "StopDBInstance")
    stop = site.client("rds").stop_db_instance
    assert refusal(stop, DBInstanceIdentifier="guarded") == "AccessDenied"
    elsewhere.client("rds").stop_db_instance(DBInstanceIdentifier="guarded")
    site.cloud.allow(site.account, "StopDBInstance")
    stop(DBInstanceIdentifier="guarded")


def test_ec2_has_its_own_word_for_denied(site: Site, refusal: Refusal) -> None:
    site.cloud.deny(site.account, "DescribeInstances")
    assert refusal(site.client("ec2").describe_instances) == "UnauthorizedOperation"
    site.cloud.allow(site.account, "DescribeInstances")


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("rds", "DescribeDBInstances", "Throttling"),
        ("ec2", "DescribeInstances", "RequestLimitExceeded"),
        ("dynamodb", "ListTables", "ThrottlingException"),
    ],
)
def test_a_throttled_operation_works_again_after_so_many_calls(
    site: Site, refusal: Refusal, service: str, operation: str, code: str
) -> None:
    client = site.client(service)
    call = getattr(client, xform_name(operation))
    site.cloud.throttle(operation, times=2)
    assert [refusal(call), refusal(call)] == [code, code]
    call()


def test_without_capacity_a_start_is_refused(site: Site, wait: Wait, refusal: Refusal) -> None:
    [instance] = add_ec2_instances(site, 1, instance_type="p4d.24xlarge")
    ec2 = site.client("ec2")
    ec2.stop_instances(InstanceIds=[instance])
    wait(A_WHILE)
    site.cloud.insufficient_capacity(site.account, site.region, "p4d.24xlarge")
    assert refusal(ec2.start_instances, InstanceIds=[instance]) == "InsufficientInstanceCapacity"
    site.cloud.capacity_returns(site.account, site.region, "p4d.24xlarge")
    ec2.start_instances(InstanceIds=[instance])
    assert instance_state(site, instance) == "pending"


def test_without_capacity_a_group_waits_and_tries_again(site: Site, wait: Wait) -> None:
    add_group(site, Group("hungry", 0, 0, 2, instance_type="p3.2xlarge"))
    site.cloud.insufficient_capacity(site.account, site.region, "p3.2xlarge")
    autoscaling = site.client("autoscaling")
    autoscaling.set_desired_capacity(AutoScalingGroupName="hungry", DesiredCapacity=2)
    wait(A_WHILE)
    assert members(site, "hungry") == []
    assert "EC2 Instance Launch Unsuccessful" in {each["detail-type"] for each in site.cloud.take_events()}
    site.cloud.capacity_returns(site.account, site.region, "p3.2xlarge")
    wait(A_WHILE)
    assert {each["LifecycleState"] for each in members(site, "hungry")} == {"InService"}


@pytest.mark.parametrize("status", [400, 500])
def test_a_call_that_names_a_resource_can_be_refused_in_so_many_words(site: Site, status: int) -> None:
    add_rds_instance(site, f"busy-{status}")
    add_rds_instance(site, f"busy-{status}-too")
    no = No("StopDBInstance", f"busy-{status}", "InvalidDBInstanceState", "It is being backed up.", status)
    site.cloud.refuse(no)
    stop = site.client("rds").stop_db_instance
    with pytest.raises(ClientError, match=r"InvalidDBInstanceState.*being backed up") as refused:
        stop(DBInstanceIdentifier=f"busy-{status}")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    stop(DBInstanceIdentifier=f"busy-{status}-too")
    site.cloud.relent(no)
    stop(DBInstanceIdentifier=f"busy-{status}")
