"""What DescribeInstances says, written directly: moto's general serializer needs 4 s for 1,000 instances."""

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from chalicelib.local.refusals import is_enabled_for_hibernation

NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"


State = tuple[str, int]


def described_instances(reservations: list[Any], next_token: str | None, state: Callable[[Any], State]) -> str:
    """The answer to DescribeInstances, each instance in the state (name and code) that `state` tells.

    With those members of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html that a
    scheduler reads.
    """
    body = "".join(f"<item>{_reservation(each, state)}</item>" for each in reservations)
    token = f"<nextToken>{escape(next_token)}</nextToken>" if next_token else ""
    return _answer("DescribeInstancesResponse", f"<reservationSet>{body}</reservationSet>{token}")


def launched_instances(reservation: Any) -> str:
    """The answer to RunInstances."""
    return _answer("RunInstancesResponse", _reservation(reservation, lambda one: (one.state, one.state_code)))


def _answer(name: str, body: str) -> str:
    return f'<{name} xmlns="{NAMESPACE}"><requestId>embedded</requestId>{body}</{name}>'


def _reservation(reservation: Any, state: Callable[[Any], State]) -> str:
    instances = "".join(f"<item>{_instance(each, state(each))}</item>" for each in reservation.instances)
    return (
        _elements({"reservationId": reservation.id, "ownerId": reservation.owner_id})
        + f"<instancesSet>{instances}</instancesSet>"
    )


def _instance(instance: Any, state: State) -> str:
    name, code = state
    return (
        _elements(_facts(instance))
        + _nested("instanceState", {"code": code, "name": name})
        + _nested("placement", {"availabilityZone": instance.availability_zone, "tenancy": "default"})
        + _nested("monitoring", {"state": instance.monitoring_state})
        + _reason(instance.state_reason)
        + _nested("hibernationOptions", {"configured": str(is_enabled_for_hibernation(instance)).lower()})
        + _tags(instance)
        + _volumes(instance)
    )


def _facts(instance: Any) -> dict[str, Any]:
    return {
        "instanceId": instance.id,
        "imageId": instance.image_id,
        "reason": instance.state_transition_reason,
        "instanceType": instance.instance_type,
        "launchTime": instance.launch_time.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "subnetId": instance.subnet_id,
        "vpcId": instance.vpc_id,
        "privateIpAddress": instance.private_ip,
        "platform": instance.platform,
        "platformDetails": "Windows" if instance.platform == "windows" else "Linux/UNIX",
        "usageOperation": "RunInstances:0002" if instance.platform == "windows" else "RunInstances",
        "architecture": instance.architecture,
        "rootDeviceType": instance.root_device_type,
        "rootDeviceName": instance.root_device_name,
        "instanceLifecycle": instance.lifecycle,
        "spotInstanceRequestId": instance.spot_request["SpotInstanceRequestId"]
        if instance.lifecycle == "spot"
        else None,
    }


def _reason(reason: Any) -> str:
    return _nested("stateReason", {"code": reason.code, "message": reason.message}) if reason.code else ""


def _tags(instance: Any) -> str:
    tags = [(tag["key"], tag["value"]) for tag in instance.get_tags()]
    items = "".join(f"<item>{_elements({'key': key, 'value': value})}</item>" for key, value in tags)
    return f"<tagSet>{items}</tagSet>"


def _volumes(instance: Any) -> str:
    items = "".join(
        f"<item>{_elements({'deviceName': name})}{_nested('ebs', {'volumeId': volume.volume_id})}</item>"
        for name, volume in instance.get_block_device_mapping
    )
    return f"<blockDeviceMapping>{items}</blockDeviceMapping>"


def _nested(name: str, values: dict[str, Any]) -> str:
    return f"<{name}>{_elements(values)}</{name}>"


def _elements(values: dict[str, Any]) -> str:
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in values.items() if value is not None)
