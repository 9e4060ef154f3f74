"""The Spot requests behind Spot Instances, as DescribeSpotInstanceRequests shows them."""

from typing import Any

ONE_TIME, PERSISTENT = "one-time", "persistent"

USES = ("pending", "running")
"""The states in which an instance takes up room in its pool."""

FULFILLED, MARKED = "fulfilled", "marked-for-termination"
TERMINATED, STOPPED = "instance-terminated-no-capacity", "instance-stopped-no-capacity"
"""https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html"""


def request_for(instance: Any) -> dict[str, Any]:
    """The request that the instance fulfils; AWS's own choice is one-time.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotMarketOptions.html
    """
    return {
        "SpotInstanceRequestId": f"sir-{instance.id[-8:]}",
        "InstanceId": instance.id,
        "Type": ONE_TIME,
        "State": "active",
        "InstanceInterruptionBehavior": "terminate",
        "Status": {"Code": FULFILLED},
    }


def mark(instance: Any, code: str) -> None:
    """The request of the instance shows how it stands; one whose instance was terminated is over."""
    over = {"State": "closed"} if code == TERMINATED else {}
    instance.spot_request |= {"Status": {"Code": code}, **over}


def is_marked(instance: Any) -> bool:
    """Whether its interruption was announced."""
    return bool(instance.spot_request["Status"]["Code"] == MARKED)


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


def requests(backend: Any, filters: Any) -> list[dict[str, Any]]:
    """The requests of all Spot Instances there are, filtered by their ids if asked."""
    wanted = (filters or {}).get("spot-instance-request-id")
    instances = [instance for reservation in backend.all_reservations() for instance in reservation.instances]
    found = [instance.spot_request for instance in instances if instance.lifecycle == "spot"]
    return [request for request in found if wanted is None or request["SpotInstanceRequestId"] in wanted]
