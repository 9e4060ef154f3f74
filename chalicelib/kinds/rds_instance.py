"""Kind `rds-instance`: a stand-alone RDS database, started and stopped one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from chalicelib.core.failures import newest_failure, with_causes
from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.core.money import databases
from chalicelib.core.remember import SEVEN_DAYS
from chalicelib.core.snapshots import SNAPSHOT_TAG, Snapshot, snapshot_name, superseded
from chalicelib.kinds import metering
from chalicelib.kinds.contract import Answer, Call, EventSource, Kind, Look, Move, Usual, batches, measured_by_id, pairs
from chalicelib.kinds.states import State, database_states

PAGE = 100
"""Largest page. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html"""

SERVING = (
    "backing-up",
    "configuring-associated-roles",
    "configuring-enhanced-monitoring",
    "configuring-iam-database-auth",
    "configuring-log-exports",
    "storage-config-upgrade",
    "storage-initialization",
    "storage-optimization",
)
"""It works while this goes on, but AWS takes a stop only when it is available."""

CHANGING = (
    "backtracking",
    "converting-to-vpc",
    "maintenance",
    "modifying",
    "moving-to-vpc",
    "rebooting",
    "renaming",
    "resetting-master-credentials",
    "upgrading",
)
"""It may be out of reach for a while, and comes back by itself."""

BROKEN = {
    "failed": "AWS could not recover it; restore it from a backup",
    "inaccessible-encryption-credentials": "its KMS key is gone; restore it from a backup",
    "insufficient-capacity": "AWS has no capacity for its class in its zone; restore it as another class",
    "restore-error": "its restore failed",
    "storage-full": "give it more storage",
    "upgrade_failed": "its upgrade failed; restore its final snapshot",
}

STATES = database_states(SERVING, CHANGING, BROKEN)
"""The words are AWS's. All others but `incompatible-*` are stages in which only waiting helps.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
"""

DETAILS = {
    "engine": "Engine",
    "class": "DBInstanceClass",
    "license": "LicenseModel",
    "storage-type": "StorageType",
    "storage-gib": "AllocatedStorage",
    "iops": "Iops",
    "maintenance": "PreferredMaintenanceWindow",
}
"""Facts that say what it costs, and when AWS changes it (a window in UTC: sun:04:00-sun:04:30)."""


def look(resource: Resource) -> tuple[Look, ...]:
    """Describes for the ids; for tags and names one of all databases, as RDS can filter by neither."""
    ids = [identifier.rpartition(":db:")[2] for identifier in resource.ids]
    named = [[{"Name": "db-instance-id", "Values": batch}] for batch in batches(ids, PAGE)]
    looks = [Look("DescribeDBInstances", {"Filters": filters, "MaxRecords": PAGE}) for filters in named]
    if resource.tags or resource.names:
        looks.append(Look("DescribeDBInstances", {"MaxRecords": PAGE}))
    return tuple(looks)


def read(location: Location, answers: Sequence[Answer]) -> Iterator[Sighting]:
    """The databases, members of clusters included (as ineligible)."""
    for database in (database for answer in answers for database in answer["DBInstances"]):
        state = _state(database["DBInstanceStatus"])
        yield Sighting(
            arn=database["DBInstanceArn"],
            id=database["DBInstanceIdentifier"],
            kind=KIND.name,
            location=location,
            observed=state.observed,
            healthy=state.healthy,
            tags=pairs(database.get("TagList", ())),
            ineligible=_ineligible(database),
            note=state.note,
            busy=state.busy,
            warnings=_warnings(database),
            details=_details(database),
        )


def start(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One StartDBInstance each."""
    return tuple(_call("StartDBInstance", move.sighting) for move in moves)


