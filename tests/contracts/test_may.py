"""What every Cloud promises of `may`, over the fake and over boto3 against an emulated AWS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.cloud import AwsCloud
from chalicelib.core.model import Location
from chalicelib.flows.ports import Cloud
from chalicelib.kinds.contract import Call
from tests.fakes import FakeClock
from tests.fakes.cloud import FakeCloud

PLACE = Location("123456789012", "eu-west-1")


class OneAccount:
    """Clients of the emulator, whatever the account."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        self.make = make

    def client(self, service: str, account: str, region: str) -> Any:
        return self.make(service)


class Running:
    """A cloud with one instance that runs."""

    def __init__(self, cloud: Cloud, id: str, state: Callable[[], str]) -> None:
        self.cloud, self.id, self.state = cloud, id, state

    def call(self, operation: str) -> Call:
        return Call("ec2", operation, {"InstanceIds": [self.id]}, (self.id,))


@pytest.fixture(params=["fake", "aws"])
def running(request: pytest.FixtureRequest) -> Running:
    if request.param == "fake":
        fake = FakeCloud(FakeClock())
        arn = fake.add("ec2-instance", "i-1", location=PLACE, stop=timedelta())
        return Running(fake, "i-1", lambda: fake.status(arn))
    aws = request.getfixturevalue("aws")
    (instance,) = aws("ec2").run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"]
    id = instance["InstanceId"]

    def state() -> str:
        (reservation,) = aws("ec2").describe_instances(InstanceIds=[id])["Reservations"]
        return str(reservation["Instances"][0]["State"]["Name"])

    return Running(AwsCloud(OneAccount(aws)), id, state)


def test_each_call_is_answered_in_its_order(running: Running) -> None:
    stop, start = running.cloud.may(PLACE, [running.call("StopInstances"), running.call("StartInstances")])
    assert (stop.action, start.action) == ("ec2:StopInstances", "ec2:StartInstances")
    assert (stop.allowed, start.allowed) == (True, True)
    assert stop.location == PLACE


def test_asking_changes_nothing(running: Running) -> None:
    running.cloud.may(PLACE, [running.call("StopInstances")])
    assert running.state() == "running"


def test_no_call_is_no_answer(running: Running) -> None:
    assert running.cloud.may(PLACE, []) == ()
