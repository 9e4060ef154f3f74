"""What a node group's status, sizes and nodes mean, as EKS and the Auto Scaling group behind it tell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.core.mixed import Mixed
from chalicelib.core.mixed_policy import of_one_sort
from chalicelib.core.model import Observed, Sizes
from chalicelib.core.scaling import Members

BUSY = "being updated: EKS takes no other change until that has ended"
"""EKS answers ResourceInUseException (github.com/aws/karpenter-provider-aws/issues/133 shows it)."""

LONGEST_ISSUE = 240

BROKEN = ("CREATE_FAILED", "DELETE_FAILED")
"""Statuses that a change of sizes does not mend. DEGRADED is none of them: EKS still scales such a group, and it
stays degraded until a scale-out succeeds (github.com/aws/containers-roadmap/issues/2326).

https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html
"""
CHANGING = ("CREATING", "UPDATING")
"""Statuses in which EKS takes no other change."""
UPDATING = "updating"
"""Under this name the details of a sighting say that it is in one of these."""

ON_DEMAND, SPOT = "ON_DEMAND", "SPOT"
"""The capacity types of which two make a mix; there are others, which do not.

https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html
"""


def observed(status: str, now: Sizes, members: Members) -> Observed:
    """Up or down is read from minimum and desired size, as the maximum stays while it rests."""
    if status in BROKEN:
        return Observed.BROKEN
    if status == "CREATING":
        return Observed.RISING
    if now["min"] == now["desired"] == 0:
        return Observed.FALLING if members.total or status == "UPDATING" else Observed.DOWN
    return Observed.UP if members.in_service >= now["desired"] else Observed.RISING


def note(seen: Observed, now: Sizes, members: Members, status: str, issue: str | None) -> str | None:
    """What explains the state to people, None where nothing needs to."""
    if seen is Observed.BROKEN:
        return f"{status}: {issue or 'see its health in EKS'}"
    if seen is Observed.RISING:
        return members.coming(now["desired"])
    if seen is Observed.FALLING and members.total:
        return members.leaving()
    return BUSY if status == "UPDATING" else issue


def first_issue(node_group: Mapping[str, Any]) -> str | None:
    """The first of the issues that EKS sees, as AWS words it."""
    issues = node_group.get("health", {}).get("issues", ())
    return next((f"{one['code']}: {one.get('message', '')}"[:LONGEST_ISSUE] for one in issues), None)


def sort(node_group: Mapping[str, Any]) -> str:
    """Its capacity type."""
    return str(node_group.get("capacityType", ON_DEMAND))


def mixed(node_group: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> Mixed | None:
    """How it launches its nodes, if it may be one of two that make a mix."""
    spot, types = sort(node_group) == SPOT, node_group.get("instanceTypes") or ()
    return of_one_sort(groups, spot, types) if sort(node_group) in (ON_DEMAND, SPOT) else None
