"""What every queue promises, and how SQS is asked for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any, Protocol

import pytest
from botocore.stub import Stubber

from chalicelib.adapters.sqs_queue import SqsQueue, poked
from chalicelib.flows.ports import Queue
from tests.fakes import FakeClock, MemoryQueue

QUEUES = count()
URL = "https://queue.example.test/pokes"


class Harness(Protocol):
    @property
    def queue(self) -> Queue: ...

    def arrived(self) -> list[str]: ...


class InMemory:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.queue = MemoryQueue(self.clock)

    def arrived(self) -> list[str]:
        return list(self.queue.take(self.clock.now()))


class InSqs:
    def __init__(self, client: Any) -> None:
        self._client = client
        self._url = client.create_queue(QueueName=f"pokes-{next(QUEUES)}")["QueueUrl"]
        self.queue = SqsQueue(self._url, lambda: client)

    def arrived(self) -> list[str]:
        answer = self._client.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=0)
        return [poked(message["Body"]) for message in answer.get("Messages", ())]


@pytest.fixture(params=["memory", "sqs"])
def harness(request: pytest.FixtureRequest, aws: Callable[[str], Any]) -> Harness:
    return InMemory() if request.param == "memory" else InSqs(aws("sqs"))


def test_a_poke_arrives_with_its_name(harness: Harness) -> None:
    harness.queue.poke("orders-qa")
    assert harness.arrived() == ["orders-qa"]


def test_a_delayed_poke_does_not_arrive_at_once(harness: Harness) -> None:
    harness.queue.poke("orders-qa", timedelta(minutes=5))
    assert harness.arrived() == []


@pytest.mark.parametrize(("hours", "there"), [(-1, ["orders-qa"]), (5, [])])
def test_delays_that_cannot_be_are_cut_to_the_nearest_that_can(harness: Harness, hours: int, there: list[str]) -> None:
    harness.queue.poke("orders-qa", timedelta(hours=hours))
    assert harness.arrived() == there


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [
        (timedelta(), 0),
        (timedelta(seconds=-3), 0),
        (timedelta(milliseconds=1), 1),
        (timedelta(seconds=30), 30),
        (timedelta(seconds=899.5), 900),
        (timedelta(days=1), 900),
    ],
)
def test_sqs_is_asked_for_whole_seconds_up_to_its_limit(
    aws: Callable[[str], Any], delay: timedelta, seconds: int
) -> None:
    client = aws("sqs")
    with Stubber(client) as stubber:
        expected = {"QueueUrl": URL, "MessageBody": '{"environment": "orders-qa"}', "DelaySeconds": seconds}
        stubber.add_response("send_message", {}, expected)
        SqsQueue(URL, lambda: client).poke("orders-qa", delay)


@pytest.mark.parametrize("body", ["", "orders-qa", "[]", "{}", '"orders-qa"', "null"])
def test_a_message_that_is_no_poke_is_refused_with_what_to_write(body: str) -> None:
    with pytest.raises(ValueError, match="not a poke"):
        poked(body)
