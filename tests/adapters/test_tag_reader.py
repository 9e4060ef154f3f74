"""Resources that carry a tag, read from an emulated account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import NoRegionError, ProfileNotFound
from moto import mock_aws

from chalicelib.adapters.tag_reader import GROUP_OF_INSTANCE, Tagged, session_of, tagged

REGION, ACCOUNT = "eu-west-1", "123456789012"
IMAGE = "ami-12c6146b"
SCHEDULE = {"Key": "Schedule", "Value": "office"}
STAGE = {"Key": "Environment", "Value": "orders-qa"}
ALL = {"Schedule": "office", "Environment": "orders-qa"}


@pytest.fixture
def session() -> Iterator[Any]:
    with mock_aws():
        yield boto3.Session("testing", "testing", region_name=REGION)


def run_instances(session: Any, count: int, *tags: dict[str, str]) -> list[str]:
    named = [{"ResourceType": "instance", "Tags": list(tags)}]
    made = session.client("ec2").run_instances(ImageId=IMAGE, MinCount=count, MaxCount=count, TagSpecifications=named)
    return [str(each["InstanceId"]) for each in made["Instances"]]


def group(session: Any, name: str, *tags: dict[str, str]) -> None:
    client = session.client("autoscaling")
    client.create_launch_configuration(LaunchConfigurationName=name, ImageId=IMAGE, InstanceType="t3.micro")
    client.create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchConfigurationName=name,
        MinSize=0,
        MaxSize=0,
        AvailabilityZones=[f"{REGION}a"],
        Tags=[{**tag, "PropagateAtLaunch": True} for tag in tags],
    )


def database(session: Any, name: str, *tags: dict[str, str]) -> None:
    session.client("rds").create_db_instance(
        DBInstanceIdentifier=name, DBInstanceClass="db.t3.micro", Engine="postgres", Tags=list(tags)
    )


def test_instances_databases_and_groups_that_carry_the_tag_are_found(session: Any) -> None:
    (id,) = run_instances(session, 1, SCHEDULE, STAGE)
    database(session, "orders-db", SCHEDULE, STAGE)
    group(session, "orders-nodes", SCHEDULE, STAGE)
    run_instances(session, 1, STAGE)
    database(session, "other-db", STAGE)
    group(session, "other-nodes", STAGE)
    assert sorted(tagged(session, "Schedule"), key=lambda each: each.kind) == [
        Tagged("auto-scaling-group", "orders-nodes", ACCOUNT, REGION, ALL),
        Tagged("ec2-instance", id, ACCOUNT, REGION, ALL),
        Tagged("rds-instance", "orders-db", ACCOUNT, REGION, ALL),
    ]


def test_more_than_a_page_is_read(session: Any) -> None:
    ids = run_instances(session, 101, SCHEDULE)
    assert sorted(each.id for each in tagged(session, "Schedule")) == sorted(ids)


def test_an_account_without_the_tag_has_nothing(session: Any) -> None:
    assert tagged(session, "Schedule") == ()


def test_a_member_names_its_group() -> None:
    member = Tagged("ec2-instance", "i-1", ACCOUNT, REGION, {GROUP_OF_INSTANCE: "nodes"})
    assert member.group == "nodes"


def test_a_profile_that_is_not_configured_is_refused() -> None:
    with pytest.raises(ProfileNotFound):
        session_of("nobody-has-this", None)


def test_a_profile_without_a_region_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "config").write_text("[profile plain]\noutput = json\n", encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    with pytest.raises(NoRegionError):
        session_of("plain", None)
    assert session_of("plain", REGION).region_name == REGION