def stop(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One StopDBInstance each, after a snapshot where its entry asks for one."""
    return tuple(_call("StopDBInstance", move.sighting, _snapshot(move)) for move in moves)


def arns(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The database of an RDS event."""
    return (event["detail"]["SourceArn"],)


runs = metering.told_by_rds(stopped="RDS-EVENT-0087", started="RDS-EVENT-0088")
"""https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html"""

EVENTS_SINCE = 180
"""Minutes of events to read: a start takes minutes to hours, says the User Guide; beyond three it has told."""


def cause(sightings: Sequence[Sighting]) -> tuple[Look, ...]:
    """What RDS told of each lately."""
    return tuple(
        Look("DescribeEvents", {"SourceIdentifier": one.id, "SourceType": "db-instance", "Duration": EVENTS_SINCE})
        for one in sightings
    )


def caused(sightings: Sequence[Sighting], answers: Sequence[Answer]) -> tuple[Sighting, ...]:
    """The sightings, each with the last failure that RDS told of."""
    events = [event for answer in answers for event in answer.get("Events", ())]
    return with_causes(sightings, {one.arn: newest_failure(events, (one.id,)) for one in sightings})


def tidy(sightings: Sequence[Sighting]) -> tuple[Look, ...]:
    """The snapshots that were not taken by RDS itself."""
    ids = [sighting.id for sighting in sightings]
    filters = [[{"Name": "db-instance-id", "Values": batch}] for batch in batches(ids, PAGE)]
    manual = {"SnapshotType": "manual", "MaxRecords": PAGE}
    return tuple(Look("DescribeDBSnapshots", {"Filters": filter, **manual}) for filter in filters)


def tidied(sightings: Sequence[Sighting], answers: Sequence[Answer]) -> tuple[Call, ...]:
    """One DeleteDBSnapshot for each of ours that a newer one replaces."""
    known = {sighting.id: sighting.arn for sighting in sightings}
    found = [one for answer in answers for one in answer["DBSnapshots"] if one["DBInstanceIdentifier"] in known]
    old = superseded((_as_snapshot(one) for one in found if one.get("SnapshotType") == "manual"), LONGEST_NAME)
    return tuple(Call("rds", "DeleteDBSnapshot", {"DBSnapshotIdentifier": one.name}, (known[one.of],)) for one in old)


def _as_snapshot(found: Mapping[str, Any]) -> Snapshot:
    tags = pairs(found.get("TagList", ()))
    return Snapshot(found["DBSnapshotIdentifier"], found["DBInstanceIdentifier"], found["Status"], tags)


def _state(status: str) -> State:
    if status.startswith("incompatible-"):
        return State(Observed.BROKEN, note=f"{status}: correct that setting, then start or restore it")
    return STATES.get(status) or State(Observed.RISING, note=f"{status}: waiting until that has ended")


def _ineligible(database: Mapping[str, Any]) -> str | None:
    """Why AWS would refuse to stop it.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html (engines and limitations);
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/custom-managing-sqlserver.startstop.html
    """
    engine = database.get("Engine", "")
    if cluster := database.get("DBClusterIdentifier"):
        return f"it is a member of the cluster {cluster}: list the cluster instead (kind rds-cluster)"
    if _any(database, "ReadReplicaSourceDBInstanceIdentifier", "ReadReplicaSourceDBClusterIdentifier"):
        return "it is a read replica: AWS does not stop those"
    if _any(database, "ReadReplicaDBInstanceIdentifiers", "ReadReplicaDBClusterIdentifiers"):
        return "it has read replicas: AWS does not stop such a database"
    if "sqlserver" in engine and _any(database, "MultiAZ", "SecondaryAvailabilityZone"):
        return "it is SQL Server in several zones: AWS does not stop that"
    if engine.startswith("custom-oracle"):
        return "it is RDS Custom for Oracle: AWS does not stop that"
    return None


def _any(database: Mapping[str, Any], *names: str) -> bool:
    return any(database.get(name) for name in names)


def _warnings(database: Mapping[str, Any]) -> tuple[str, ...]:
    """What a stop would lose: RDS removes actions that are pending.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html (characteristics of a stopped one)
    """
    pending = sorted(name for name, value in database.get("PendingModifiedValues", {}).items() if value)
    if not pending:
        return ()
    return (f"a stop drops the changes that wait to be made ({', '.join(pending)}): apply them now, or anew after it",)


def _details(database: Mapping[str, Any]) -> dict[str, str]:
    known = {name: str(database[field]) for name, field in DETAILS.items() if database.get(field)}
    known[databases.STATUS] = database["DBInstanceStatus"]
    if cluster := database.get("DBClusterIdentifier"):
        known[databases.CLUSTER] = cluster
    known["deployment"] = "multi-az" if database.get("MultiAZ") else "single-az"
    known["minor-upgrades"] = "automatic" if database.get("AutoMinorVersionUpgrade") else "manual"
    return known


LONGEST_NAME = 255
"""https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html"""
TAKEN = frozenset({"DBSnapshotAlreadyExists"})


def _snapshot(move: Move) -> tuple[Call, ...]:
    """A snapshot by itself, not that of StopDBInstance: that one takes no tags, and refuses a repeated stop.

    While it is taken RDS refuses the stop, which then follows.
    """
    if move.resource is None or not move.resource.snapshot or move.tried_since is None:
        return ()
    id, arn = move.sighting.id, move.sighting.arn
    name = snapshot_name(id, move.tried_since, LONGEST_NAME)
    tags = [{"Key": SNAPSHOT_TAG, "Value": "yes"}]
    parameters = {"DBInstanceIdentifier": id, "DBSnapshotIdentifier": name, "Tags": tags}
    return (Call("rds", "CreateDBSnapshot", parameters, (arn,), benign=TAKEN),)


def _call(operation: str, sighting: Sighting, before: tuple[Call, ...] = ()) -> Call:
    return Call("rds", operation, {"DBInstanceIdentifier": sighting.id}, (sighting.arn,), before)


KIND = Kind(
    name="rds-instance",
    title="RDS database",
    service="rds",
    rests="stopped, with its storage",
    returns="the database, at its address",
    usual=Usual(start=timedelta(minutes=7), stop=timedelta(minutes=5)),
    event=EventSource("aws.rds", ("RDS DB Instance Event",), arns, runs),
    reads=("DescribeDBInstances", "DescribeDBSnapshots", "DescribeEvents"),
    mutates=("CreateDBSnapshot", "DeleteDBSnapshot", "StartDBInstance", "StopDBInstance"),
    look=look,
    read=read,
    start=start,
    stop=stop,
    draws=databases.of_instance,
    benign={"DeleteDBSnapshot": frozenset({"DBSnapshotNotFound"})},
    options={"snapshot": frozenset({"CreateDBSnapshot", "DeleteDBSnapshot"})},
    stores_data=True,
    restarts_after=SEVEN_DAYS,
    cause=cause,
    caused=caused,
    tidy=tidy,
    tidied=tidied,
    measures={
        "connections": measured_by_id("AWS/RDS", "DatabaseConnections", "DBInstanceIdentifier"),
        "cpu": measured_by_id("AWS/RDS", "CPUUtilization", "DBInstanceIdentifier"),
    },
)
