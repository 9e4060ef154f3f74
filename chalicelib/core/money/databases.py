"""What databases draw: a class of RDS, the members of a cluster, the nodes of Redshift, while AWS bills them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from chalicelib.core.model import Sighting
from chalicelib.core.money.reading import Drawn, unknown
from chalicelib.core.money.spans import Draw

STATUS, CLUSTER = "status", "cluster"
"""Names of facts about a database: AWS's word for its state, and the cluster it is a member of."""

NOT_BILLED = frozenset(
    {
        "cloning-failed",
        "creating",
        "delete-precheck",
        "deleting",
        "failed",
        "inaccessible-encryption-credentials",
        "inaccessible-encryption-credentials-recoverable",
        "incompatible-create",
        "incompatible-network",
        "incompatible-restore",
        "insufficient-capacity",
        "migration-failed",
        "starting",
        "stopped",
        "stopping",
    }
)
"""Statuses in which AWS bills no instance, of some of them the storage. In all others it does: modifying, backing-up,
storage-full, incompatible-parameters and words of tomorrow among them.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html
"""

LICENCES = {"license-included": "included", "bring-your-own-license": "byol"}
"""The licence's name in a rate key by LicenseModel; all others cost nothing.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
"""

IO_OPTIMIZED = ("aurora-iopt1", "iopt1")
"""Storage of clusters whose members cost more and whose I/O costs nothing.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.StorageReliability.html
"""

SERVERLESS = "db.serverless"
CLUSTERS_OF_ZONES = ("mysql", "postgres")
"""Engines of Multi-AZ clusters, which are one price for all three instances.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts.html
"""

NOT_BILLED_BY_REDSHIFT = frozenset({"creating", "deleting", "final-snapshot", "paused"})
"""Whether `pausing` and `resuming` are billed AWS does not say: they count, so that nothing is claimed for them.

https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html
"""

Answers = Sequence[Mapping[str, Any]]
"""Pages of describes."""


def of_instance(sighting: Sighting, answers: Answers = ()) -> Drawn:
    """What a stand-alone database draws. A member of a cluster is billed there, and draws nothing here."""
    facts = sighting.details
    if CLUSTER in facts or facts.get(STATUS) in NOT_BILLED:
        return Drawn()
    return Drawn((_draw(sighting, facts.get("class"), facts.get("license", ""), facts["deployment"]),))


def of_cluster(sighting: Sighting, answers: Answers) -> Drawn:
    """What a cluster's members draw, as DescribeDBInstances shows them."""
    facts = sighting.details
    if facts.get(STATUS) in NOT_BILLED:
        return Drawn()
    if facts.get("engine") in CLUSTERS_OF_ZONES:
        return Drawn((_draw(sighting, facts.get("class"), "", "multi-az-cluster"),))
    if facts.get("mode") == "serverless":
        return Drawn((unknown("Aurora capacity units"),))
    deployment = "member-io" if facts.get("storage-type") in IO_OPTIMIZED else "member"
    members = [one for one in _instances(answers) if one.get("DBClusterIdentifier") == sighting.id]
    billed = [one for one in members if one["DBInstanceStatus"] not in NOT_BILLED]
    return Drawn(tuple(_draw(sighting, one.get("DBInstanceClass"), "", deployment) for one in billed))


def of_nodes(sighting: Sighting, answers: Answers = ()) -> Drawn:
    """What a Redshift cluster draws: its nodes."""
    facts = sighting.details
    if facts.get(STATUS) in NOT_BILLED_BY_REDSHIFT:
        return Drawn()
    if "node_type" not in facts or "nodes" not in facts:
        return Drawn((unknown("nodes that AWS does not show"),))
    return Drawn((Draw(f"redshift:{sighting.location.region}:{facts['node_type']}:node", Decimal(facts["nodes"])),))


def has_members(sighting: Sighting) -> bool:
    """Whether it is a cluster whose members are billed one by one, now."""
    facts = sighting.details
    alone = facts.get("engine") in CLUSTERS_OF_ZONES or facts.get("mode") == "serverless"
    return facts.get(STATUS) not in NOT_BILLED and not alone


def _draw(sighting: Sighting, size: str | None, licence: str, deployment: str) -> Draw:
    engine = sighting.details.get("engine")
    if size == SERVERLESS:
        return unknown("Aurora capacity units")
    if not size or not engine:
        return unknown("a class that AWS does not show")
    return Draw(f"rds:{sighting.location.region}:{size}:{engine}:{LICENCES.get(licence, 'none')}:{deployment}")


def _instances(answers: Answers) -> Iterator[Mapping[str, Any]]:
    return (one for page in answers for one in page.get("DBInstances", ()))
