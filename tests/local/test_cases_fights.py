"""Somebody else undoes what Curfew did, and CloudTrail tells who."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.core.model import Observed, Resource
from chalicelib.flows.events import What
from chalicelib.flows.retry import retry
from chalicelib.local.estate import Site, add_ec2_instances, add_rds_instance
from chalicelib.local.node_estate import NodeGroup, add_node_group
from tests.flows.stage import OPERATOR
from tests.local.members import sizes_of
from tests.local.night import HOUR, WHOLE_NIGHT, Night

OTHER = "nightly-scheduler"
Start = Callable[[Site, str], object]


def database(night: Night) -> str:
    add_rds_instance(night.site, night.name)
    return night.name


def server(night: Night) -> str:
    (id,) = add_ec2_instances(night.site, 1)
    return id


def start_database(site: Site, id: str) -> None:
    site.client_of(OTHER, "rds").start_db_instance(DBInstanceIdentifier=id)


def start_server(site: Site, id: str) -> None:
    site.client_of(OTHER, "ec2").start_instances(InstanceIds=[id])


def stop_server(site: Site, id: str) -> None:
    site.client_of(OTHER, "ec2").stop_instances(InstanceIds=[id])


@pytest.mark.parametrize(
    ("kind", "build", "start", "operation"),
    [
        ("rds-instance", database, start_database, "StartDBInstance"),
        ("ec2-instance", server, start_server, "StartInstances"),
    ],
)
def test_what_is_started_twice_in_a_night_is_left_alone_and_its_owner_reads_by_whom(
    site: Site, kind: str, build: Callable[[Night], str], start: Start, operation: str
) -> None:
    night = Night(site)
    id = build(night)
    night.begin(Resource("it", kind, ids=(id,)), windows=WHOLE_NIGHT)
    night.until(HOUR)
    start(site, id)
    night.until(2 * HOUR)
    assert (len(night.told(What.ADOPTED)), night.told(What.CONTESTED)) == (1, [])
    night.until(5 * HOUR)
    assert night.state(id).seen is Observed.DOWN
    start(site, id)
    night.until(11 * HOUR)
    assert night.state(id).seen is Observed.UP
    (told,) = night.told(What.CONTESTED)
    assert told.endswith(f"CloudTrail shows {operation} by {OTHER}")


def test_a_person_who_has_stopped_the_other_says_so_and_it_rests_again(site: Site) -> None:
    night = Night(site)
    id = server(night)
    night.begin(Resource("server", "ec2-instance", ids=(id,)), windows=WHOLE_NIGHT)
    for hours in (1, 5):
        night.until(hours * HOUR)
        start_server(site, id)
    night.until(6 * HOUR)
    assert len(night.told(What.CONTESTED)) == 1
    retry(night.stage.world, OPERATOR, "orders-qa")
    night.until(7 * HOUR)
    assert night.state(id).seen is Observed.DOWN


def test_what_is_stopped_twice_in_its_window_is_started_once(site: Site) -> None:
    night = Night(site)
    id = server(night)
    night.begin(Resource("server", "ec2-instance", ids=(id,)))
    night.until(4 * HOUR)
    for hours in (5, 7):
        assert night.state(id).seen is Observed.UP
        stop_server(site, id)
        night.until(hours * HOUR)
    assert night.state(id).seen is Observed.DOWN
    (told,) = night.told(What.CONTESTED)
    assert told.endswith(f"CloudTrail shows StopInstances by {OTHER}")


def group_behind(site: Site, name: str) -> str:
    groups = site.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    return str(next(group["AutoScalingGroupName"] for group in groups if name in group["AutoScalingGroupName"]))


@pytest.mark.parametrize(("times", "contested", "asleep"), [(1, 0, Observed.DOWN), (2, 1, Observed.UP)])
def test_an_autoscaler_that_grows_what_rests_is_sent_back_and_the_second_time_left_alone(
    site: Site, times: int, contested: int, asleep: Observed
) -> None:
    night = Night(site)
    arn = add_node_group(site, NodeGroup("night", night.name, 2, 3, 5))
    group = group_behind(site, night.name)
    night.begin(Resource("nodes", "eks-node-group", ids=(arn,)), windows=WHOLE_NIGHT)
    for hours in range(1, times + 1):
        night.until(hours * HOUR)
        scaling = site.client_of("cluster-autoscaler", "autoscaling")
        scaling.set_desired_capacity(AutoScalingGroupName=group, DesiredCapacity=1)
    night.until(4 * HOUR)
    assert (night.told(What.ADOPTED), len(night.told(What.CONTESTED))) == ([], contested)
    (state,) = night.stage.store.states("orders-qa").values()
    assert state.seen is asleep
    night.until(13 * HOUR)
    assert sizes_of(site, group) == (2, 5, 3)
