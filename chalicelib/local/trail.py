"""CloudTrail: who called what, looked up by the resource's name."""

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from moto.cloudtrail.responses import CloudTrailResponse
from moto.core.responses import ActionResult

from chalicelib.local.world import World

Patch = tuple[Any, str, Any]

DELAY = timedelta(minutes=5)
"""How long a call takes to be shown.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""
MOST_SHOWN = 50
"""https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html"""
MOST_KEPT = 10_000

READ_ONLY = re.compile(r"(Describe|Get|List|Lookup|BatchGet)[A-Z]")
NO_MANAGEMENT = frozenset({"dynamodb", "s3", "sqs", "sts"})
"""Services whose calls here are data events, which CloudTrail does not keep, or of no interest."""

CURFEW = "curfew-poke"
CALLER = re.compile(r"caller/(.+)")


@dataclass(frozen=True, slots=True)
class Noted:
    """One call that may change something, with all that it said; `caller` is the name of a person or role."""

    at: datetime
    account: str
    region: str
    service: str
    operation: str
    caller: str
    said: str

    def names(self, resource: str) -> bool:
        """Whether the resource stands in its parameters as a word."""
        return re.search(rf"(?<![\w-]){re.escape(resource)}(?![\w-])", self.said) is not None


def token_of(caller: str) -> str:
    """The session token with which a client says in whose name it calls."""
    return f"caller/{caller}"


def caller_of(headers: Any) -> str:
    """In whose name a request is made; who does not say is Curfew."""
    told = CALLER.fullmatch(headers.get("X-Amz-Security-Token", ""))
    return told[1] if told else CURFEW


class Trail:
    """The calls of all accounts that may have changed something, oldest first."""

    def __init__(self) -> None:
        self._noted: deque[Noted] = deque(maxlen=MOST_KEPT)

    def note(self, call: Noted) -> None:
        """The call may be looked up from now on, unless it only reads."""
        if call.service not in NO_MANAGEMENT and not READ_ONLY.match(call.operation):
            self._noted.append(call)

    def lookup(self, account: str, region: str, resource: str, since: datetime, until: datetime) -> Iterator[Noted]:
        """The calls there that named the resource, newest first."""
        for one in reversed(self._noted):
            if (one.account, one.region) == (account, region) and since <= one.at <= until and one.names(resource):
                yield one


def trail_patches(world: World, trail: Trail) -> Iterator[Patch]:
    """What to put in which place of moto, which knows trails but looks nothing up."""

    def lookup_events(self: Any) -> ActionResult:
        asked = json.loads(self.body)
        [attribute] = asked["LookupAttributes"]  # AWS takes one, and of those only the resource's name is taught
        begins, ends = _instant(asked["StartTime"]), min(_instant(asked["EndTime"]), world.now() - DELAY)
        found = trail.lookup(self.current_account, self.region, attribute["AttributeValue"], begins, ends)
        return ActionResult({"Events": [_event(one) for one in list(found)[:MOST_SHOWN]]})

    yield CloudTrailResponse, "lookup_events", lookup_events


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _event(one: Noted) -> dict[str, Any]:
    """https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html"""
    return {
        "EventId": str(uuid5(NAMESPACE_URL, repr(one))),
        "EventName": one.operation,
        "ReadOnly": "false",
        "EventTime": one.at,
        "EventSource": f"{one.service}.amazonaws.com",
        "Username": one.caller,
    }
