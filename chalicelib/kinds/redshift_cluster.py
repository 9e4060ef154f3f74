"""Kind `redshift-cluster`: a provisioned Redshift cluster, paused and resumed; its storage bills on.

AWS restarts no paused cluster by itself. Redshift Serverless has another API and pauses on its own.
https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from chalicelib.core.arns import arn
from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.core.money import databases
from chalicelib.kinds.contract import Answer, Call, EventSource, Kind, Look, Move, Usual, measured_by_id, pairs
from chalicelib.kinds.states import State

PAGE = 100
"""Largest page. https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusters.html"""

SERVING = ("available, prep-for-resize", "available, resize-cleanup", "cancelling-resize", "modifying", "resizing")
"""It can be read while this goes on, but AWS takes a pause only when it is available.

https://repost.aws/knowledge-center/redshift-cluster-status
"""

BROKEN = {
    "hardware-failure": "restore it from a snapshot",
    "incompatible-hsm": "AWS cannot reach its hardware security module",
    "incompatible-network": "its subnets or addresses do not suffice",
    "incompatible-parameters": "its parameter group does not fit",
    "incompatible-restore": "it could not be restored from its snapshot",
    "storage-full": "delete data, or give it more nodes",
}

STATES = {
    "available": State(Observed.UP, healthy=True),
    "pausing": State(Observed.FALLING),
    "paused": State(Observed.DOWN),
    "resuming": State(Observed.RISING),
    "deleting": State(Observed.FALLING, note="being deleted"),
    "final-snapshot": State(Observed.FALLING, note="being deleted"),
    **{word: State(Observed.UP, True, f"{word}: AWS takes no pause until that has ended", True) for word in SERVING},
    **{word: State(Observed.BROKEN, note=f"{word}: {remedy}") for word, remedy in BROKEN.items()},
}
"""All other words are stages in which only waiting helps.

https://docs.aws.amazon.com/redshift/latest/APIReference/API_Cluster.html
"""


def look(resource: Resource) -> tuple[Look, ...]:
    """One describe of all clusters: AWS answers an unknown name with an error, and takes tags for alternatives."""
    return (Look("DescribeClusters", {"MaxRecords": PAGE}),)


def read(location: Location, answers: Sequence[Answer]) -> Iterator[Sighting]:
    """The clusters."""
    for cluster in (cluster for page in answers for cluster in page["Clusters"]):
        state = _state(cluster["ClusterStatus"])
        yield Sighting(
            arn=arn(location, "redshift", f"cluster:{cluster['ClusterIdentifier']}"),
            id=cluster["ClusterIdentifier"],
            kind=KIND.name,
            location=location,
            observed=state.observed,
            healthy=state.healthy,
            tags=pairs(cluster.get("Tags", ())),
            ineligible=_ineligible(cluster),
            note=state.note,
            busy=state.busy,
            warnings=_warnings(cluster),
            details=_details(cluster),
        )


def start(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One ResumeCluster each."""
    return tuple(_call("ResumeCluster", move.sighting) for move in moves)


def stop(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One PauseCluster each."""
    return tuple(_call("PauseCluster", move.sighting) for move in moves)


def no_arns(event: Mapping[str, Any]) -> tuple[str, ...]:
    """None: no event is listened to."""
    return ()


def _state(status: str) -> State:
    return STATES.get(status) or State(Observed.RISING, note=f"{status}: waiting until that has ended")


def _ineligible(cluster: Mapping[str, Any]) -> str | None:
    """Why AWS would refuse to pause it.

    https://docs.aws.amazon.com/redshift/latest/mgmt/rs-mgmt-pause-resume-cluster.html (the list of types)
    """
    if cluster.get("HsmStatus"):
        return "it keeps its keys in a hardware security module (HSM): AWS does not pause that"
    if cluster.get("AutomatedSnapshotRetentionPeriod") == 0:
        return "its automated snapshots are turned off, and AWS pauses only into one: turn them on"
    return None


def _warnings(cluster: Mapping[str, Any]) -> tuple[str, ...]:
    """What a pause delays: a paused cluster cannot be modified."""
    waiting = sorted(cluster.get("PendingModifiedValues", {}))
    return (f"its change of {', '.join(waiting)} waits until it is resumed",) if waiting else ()


def _details(cluster: Mapping[str, Any]) -> dict[str, str]:
    """What its price depends on, and its maintenance window ("sun:04:00-sun:04:30", UTC)."""
    told = {
        databases.STATUS: cluster["ClusterStatus"],
        "node_type": cluster.get("NodeType"),
        "nodes": cluster.get("NumberOfNodes"),
        "maintenance": cluster.get("PreferredMaintenanceWindow"),
    }
    return {name: str(value) for name, value in told.items() if value}


def _call(operation: str, sighting: Sighting) -> Call:
    return Call("redshift", operation, {"ClusterIdentifier": sighting.id}, (sighting.arn,))


# No error is benign: InvalidClusterState is also said of a cluster that is busy, and asks to wait.
KIND = Kind(
    name="redshift-cluster",
    title="Redshift cluster",
    service="redshift",
    rests="paused, with its storage",
    returns="the cluster, at its address",
    usual=Usual(start=timedelta(minutes=10), stop=timedelta(minutes=10)),
    # Redshift tells its events to SNS topics that its owner subscribes, and not to EventBridge: looks find out.
    # https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-event-notifications.html
    event=EventSource("aws.redshift", (), no_arns),
    reads=("DescribeClusters",),
    mutates=("PauseCluster", "ResumeCluster"),
    look=look,
    read=read,
    start=start,
    stop=stop,
    draws=databases.of_nodes,
    stores_data=True,
    measures={
        "connections": measured_by_id("AWS/Redshift", "DatabaseConnections", "ClusterIdentifier"),
        "cpu": measured_by_id("AWS/Redshift", "CPUUtilization", "ClusterIdentifier"),
    },
)
