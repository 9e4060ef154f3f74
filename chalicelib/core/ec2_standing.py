"""What a describe says of one instance: who owns it, why it is never stopped, why AWS stopped it, what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.core.alternates import FIXED, TYPE

Instance = Mapping[str, Any]
Request = Mapping[str, Any]
Tags = Mapping[str, str]

OWNERS = {
    "eks:nodegroup-name": "the EKS node group",
    "elasticbeanstalk:environment-name": "the Elastic Beanstalk environment",
    "AWSBatchServiceTag": "the service",
    "aws:autoscaling:groupName": "the group",
    "aws:ec2:fleet-id": "the EC2 Fleet",
    "aws:ec2spot:fleet-request-id": "the Spot Fleet",
    "aws:elasticmapreduce:job-flow-id": "the EMR cluster",
    "karpenter.sh/nodepool": "Karpenter's node pool",
    "karpenter.sh/provisioner-name": "Karpenter's provisioner",
    "karpenter.k8s.aws/ec2nodeclass": "Karpenter's node class",
    "eks:eks-cluster-name": "Auto Mode of the EKS cluster",
    "spotinst:aws:ec2:group:id": "the Elastigroup or Ocean of Spot",
}
"""Tags by which an owner marks what it would replace; the most telling first.

https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html
https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-tags.html
https://karpenter.sh/docs/concepts/nodeclasses/#spectags
"""

LISTED_INSTEAD = {
    "eks:nodegroup-name": "list the node group instead",
    "aws:autoscaling:groupName": "list the group instead",
}
"""The owners that can be put to rest themselves."""

NEVER_STOPPED = {
    "scheduled": "it is a Scheduled Instance: AWS does not stop those",
    "capacity-block": "it runs in a Capacity Block that is paid for either way",
}
"""By lifecycle. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-blocks.html"""

DATED = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)")
HIBERNATED = "Client.UserInitiatedHibernate"
ASKED_FOR = ("", "pending", "Client.UserInitiatedShutdown", HIBERNATED)
"""Reasons of a state that somebody asked AWS for.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html
"""

REMEDIES = {
    "Client.InternalError": "mostly the KMS key of a volume: let the role that starts it create grants on the key",
    "Client.InvalidSnapshot.NotFound": "a snapshot that it needs is gone: bring it back, or detach that volume",
    "Client.InstanceInitiatedShutdown": "its own operating system shut it down",
    "Client.VolumeLimitExceeded": "delete volumes that nobody needs, or ask AWS for a higher limit",
    "Server.InsufficientInstanceCapacity": "allow it other types (instance_types), or wait",
    "Server.InternalError": "check its volumes and their KMS keys, then start it again",
    "Server.ScheduledStop": "AWS retires its host: a start moves it to another",
    "Server.SpotInstanceShutdown": "AWS took its Spot capacity back, and only AWS starts it again",
}
"""What to do when AWS stopped it, or dropped a start that it had accepted.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
https://repost.aws/knowledge-center/kms-iam-ec2-permission
"""


def owned(instance: Instance, tags: Tags) -> str | None:
    """Who would replace it if it were stopped, or None.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_OperatorResponse.html
    """
    tag = next((tag for tag in OWNERS if tag in tags), None)
    if tag is not None:
        instead = LISTED_INSTEAD.get(tag, "never stopped singly")
        return f"it belongs to {OWNERS[tag]} {tags[tag]}, which would replace it: {instead}"
    operator = instance.get("Operator", {})
    if operator.get("Managed"):
        return f"it is managed by {operator.get('Principal', 'AWS')}, which would replace it: never stopped singly"
    return None


def is_spot(instance: Instance) -> bool:
    """Whether it is a Spot Instance."""
    return instance.get("InstanceLifecycle") == "spot"


def ineligible(instance: Instance, tags: Tags, requests: Mapping[str, Request], unread: str = "") -> str | None:
    """Why Curfew must never stop it, or None; `requests` are Spot requests by id, `unread` why some are not there.

    One whose request is not told stays up; one that rests may be started all the same.
    """
    if owner := owned(instance, tags):
        return owner
    if instance.get("RootDeviceType") == "instance-store":
        return "its root volume is an instance store, which a stop would lose"
    if is_spot(instance) and unread and instance.get("SpotInstanceRequestId") not in requests:
        return None if _rests(instance) else f"it is a Spot Instance, and whether AWS stops it is not told: {unread}"
    if is_spot(instance):
        return _not_to_be_stopped(requests.get(instance.get("SpotInstanceRequestId", ""), {}))
    return NEVER_STOPPED.get(instance.get("InstanceLifecycle", ""))


def _not_to_be_stopped(request: Request) -> str | None:
    """Why AWS would not stop the Spot Instance of this request, or None.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-request.html#stopping-a-spot-instance
    """
    if request.get("Type") != "persistent":
        return "it is a Spot Instance of a one-time request: AWS stops only those of persistent ones"
    if request.get("State") == "cancelled":
        return "it is a Spot Instance whose request was cancelled: AWS does not stop it any more"
    if request.get("LaunchGroup") or request.get("AvailabilityZoneGroup"):
        return "it is a Spot Instance of a launch or zone group: AWS does not stop those singly"
    return None


def cause(instance: Instance) -> str | None:
    """AWS's own code and words for a stop that nobody asked for, with what to do; else None."""
    reason = instance.get("StateReason", {})
    code, said = reason.get("Code", ""), reason.get("Message", "")
    if not _rests(instance) or code in ASKED_FOR:
        return None
    words = said if said.startswith(code) else f"{code}: {said}"
    return f"{words} ({REMEDIES[code]})" if code in REMEDIES else words


