from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.kinds.contract import Move, selected
from chalicelib.kinds.rds_instance import KIND

PLACE = Location("111122223333", "ap-south-1")
ARN = "arn:aws:rds:ap-south-1:111122223333:db:orders"


def read(status: str = "available", **fields: Any) -> Sighting:
    database = {"DBInstanceIdentifier": "orders", "DBInstanceArn": ARN, "DBInstanceStatus": status}
    (sighting,) = KIND.read(PLACE, [{"DBInstances": [{**database, "Engine": "postgres", **fields}]}])
    return sighting


@pytest.mark.parametrize(
    ("status", "observed", "healthy", "note"),
    [
        ("available", Observed.UP, True, None),
        ("starting", Observed.RISING, False, None),
        ("stopping", Observed.FALLING, False, None),
        ("stopped", Observed.DOWN, False, None),
        ("deleting", Observed.FALLING, False, "being deleted"),
        ("backing-up", Observed.UP, True, "no stop until"),
        ("storage-optimization", Observed.UP, True, "no stop until"),
        ("configuring-enhanced-monitoring", Observed.UP, True, "no stop until"),
        ("creating", Observed.RISING, False, "waiting"),
        ("modifying", Observed.RISING, False, "waiting"),
        ("upgrading", Observed.RISING, False, "waiting"),
        ("maintenance", Observed.RISING, False, "waiting"),
        ("rebooting", Observed.RISING, False, "waiting"),
        ("a-word-of-next-year", Observed.RISING, False, "waiting"),
        ("failed", Observed.BROKEN, False, "restore it"),
        ("storage-full", Observed.BROKEN, False, "more storage"),
        ("incompatible-parameters", Observed.BROKEN, False, "correct that setting"),
        ("inaccessible-encryption-credentials", Observed.BROKEN, False, "KMS key"),
        ("inaccessible-encryption-credentials-recoverable", Observed.BROKEN, False, "then start it"),
    ],
)
def test_each_status_is_observed_with_what_helps(
    status: str, observed: Observed, healthy: bool, note: str | None
) -> None:
    sighting = read(status)
    assert (sighting.observed, sighting.healthy) == (observed, healthy)
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
        {"Engine": "sqlserver-se", "MultiAZ": False},
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


def test_each_move_is_one_call() -> None:
    moves = [Move(read()), Move(read())]
    assert [call.operation for call in KIND.stop(moves)] == ["StopDBInstance"] * 2
    assert [call.parameters for call in KIND.start(moves)] == [{"DBInstanceIdentifier": "orders"}] * 2
    assert KIND.start(moves)[0].arns == (ARN,)


def test_an_event_names_the_database() -> None:
    assert KIND.event.arns({"detail": {"SourceArn": ARN}}) == (ARN,)
