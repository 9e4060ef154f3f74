from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from chalicelib.local import demo, elsewhere, sandbox
from chalicelib.local.clock import SimulatedClock
from chalicelib.local.functions import Functions
from chalicelib.local.sandbox import Standing


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Plain moto: nothing patched, everything arrives at once."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def told_at(endpoint: str) -> int:
    """The story at an endpoint, with a clock that does not let anybody wait."""
    clock = SimulatedClock(datetime.now(UTC))
    return elsewhere.run(endpoint, clock, lambda seconds: clock.advance_to(clock.now() + timedelta(minutes=1)))


def left_at(endpoint: str) -> list[Any]:
    """What is still there of what a visit builds."""

    def ask(service: str, operation: str, key: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        client = boto3.client(service, region_name="us-east-1", endpoint_url=endpoint, **keys)
        return getattr(client, operation)().get(key, [])

    reservations = ask("ec2", "describe_instances", "Reservations")
    states = {each["State"]["Name"] for one in reservations for each in one["Instances"]}
    return [
        *(states - {"terminated"}),
        *ask("rds", "describe_db_instances", "DBInstances"),
        *ask("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups"),
        *ask("ec2", "describe_launch_templates", "LaunchTemplates"),
        *ask("dynamodb", "list_tables", "TableNames"),
        *ask("sqs", "list_queues", "QueueUrls"),
    ]


def test_at_any_endpoint_an_environment_sleeps_and_wakes_and_nothing_is_left_there(
    endpoint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told_at(endpoint) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "asleep in" in out
    assert "ready in" in out
    assert "Every order, size and state was right." in out
    assert left_at(endpoint) == []


def test_what_never_falls_asleep_is_told_and_removed_all_the_same(
    endpoint: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Functions, "poke", lambda self, event: None)
    assert told_at(endpoint) == 1
    assert "not asleep after 20 minutes" in " ".join(capsys.readouterr().out.split())
    assert left_at(endpoint) == []


def test_the_demo_goes_to_the_endpoint_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"http://127.0.0.1:4566": 7}
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    monkeypatch.setattr(elsewhere, "run", told.pop)
    assert demo.run(14, serve=False) == 7
    assert not told


RUNNING, STOPPED = (("i-1", "running"), ("i-2", "running")), (("i-1", "stopped"), ("i-2", "stopped"))


@pytest.mark.parametrize(
    ("standing", "up", "down"),
    [
        (Standing("available", RUNNING, sandbox.SIZES), True, False),
        (Standing("stopped", STOPPED, sandbox.RESTING), False, True),
        (Standing("available", RUNNING, (1, 3, 1)), False, False),
        (Standing("available", RUNNING[:1] + STOPPED[1:], sandbox.SIZES), False, False),
        (Standing("stopping", STOPPED, sandbox.RESTING), False, False),
    ],
)
def test_up_means_every_part_at_its_size_and_down_means_every_part(standing: Standing, up: bool, down: bool) -> None:
    assert (standing.up, standing.down) == (up, down)
