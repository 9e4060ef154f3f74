from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.kinds.contract import Move, selected
from chalicelib.kinds.rds_instance import KIND

PLACE = Location("111122223333", "ap-south-1")
ARN = "arn:aws:rds:ap-south-1:111122223333:db:orders"
EVENING = datetime(2027, 3, 8, 20, tzinfo=UTC)


def read(status: str = "available", **fields: Any) -> Sighting:
    database = {"DBInstanceIdentifier": "orders", "DBInstanceArn": ARN, "DBInstanceStatus": status}
    (sighting,) = KIND.read(PLACE, [{"DBInstances": [{**database, "Engine": "postgres", **fields}]}])
    return sighting


@pytest.mark.parametrize(
    ("status", "observed", "healthy", "busy", "note"),
    [
        ("available", Observed.UP, True, False, None),
        ("starting", Observed.RISING, False, False, None),
        ("stopping", Observed.FALLING, False, False, None),
        ("stopped", Observed.DOWN, False, False, None),
        ("deleting", Observed.FALLING, False, False, "being deleted"),
        ("backing-up", Observed.UP, True, True, "no stop until"),
        ("storage-optimization", Observed.UP, True, True, "no stop until"),
        ("storage-initialization", Observed.UP, True, True, "no stop until"),
        ("configuring-enhanced-monitoring", Observed.UP, True, True, "no stop until"),
        ("modifying", Observed.UP, False, True, "no stop until"),
        ("upgrading", Observed.UP, False, True, "no stop until"),
        ("maintenance", Observed.UP, False, True, "no stop until"),
        ("rebooting", Observed.UP, False, True, "no stop until"),
        ("renaming", Observed.UP, False, True, "no stop until"),
        ("creating", Observed.RISING, False, False, "waiting"),
        ("a-word-of-next-year", Observed.RISING, False, False, "waiting"),
        ("failed", Observed.BROKEN, False, False, "restore it"),
        ("storage-full", Observed.BROKEN, False, False, "more storage"),
        ("insufficient-capacity", Observed.BROKEN, False, False, "no capacity"),
        ("incompatible-parameters", Observed.BROKEN, False, False, "correct that setting"),
        ("inaccessible-encryption-credentials", Observed.BROKEN, False, False, "KMS key"),
        ("inaccessible-encryption-credentials-recoverable", Observed.DOWN, False, False, "then start it"),
    ],
)
def test_each_status_is_observed_with_what_helps(
    status: str, observed: Observed, healthy: bool, busy: bool, note: str | None
) -> None:
    sighting = read(status)
    assert (sighting.observed, sighting.healthy, sighting.busy) == (observed, healthy, busy)
    assert (sighting.note is None) == (note is None)
    assert (note or "") in (sighting.note or "")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"DBClusterIdentifier": "shop"}, "list the cluster instead"),
        ({"ReadReplicaSourceDBInstanceIdentifier": "main"}, "is a read replica"),
        ({"ReadReplicaSourceDBClusterIdentifier": "main"}, "is a read replica"),
        ({"ReadReplicaDBInstanceIdentifiers": ["copy"]}, "has read replicas"),
        ({"ReadReplicaDBClusterIdentifiers": ["copy"]}, "has read replicas"),
        ({"Engine": "sqlserver-se", "MultiAZ": True}, "SQL Server in several zones"),
        ({"Engine": "sqlserver-ee", "SecondaryAvailabilityZone": "eu-west-1b"}, "SQL Server in several zones"),
        ({"Engine": "custom-sqlserver-ee", "MultiAZ": True}, "SQL Server in several zones"),
        ({"Engine": "custom-oracle-ee"}, "RDS Custom for Oracle"),
    ],
)
def test_what_aws_does_not_stop_is_ineligible(fields: dict[str, Any], why: str) -> None:
    assert why in (read(**fields).ineligible or "")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"MultiAZ": True},
        {"Engine": "db2-se", "MultiAZ": True},
        {"Engine": "sqlserver-se", "MultiAZ": False},
        {"Engine": "custom-sqlserver-ee"},
        {"DeletionProtection": True},
        {"ReadReplicaDBInstanceIdentifiers": []},
    ],
)
def test_what_aws_stops_is_eligible(fields: dict[str, Any]) -> None:
    assert read(**fields).ineligible is None


def test_names_and_arns_are_asked_for_by_name() -> None:
    (look,) = KIND.look(Resource("db", KIND.name, ids=(ARN, "other")))
    assert look.parameters["Filters"] == [{"Name": "db-instance-id", "Values": ["orders", "other"]}]


def test_tags_are_matched_on_all_databases_because_rds_has_no_tag_filter() -> None:
    resource = Resource("db", KIND.name, tags=(("Env", "qa"), ("Tier", "data")))
    (look,) = KIND.look(resource)
    assert "Filters" not in look.parameters
    tags = [{"Key": "Env", "Value": "qa"}, {"Key": "Tier", "Value": "data"}]
    assert selected(resource, read(TagList=tags))
    assert not selected(resource, read(TagList=tags[:1]))


