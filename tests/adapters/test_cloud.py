from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError

from chalicelib.adapters.cloud import LONGEST_MESSAGE, AwsCloud, refusal
from chalicelib.adapters.sessions import NoRoleError
from chalicelib.core.model import Location
from chalicelib.flows.ports import Refusal
from chalicelib.kinds.contract import Call, Look

PLACE = Location("111122223333", "eu-west-1")


def client_error(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "StopInstances")


class NoWayIn:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def client(self, service: str, account: str, region: str) -> Any:
        raise self.error


@pytest.mark.parametrize("code", ["Throttling", "ThrottlingException", "RequestLimitExceeded"])
def test_a_throttled_call_is_told_apart(code: str) -> None:
    assert refusal(client_error(code)).throttled


@pytest.mark.parametrize(
    ("message", "people_read"),
    [
        ("Instance is busy.", "Instance is busy."),
        ("Not allowed. Encoded authorization failure message: 0a1b2c", "Not allowed."),
        ("No such group (Service: Asg; Status Code: 400; Request ID: 12-34)", "No such group"),
        ("Rate exceeded, Request ID: 12-34", "Rate exceeded"),
    ],
)
def test_people_read_no_request_ids(message: str, people_read: str) -> None:
    assert refusal(client_error("Code", message)) == Refusal("Code", people_read)


def test_a_long_message_is_cut() -> None:
    assert len(refusal(client_error("Code", "x" * 5000)).message) == LONGEST_MESSAGE


def test_an_error_on_the_way_to_aws_is_named_by_its_class() -> None:
    error = ConnectTimeoutError(endpoint_url="https://ec2.eu-west-1.amazonaws.com")
    assert refusal(error).code == "ConnectTimeoutError"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoRoleError("account 444455556666 has no role"), "NoRoleError"),
        (client_error("AccessDenied"), "AccessDenied"),
        (BotoCoreError(), "BotoCoreError"),
    ],
)
def test_no_way_into_an_account_is_a_refusal_of_looks_and_calls(error: Exception, code: str) -> None:
    cloud = AwsCloud(NoWayIn(error))
    call = Call("ec2", "StopInstances", {"InstanceIds": ["i-1"]}, ("arn:1",))
    seen = cloud.look(PLACE, "ec2", [Look("DescribeInstances", {})])
    ((made, said),) = cloud.act(PLACE, [call])
    assert isinstance(seen, Refusal)
    assert said is not None
    assert (seen.code, said.code, made) == (code, code, call)


class Paged:
    """A client with three pages of one operation, and one operation without pages."""

    def client(self, service: str, account: str, region: str) -> Any:
        return self

    def can_paginate(self, name: str) -> bool:
        return name == "describe_instances"

    def get_paginator(self, name: str) -> Any:
        return self

    def paginate(self, **asked: Any) -> list[Mapping[str, Any]]:
        return [{"Page": page, **asked} for page in (1, 2, 3)]

    def describe_target_health(self, **asked: Any) -> Mapping[str, Any]:
        return asked


def test_all_pages_are_read() -> None:
    pages = AwsCloud(Paged()).look(PLACE, "ec2", [Look("DescribeInstances", {"MaxResults": 1000})])
    assert pages == tuple({"Page": page, "MaxResults": 1000} for page in (1, 2, 3))


def test_an_operation_without_pages_is_asked_once() -> None:
    pages = AwsCloud(Paged()).look(PLACE, "elbv2", [Look("DescribeTargetHealth", {"TargetGroupArn": "tg"})])
    assert pages == ({"TargetGroupArn": "tg"},)
