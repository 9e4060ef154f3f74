"""Carries SQS messages to a function as Lambda's event source does: again after the visibility timeout when
the function fails, and to the dead-letter queue when it fails too often (moto sees to that)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.sqs.models import sqs_backends

MOST_AT_ONCE = 10
"""As many as one receive may bring.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
"""
Handler = Callable[[dict[str, Any]], object]


class FunctionError(Exception):
    """A function failed with a message in hand; Lambda would have logged its error and tried again later."""


@dataclass(frozen=True, slots=True)
class Mailman:
    """One queue of the embedded cloud and the function that it triggers."""

    account: str
    region: str
    queue_url: str
    handler: Handler

    def next_at(self) -> datetime | None:
        """When the next message can be received; None when the queue is empty."""
        messages = self._backend.queues[self._queue]._messages
        due = min((max(message.delayed_until, message.visible_at) for message in messages), default=None)
        return None if due is None else datetime.fromtimestamp(due / 1000, UTC) + timedelta(milliseconds=1)

    def deliver(self) -> int:
        """Every message that can be received now has been handed over once; tells how many."""
        timeout = self._backend.queues[self._queue].visibility_timeout
        messages = self._backend.receive_message(self._queue, MOST_AT_ONCE, 0, timeout)
        arn = f"arn:aws:sqs:{self.region}:{self.account}:{self._queue}"
        for message in messages:
            try:
                self.handler(as_lambda_sees_it(message.id, message.receipt_handle, message.body, arn))
            except FunctionError:
                continue  # it becomes visible again by itself
            self._backend.delete_message(self._queue, message.receipt_handle)
        return len(messages)

    @property
    def _queue(self) -> str:
        return self.queue_url.rpartition("/")[2]

    @property
    def _backend(self) -> Any:
        """moto's queues, reached in memory: Lambda's own receiving is no call of Curfew's, so none is counted."""
        return sqs_backends[self.account][self.region]


def as_lambda_sees_it(message_id: str, receipt: str, body: str, queue_arn: str) -> dict[str, Any]:
    """The event of https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html with one record."""
    record = {
        "messageId": message_id,
        "receiptHandle": receipt,
        "body": body,
        "attributes": {},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": queue_arn.split(":")[3],
    }
    return {"Records": [record]}
