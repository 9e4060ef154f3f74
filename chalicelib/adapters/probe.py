"""An environment's own health checks: an address that answers, a target group whose targets are healthy.

People choose the addresses, so they are judged before they are asked. Redirects are not followed.
"""

from __future__ import annotations

from http.client import HTTPException
from urllib.parse import SplitResult, urlsplit

from chalicelib.adapters.judged_connection import (
    PORTS,
    ForbiddenError,
    Resolve,
    judged_connection,
    path_of,
    resolved,
)
from chalicelib.core.model import Location
from chalicelib.flows.ports import Cloud, Refusal
from chalicelib.kinds.contract import Answer, Look


class AwsProbe:
    """The Probe port. `allow_private` is for functions that run in a VPC (and for tests)."""

    def __init__(self, cloud: Cloud, allow_private: bool = False, resolve: Resolve = resolved) -> None:
        self._cloud = cloud
        self._allow_private = allow_private
        self._resolve = resolve

    def http(self, url: str) -> str | None:
        """None when the address answers 2xx or 3xx; else what was seen, naming its host only."""
        address = urlsplit(url)
        try:
            status = self._status(address)
        except ForbiddenError as error:
            return str(error)
        except (OSError, HTTPException, ValueError) as error:
            return f"{address.hostname} did not answer: {str(error) or type(error).__name__}"
        return None if 200 <= status < 400 else f"{address.hostname} answered {status}"

    def target_group(self, location: Location, arn: str) -> str | None:
        """None when there are targets and every one is healthy."""
        look = Look("DescribeTargetHealth", {"TargetGroupArn": arn})
        answers = self._cloud.look(location, "elbv2", [look])
        if isinstance(answers, Refusal):
            return f"its target group cannot be read: {answers}"
        return _targets(answers[0])

    def _status(self, url: SplitResult) -> int:
        if url.scheme not in PORTS or not url.hostname:
            raise ForbiddenError("the health check is no address; write https://HOST/PATH")
        connection = judged_connection(url, self._allow_private, self._resolve)
        try:
            connection.request("GET", path_of(url), headers={"User-Agent": "curfew", "Connection": "close"})
            return connection.getresponse().status
        finally:
            connection.close()


def _targets(answer: Answer) -> str | None:
    targets = answer["TargetHealthDescriptions"]
    if not targets:
        return "no target is registered"
    waiting = [target for target in targets if target["TargetHealth"]["State"] != "healthy"]
    if not waiting:
        return None
    healthy = len(targets) - len(waiting)
    first = waiting[0]
    return f"{healthy} of {len(targets)} targets healthy; {first['Target']['Id']} is {_why(first['TargetHealth'])}"


def _why(health: Answer) -> str:
    reason = health.get("Reason")
    return f"{health['State']} ({reason})" if reason else str(health["State"])
