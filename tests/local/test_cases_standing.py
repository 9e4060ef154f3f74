"""What AWS would never stop is known from its describes: it stays up all night, and no stop is asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.core.model import Observed, Resource
from chalicelib.flows.status import status
from chalicelib.local.estate import (
    Group,
    Site,
    add_aurora_cluster,
    add_ec2_instances,
    add_group,
    add_rds_instance,
    add_rds_replica,
)
from chalicelib.local.estate_services import add_alarm, add_ecs_service, add_redshift_cluster
from tests.local.members import member_of
from tests.local.night import HOUR, MINUTE, Night

Build = Callable[[Site, str], str]
ASKS = ("Stop", "Pause", "Update", "Disable", "Register")


def member(site: Site, name: str) -> str:
    add_group(site, Group(name, 1, 1, 1))
    return member_of(site, name)


def karpenters(site: Site, name: str) -> str:
    return add_ec2_instances(site, 1, tags={"karpenter.sh/nodepool": "default"})[0]


def one_time_spot(site: Site, name: str) -> str:
    return add_ec2_instances(site, 1, spot=True)[0]


def never(site: Site, name: str) -> str:
    return add_ec2_instances(site, 1, tags={"curfew:never": "true"})[0]


def replica(site: Site, name: str) -> str:
    add_rds_instance(site, f"{name}-source")
    add_rds_replica(site, name, f"{name}-source")
    return name


def source(site: Site, name: str) -> str:
    add_rds_instance(site, name)
    add_rds_replica(site, f"{name}-replica", name)
    return name


def clusters_member(site: Site, name: str) -> str:
    add_aurora_cluster(site, name)
    return f"{name}-1"


def multi_az_cluster(site: Site, name: str) -> str:
    site.client("rds").create_db_cluster(
        DBClusterIdentifier=name,
        Engine="mysql",
        MasterUsername="admin",
        MasterUserPassword="simulated",
        DBClusterInstanceClass="db.m6gd.large",
    )
    return name


def without_snapshots(site: Site, name: str) -> str:
    add_redshift_cluster(site, name)
    site.client("redshift").modify_cluster(ClusterIdentifier=name, AutomatedSnapshotRetentionPeriod=0)
    return name


def daemon(site: Site, name: str) -> str:
    add_ecs_service(site, name, launchType="EC2", schedulingStrategy="DAEMON", desired=0)
    return f"shop/{name}"


def scaling_alarm(site: Site, name: str) -> str:
    policy = (
        f"arn:aws:autoscaling:{site.region}:{site.account}:scalingPolicy:1:resource/ecs/service/shop/web:policyName/c"
    )
    add_alarm(site, name, actions=(policy,))
    return name


@pytest.mark.parametrize(
    ("kind", "build", "because"),
    [
        ("ec2-instance", member, "it belongs to the group"),
        ("ec2-instance", karpenters, "it belongs to Karpenter's node pool default"),
        ("ec2-instance", one_time_spot, "it is a Spot Instance of a one-time request"),
        ("ec2-instance", never, "tagged curfew:never"),
        ("rds-instance", replica, "it is a read replica"),
        ("rds-instance", source, "it has read replicas"),
        ("rds-instance", clusters_member, "it is a member of the cluster"),
        ("rds-cluster", multi_az_cluster, "Multi-AZ"),
        ("redshift-cluster", without_snapshots, "automated snapshots"),
        ("ecs-service", daemon, "DAEMON"),
        ("cloudwatch-alarm", scaling_alarm, "it drives a scaling policy"),
    ],
)
def test_what_aws_never_stops_is_shown_with_its_reason_and_not_asked(
    site: Site, kind: str, build: Build, because: str
) -> None:
    night = Night(site)
    id = build(site, night.name)
    (server,) = add_ec2_instances(site, 1)
    night.begin(Resource("it", kind, ids=(id,)), Resource("server", "ec2-instance", ids=(server,)))
    night.until(HOUR)
    notes = {one.member.key: one.note or "" for one in status(night.stage.world, "orders-qa").resources}
    assert notes["it"].startswith("ineligible: ")
    assert because in notes["it"]
    assert [operation for operation in night.made() if operation.startswith(ASKS)] == ["StopInstances"]
    assert night.state(server).seen is Observed.DOWN


def test_an_unknown_id_is_told_by_name_and_the_others_go_on(site: Site) -> None:
    night = Night(site)
    (server,) = add_ec2_instances(site, 1)
    night.begin(Resource("servers", "ec2-instance", ids=(server, "i-0123456789abcdef0")))
    night.until(30 * MINUTE)
    shown = {one.member.id: one.note for one in status(night.stage.world, "orders-qa").resources}
    assert "no ec2-instance is called i-0123456789abcdef0" in " ".join(filter(None, shown.values()))
    assert night.state(server).seen is Observed.DOWN
