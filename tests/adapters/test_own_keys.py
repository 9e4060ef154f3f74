"""The keys of the person who asks: which profile, which Region, and what to write where neither is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.adapters.iam_names import actions
from chalicelib.adapters.own_keys import KeysError, OwnKeys

CONFIG = """\
[profile dev]
region = eu-west-1
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = secret
[profile bare]
"""


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text(CONFIG, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def test_a_profile_says_its_region_and_its_clients_go_where_they_are_told() -> None:
    keys = OwnKeys("dev")
    assert keys.region == "eu-west-1"
    client = keys.client("ec2", "111122223333", "us-east-1")
    assert client.meta.region_name == "us-east-1"
    assert keys.client("ec2", "111122223333", "us-east-1") is client


def test_an_unknown_profile_is_told_with_those_there_are() -> None:
    with pytest.raises(KeysError, match=r"\(nobody\) could not be found; name one of dev, bare"):
        OwnKeys("nobody")


def test_without_a_region_it_says_what_to_write() -> None:
    with pytest.raises(KeysError, match="no Region is set; say --region"):
        _ = OwnKeys("bare").region


def test_rights_have_the_names_that_policies_use() -> None:
    operations = [
        ("elbv2", "DescribeLoadBalancers"),
        ("elb", "DescribeLoadBalancers"),
        ("cloudwatch", "DescribeAlarms"),
        ("resourcegroupstaggingapi", "GetResources"),
        ("opensearch", "DescribeDomains"),
        ("docdb", "StopDBCluster"),
    ]
    assert actions(operations) == [
        "cloudwatch:DescribeAlarms",
        "elasticloadbalancing:DescribeLoadBalancers",
        "es:DescribeDomains",
        "rds:StopDBCluster",
        "tag:GetResources",
    ]


def test_an_endpoint_that_is_no_address_is_told_with_what_to_correct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "foo")
    with pytest.raises(KeysError, match="foo; correct AWS_ENDPOINT_URL"):
        OwnKeys("dev").client("sts", "", "eu-west-1")


def test_the_shells_region_comes_before_the_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "ap-south-1")
    assert OwnKeys("dev").region == OwnKeys("bare").region == "ap-south-1"
