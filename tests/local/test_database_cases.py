"""How RDS refuses, keeps busy and drops databases, as the kinds must bear with it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.local.estate import Site, add_aurora_cluster, add_rds_instance
from chalicelib.local.faults import Breakage

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]
A_WHILE = timedelta(minutes=8)
HOUR = timedelta(hours=1)


def database(site: Site, name: str) -> dict[str, Any]:
    answer = site.client("rds").describe_db_instances(DBInstanceIdentifier=name)
    found: dict[str, Any] = answer["DBInstances"][0]
    return found


def cluster(site: Site, name: str, service: str = "rds") -> dict[str, Any]:
    answer = site.client(service).describe_db_clusters(DBClusterIdentifier=name)
    found: dict[str, Any] = answer["DBClusters"][0]
    return found


def told(site: Site, name: str, source: str = "db-instance", **asked: Any) -> list[str]:
    answer = site.client("rds").describe_events(SourceIdentifier=name, SourceType=source, **asked)
    return [event["Message"] for event in answer["Events"]]


@pytest.mark.parametrize("status", ["backing-up", "modifying", "upgrading", "maintenance", "storage-optimization"])
def test_a_busy_database_takes_no_stop_until_it_is_available(
    site: Site, wait: Wait, refusal: Refusal, status: str
) -> None:
    name = f"busy-{status}"
    site.cloud.keep_busy(add_rds_instance(site, name), status, HOUR)
    stop = site.client("rds").stop_db_instance
    assert database(site, name)["DBInstanceStatus"] == status
    assert refusal(stop, DBInstanceIdentifier=name) == "InvalidDBInstanceState"
    wait(HOUR)
    stop(DBInstanceIdentifier=name)
    assert database(site, name)["DBInstanceStatus"] == "stopping"


def test_a_busy_cluster_takes_no_stop_either(site: Site, wait: Wait, refusal: Refusal) -> None:
    site.cloud.keep_busy(add_aurora_cluster(site, "busy-cluster"), "modifying", HOUR)
    stop = site.client("rds").stop_db_cluster
    assert refusal(stop, DBClusterIdentifier="busy-cluster") == "InvalidDBClusterStateFault"
    wait(HOUR)
    stop(DBClusterIdentifier="busy-cluster")


def test_a_snapshot_takes_minutes_in_which_the_database_takes_no_stop(site: Site, wait: Wait, refusal: Refusal) -> None:
    add_rds_instance(site, "pictured")
    rds = site.client("rds")
    rds.create_db_snapshot(DBInstanceIdentifier="pictured", DBSnapshotIdentifier="picture")
    assert rds.describe_db_snapshots(DBSnapshotIdentifier="picture")["DBSnapshots"][0]["Status"] == "creating"
    assert refusal(rds.stop_db_instance, DBInstanceIdentifier="pictured") == "InvalidDBInstanceState"
    wait(A_WHILE)
    assert rds.describe_db_snapshots(DBSnapshotIdentifier="picture")["DBSnapshots"][0]["Status"] == "available"
    assert database(site, "pictured")["DBInstanceStatus"] == "available"


def test_a_snapshot_of_what_is_not_available_is_refused_and_leaves_nothing(site: Site, refusal: Refusal) -> None:
    add_rds_instance(site, "leaving")
    rds = site.client("rds")
    rds.stop_db_instance(DBInstanceIdentifier="leaving")
    create = rds.create_db_snapshot
    code = refusal(create, DBInstanceIdentifier="leaving", DBSnapshotIdentifier="too-late")
    assert code == "InvalidDBInstanceState"
    assert rds.describe_db_snapshots(DBInstanceIdentifier="leaving", SnapshotType="manual")["DBSnapshots"] == []


def test_a_cluster_is_pictured_in_the_same_way(site: Site, wait: Wait, refusal: Refusal) -> None:
    add_aurora_cluster(site, "group")
    rds = site.client("rds")
    rds.create_db_cluster_snapshot(DBClusterIdentifier="group", DBClusterSnapshotIdentifier="group-picture")
    assert cluster(site, "group")["Status"] == "backing-up"
    assert refusal(rds.stop_db_cluster, DBClusterIdentifier="group") == "InvalidDBClusterStateFault"
    wait(A_WHILE)
    assert cluster(site, "group")["Status"] == "available"


def test_a_change_waits_for_its_window_and_is_lost_by_a_stop(site: Site, wait: Wait) -> None:
    add_rds_instance(site, "changing", size="db.m6g.large")
    rds = site.client("rds")
    rds.modify_db_instance(DBInstanceIdentifier="changing", DBInstanceClass="db.m6g.xlarge")
    assert database(site, "changing")["DBInstanceClass"] == "db.m6g.large"
    assert database(site, "changing")["PendingModifiedValues"] == {"DBInstanceClass": "db.m6g.xlarge"}
    rds.stop_db_instance(DBInstanceIdentifier="changing")
    wait(A_WHILE)
    assert database(site, "changing").get("PendingModifiedValues", {}) == {}


def test_a_change_that_is_to_be_made_at_once_is(site: Site) -> None:
    add_rds_instance(site, "changed", size="db.m6g.large")
    modify = site.client("rds").modify_db_instance
    modify(DBInstanceIdentifier="changed", DBInstanceClass="db.m6g.xlarge", ApplyImmediately=True)
    assert database(site, "changed")["DBInstanceClass"] == "db.m6g.xlarge"


def test_a_start_that_falls_back_is_explained_by_an_event(site: Site, wait: Wait) -> None:
    site.cloud.break_resource(add_rds_instance(site, "keyless"), Breakage.FALLS_BACK)
    rds = site.client("rds")
    rds.stop_db_instance(DBInstanceIdentifier="keyless")
    wait(A_WHILE)
    rds.start_db_instance(DBInstanceIdentifier="keyless")
    wait(A_WHILE)
    assert any("KMS" in message for message in told(site, "keyless"))


def test_a_database_without_its_key_comes_back_once_the_key_does(site: Site, wait: Wait) -> None:
    arn = add_rds_instance(site, "locked")
    rds = site.client("rds")
    rds.stop_db_instance(DBInstanceIdentifier="locked")
    wait(A_WHILE)
    site.cloud.break_resource(arn, Breakage.LOSES_KEY)
    rds.start_db_instance(DBInstanceIdentifier="locked")
    wait(A_WHILE)
    assert database(site, "locked")["DBInstanceStatus"] == "inaccessible-encryption-credentials-recoverable"
    site.cloud.mend(arn)
    rds.start_db_instance(DBInstanceIdentifier="locked")
    wait(A_WHILE)
    assert database(site, "locked")["DBInstanceStatus"] == "available"


def test_keys_are_told_of_by_instance_also_in_a_cluster(site: Site, wait: Wait) -> None:
    site.cloud.break_resource(add_aurora_cluster(site, "vault"), Breakage.FALLS_BACK)
    rds = site.client("rds")
    rds.stop_db_cluster(DBClusterIdentifier="vault")
    wait(A_WHILE)
    rds.start_db_cluster(DBClusterIdentifier="vault")
    wait(A_WHILE)
    assert any("KMS" in message for message in told(site, "vault-1"))
    assert told(site, "vault", "db-cluster") == ["DB cluster stopped.", "DB cluster stopped."]


def test_events_are_asked_for_as_far_back_as_one_says(site: Site, wait: Wait) -> None:
    add_rds_instance(site, "history")
    site.client("rds").stop_db_instance(DBInstanceIdentifier="history")
    wait(A_WHILE + 2 * HOUR)
    assert told(site, "history") == []
    assert told(site, "history", Duration=180) == ["DB instance stopped."]


def test_a_class_that_has_run_out_refuses_the_start(site: Site, wait: Wait, refusal: Refusal) -> None:
    add_rds_instance(site, "large", size="db.r6g.xlarge")
    rds = site.client("rds")
    rds.stop_db_instance(DBInstanceIdentifier="large")
    wait(A_WHILE)
    site.cloud.insufficient_capacity(site.account, site.region, "db.r6g.xlarge")
    assert refusal(rds.start_db_instance, DBInstanceIdentifier="large") == "InsufficientDBInstanceCapacity"
    site.cloud.capacity_returns(site.account, site.region, "db.r6g.xlarge")
    rds.start_db_instance(DBInstanceIdentifier="large")


@pytest.mark.parametrize("engine", ["docdb", "neptune"])
def test_document_and_graph_databases_stop_and_start_by_either_client(site: Site, wait: Wait, engine: str) -> None:
    add_aurora_cluster(site, f"its-{engine}", engine=engine)
    assert cluster(site, f"its-{engine}")["Engine"] == engine
    site.client("rds").stop_db_cluster(DBClusterIdentifier=f"its-{engine}")
    wait(A_WHILE)
    assert cluster(site, f"its-{engine}", engine)["Status"] == "stopped"
    site.client(engine).start_db_cluster(DBClusterIdentifier=f"its-{engine}")
    wait(A_WHILE)
    assert cluster(site, f"its-{engine}")["Status"] == "available"


@pytest.mark.parametrize(
    "made",
    [
        {"Engine": "aurora-mysql", "EngineMode": "serverless"},
        {"Engine": "postgres", "DBClusterInstanceClass": "db.m6gd.large", "AllocatedStorage": 100, "Iops": 1000},
    ],
)
def test_clusters_that_aws_does_not_stop_are_refused(site: Site, refusal: Refusal, made: dict[str, Any]) -> None:
    name = f"never-{made['Engine']}"
    rds = site.client("rds")
    with site.cloud.already_running():
        rds.create_db_cluster(DBClusterIdentifier=name, MasterUsername="admin", MasterUserPassword="simulated", **made)
        rds.describe_db_clusters(DBClusterIdentifier=name)
    assert refusal(rds.stop_db_cluster, DBClusterIdentifier=name) == "InvalidDBClusterStateFault"


def add_to_world(site: Site, name: str) -> None:
    with site.cloud.already_running():
        site.client("rds").create_db_cluster(
            DBClusterIdentifier=name,
            Engine="aurora-mysql",
            MasterUsername="admin",
            MasterUserPassword="simulated",
            GlobalClusterIdentifier="world",
        )
        cluster(site, name)


def test_of_a_global_database_only_the_only_cluster_stops(site: Site, wait: Wait, refusal: Refusal) -> None:
    rds = site.client("rds")
    rds.create_global_cluster(GlobalClusterIdentifier="world", Engine="aurora-mysql")
    add_to_world(site, "world-first")
    rds.stop_db_cluster(DBClusterIdentifier="world-first")
    wait(A_WHILE)
    rds.start_db_cluster(DBClusterIdentifier="world-first")
    wait(A_WHILE)
    add_to_world(site, "world-second")
    assert refusal(rds.stop_db_cluster, DBClusterIdentifier="world-first") == "InvalidDBClusterStateFault"
