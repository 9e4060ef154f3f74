"""Kind `rds-cluster`: an Aurora, DocumentDB or Neptune cluster, started and stopped with all its members at once.

All three answer at RDS's own endpoint, under the same version of the same API and under IAM's prefix `rds`: one client
sees and moves them all, and shows the tags that DocumentDB's own client leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from chalicelib.core.failures import newest_failure, with_causes
from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.core.money import databases
from chalicelib.core.remember import SEVEN_DAYS
from chalicelib.core.snapshots import SNAPSHOT_TAG, Snapshot, snapshot_name, superseded
from chalicelib.core.unread import unread
from chalicelib.kinds import metering
from chalicelib.kinds.contract import Answer, Asked, Call, EventSource, Kind, Look, Metric, Move, Usual, batches, pairs
from chalicelib.kinds.states import State, database_states

PAGE = 100
"""Largest page. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html"""

SERVING = ("backing-up", "scaling-capacity", "scaling-storage", "storage-optimization", "update-iam-db-auth")
"""It works while this goes on, but AWS takes a stop only when it is available."""

CHANGING = (
    "backtracking",
    "failing-over",
    "maintenance",
    "modifying",
    "renaming",
    "resetting-master-credentials",
    "upgrading",
)
"""It may be out of reach for a while, and comes back by itself."""

BROKEN = {
    "cloning-failed": "its cloning failed",
    "failed": "AWS could not recover it; restore it from a backup",
    "inaccessible-encryption-credentials": "its KMS key is gone; restore it from a backup",
    "migration-failed": "its migration failed",
    "upgrade_failed": "its upgrade failed; restore its final snapshot",
}

STATES = database_states(SERVING, CHANGING, BROKEN)
"""The words are AWS's. All others are stages in which only waiting helps.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html
"""

DETAILS = {
    "engine": "Engine",
    "mode": "EngineMode",
    "class": "DBClusterInstanceClass",
    "storage-type": "StorageType",
    "maintenance": "PreferredMaintenanceWindow",
}
"""Facts that say what it costs, and when AWS changes it (a window in UTC: sun:04:00-sun:04:30)."""


def look(resource: Resource) -> tuple[Look, ...]:
    """Describes for the ids; for tags and names one of all clusters, as RDS can filter by neither."""
    ids = [identifier.rpartition(":cluster:")[2] for identifier in resource.ids]
    named = [[{"Name": "db-cluster-id", "Values": batch}] for batch in batches(ids, PAGE)]
    looks = [Look("DescribeDBClusters", {"Filters": filters, "MaxRecords": PAGE}) for filters in named]
    if resource.tags or resource.names:
        looks.append(Look("DescribeDBClusters", {"MaxRecords": PAGE}))
    return tuple(looks)


def follow(resources: Sequence[Resource], asked: Sequence[Asked]) -> tuple[Look, ...]:
    """The global databases that Aurora clusters among these belong to: AWS stops the only cluster of one."""
    clusters = (cluster for one in asked for answer in one.answers for cluster in answer.get("DBClusters", ()))
    names = {cluster.get("GlobalClusterIdentifier") for cluster in clusters if _is_aurora(cluster)}
    worlds = [{"GlobalClusterIdentifier": name} for name in sorted(names - {None})]
    gone = frozenset({"GlobalClusterNotFoundFault"})
    return tuple(Look("DescribeGlobalClusters", one, absent=gone, optional="its global database") for one in worlds)


def read(location: Location, answers: Sequence[Answer]) -> Iterator[Sighting]:
    """The clusters."""
    worlds = {one["GlobalClusterIdentifier"]: one for answer in answers for one in answer.get("GlobalClusters", ())}
    alone = frozenset(name for name, one in worlds.items() if len(one.get("GlobalClusterMembers", ())) == 1)
    untold = "".join(f"whether AWS stops it is not told: {one}" for one in unread(answers)[:1])
    for cluster in (cluster for answer in answers for cluster in answer.get("DBClusters", ())):
        state = _state(cluster)
        yield Sighting(
            arn=cluster["DBClusterArn"],
            id=cluster["DBClusterIdentifier"],
            kind=KIND.name,
            location=location,
            observed=state.observed,
            healthy=state.healthy,
            tags=pairs(cluster.get("TagList", ())),
            ineligible=_ineligible(cluster, alone, untold),
            note=state.note,
            busy=state.busy,
            warnings=tuple(_warnings(cluster)),
            details=_details(cluster),
        )


def start(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One StartDBCluster each."""
    return tuple(_call("StartDBCluster", move.sighting) for move in moves)


