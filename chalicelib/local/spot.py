"""The Spot requests behind Spot Instances, as DescribeSpotInstanceRequests shows them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

ONE_TIME, PERSISTENT = "one-time", "persistent"

USES = ("pending", "running")
"""The states in which an instance takes up room in its pool."""

FULFILLED = "fulfilled"
TERMINATED, TERMINATED_BY_USER = "instance-terminated-no-capacity", "instance-terminated-by-user"
TERMINATED_BY_SERVICE = "instance-terminated-by-service"
"""AWS's code where the instance was stopped when it was terminated."""
MARKED_FOR_STOP = "marked-for-stop"
STOPPED, STOPPED_BY_USER = "instance-stopped-no-capacity", "instance-stopped-by-user"

STATES = {
    FULFILLED: "active",
    MARKED_FOR_STOP: "active",
    STOPPED: "disabled",
    STOPPED_BY_USER: "disabled",
    TERMINATED: "closed",
    TERMINATED_BY_USER: "closed",
    TERMINATED_BY_SERVICE: "cancelled",
}
"""The state of a one-time request by its status code.

An instance that is terminated for want of capacity has that code from its notice on, while it still runs; it is never
marked for termination.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instances-request-status-lifecycle.html
"""
REOPENED = (TERMINATED, TERMINATED_BY_USER)
"""A persistent request is open again after these."""

MESSAGES = {
    FULFILLED: "Your spot request is fulfilled.",
    TERMINATED: "Your Spot Instance was terminated because there is no Spot capacity available that matches your "
    "request.",
}
"""https://repost.aws/knowledge-center/ec2-spot-instance-termination-reasons"""

FILTERS: dict[str, Callable[[dict[str, Any]], str]] = {
    "instance-id": lambda request: str(request["InstanceId"]),
    "spot-instance-request-id": lambda request: str(request["SpotInstanceRequestId"]),
    "state": lambda request: str(request["State"]),
    "status-code": lambda request: str(request["Status"]["Code"]),
    "type": lambda request: str(request["Type"]),
}
"""Those that are simulated.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html
"""


def request_for(instance: Any, now: datetime) -> dict[str, Any]:
    """The request that the instance fulfils; AWS's own choice is one-time.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotMarketOptions.html
    """
    return {
        "SpotInstanceRequestId": f"sir-{instance.id[-8:]}",
        "InstanceId": instance.id,
        "Type": ONE_TIME,
        "State": STATES[FULFILLED],
        "InstanceInterruptionBehavior": "terminate",
        "CreateTime": now,
        "LaunchedAvailabilityZone": instance.availability_zone,
        "ProductDescription": "Linux/UNIX",
        "Status": _status(FULFILLED, now),
    }


def mark(instance: Any, code: str, now: datetime) -> None:
    """The request of the instance shows how it stands since now."""
    reopened = code in REOPENED and not is_one_time(instance)
    instance.spot_request |= {"Status": _status(code, now), "State": "open" if reopened else STATES[code]}


def mark_by_user(instance: Any, code: str, now: datetime) -> None:
    """As `mark`, of a Spot Instance; what has its notice keeps the code of that, whoever is faster."""
    if instance.lifecycle == "spot" and not is_marked(instance):
        mark(instance, code, now)


def is_marked(instance: Any) -> bool:
    """Whether its interruption was announced."""
    return instance.spot_request["Status"]["Code"] in (MARKED_FOR_STOP, TERMINATED)


def agree(instance: Any, options: Any) -> None:
    """The request of a Spot Instance is of the type that its launch asked for."""
    if instance.lifecycle == "spot":
        persistent = (options or {}).get("SpotInstanceType") == PERSISTENT
        behaviour = (options or {}).get("InstanceInterruptionBehavior", "terminate")
        instance.spot_request |= {
            "Type": PERSISTENT if persistent else ONE_TIME,
            "InstanceInterruptionBehavior": behaviour,
        }


def is_one_time(instance: Any) -> bool:
    """Whether AWS refuses to stop it for being spot."""
    return bool(instance.lifecycle == "spot" and instance.spot_request["Type"] == ONE_TIME)


def requests(backend: Any, filters: Mapping[str, list[str]], ids: list[str]) -> list[dict[str, Any]]:
    """The requests of all Spot Instances there are, with any of these ids if some are given.

    They are shown for as long as their instances are, an hour after the end of those; AWS shows them for four.
    """
    instances = [instance for reservation in backend.all_reservations() for instance in reservation.instances]
    found = [instance.spot_request for instance in instances if instance.lifecycle == "spot"]
    asked = {**filters, **({"spot-instance-request-id": ids} if ids else {})}
    return [one for one in found if all(FILTERS[name](one) in values for name, values in asked.items())]


def _status(code: str, now: datetime) -> dict[str, Any]:
    return {"Code": code, "UpdateTime": now, "Message": MESSAGES.get(code)}