def test_names_are_matched_on_all_databases() -> None:
    resource = Resource("db", KIND.name, names=("ord*",))
    (look,) = KIND.look(resource)
    assert "Filters" not in look.parameters
    assert selected(resource, read())


def test_each_move_is_one_call() -> None:
    moves = [Move(read()), Move(read())]
    assert [call.operation for call in KIND.stop(moves)] == ["StopDBInstance"] * 2
    assert [call.parameters for call in KIND.start(moves)] == [{"DBInstanceIdentifier": "orders"}] * 2
    assert KIND.start(moves)[0].arns == (ARN,)


def test_an_event_names_the_database() -> None:
    assert KIND.event.arns({"detail": {"SourceArn": ARN}}) == (ARN,)


def test_changes_that_wait_are_warned_of_because_a_stop_drops_them() -> None:
    (warning,) = read(PendingModifiedValues={"DBInstanceClass": "db.m6g.xlarge", "AllocatedStorage": 200}).warnings
    assert "AllocatedStorage, DBInstanceClass" in warning
    assert read(PendingModifiedValues={}).warnings == ()


def test_what_a_price_needs_and_when_aws_changes_it_are_among_the_details() -> None:
    sighting = read(
        DBInstanceClass="db.m6g.large",
        LicenseModel="postgresql-license",
        StorageType="gp3",
        AllocatedStorage=100,
        MultiAZ=True,
        AutoMinorVersionUpgrade=True,
        PreferredMaintenanceWindow="sun:04:00-sun:04:30",
    )
    assert sighting.details == {
        "engine": "postgres",
        "class": "db.m6g.large",
        "license": "postgresql-license",
        "storage-type": "gp3",
        "storage-gib": "100",
        "status": "available",
        "deployment": "multi-az",
        "minor-upgrades": "automatic",
        "maintenance": "sun:04:00-sun:04:30",
    }


def test_a_snapshot_is_taken_first_where_the_entry_asks_for_one() -> None:
    entry = Resource("db", KIND.name, ids=("orders",), snapshot=True)
    (call,) = KIND.stop([Move(read(), None, entry, tried_since=EVENING)])
    (first,) = call.before
    assert (first.operation, call.operation) == ("CreateDBSnapshot", "StopDBInstance")
    assert first.parameters["DBSnapshotIdentifier"] == "curfew-orders-202703082000"
    assert first.parameters["Tags"] == [{"Key": "curfew:snapshot", "Value": "yes"}]
    assert (
        KIND.stop([Move(read(), None, Resource("db", KIND.name, ids=("orders",)), tried_since=EVENING)])[0].before == ()
    )


def test_a_stop_that_is_repeated_asks_for_the_same_snapshot_and_takes_one_that_is_there_for_done() -> None:
    entry = Resource("db", KIND.name, snapshot=True)
    first, again = (KIND.stop([Move(read(), None, entry, tried_since=EVENING)])[0].before[0] for _ in range(2))
    assert first == again
    assert "DBSnapshotAlreadyExists" in first.benign


def snapshot(stamp: str, **fields: Any) -> dict[str, Any]:
    usual = {"DBInstanceIdentifier": "orders", "SnapshotType": "manual", "Status": "available"}
    tags = [{"Key": "curfew:snapshot", "Value": "yes"}]
    return {"DBSnapshotIdentifier": f"curfew-orders-{stamp}", "TagList": tags, **usual, **fields}


def test_of_our_snapshots_the_newest_is_kept() -> None:
    answer = {"DBSnapshots": [snapshot("202703072000"), snapshot("202703082000")]}
    (look,) = KIND.tidy([read()])
    assert look.parameters["SnapshotType"] == "manual"
    (call,) = KIND.tidied([read()], [answer])
    assert (call.operation, call.parameters) == (
        "DeleteDBSnapshot",
        {"DBSnapshotIdentifier": "curfew-orders-202703072000"},
    )
    assert call.arns == (ARN,)


@pytest.mark.parametrize(
    "fields", [{"TagList": []}, {"SnapshotType": "automated"}, {"DBInstanceIdentifier": "billing"}]
)
def test_a_snapshot_that_we_did_not_take_of_this_database_is_left_alone(fields: dict[str, Any]) -> None:
    answer = {"DBSnapshots": [snapshot("202703072000", **fields), snapshot("202703082000")]}
    assert KIND.tidied([read()], [answer]) == ()


def test_what_rds_told_of_it_lately_is_the_cause() -> None:
    (look,) = KIND.cause([read("stopped")])
    assert look.parameters["SourceIdentifier"] == "orders"
    event = {"SourceIdentifier": "orders", "Message": "DB instance: unable to use its key.", "Date": EVENING}
    (sighting,) = KIND.caused([read("stopped")], [{"Events": [event]}])
    assert sighting.cause == "DB instance: unable to use its key."
    (silent,) = KIND.caused([read("stopped")], [{"Events": []}])
    assert silent.cause is None
