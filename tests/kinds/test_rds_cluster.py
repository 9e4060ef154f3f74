from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.model import Location, Observed, Resource, Sighting
from chalicelib.kinds.contract import Move
from chalicelib.kinds.rds_cluster import KIND

PLACE = Location("111122223333", "ap-south-1")
ARN = "arn:aws:rds:ap-south-1:111122223333:cluster:shop"


def read(status: str = "available", **fields: Any) -> Sighting:
    cluster = {"DBClusterIdentifier": "shop", "DBClusterArn": ARN, "Status": status, "Engine": "aurora-mysql"}
    (sighting,) = KIND.read(PLACE, [{"DBClusters": [{**cluster, **fields}]}])
    return sighting


@pytest.mark.parametrize(
    ("status", "observed", "healthy"),
    [
        ("available", Observed.UP, True),
        ("backing-up", Observed.UP, True),
        ("starting", Observed.RISING, False),
        ("stopping", Observed.FALLING, False),
        ("stopped", Observed.DOWN, False),
        ("failing-over", Observed.RISING, False),
        ("upgrading", Observed.RISING, False),
        ("migration-failed", Observed.BROKEN, False),
        ("inaccessible-encryption-credentials", Observed.BROKEN, False),
    ],
)
def test_each_status_is_observed(status: str, observed: Observed, healthy: bool) -> None:
    sighting = read(status)
    assert (sighting.observed, sighting.healthy) == (observed, healthy)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"EngineMode": "serverless"}, "Serverless v1"),
        ({"GlobalClusterIdentifier": "world"}, "global database"),
        ({"GlobalWriteForwardingStatus": "enabled"}, "global database"),
        ({"ReplicationSourceIdentifier": "arn:main"}, "replicates"),
        ({"ReadReplicaIdentifiers": ["arn:copy"]}, "replicates"),
        ({"Engine": "postgres", "DBClusterInstanceClass": "db.m6gd.large"}, "Aurora clusters only"),
        ({"Engine": "docdb"}, "Aurora clusters only"),
    ],
)
def test_what_aws_does_not_stop_is_ineligible(fields: dict[str, Any], why: str) -> None:
    assert why in (read(**fields).ineligible or "")


def test_a_provisioned_aurora_cluster_is_eligible() -> None:
    assert read(EngineMode="provisioned", ReadReplicaIdentifiers=[]).ineligible is None


def test_names_and_arns_are_asked_for_by_name() -> None:
    (look,) = KIND.look(Resource("db", KIND.name, ids=(ARN, "other")))
    assert look.parameters["Filters"] == [{"Name": "db-cluster-id", "Values": ["shop", "other"]}]


def test_each_move_is_one_call() -> None:
    assert [call.operation for call in KIND.stop([Move(read())])] == ["StopDBCluster"]
    assert [call.parameters for call in KIND.start([Move(read())])] == [{"DBClusterIdentifier": "shop"}]


def test_an_event_names_the_cluster() -> None:
    assert KIND.event.arns({"detail": {"SourceArn": ARN}}) == (ARN,)
