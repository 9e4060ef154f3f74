"""Where moto's EKS is replaced: its node groups have no nodes.

- `EKSBackend.create_nodegroup`, `update_nodegroup_config`, `delete_nodegroup`: nodes come and go, in their own time.
- `utcnow` of EKS: as in patches.py.
"""

from collections.abc import Iterator
from typing import Any

import moto.eks.models as eks

from chalicelib.local.node_groups import NodeGroups, check_sizes
from chalicelib.local.world import World

Patch = tuple[Any, str, Any]


def node_group_patches(world: World, node_groups: NodeGroups) -> Iterator[Patch]:
    """What to put in which place of moto."""
    backend = eks.EKSBackend
    create, update, delete = backend.create_nodegroup, backend.update_nodegroup_config, backend.delete_nodegroup

    def create_nodegroup(self: Any, **given: Any) -> Any:
        check_sizes(given.get("scaling_config") or eks.DEFAULT_SCALING_CONFIG)
        node_group = create(self, **given)
        node_groups.create(node_group, self.account_id)
        return node_group

    def update_nodegroup_config(self: Any, **given: Any) -> Any:
        node_group = self.describe_nodegroup(given["cluster_name"], given["nodegroup_name"])
        node_groups.update(node_group, given.get("scaling_config") or {})
        return {**update(self, **{**given, "scaling_config": None}), "status": "InProgress"}

    def delete_nodegroup(self: Any, cluster_name: str, nodegroup_name: str) -> Any:
        node_group = delete(self, cluster_name, nodegroup_name)
        node_groups.delete(node_group)
        return node_group

    yield eks, "utcnow", lambda: world.now().replace(tzinfo=None)
    yield backend, "create_nodegroup", create_nodegroup
    yield backend, "update_nodegroup_config", update_nodegroup_config
    yield backend, "delete_nodegroup", delete_nodegroup
