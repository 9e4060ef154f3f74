"""The port `Queue` in SQS: a poke carries only an environment's name, so that losing one loses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html (DelaySeconds)
LONGEST_DELAY = timedelta(seconds=900)


class SqsQueue:
    """Pokes in one standard queue; its client is made at first use."""

    def __init__(self, queue_url: str, client_factory: Callable[[], Any]) -> None:
        self._url = queue_url
        self._client_factory = client_factory

    def poke(self, name: str, delay: timedelta = timedelta()) -> None:
        """A poke is in the queue, visible after `delay`, which is cut to 0 to 900 s, whole seconds upward."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=json.dumps({"environment": name}),
            DelaySeconds=_seconds(delay),
        )

    @cached_property
    def _client(self) -> Any:
        return self._client_factory()


def poked(body: str) -> str:
    """The environment that a poke names. Raises ValueError for anything that is not a poke."""
    try:
        name = json.loads(body)["environment"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f'not a poke: {body[:200]!r}; write {{"environment": "NAME"}}') from error
    return str(name)


def _seconds(delay: timedelta) -> int:
    clamped = max(timedelta(), min(delay, LONGEST_DELAY))
    return -(-clamped // timedelta(seconds=1))
