"""Kind `rds-cluster`: an Aurora cluster, started and stopped with all its members at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.kinds.contract import (
    Answer,
    Call,
    EventSource,
    Kind,
    Look,
    Move,
    State,
    Usual,
    batches,
    database_states,
    pairs,
)

PAGE = 100
"""Largest page. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html"""

SERVING = ("backing-up", "scaling-storage", "storage-optimization", "update-iam-db-auth")
"""It works while this goes on, but AWS takes a stop only when it is available."""

BROKEN = {
    "cloning-failed": "its cloning failed",
    "failed": "AWS could not recover it; restore it from a backup",
    "inaccessible-encryption-credentials": "its KMS key cannot be used",
    "inaccessible-encryption-credentials-recoverable": "enable its KMS key, then start it",
    "migration-failed": "its migration failed",
}

STATES = database_states(SERVING, BROKEN)
"""The words are AWS's. All others are stages in which only waiting helps.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html
"""


def look(resource: Resource) -> tuple[Look, ...]:
    """Describes for the ids; for tags one of all clusters, as RDS cannot filter by tag."""
    ids = [identifier.rpartition(":cluster:")[2] for identifier in resource.ids]
    named = [[{"Name": "db-cluster-id", "Values": batch}] for batch in batches(ids, PAGE)]
    looks = [Look("DescribeDBClusters", {"Filters": filters, "MaxRecords": PAGE}) for filters in named]
    if resource.tags:
        looks.append(Look("DescribeDBClusters", {"MaxRecords": PAGE}))
    return tuple(looks)


def read(location: Location, answers: Sequence[Answer]) -> Iterator[Sighting]:
    """The clusters."""
    for cluster in (cluster for answer in answers for cluster in answer["DBClusters"]):
        state = _state(cluster["Status"])
        yield Sighting(
            arn=cluster["DBClusterArn"],
            id=cluster["DBClusterIdentifier"],
            kind=KIND.name,
            location=location,
            observed=state.observed,
            healthy=state.healthy,
            tags=pairs(cluster.get("TagList", ())),
            ineligible=_ineligible(cluster),
            note=state.note,
        )


def start(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One StartDBCluster each."""
    return tuple(_call("StartDBCluster", move.sighting) for move in moves)


def stop(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One StopDBCluster each."""
    return tuple(_call("StopDBCluster", move.sighting) for move in moves)


def arns(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The cluster of an RDS event."""
    return (event["detail"]["SourceArn"],)


def _state(status: str) -> State:
    return STATES.get(status) or State(Observed.RISING, note=f"{status}: waiting until that has ended")


def _ineligible(cluster: Mapping[str, Any]) -> str | None:
    """Why AWS would refuse to stop it.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html (limitations);
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts.Limitations.html
    """
    engine = cluster.get("Engine", "")
    if not engine.startswith("aurora"):
        return f"it is a cluster of {engine or 'an unknown engine'}: AWS stops Aurora clusters only"
    if cluster.get("EngineMode") == "serverless":
        return "it is Aurora Serverless v1, which pauses by itself: AWS does not stop that"
    if cluster.get("GlobalClusterIdentifier") or cluster.get("GlobalWriteForwardingStatus"):
        return "it belongs to an Aurora global database: AWS does not stop that"
    if cluster.get("ReplicationSourceIdentifier") or cluster.get("ReadReplicaIdentifiers"):
        return "it replicates from or to another cluster: AWS does not stop such a cluster"
    return None


def _call(operation: str, sighting: Sighting) -> Call:
    return Call("rds", operation, {"DBClusterIdentifier": sighting.id}, (sighting.arn,))


ALREADY = frozenset({"InvalidDBClusterStateFault"})
"""Also said of a cluster that is busy: the next look tells which.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBCluster.html
"""

KIND = Kind(
    name="rds-cluster",
    title="Aurora cluster",
    service="rds",
    usual=Usual(start=timedelta(minutes=8), stop=timedelta(minutes=6)),
    event=EventSource("aws.rds", ("RDS DB Cluster Event",), arns),
    reads=("DescribeDBClusters",),
    mutates=("StartDBCluster", "StopDBCluster"),
    look=look,
    read=read,
    start=start,
    stop=stop,
    benign={"StartDBCluster": ALREADY, "StopDBCluster": ALREADY},
    stores_data=True,
)
