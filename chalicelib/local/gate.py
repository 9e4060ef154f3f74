"""Where every request passes: it is counted, the world is brought up to date, scripted refusals are given."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.core.responses import ActionResult

from chalicelib.local import refusals
from chalicelib.local.faults import No
from chalicelib.local.trail import Noted, Trail, caller_of
from chalicelib.local.world import World

ACCOUNT_AS_KEY = re.compile(r"Credential=(\d{12})/")
CREATES_GROUP = "CreateAutoScalingGroup"
LONG_POLL = "ReceiveMessage"


@dataclass(frozen=True, slots=True)
class Call:
    """One API call that reached the embedded cloud, refused or not; `dry_run`: it only asked whether it might."""

    at: datetime
    account: str
    region: str
    service: str
    operation: str
    dry_run: bool = False


class Gate:
    """The way in to all simulated services, one request at a time (moto is not safe for threads)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.calls: list[Call] = []
        self.trail = Trail()

    def answer(self, response: Any, act: Callable[[], Any]) -> Any:
        """What `act` answers, or the refusal in the words of the service's own protocol."""
        call = Call(
            self._world.clock.now(),
            response.current_account,
            response.region,
            response.service_name or "",
            response._get_action() or "",
            response._get_param("DryRun", False) in (True, "true"),
        )
        self.calls.append(call)
        self.trail.note(_noted(call, response))
        # A long poll must not keep everybody else waiting.
        with nullcontext() if call.operation == LONG_POLL else self._world.lock:
            self._world.settle(call.at)
            try:
                self._refuse(call, response)
            except refusals.Refused as refusal:
                return response.serialized(ActionResult(refusal))
            no = self._world.faults.no_to(call.operation, response)
            return _scripted(no, response) if no else act()

    def _refuse(self, call: Call, response: Any) -> None:
        faults = self._world.faults
        if (call.account, call.operation) in faults.denied:
            raise refusals.denied(call.service, call.operation)
        if faults.use_up_throttle(call.operation):
            raise refusals.throttled(call.service)
        if call.operation == "AssumeRole":
            refusals.check_role_trust(response._get_param("RoleArn"), response._get_param("ExternalId"))
        if call.service == "autoscaling" and call.operation != CREATES_GROUP:
            name = response._get_param("AutoScalingGroupName")
            if name:
                groups = autoscaling_backends[call.account][call.region].autoscaling_groups
                refusals.check_group_exists(name, groups)


def _noted(call: Call, response: Any) -> Noted:
    caller, said = caller_of(response.headers), f"{response.querystring} {response.body}"
    return Noted(call.at, call.account, call.region, call.service, call.operation, caller, said)


def _scripted(no: No, response: Any) -> Any:
    _, headers, body = response.serialized(ActionResult(refusals.Refused(no.code, no.message)))
    return no.status, headers, body


def account_of(headers: Any) -> str | None:
    """The account that a request names by using its twelve digits as access key id; None for real keys."""
    match = ACCOUNT_AS_KEY.search(headers.get("Authorization", ""))
    return match.group(1) if match else None
