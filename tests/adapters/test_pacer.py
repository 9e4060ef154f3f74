from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, ConnectTimeoutError, ParamValidationError

from chalicelib.adapters.pacer import RealTime, counted
from chalicelib.adapters.pacing import BURST, PATIENCE
from chalicelib.adapters.sessions import Sessions
from chalicelib.local.waits import SkippedWaits
from tests.fakes import FakeClock

OWN, HERE, THERE = "123456789012", "eu-west-1", "eu-central-1"
EMPTY = "<Answer/>"
Answers = Callable[[str], tuple[int, str]]
"""HTTP status and body for a request's body; it may also raise what botocore raises on the way to AWS."""


class Raw(io.BytesIO):
    """The bytes of an answer as botocore reads them."""

    def stream(self, **_: Any) -> list[bytes]:
        return [self.read()]


def refused(code: str, status: int = 400) -> tuple[int, str]:
    return status, f"<Response><Errors><Error><Code>{code}</Code><Message>no</Message></Error></Errors></Response>"


class Aws:
    """Clients whose requests are counted and answered without a network."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.waits = SkippedWaits(FakeClock())
        self._sessions = Sessions(OWN, {}, pacer=self.waits.pacer())

    def client(self, answers: Answers, service: str = "ec2", region: str = HERE) -> Any:
        client = self._sessions.client(service, OWN, region)

        def answer(request: Any, **_: Any) -> AWSResponse:
            body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
            self.requests.append(body)
            status, text = answers(body)
            return AWSResponse(request.url, status, {}, Raw(text.encode()))

        client.meta.events.register("before-send", answer)
        return client


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return Aws()


def in_turn(*answers: tuple[int, str]) -> Answers:
    """Each answer once, then nothing but success."""
    left = list(answers)
    return lambda body: left.pop(0) if left else (200, EMPTY)


@pytest.mark.parametrize("times", [3, 12])
def test_a_throttled_look_is_answered_in_the_end(aws: Aws, times: int) -> None:
    aws.client(in_turn(*[refused("RequestLimitExceeded", 503)] * times)).describe_instances()
    assert len(aws.requests) == times + 1
    assert len(aws.waits.seconds) == times
    assert sum(aws.waits.seconds) <= PATIENCE


def test_a_look_that_is_throttled_for_ever_ends_with_the_patience(aws: Aws) -> None:
    client = aws.client(lambda body: refused("RequestLimitExceeded"))
    with pytest.raises(ClientError, match="RequestLimitExceeded"):
        client.describe_instances()
    assert PATIENCE - 2 <= sum(aws.waits.seconds) <= PATIENCE


@pytest.mark.parametrize("status", [400, 500])
def test_a_shortage_of_capacity_is_never_asked_again(aws: Aws, status: int) -> None:
    client = aws.client(lambda body: refused("InsufficientInstanceCapacity", status))
    with pytest.raises(ClientError, match="InsufficientInstanceCapacity"):
        client.start_instances(InstanceIds=["i-1"])
    assert (len(aws.requests), aws.waits.seconds) == (1, [])


def test_trouble_on_the_side_of_aws_gets_two_more_chances(aws: Aws) -> None:
    client = aws.client(lambda body: refused("InternalError", 500))
    with pytest.raises(ClientError, match="InternalError"):
        client.describe_instances()
    assert len(aws.requests) == 3


def test_trouble_on_the_way_gets_two_more_chances(aws: Aws) -> None:
    def unreachable(body: str) -> tuple[int, str]:
        raise ConnectTimeoutError(endpoint_url="https://ec2.eu-west-1.amazonaws.com")

    client = aws.client(unreachable)
    with pytest.raises(ConnectTimeoutError):
        client.describe_instances()
    assert len(aws.requests) == 3


def test_what_boto3_itself_refuses_is_not_sent_at_all(aws: Aws) -> None:
    client = aws.client(in_turn())
    with pytest.raises(ParamValidationError):
        client.stop_instances()
    assert aws.requests == []


def test_a_throttle_on_page_seven_repeats_page_seven_alone(aws: Aws) -> None:
    throttles = [refused("RequestLimitExceeded")]

    def page(body: str) -> tuple[int, str]:
        number = int(body.partition("NextToken=")[2].partition("&")[0] or "1")
        if number == 7 and throttles:
            return throttles.pop()
        following = f"<nextToken>{number + 1}</nextToken>" if number < 9 else ""
        return 200, f"<DescribeInstancesResponse>{following}</DescribeInstancesResponse>"

    pages = list(aws.client(page).get_paginator("describe_instances").paginate())
    assert (len(pages), len(aws.requests)) == (9, 10)


def test_all_services_of_a_place_share_its_budget(aws: Aws) -> None:
    ec2, elsewhere = aws.client(in_turn()), aws.client(in_turn(), region=THERE)
    groups = aws.client(in_turn(), service="autoscaling")
    for _ in range(int(BURST)):
        ec2.describe_instances()
    before = aws.waits.now()
    elsewhere.describe_instances()
    assert aws.waits.now() == before
    groups.suspend_processes(AutoScalingGroupName="nodes")
    assert aws.waits.now() > before


def test_a_wait_within_a_function_is_counted_as_one_line_of_metrics(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "curfew-dev")
    for name in ("POWERTOOLS_METRICS_DISABLED", "AWS_LAMBDA_FUNCTION_NAME"):
        monkeypatch.delenv(name, raising=False)
    counted(0.5)
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "curfew-dev-poke")
    counted(1.5)
    line = capsys.readouterr().out
    assert '"Retries":[1.0]' in line
    assert '"BackOffSeconds":[1.5]' in line
    assert line.count("\n") == 1


def test_real_time_goes_forward() -> None:
    time = RealTime()
    before = time.now()
    time.wait(0.0)
    assert time.now() >= before
