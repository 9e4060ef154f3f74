from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from chalicelib.adapters.cloud import AwsCloud
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


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NoRoleError("account 444455556666 has no role"), "NoRoleError"),
        (client_error("AccessDenied"), "AccessDenied"),
        (BotoCoreError(), "BotoCoreError"),
        (ResponseParserError("a page of HTML"), "ResponseParserError"),
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


class Tokens:
    """A client whose answers name the next page, as those of Savings Plans do."""

    def client(self, service: str, account: str, region: str) -> Any:
        return self

    def can_paginate(self, name: str) -> bool:
        return False

    def describe_savings_plans(self, **asked: Any) -> Mapping[str, Any]:
        page = int(asked.pop("nextToken", "1"))
        return {"Page": page, **asked} | ({"nextToken": str(page + 1)} if page < 3 else {})


def test_pages_that_only_name_the_next_one_are_read() -> None:
    pages = AwsCloud(Tokens()).look(PLACE, "savingsplans", [Look("DescribeSavingsPlans", {"states": ["active"]})])
    assert not isinstance(pages, Refusal)
    assert [(page["Page"], page["states"]) for page in pages] == [(1, ["active"]), (2, ["active"]), (3, ["active"])]


class Scripted:
    """A client that remembers what it was asked, and answers by operation."""

    def __init__(self, **answers: Any) -> None:
        self.answers, self.asked = answers, list[str]()

    def client(self, service: str, account: str, region: str) -> Any:
        return self

    def __getattr__(self, operation: str) -> Any:
        def call(**_: Any) -> Any:
            self.asked.append(operation)
            answer = self.answers.get(operation, {})
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


MODIFY = Call("ec2", "ModifyInstanceAttribute", {}, ("arn:1",), benign=frozenset({"IncorrectInstanceState"}))
START = Call("ec2", "StartInstances", {}, ("arn:1",), before=(MODIFY,))


def test_what_comes_before_a_call_is_done_first() -> None:
    aws = Scripted()
    assert list(AwsCloud(aws).act(PLACE, [START])) == [(START, None)]
    assert aws.asked == ["modify_instance_attribute", "start_instances"]


def test_a_call_is_not_made_when_what_comes_before_it_is_refused() -> None:
    aws = Scripted(modify_instance_attribute=client_error("UnauthorizedOperation"))
    ((call, said),) = AwsCloud(aws).act(PLACE, [START])
    assert said is not None
    assert (call, said.code, aws.asked) == (START, "UnauthorizedOperation", ["modify_instance_attribute"])
    assert str(said).startswith("ModifyInstanceAttribute, which comes first, was refused: UnauthorizedOperation: ")


def test_a_call_is_made_when_what_comes_before_it_is_so_already() -> None:
    aws = Scripted(modify_instance_attribute=client_error("IncorrectInstanceState"))
    assert list(AwsCloud(aws).act(PLACE, [START])) == [(START, None)]


def test_members_that_failed_come_one_by_one_and_the_others_together() -> None:
    arns = tuple(f"arn:service/{number}" for number in range(4))
    call = Call("ecs", "UpdateService", {}, arns)
    failed = [{"arn": arn, "reason": "MISSING"} for arn in arns[1:3]]
    said = {each.arns: one for each, one in AwsCloud(Scripted(update_service={"failures": failed})).act(PLACE, [call])}
    assert set(said) == {(arns[1],), (arns[2],), (arns[0], arns[3])}
    assert said[arns[0], arns[3]] is None
    assert [str(said[(arn,)]) for arn in arns[1:3]] == ["MISSING: MISSING"] * 2


def test_a_call_whose_members_all_failed_is_accepted_for_none() -> None:
    call = Call("eks", "UpdateNodegroupConfig", {}, ("arn:nodegroup/qa",))
    failed = {"update": {"errors": [{"errorCode": "AccessDenied", "errorMessage": "no role"}]}}
    ((each, said),) = AwsCloud(Scripted(update_nodegroup_config=failed)).act(PLACE, [call])
    assert (each, str(said)) == (call, "AccessDenied: no role")


def test_what_came_before_and_failed_without_need_is_forgiven() -> None:
    first = Call("ecs", "UpdateService", {}, ("arn:1",), benign=frozenset({"MISSING"}))
    aws = Scripted(update_service={"failures": [{"arn": "arn:1", "reason": "MISSING"}]})
    call = Call("ec2", "StartInstances", {}, ("arn:1",), before=(first,))
    assert list(AwsCloud(aws).act(PLACE, [call])) == [(call, None)]
