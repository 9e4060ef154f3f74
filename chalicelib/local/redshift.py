"""Redshift clusters that take their time to pause and to resume."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from moto.redshift.models import RedshiftBackend

from chalicelib.local import service_refusals
from chalicelib.local.durations import Journey
from chalicelib.local.faults import Breakage
from chalicelib.local.world import World

Patch = tuple[Any, str, Any]


class Warehouses:
    """The journeys of Redshift clusters; moto's objects carry the state. EventBridge is told nothing of them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def pause(self, cluster: Any) -> Any:
        """The cluster is pausing. Raises Refused as AWS does."""
        service_refusals.check_warehouse_pauses(cluster)
        service_refusals.check_warehouse_state(cluster, "available")
        cluster.status = "pausing"
        paused = partial(setattr, cluster, "status", "paused")
        culprit, breakage = self._world.faults.of(cluster.arn)
        if breakage is Breakage.NEVER_STOPS:
            self._world.park(cluster.arn, culprit, paused)
        else:
            self._world.begin(Journey.REDSHIFT_PAUSE, cluster.arn, paused)
        return cluster

    def resume(self, cluster: Any) -> Any:
        """The cluster is resuming. Raises Refused as AWS does."""
        service_refusals.check_warehouse_state(cluster, "paused")
        if self._world.faults.is_short(cluster.account_id, cluster.region, cluster.node_type):
            raise service_refusals.no_cluster_capacity(cluster.node_type)
        cluster.status = "resuming"
        culprit, breakage = self._world.faults.of(cluster.arn)
        arrives = partial(setattr, cluster, "status", "paused" if breakage is Breakage.FALLS_BACK else "available")
        if breakage in (Breakage.NEVER_ARRIVES, Breakage.NEVER_HEALTHY):
            self._world.park(cluster.arn, culprit, arrives)
        else:
            self._world.begin(Journey.REDSHIFT_RESUME, cluster.arn, arrives)
        return cluster


def redshift_patches(world: World) -> Iterator[Patch]:
    """What to put in which place of moto, which pauses and resumes at once, whatever the state."""
    warehouses = Warehouses(world)
    yield (
        RedshiftBackend,
        "pause_cluster",
        lambda self, cluster_id: warehouses.pause(self.describe_clusters(cluster_id)[0]),
    )
    yield (
        RedshiftBackend,
        "resume_cluster",
        lambda self, cluster_id: warehouses.resume(self.describe_clusters(cluster_id)[0]),
    )
