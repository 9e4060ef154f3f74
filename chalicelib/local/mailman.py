"""Carries SQS messages to a function as Lambda's event source does: again after the visibility timeout when
the function fails, and to the dead-letter queue when it fails too often (moto sees to that)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.sqs.models import sqs_backends

from chalicelib.local.cloud import EmbeddedCloud

Handler = Callable[[dict[str, Any]], object]


class FunctionError(Exception):
    """A function failed with a message in hand; Lambda would have logged its error and tried again later."""


@dataclass(frozen=True, slots=True)
class Mailman:
    """One queue of the embedded cloud and the function that it triggers."""

    cloud: EmbeddedCloud
    account: str
    region: str
    queue_url: str
    handler: Handler

    def next_at(self) -> datetime | None:
        """When the next message can be received; None when the queue is empty.

        Read from moto's memory, not by a call, so that the calls on record are Curfew's own.
        """
        backend = sqs_backends[self.account][self.region]
        messages = backend.queues[self.queue_url.rpartition("/")[2]]._messages
        due = min((max(message.delayed_until, message.visible_at) for message in messages), default=None)
        return None if due is None else datetime.fromtimestamp(due / 1000, UTC) + timedelta(milliseconds=1)

    def deliver(self) -> int:
        """Every message that can be received now has been handed over once; tells how many."""
        sqs = self.cloud.client("sqs", self.account, self.region)
        messages = sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            try:
                self.handler(_as_lambda_sees_it(message, self))
            except FunctionError:
                continue  # it becomes visible again by itself
            sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)


def _as_lambda_sees_it(message: dict[str, Any], mailman: Mailman) -> dict[str, Any]:
    """The event of https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html with one record."""
    name = mailman.queue_url.rpartition("/")[2]
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {},
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{mailman.region}:{mailman.account}:{name}",
        "awsRegion": mailman.region,
    }
    return {"Records": [record]}