def warnings(instance: Instance) -> Iterator[str]:
    """What a stop does not save, or makes slow.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/mac-instance-stop.html
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/dedicated-hosts-billing.html
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-pricing-billing.html
    """
    if instance.get("InstanceType", "").startswith("mac"):
        yield "its Mac host stays billed, and AWS cleans it after a stop for up to 4.5 hours, when it cannot start"
    elif instance.get("Placement", {}).get("Tenancy") == "host":
        yield "its Dedicated Host is billed whether it runs or not, until somebody releases the host"
    if "CapacityReservationId" in instance:
        yield "its Capacity Reservation is billed whether it runs or not"


def details(instance: Instance) -> dict[str, str]:
    """What a price needs, since when it runs or rests, and what says how it may be stopped and started; default tenancy
    is left out."""
    hibernated = _rests(instance) and instance.get("StateReason", {}).get("Code") == HIBERNATED
    placement = instance.get("Placement", {})
    tenancy = placement.get("Tenancy", "default")
    facts = {
        TYPE: instance.get("InstanceType"),
        "platform": instance.get("PlatformDetails"),
        "usage_operation": instance.get("UsageOperation"),
        "zone": placement.get("AvailabilityZone"),
        "tenancy": None if tenancy == "default" else tenancy,
        "lifecycle": instance.get("InstanceLifecycle"),
        "hibernation": "configured" if instance.get("HibernationOptions", {}).get("Configured") else None,
        "hibernated": "yes" if hibernated else None,
        "launched": _told(instance.get("LaunchTime")),
        "stopped": _told(_stated(instance)) if _rests(instance) else None,
        FIXED: _fixed(instance, hibernated),
    }
    return {name: fact for name, fact in facts.items() if fact}


def _told(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _stated(instance: Instance) -> datetime | None:
    """When AWS says that its stop began: "User initiated (2026-11-22 08:00:00 GMT)"."""
    found = DATED.search(instance.get("StateTransitionReason", ""))
    return datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else None


def _fixed(instance: Instance, hibernated: bool) -> str | None:
    """Why its type must not be changed.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/interruption-behavior.html
    """
    if hibernated:
        return "it is hibernated"
    return "it is a Spot Instance" if is_spot(instance) else None


def _rests(instance: Instance) -> bool:
    """It is stopped or about to be."""
    return instance["State"]["Name"] in ("stopping", "stopped")
