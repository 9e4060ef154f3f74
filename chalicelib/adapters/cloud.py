"""AWS through boto3: looks and calls as data go out, answers and refusals as data come back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, Protocol

from chalicelib.adapters.sessions import NoRoleError
from chalicelib.core.model import Location
from chalicelib.flows.ports import Refusal
from chalicelib.kinds.contract import Answer, Call, Look

AT_ONCE = 8
"""Calls under way at a time: few enough to stay under AWS's request rates, which refill at 2 to 20 a second.

https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
"""

LONGEST_MESSAGE = 300

THROTTLED = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Codes for which asking less often is the remedy.

https://boto3.amazonaws.com/v1/documentation/api/latest/guide/retries.html
"""

NOT_FOR_PEOPLE = re.compile(
    r"\s*Encoded authorization failure message:.*"
    r"|\s*\([^()]*Request ?ID:[^()]*\)"
    r"|,?\s*Request ?ID:\s*\S+",
    re.IGNORECASE | re.DOTALL,
)
"""The parts of AWS's messages that help nobody who reads a status: encoded blobs and request ids."""


class Clients(Protocol):
    """Where clients come from (adapters.sessions.Sessions)."""

    def client(self, service: str, account: str, region: str) -> Any:
        """A boto3 client."""


class AwsCloud:
    """The Cloud port over boto3."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def look(self, location: Location, service: str, looks: Sequence[Look]) -> tuple[Answer, ...] | Refusal:
        """All pages of all looks, in order; or the first refusal."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return tuple(page for look in looks for page in self._pages(location, service, look))
        except (ClientError, BotoCoreError, NoRoleError) as error:
            return refusal(error)

    def _pages(self, location: Location, service: str, look: Look) -> Iterator[Answer]:
        return _pages(self._clients.client(look.service or service, location.account, location.region), look)

    def act(self, location: Location, calls: Sequence[Call]) -> Iterator[tuple[Call, Refusal | None]]:
        """Each call with what AWS said, as the answers arrive.

        Calls that were not begun when the caller stops asking are never made.
        """
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            under_way = {pool.submit(self._make, location, call): call for call in calls}
            for done in as_completed(under_way):
                yield under_way[done], done.result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _make(self, location: Location, call: Call) -> Refusal | None:
        from botocore.exceptions import BotoCoreError, ClientError

        for first in call.before:
            refused = self._make(location, first)
            if refused is not None and refused.code not in first.benign:
                return refused
        try:
            client = self._clients.client(call.service, location.account, location.region)
            _method(client, call.operation)(**call.parameters)
        except (ClientError, BotoCoreError, NoRoleError) as error:
            return refusal(error)
        return None


def refusal(error: Exception) -> Refusal:
    """What AWS, or the way to it, said; without request ids and cut to 300 characters."""
    answer = getattr(error, "response", {}).get("Error", {})
    code = answer.get("Code") or type(error).__name__
    message = NOT_FOR_PEOPLE.sub("", answer.get("Message") or str(error)).strip()
    if len(message) > LONGEST_MESSAGE:
        message = message[: LONGEST_MESSAGE - 3] + "..."
    return Refusal(code, message, throttled=code in THROTTLED)


def _pages(client: Any, look: Look) -> Iterator[Answer]:
    from botocore import xform_name

    name = xform_name(look.operation)
    if client.can_paginate(name):
        yield from client.get_paginator(name).paginate(**look.parameters)
    else:
        yield _method(client, look.operation)(**look.parameters)


def _method(client: Any, operation: str) -> Any:
    from botocore import xform_name

    return getattr(client, xform_name(operation))
