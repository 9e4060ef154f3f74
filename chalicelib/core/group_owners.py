"""Who owns an Auto Scaling group besides its account: what Curfew must leave alone, or its owner must know of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

NODE_GROUP, CLUSTER = "eks:nodegroup-name", "eks:cluster-name"
"""Tags of a group behind a managed node group.

https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
"""

OWNERS = {
    "elasticbeanstalk:environment-name": "Elastic Beanstalk's: each update of that environment sets its sizes anew",
    "AmazonECSManaged": "scaled by ECS: list its services, too, else their tasks wait for instances while it rests",
}
"""What owns a group, by tag, and what its owner does while the group rests.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.managing.as.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html
"""


def ineligible(group: Mapping[str, Any], tags: Mapping[str, str]) -> str | None:
    """Why it is not ours to size: EKS puts the sizes of its groups back; some only their operator may change."""
    if name := tags.get(NODE_GROUP):
        node_group = f"{tags.get(CLUSTER, 'its cluster')}/{name}"
        return f"EKS keeps its sizes, as node group {node_group}: list that instead (kind eks-node-group)"
    operator = (group.get("Operator") or {}).get("Principal")
    return f"only {operator} may change it" if operator else None


def warnings(group: Mapping[str, Any], tags: Mapping[str, str]) -> Iterator[str]:
    """What its owner should know before it rests."""
    yield from (f"it is {what}" for tag, what in OWNERS.items() if tag in tags)
    pool = group.get("WarmPoolConfiguration") or {}
    if (pool.get("MinSize") or 0) > 0 or (pool.get("MaxGroupPreparedCapacity") or 0) > 0:
        yield f"its warm pool stays, {pool.get('PoolState', 'Stopped').lower()}, and is billed while it rests"
