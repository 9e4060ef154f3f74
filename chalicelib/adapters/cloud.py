"""AWS through boto3: looks and calls as data go out, answers and refusals as data come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import Any, Protocol

from chalicelib.adapters.answers import failures, refusal
from chalicelib.adapters.rights import permissions
from chalicelib.adapters.sessions import NoRoleError
from chalicelib.core.model import Location
from chalicelib.core.rights import Permission
from chalicelib.flows.ports import Refusal
from chalicelib.kinds.contract import Answer, Call, Look

AT_ONCE = 8
"""Calls under way at a time: few enough to stay under AWS's request rates, which refill at 2 to 20 a second.

https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
"""

Said = tuple[Call, Refusal | None]
"""A call with what became of it."""

Answered = Refusal | Mapping[str, Refusal]
"""Why AWS refused a call, or the resources in it that failed although it was accepted."""


class Clients(Protocol):
    """Where clients come from (adapters.sessions.Sessions)."""

    def client(self, service: str, account: str, region: str) -> Any:
        """A boto3 client."""


class AwsCloud:
    """The Cloud port over boto3. Retries are the clients' own affair (adapters.pacer)."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def look(self, location: Location, service: str, looks: Sequence[Look]) -> tuple[Answer, ...] | Refusal:
        """All pages of all looks, in order; or the first refusal."""
        try:
            return tuple(page for look in looks for page in self._pages(location, service, look))
        except _noes() as error:
            return refusal(error)

    def _pages(self, location: Location, service: str, look: Look) -> Iterator[Answer]:
        return _pages(self._clients.client(look.service or service, location.account, location.region), look)

    def act(self, location: Location, calls: Sequence[Call]) -> Iterator[Said]:
        """Each call with what AWS said, as the answers arrive.

        Where an answer lists members that failed, each of those comes by itself, and the others come together.
        Calls that were not begun when the caller stops asking are never made.
        """
        pool = ThreadPoolExecutor(AT_ONCE)
        try:
            under_way = {pool.submit(self._make, location, call): call for call in calls}
            for done in as_completed(under_way):
                yield from _apart(under_way[done], done.result())
        finally:
            pool.shutdown(cancel_futures=True)

    def may(self, location: Location, calls: Sequence[Call]) -> tuple[Permission, ...]:
        """Whether AWS would take each call, in their order; no call is made."""
        return permissions(self._clients, location, calls)

    def _make(self, location: Location, call: Call) -> Answered:
        for first in call.before:
            if said := _but_benign(first, self._make(location, first)):
                return said
        try:
            client = self._clients.client(call.service, location.account, location.region)
            answer = _method(client, call.operation)(**call.parameters)
        except _noes() as error:
            return refusal(error, call.arns)
        return failures(answer, call.arns)


def _noes() -> tuple[type[Exception], ...]:
    """What is raised when AWS, or the way to it, says no; a balancer's page in place of an answer is one such."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    return ClientError, BotoCoreError, ResponseParserError, NoRoleError


def _but_benign(first: Call, said: Answered) -> Answered:
    """What was refused of a call to make first, without what that takes for "it is so already"."""
    if isinstance(said, Refusal):
        return {} if said.code in first.benign else replace(said, operation=first.operation)
    kept = {arn: one for arn, one in said.items() if one.code not in first.benign}
    return {arn: replace(one, operation=first.operation) for arn, one in kept.items()}


def _apart(call: Call, said: Answered) -> Iterator[Said]:
    """The call with what was said of it; where members failed, those one by one and the others as one call."""
    if isinstance(said, Refusal):
        yield call, said
        return
    for arn, one in said.items():
        yield replace(call, arns=(arn,)), one
    accepted = tuple(arn for arn in call.arns if arn not in said)
    if accepted:
        yield (replace(call, arns=accepted) if said else call), None


def _pages(client: Any, look: Look) -> Iterator[Answer]:
    from botocore import xform_name

    name = xform_name(look.operation)
    if client.can_paginate(name):
        yield from client.get_paginator(name).paginate(**look.parameters)
    else:
        yield from _by_token(_method(client, look.operation), look.parameters)


def _by_token(method: Any, asked: Mapping[str, Any]) -> Iterator[Answer]:
    """The pages of an operation whose pages botocore does not know: those of Savings Plans name the next one.

    https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_DescribeSavingsPlanRates.html
    """
    page = method(**asked)
    yield page
    while token := page.get("nextToken"):
        page = method(**asked, nextToken=token)
        yield page


def _method(client: Any, operation: str) -> Any:
    from botocore import xform_name

    return getattr(client, xform_name(operation))