def stop(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One StopDBCluster each, after a snapshot where its entry asks for one."""
    return tuple(_call("StopDBCluster", move.sighting, _snapshot(move)) for move in moves)


def arns(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The cluster of an RDS event."""
    return (event["detail"]["SourceArn"],)


runs = metering.told_by_rds(stopped="RDS-EVENT-0150", started="RDS-EVENT-0151")
"""https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html"""

EVENTS_SINCE = 180
"""Minutes of events to read: a start takes minutes to hours, says the User Guide; beyond three it has told."""


def cause(sightings: Sequence[Sighting]) -> tuple[Look, ...]:
    """What RDS told of each lately, and of its writer: lost keys and full storage are told of instances."""
    asked = ({"SourceIdentifier": name, "SourceType": source} for one in sightings for name, source in _told_of(one))
    return tuple(Look("DescribeEvents", {**names, "Duration": EVENTS_SINCE}) for names in asked)


def caused(sightings: Sequence[Sighting], answers: Sequence[Answer]) -> tuple[Sighting, ...]:
    """The sightings, each with the last failure that RDS told of."""
    events = [event for answer in answers for event in answer.get("Events", ())]
    told = {one.arn: newest_failure(events, [name for name, _ in _told_of(one)]) for one in sightings}
    return with_causes(sightings, told)


def _told_of(sighting: Sighting) -> Iterator[tuple[str, str]]:
    """Whose events tell of it: names with their source types."""
    yield sighting.id, "db-cluster"
    if writer := sighting.details.get("writer"):
        yield writer, "db-instance"


def tidy(sightings: Sequence[Sighting]) -> tuple[Look, ...]:
    """The snapshots that were not taken by AWS itself."""
    filters = [[{"Name": "db-cluster-id", "Values": batch}] for batch in batches([one.id for one in sightings], PAGE)]
    manual = {"SnapshotType": "manual", "MaxRecords": PAGE}
    return tuple(Look("DescribeDBClusterSnapshots", {"Filters": filter, **manual}) for filter in filters)


def tidied(sightings: Sequence[Sighting], answers: Sequence[Answer]) -> tuple[Call, ...]:
    """One DeleteDBClusterSnapshot for each of ours that a newer one replaces."""
    known = {sighting.id: sighting.arn for sighting in sightings}
    found = [one for answer in answers for one in answer["DBClusterSnapshots"] if one["DBClusterIdentifier"] in known]
    old = superseded((_as_snapshot(one) for one in found if one.get("SnapshotType") == "manual"), LONGEST_NAME)
    return tuple(
        Call("rds", "DeleteDBClusterSnapshot", {"DBClusterSnapshotIdentifier": one.name}, (known[one.of],))
        for one in old
    )


def _as_snapshot(found: Mapping[str, Any]) -> Snapshot:
    tags = pairs(found.get("TagList", ()))
    return Snapshot(found["DBClusterSnapshotIdentifier"], found["DBClusterIdentifier"], found["Status"], tags)


def _state(cluster: Mapping[str, Any]) -> State:
    """What its status means; without a writer it does not serve, whatever its status says."""
    status, members = cluster["Status"], cluster.get("DBClusterMembers", ())
    if status == "available" and members and not any(member.get("IsClusterWriter") for member in members):
        return State(Observed.UP, note="none of its members is the writer yet")
    return STATES.get(status) or State(Observed.RISING, note=f"{status}: waiting until that has ended")


def _ineligible(cluster: Mapping[str, Any], alone: frozenset[str], untold: str) -> str | None:
    """Why AWS would refuse to stop it; `alone` are the global databases with one cluster, `untold` why some may lack.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html (limitations)
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts.Limitations.html
    https://docs.aws.amazon.com/documentdb/latest/developerguide/db-cluster-stop-start.html
    https://docs.aws.amazon.com/neptune/latest/userguide/manage-console-stop-start.html
    """
    engine, mode = cluster.get("Engine", ""), cluster.get("EngineMode", "provisioned")
    if not _is_aurora(cluster) and engine not in ("docdb", "neptune"):
        return f"it is a Multi-AZ cluster of {engine or 'an unknown engine'}: AWS does not stop those"
    if mode == "serverless":
        return "it is Aurora Serverless v1, which pauses by itself: AWS does not stop that"
    if mode not in ("provisioned", "parallelquery"):
        return f"it is Aurora in the mode {mode}: AWS does not stop that"
    world = cluster.get("GlobalClusterIdentifier") or cluster.get("GlobalWriteForwardingStatus")
    if world and world not in alone and not (untold and _state(cluster).observed is Observed.DOWN):
        return untold or "it shares a global database with other clusters: AWS does not stop that"
    if cluster.get("ReplicationSourceIdentifier") or cluster.get("ReadReplicaIdentifiers"):
        return "it replicates from or to another cluster: AWS does not stop such a cluster"
    if cluster.get("DBClusterMembers") == [] and cluster.get("ClusterScalabilityType") != "limitless":
        return "it has no instances: nothing of it runs that could be stopped"
    return None


def _is_aurora(cluster: Mapping[str, Any]) -> bool:
    return str(cluster.get("Engine", "")).startswith("aurora")


def _warnings(cluster: Mapping[str, Any]) -> Iterator[str]:
    """What a stop delays, and where it saves little.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
    """
    pending = sorted(name for name, value in cluster.get("PendingModifiedValues", {}).items() if value)
    if pending:
        yield f"changes wait to be made ({', '.join(pending)}), and a cluster that rests is not changed: apply them now"
    range_ = cluster.get("ServerlessV2ScalingConfiguration", {})
    if range_.get("MinCapacity") == 0:
        idle = int(range_.get("SecondsUntilAutoPause", AUTO_PAUSE)) // 60
        yield f"it pauses by itself {idle} min after its last connection: a stop saves only what connections keep awake"


AUTO_PAUSE = 300
"""Seconds of rest before Aurora Serverless v2 pauses, when nothing else is set.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html
"""


def _details(cluster: Mapping[str, Any]) -> dict[str, str]:
    known = {name: str(cluster[field]) for name, field in DETAILS.items() if cluster.get(field)}
    members = cluster.get("DBClusterMembers", ())
    known[databases.STATUS] = cluster["Status"]
    known["members"] = ",".join(member["DBInstanceIdentifier"] for member in members)
    known["writer"] = next((one["DBInstanceIdentifier"] for one in members if one.get("IsClusterWriter")), "")
    if range_ := cluster.get("ServerlessV2ScalingConfiguration"):
        known["capacity"] = f"{range_.get('MinCapacity')}-{range_.get('MaxCapacity')} ACU"
    return {name: value for name, value in known.items() if value}


LONGEST_NAME = 63
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterSnapshot.html"""
TAKEN = frozenset({"DBClusterSnapshotAlreadyExistsFault"})


def _snapshot(move: Move) -> tuple[Call, ...]:
    """A snapshot of its own; while it is taken AWS refuses the stop, which then follows."""
    if move.resource is None or not move.resource.snapshot or move.tried_since is None:
        return ()
    id, arn = move.sighting.id, move.sighting.arn
    name = snapshot_name(id, move.tried_since, LONGEST_NAME)
    tags = [{"Key": SNAPSHOT_TAG, "Value": "yes"}]
    parameters = {"DBClusterIdentifier": id, "DBClusterSnapshotIdentifier": name, "Tags": tags}
    return (Call("rds", "CreateDBClusterSnapshot", parameters, (arn,), benign=TAKEN),)


def _call(operation: str, sighting: Sighting, before: tuple[Call, ...] = ()) -> Call:
    return Call("rds", operation, {"DBClusterIdentifier": sighting.id}, (sighting.arn,), before)


NAMESPACES = {"docdb": "AWS/DocDB", "neptune": "AWS/Neptune"}
"""Where CloudWatch has the metrics of engines that are not Aurora."""


def _measured(name: str, sighting: Sighting) -> Metric:
    namespace = NAMESPACES.get(sighting.details.get("engine", ""), "AWS/RDS")
    return Metric(namespace, name, {"DBClusterIdentifier": sighting.id})


KIND = Kind(
    name="rds-cluster",
    title="Aurora, DocumentDB or Neptune cluster",
    service="rds",
    rests="stopped with all its members, with its storage",
    returns="the cluster with all its members, at its addresses",
    usual=Usual(start=timedelta(minutes=8), stop=timedelta(minutes=6)),
    event=EventSource("aws.rds", ("RDS DB Cluster Event",), arns, runs),
    reads=("DescribeDBClusterSnapshots", "DescribeDBClusters", "DescribeEvents", "DescribeGlobalClusters"),
    mutates=("CreateDBClusterSnapshot", "DeleteDBClusterSnapshot", "StartDBCluster", "StopDBCluster"),
    look=look,
    follow=follow,
    read=read,
    start=start,
    stop=stop,
    draws=databases.of_cluster,
    benign={"DeleteDBClusterSnapshot": frozenset({"DBClusterSnapshotNotFoundFault"})},
    options={"snapshot": frozenset({"CreateDBClusterSnapshot", "DeleteDBClusterSnapshot"})},
    stores_data=True,
    restarts_after=SEVEN_DAYS,
    cause=cause,
    caused=caused,
    tidy=tidy,
    tidied=tidied,
    meter=metering.cluster_members,
    meters=("DescribeDBInstances",),
    measures={"connections": partial(_measured, "DatabaseConnections"), "cpu": partial(_measured, "CPUUtilization")},
)
