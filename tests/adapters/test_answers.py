from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from chalicelib.adapters.answers import LISTS_FAILURES, LONGEST_MESSAGE, failures, mentioned, refusal
from chalicelib.flows.ports import Refusal
from chalicelib.kinds import kinds

ONE, TWO, THREE = (f"arn:aws:ec2:eu-west-1:111122223333:instance/i-{number}" for number in "123")
GROUP = "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:1a-2b:autoScalingGroupName/orders-qa"
DATABASE = "arn:aws:rds:eu-west-1:111122223333:db:orders"


def client_error(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "StopInstances")


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
    ("message", "named"),
    [
        ("The instance IDs 'i-1, i-3' do not exist", (ONE, THREE)),
        ("The instance ID 'i-2' does not exist", (TWO,)),
        ("This instance 'i-2' is not in a state from which it can be stopped.", (TWO,)),
        ("Nothing named here, i-22 is another's", ()),
    ],
)
def test_a_refused_batch_names_those_to_blame(message: str, named: tuple[str, ...]) -> None:
    assert refusal(client_error("InvalidInstanceID.NotFound", message), (ONE, TWO, THREE)).named == named


def test_who_is_to_blame_is_found_beyond_where_the_message_is_cut() -> None:
    assert refusal(client_error("Code", "x" * 5000 + " i-2."), (ONE, TWO)).named == (TWO,)


@pytest.mark.parametrize(
    ("text", "arn"),
    [("group orders-qa not found", GROUP), ("orders is stopping", DATABASE), (f"no such ARN: {DATABASE}.", DATABASE)],
)
def test_resources_are_known_by_name_and_by_arn(text: str, arn: str) -> None:
    assert list(mentioned(text, (GROUP, DATABASE))) == [arn]


@pytest.mark.parametrize(
    ("answer", "code", "message", "named"),
    [
        ({"failures": [{"arn": TWO, "reason": "MISSING", "detail": "gone"}]}, "MISSING", "gone", (TWO,)),
        ({"failures": [{"arn": TWO, "reason": "MISSING"}]}, "MISSING", "MISSING", (TWO,)),
        (
            {"Unsuccessful": [{"ResourceId": "i-1", "Code": "InvalidState", "Message": "busy"}]},
            "InvalidState",
            "busy",
            (ONE,),
        ),
        (
            {"update": {"status": "Failed", "errors": [{"errorCode": "AccessDenied", "errorMessage": "no role"}]}},
            "AccessDenied",
            "no role",
            (ONE, TWO),
        ),
    ],
)
def test_an_answer_that_lists_failures_blames_those_it_names_or_all(
    answer: Mapping[str, Any], code: str, message: str, named: tuple[str, ...]
) -> None:
    expected = Refusal(code, message, named=named)
    assert failures(answer, (ONE, TWO)) == dict.fromkeys(named, expected)


@pytest.mark.parametrize("answer", [{}, {"failures": []}, {"StoppingInstances": [{"InstanceId": "i-1"}]}])
def test_an_answer_without_failures_blames_nobody(answer: Mapping[str, Any]) -> None:
    assert failures(answer, (ONE, TWO)) == {}


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    return boto3.Session()


@pytest.mark.parametrize("kind", list(kinds()))
def test_whatever_list_of_failures_a_mutation_can_answer_is_read(session: boto3.Session, kind: str) -> None:
    for service, operation in kinds()[kind].mutating:
        model = session._session.get_service_model(service).operation_model(operation)
        for path in lists_of_problems(model.output_shape):
            assert len(path) <= 2, f"{service} {operation} hides {path} too deep"
            assert LISTS_FAILURES.search(path[-1]), f"{service} {operation} may answer {path}, which nobody reads"


def lists_of_problems(shape: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths to lists whose entries have an error code or a reason."""
    if shape is None or shape.type_name != "structure" or len(above) > 3:
        return
    for name, member in shape.members.items():
        path = (*above, name)
        if member.type_name == "list" and member.member.type_name == "structure":
            told = {each.lower() for each in member.member.members}
            if told & {"errorcode", "errormessage", "reason"}:
                yield path
        yield from lists_of_problems(member, path)
