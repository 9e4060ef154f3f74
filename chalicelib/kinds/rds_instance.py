"""Kind `rds-instance`: a stand-alone RDS database, started and stopped one by one."""

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
"""Largest page. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html"""

SERVING = (
    "backing-up",
    "configuring-associated-roles",
    "configuring-enhanced-monitoring",
    "configuring-iam-database-auth",
    "configuring-log-exports",
    "storage-config-upgrade",
    "storage-optimization",
)
"""It works while this goes on, but AWS takes a stop only when it is available."""

BROKEN = {
    "failed": "AWS could not recover it; restore it from a backup",
    "inaccessible-encryption-credentials": "its KMS key cannot be used",
    "inaccessible-encryption-credentials-recoverable": "enable its KMS key, then start it",
    "insufficient-capacity": "AWS has no capacity for its class now",
    "restore-error": "its restore failed",
    "storage-full": "give it more storage",
}

STATES = database_states(SERVING, BROKEN)
"""The words are AWS's. All others but `incompatible-*` are stages in which only waiting helps.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
"""


def look(resource: Resource) -> tuple[Look, ...]:
    """Describes for the ids; for tags one of all databases, as RDS cannot filter by tag."""
    ids = [identifier.rpartition(":db:")[2] for identifier in resource.ids]
    named = [[{"Name": "db-instance-id", "Values": batch}] for batch in batches(ids, PAGE)]
    looks = [Look("DescribeDBInstances", {"Filters": filters, "MaxRecords": PAGE}) for filters in named]
    if resource.tags:
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
        )


def start(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One StartDBInstance each."""
    return tuple(_call("StartDBInstance", move.sighting) for move in moves)


def stop(moves: Sequence[Move]) -> tuple[Call, ...]:
    """One StopDBInstance each."""
    return tuple(_call("StopDBInstance", move.sighting) for move in moves)


def arns(event: Mapping[str, Any]) -> tuple[str, ...]:
    """The database of an RDS event."""
    return (event["detail"]["SourceArn"],)


def _state(status: str) -> State:
    if status.startswith("incompatible-"):
        return State(Observed.BROKEN, note=f"{status}: correct that setting, then start or restore it")
    return STATES.get(status) or State(Observed.RISING, note=f"{status}: waiting until that has ended")


def _ineligible(database: Mapping[str, Any]) -> str | None:
    """Why AWS would refuse to stop it.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html (limitations);
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/custom-managing-sqlserver.startstop.html
    """
    engine = database.get("Engine", "")
    if cluster := database.get("DBClusterIdentifier"):
        return f"it is a member of the cluster {cluster}: list the cluster instead (kind rds-cluster)"
    if _any(database, "ReadReplicaSourceDBInstanceIdentifier", "ReadReplicaSourceDBClusterIdentifier"):
        return "it is a read replica: AWS does not stop those"
    if _any(database, "ReadReplicaDBInstanceIdentifiers", "ReadReplicaDBClusterIdentifiers"):
        return "it has read replicas: AWS does not stop such a database"
    if "sqlserver" in engine and database.get("MultiAZ"):
        return "it is SQL Server in several zones: AWS does not stop that"
    if engine.startswith("custom-oracle"):
        return "it is RDS Custom for Oracle: AWS does not stop that"
    return None


def _any(database: Mapping[str, Any], *names: str) -> bool:
    return any(database.get(name) for name in names)


def _call(operation: str, sighting: Sighting) -> Call:
    return Call("rds", operation, {"DBInstanceIdentifier": sighting.id}, (sighting.arn,))


ALREADY = frozenset({"InvalidDBInstanceState"})
"""Also said of a database that is busy: the next look tells which.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StopDBInstance.html
"""

KIND = Kind(
    name="rds-instance",
    title="RDS database",
    service="rds",
    usual=Usual(start=timedelta(minutes=7), stop=timedelta(minutes=5)),
    event=EventSource("aws.rds", ("RDS DB Instance Event",), arns),
    reads=("DescribeDBInstances",),
    mutates=("StartDBInstance", "StopDBInstance"),
    look=look,
    read=read,
    start=start,
    stop=stop,
    benign={"StartDBInstance": ALREADY, "StopDBInstance": ALREADY},
    stores_data=True,
)
