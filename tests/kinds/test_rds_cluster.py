from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.kinds.contract import Asked, Move
from chalicelib.kinds.rds_cluster import KIND

PLACE = Location("111122223333", "ap-south-1")
ARN = "arn:aws:rds:ap-south-1:111122223333:cluster:shop"
EVENING = datetime(2027, 3, 8, 20, tzinfo=UTC)


def read(status: str = "available", **fields: Any) -> Sighting:
    cluster = {"DBClusterIdentifier": "shop", "DBClusterArn": ARN, "Status": status, "Engine": "aurora-mysql"}
    (sighting,) = KIND.read(PLACE, [{"DBClusters": [{**cluster, **fields}]}])
    return sighting


def read_among(worlds: dict[str, int], **fields: Any) -> Sighting:
    """The cluster, seen together with global databases of so many clusters each."""
    cluster = {"DBClusterIdentifier": "shop", "DBClusterArn": ARN, "Status": "available", "Engine": "aurora-mysql"}
    globals = [{"GlobalClusterIdentifier": name, "GlobalClusterMembers": [{}] * n} for name, n in worlds.items()]
    (sighting,) = KIND.read(PLACE, [{"DBClusters": [{**cluster, **fields}]}, {"GlobalClusters": globals}])
    return sighting


@pytest.mark.parametrize(
    ("status", "observed", "healthy", "busy"),
    [
        ("available", Observed.UP, True, False),
        ("backing-up", Observed.UP, True, True),
        ("starting", Observed.RISING, False, False),
        ("stopping", Observed.FALLING, False, False),
        ("stopped", Observed.DOWN, False, False),
        ("failing-over", Observed.UP, False, True),
        ("modifying", Observed.UP, False, True),
        ("upgrading", Observed.UP, False, True),
        ("maintenance", Observed.UP, False, True),
        ("migrating", Observed.RISING, False, False),
        ("migration-failed", Observed.BROKEN, False, False),
        ("inaccessible-encryption-credentials", Observed.BROKEN, False, False),
        ("inaccessible-encryption-credentials-recoverable", Observed.DOWN, False, False),
    ],
)
def test_each_status_is_observed(status: str, observed: Observed, healthy: bool, busy: bool) -> None:
    sighting = read(status)
    assert (sighting.observed, sighting.healthy, sighting.busy) == (observed, healthy, busy)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"EngineMode": "serverless"}, "Serverless v1"),
        ({"EngineMode": "multimaster"}, "in the mode multimaster"),
        ({"GlobalClusterIdentifier": "world"}, "global database"),
        ({"GlobalWriteForwardingStatus": "enabled"}, "global database"),
        ({"Engine": "neptune", "GlobalClusterIdentifier": "graphs"}, "global database"),
        ({"ReplicationSourceIdentifier": "arn:main"}, "replicates"),
        ({"ReadReplicaIdentifiers": ["arn:copy"]}, "replicates"),
        ({"Engine": "postgres", "DBClusterInstanceClass": "db.m6gd.large"}, "Multi-AZ cluster of postgres"),
        ({"DBClusterMembers": []}, "it has no instances"),
    ],
)
def test_what_aws_does_not_stop_is_ineligible(fields: dict[str, Any], why: str) -> None:
    assert why in (read(**fields).ineligible or "")


@pytest.mark.parametrize(
    "fields",
    [
        {"EngineMode": "provisioned", "ReadReplicaIdentifiers": []},
        {"EngineMode": "parallelquery"},
        {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 8.0}},
        {"ClusterScalabilityType": "limitless", "DBClusterMembers": []},
        {"Engine": "docdb"},
        {"Engine": "neptune"},
        {"DeletionProtection": True},
    ],
)
def test_what_aws_stops_is_eligible(fields: dict[str, Any]) -> None:
    assert read(**fields).ineligible is None


def test_the_only_cluster_of_a_global_database_is_eligible() -> None:
    assert read_among({"world": 1}, GlobalClusterIdentifier="world").ineligible is None
    assert "global" in (read_among({"world": 2}, GlobalClusterIdentifier="world").ineligible or "")


def test_global_databases_are_looked_at_only_where_a_cluster_belongs_to_one() -> None:
    (first,) = KIND.look(Resource("db", KIND.name, ids=("shop",)))
    alone, member = (
        Asked(first, ({"DBClusters": [{"Engine": "aurora-mysql", **fields}]},))
        for fields in ({}, {"GlobalClusterIdentifier": "world"})
    )
    assert KIND.follow((), [alone]) == ()
    (look,) = KIND.follow((), [alone, member])
    assert (look.operation, look.parameters) == ("DescribeGlobalClusters", {"GlobalClusterIdentifier": "world"})
    assert KIND.follow((), [Asked(look, ({"GlobalClusters": []},))]) == ()


