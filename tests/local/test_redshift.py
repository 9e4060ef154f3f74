from collections.abc import Callable
from datetime import timedelta

from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.estate import Site
from chalicelib.local.estate_services import add_redshift_cluster
from chalicelib.local.faults import Breakage

Wait = Callable[[timedelta], None]
Refusal = Callable[..., str]
A_WHILE = timedelta(minutes=9)


def status(site: Site, name: str) -> str:
    answer = site.client("redshift").describe_clusters(ClusterIdentifier=name)
    return str(answer["Clusters"][0]["ClusterStatus"])


def test_a_cluster_takes_minutes_to_pause_and_to_resume(site: Site, wait: Wait) -> None:
    add_redshift_cluster(site, "slow")
    redshift = site.client("redshift")
    redshift.pause_cluster(ClusterIdentifier="slow")
    wait(timedelta(minutes=3))
    assert status(site, "slow") == "pausing"
    wait(A_WHILE)
    assert status(site, "slow") == "paused"
    redshift.resume_cluster(ClusterIdentifier="slow")
    wait(timedelta(minutes=3))
    assert status(site, "slow") == "resuming"
    wait(A_WHILE)
    assert status(site, "slow") == "available"
    assert site.cloud.take_events() == []


def test_a_paused_cluster_stays_paused_after_a_week(site: Site, wait: Wait) -> None:
    add_redshift_cluster(site, "rested")
    site.client("redshift").pause_cluster(ClusterIdentifier="rested")
    wait(timedelta(days=8))
    assert status(site, "rested") == "paused"


def test_a_cluster_is_not_moved_from_another_state(site: Site, wait: Wait, refusal: Refusal) -> None:
    add_redshift_cluster(site, "twice")
    redshift = site.client("redshift")
    assert refusal(redshift.resume_cluster, ClusterIdentifier="twice") == "InvalidClusterState"
    redshift.pause_cluster(ClusterIdentifier="twice")
    assert refusal(redshift.pause_cluster, ClusterIdentifier="twice") == "InvalidClusterState"
    assert refusal(redshift.resume_cluster, ClusterIdentifier="twice") == "InvalidClusterState"


def test_a_cluster_without_automated_snapshots_is_not_paused(site: Site, refusal: Refusal) -> None:
    add_redshift_cluster(site, "unsaved")
    redshift = site.client("redshift")
    redshift.modify_cluster(ClusterIdentifier="unsaved", AutomatedSnapshotRetentionPeriod=0)
    assert refusal(redshift.pause_cluster, ClusterIdentifier="unsaved") == "UnsupportedOperation"


def test_an_unknown_cluster_is_not_found(site: Site, refusal: Refusal) -> None:
    assert refusal(site.client("redshift").pause_cluster, ClusterIdentifier="nobody") == "ClusterNotFound"


def test_a_resume_without_capacity_is_refused(site: Site, cloud: EmbeddedCloud, wait: Wait, refusal: Refusal) -> None:
    add_redshift_cluster(site, "short", node_type="ra3.4xlarge")
    redshift = site.client("redshift")
    redshift.pause_cluster(ClusterIdentifier="short")
    wait(A_WHILE)
    cloud.insufficient_capacity(site.account, site.region, "ra3.4xlarge")
    assert refusal(redshift.resume_cluster, ClusterIdentifier="short") == "InsufficientClusterCapacity"


def test_a_broken_cluster_stays_where_it_is_until_it_is_mended(site: Site, cloud: EmbeddedCloud, wait: Wait) -> None:
    arn = add_redshift_cluster(site, "broken")
    cloud.break_resource(arn, Breakage.NEVER_STOPS)
    site.client("redshift").pause_cluster(ClusterIdentifier="broken")
    wait(timedelta(hours=2))
    assert status(site, "broken") == "pausing"
    cloud.mend(arn)
    wait(A_WHILE)
    assert status(site, "broken") == "paused"
    cloud.break_resource(arn, Breakage.FALLS_BACK)
    site.client("redshift").resume_cluster(ClusterIdentifier="broken")
    wait(A_WHILE)
    assert status(site, "broken") == "paused"
