from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.estate import Site, add_aurora_cluster, add_rds_instance, add_rds_replica

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]
A_WHILE = timedelta(minutes=8)
A_WEEK = timedelta(days=7)


def status(site: Site, name: str) -> str:
    answer = site.client("rds").describe_db_instances(DBInstanceIdentifier=name)
    return str(answer["DBInstances"][0]["DBInstanceStatus"])


def cluster_status(site: Site, name: str) -> str:
    answer = site.client("rds").describe_db_clusters(DBClusterIdentifier=name)
    return str(answer["DBClusters"][0]["Status"])


def event_ids(cloud: EmbeddedCloud, name: str) -> list[str]:
    events = [event["detail"] for event in cloud.take_events()]
    return [detail["EventID"] for detail in events if detail.get("SourceIdentifier") == name]


def test_a_database_is_available_as_soon_as_it_was_built(site: Site) -> None:
    add_rds_instance(site, "built")
    assert status(site, "built") == "available"
    assert site.cloud.take_events() == []


def test_a_database_takes_minutes_to_stop_and_minutes_to_start(site: Site, wait: Wait) -> None:
    add_rds_instance(site, "slow")
    rds = site.client("rds")
    rds.stop_db_instance(DBInstanceIdentifier="slow")
    wait(timedelta(minutes=2))
    assert status(site, "slow") == "stopping"
    wait(timedelta(minutes=5))
    assert status(site, "slow") == "stopped"
    rds.start_db_instance(DBInstanceIdentifier="slow")
    wait(timedelta(minutes=4))
    assert status(site, "slow") == "starting"
    wait(timedelta(minutes=4))
    assert status(site, "slow") == "available"
    assert event_ids(site.cloud, "slow") == ["RDS-EVENT-0087", "RDS-EVENT-0088"]


def test_a_database_event_has_the_shape_of_eventbridge(site: Site, wait: Wait) -> None:
    arn = add_rds_instance(site, "shaped")
    site.client("rds").stop_db_instance(DBInstanceIdentifier="shaped")
    due = site.cloud.next_change_at()
    assert due is not None
    wait(A_WHILE)
    [event] = [event for event in site.cloud.take_events() if arn in event["resources"]]
    assert event["source"] == "aws.rds"
    assert event["detail-type"] == "RDS DB Instance Event"
    assert (event["account"], event["region"]) == (site.account, site.region)
    assert event["time"] == due.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert event["detail"]["SourceArn"] == arn


def test_aws_starts_a_database_again_after_seven_days(site: Site, wait: Wait) -> None:
    add_rds_instance(site, "rested")
    site.client("rds").stop_db_instance(DBInstanceIdentifier="rested")
    wait(A_WHILE + A_WEEK)
    assert status(site, "rested") == "starting"
    wait(A_WHILE)
    assert status(site, "rested") == "available"
    assert event_ids(site.cloud, "rested") == ["RDS-EVENT-0087", "RDS-EVENT-0154", "RDS-EVENT-0088"]


def test_seven_days_count_anew_after_each_stop(site: Site, wait: Wait) -> None:
    add_rds_instance(site, "restless")
    rds = site.client("rds")
    rds.stop_db_instance(DBInstanceIdentifier="restless")
    wait(timedelta(days=6))
    rds.start_db_instance(DBInstanceIdentifier="restless")
    wait(A_WHILE)
    rds.stop_db_instance(DBInstanceIdentifier="restless")
    wait(timedelta(days=6))
    assert status(site, "restless") == "stopped"


def test_the_members_of_a_cluster_follow_it(site: Site, wait: Wait) -> None:
    add_aurora_cluster(site, "ledger")
    rds = site.client("rds")
    rds.stop_db_cluster(DBClusterIdentifier="ledger")
    assert {cluster_status(site, "ledger"), status(site, "ledger-1"), status(site, "ledger-2")} == {"stopping"}
    wait(A_WHILE)
    assert {cluster_status(site, "ledger"), status(site, "ledger-1"), status(site, "ledger-2")} == {"stopped"}
    rds.start_db_cluster(DBClusterIdentifier="ledger")
    wait(A_WHILE)
    assert {cluster_status(site, "ledger"), status(site, "ledger-2")} == {"available"}


def test_aws_starts_a_cluster_again_after_seven_days(site: Site, wait: Wait) -> None:
    add_aurora_cluster(site, "archive")
    site.client("rds").stop_db_cluster(DBClusterIdentifier="archive")
    wait(A_WHILE + A_WEEK + A_WHILE)
    assert cluster_status(site, "archive") == "available"
    assert event_ids(site.cloud, "archive") == ["RDS-EVENT-0150", "RDS-EVENT-0153", "RDS-EVENT-0151"]


def test_a_member_of_a_cluster_cannot_be_stopped_alone(site: Site, refusal: Refusal) -> None:
    add_aurora_cluster(site, "together")
    stop = site.client("rds").stop_db_instance
    assert refusal(stop, DBInstanceIdentifier="together-1") == "InvalidParameterCombination"


@pytest.mark.parametrize("name", ["source", "replica"])
def test_neither_a_replica_nor_its_source_can_be_stopped(site: Site, refusal: Refusal, name: str) -> None:
    source = f"{name}-of-pair-source"
    add_rds_instance(site, source)
    add_rds_replica(site, f"{name}-of-pair-replica", source)
    stop = site.client("rds").stop_db_instance
    assert refusal(stop, DBInstanceIdentifier=f"{name}-of-pair-{name}") == "InvalidDBInstanceState"


def test_a_database_cannot_be_stopped_twice_nor_started_twice(site: Site, wait: Wait, refusal: Refusal) -> None:
    add_rds_instance(site, "twice")
    rds = site.client("rds")
    assert refusal(rds.start_db_instance, DBInstanceIdentifier="twice") == "InvalidDBInstanceState"
    rds.stop_db_instance(DBInstanceIdentifier="twice")
    assert refusal(rds.stop_db_instance, DBInstanceIdentifier="twice") == "InvalidDBInstanceState"
    assert refusal(rds.start_db_instance, DBInstanceIdentifier="twice") == "InvalidDBInstanceState"
    wait(A_WHILE)
    assert refusal(rds.stop_db_instance, DBInstanceIdentifier="twice") == "InvalidDBInstanceState"


def test_a_cluster_cannot_be_stopped_twice(site: Site, refusal: Refusal) -> None:
    add_aurora_cluster(site, "cluster-twice")
    rds = site.client("rds")
    assert refusal(rds.start_db_cluster, DBClusterIdentifier="cluster-twice") == "InvalidDBClusterStateFault"
    rds.stop_db_cluster(DBClusterIdentifier="cluster-twice")
    assert refusal(rds.stop_db_cluster, DBClusterIdentifier="cluster-twice") == "InvalidDBClusterStateFault"


def test_unknown_databases_are_not_found(site: Site, refusal: Refusal) -> None:
    rds = site.client("rds")
    assert refusal(rds.stop_db_instance, DBInstanceIdentifier="nobody").startswith("DBInstanceNotFound")
    assert refusal(rds.stop_db_cluster, DBClusterIdentifier="nobody").startswith("DBClusterNotFound")