def test_a_cluster_without_a_writer_is_not_healthy_yet() -> None:
    readers = [{"DBInstanceIdentifier": "shop-1", "IsClusterWriter": False}]
    assert not read(DBClusterMembers=readers).healthy
    assert read(DBClusterMembers=[*readers, {"DBInstanceIdentifier": "shop-2", "IsClusterWriter": True}]).healthy


def test_serverless_that_pauses_by_itself_is_warned_of() -> None:
    pausing = {"MinCapacity": 0.0, "MaxCapacity": 4.0, "SecondsUntilAutoPause": 600}
    (warning,) = read(ServerlessV2ScalingConfiguration=pausing).warnings
    assert "pauses by itself 10 min" in warning
    assert read(ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 4.0}).warnings == ()


def test_changes_that_wait_are_warned_of_because_what_rests_is_not_changed() -> None:
    (warning,) = read(PendingModifiedValues={"EngineVersion": "8.0.mysql_aurora.3.08.0"}).warnings
    assert "EngineVersion" in warning


def test_members_and_what_a_price_needs_are_among_the_details() -> None:
    members = [
        {"DBInstanceIdentifier": "shop-1", "IsClusterWriter": False},
        {"DBInstanceIdentifier": "shop-2", "IsClusterWriter": True},
    ]
    details = read(
        DBClusterMembers=members,
        EngineMode="provisioned",
        StorageType="aurora-iopt1",
        PreferredMaintenanceWindow="sun:04:00-sun:04:30",
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 4.0},
    ).details
    assert details == {
        "engine": "aurora-mysql",
        "mode": "provisioned",
        "storage-type": "aurora-iopt1",
        "maintenance": "sun:04:00-sun:04:30",
        "status": "available",
        "members": "shop-1,shop-2",
        "writer": "shop-2",
        "capacity": "0.5-4.0 ACU",
    }


def test_names_and_arns_are_asked_for_by_name() -> None:
    (look,) = KIND.look(Resource("db", KIND.name, ids=(ARN, "other")))
    assert look.parameters["Filters"] == [{"Name": "db-cluster-id", "Values": ["shop", "other"]}]


def test_each_move_is_one_call() -> None:
    assert [call.operation for call in KIND.stop([Move(read())])] == ["StopDBCluster"]
    assert [call.parameters for call in KIND.start([Move(read())])] == [{"DBClusterIdentifier": "shop"}]


def test_an_event_names_the_cluster() -> None:
    assert KIND.event.arns({"detail": {"SourceArn": ARN}}) == (ARN,)


@pytest.mark.parametrize("engine", ["aurora-postgresql", "docdb", "neptune"])
def test_a_snapshot_is_taken_first_where_the_entry_asks_for_one(engine: str) -> None:
    entry = Resource("db", KIND.name, snapshot=True)
    (call,) = KIND.stop([Move(read(Engine=engine), None, entry, tried_since=EVENING)])
    (first,) = call.before
    assert (first.service, first.operation, call.operation) == ("rds", "CreateDBClusterSnapshot", "StopDBCluster")
    assert first.parameters["DBClusterSnapshotIdentifier"] == "curfew-shop-202703082000"
    assert "DBClusterSnapshotAlreadyExistsFault" in first.benign


def test_of_our_snapshots_the_newest_is_kept() -> None:
    usual = {"DBClusterIdentifier": "shop", "SnapshotType": "manual", "Status": "available"}
    tags = [{"Key": "curfew:snapshot", "Value": "yes"}]
    names = ["curfew-shop-202703072000", "curfew-shop-202703082000", "by-hand"]
    found = [{"DBClusterSnapshotIdentifier": name, "TagList": tags, **usual} for name in names]
    (look,) = KIND.tidy([read()])
    assert look.parameters["SnapshotType"] == "manual"
    (call,) = KIND.tidied([read()], [{"DBClusterSnapshots": found}])
    assert (call.operation, call.parameters) == (
        "DeleteDBClusterSnapshot",
        {"DBClusterSnapshotIdentifier": "curfew-shop-202703072000"},
    )


def test_what_rds_told_of_the_cluster_or_of_its_writer_is_the_cause() -> None:
    cluster = read("stopped", DBClusterMembers=[{"DBInstanceIdentifier": "shop-2", "IsClusterWriter": True}])
    looks = KIND.cause([cluster])
    assert [look.parameters["SourceIdentifier"] for look in looks] == ["shop", "shop-2"]
    event = {"SourceIdentifier": "shop-2", "Message": "Unable to access the key.", "Date": EVENING}
    (sighting,) = KIND.caused([cluster], [{"Events": []}, {"Events": [event]}])
    assert sighting.cause == "Unable to access the key."
