"""AWS says no, not now, not for this one, or shows what was a moment ago: whole nights of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.model import Observed, Resource
from chalicelib.flows.events import What
from chalicelib.flows.retry import retry
from chalicelib.flows.status import status
from chalicelib.local.cloud import EmbeddedCloud
from chalicelib.local.estate import Site, add_ec2_instances, add_rds_instance
from chalicelib.local.faults import Breakage, No
from tests.flows.stage import OPERATOR
from tests.local.night import HOUR, MINUTE, Night

CAN_HIBERNATE = {"HibernationOptions": {"Configured": True}}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def good_days(cloud: EmbeddedCloud) -> Iterator[None]:
    """What one test asks of the cloud ends with it."""
    yield
    cloud.lag_behind(timedelta())
    cloud.throttle("DescribeDBInstances", times=0)


def servers(night: Night, count: int, **options: Any) -> list[str]:
    """So many servers that carry the night's name."""
    return add_ec2_instances(night.site, count, tags={"Env": night.name}, **options)


def entry(night: Night, **asked: Any) -> Resource:
    return Resource("servers", "ec2-instance", tags=(("Env", night.name),), **asked)


def protect(site: Site, id: str, protected: bool) -> None:
    site.client("ec2").modify_instance_attribute(InstanceId=id, DisableApiStop={"Value": protected})


def seen(night: Night, ids: list[str]) -> set[Observed]:
    return {night.state(id).seen for id in ids}


def test_stop_protection_is_told_once_asked_no_more_and_tried_again_when_a_person_says_so(site: Site) -> None:
    night = Night(site)
    (id,) = servers(night, 1)
    protect(site, id, True)
    night.begin(entry(night))
    night.until(2 * DAY + HOUR)
    assert (night.times("StopInstances"), len(night.told(What.INELIGIBLE))) == (1, 1)
    (shown,) = status(night.stage.world, "orders-qa").resources
    assert (shown.note or "").startswith("ineligible: AWS will not stop it: OperationNotPermitted")
    protect(site, id, False)
    retry(night.stage.world, OPERATOR, "orders-qa")
    night.until(2 * DAY + 2 * HOUR)
    assert night.state(id).seen is Observed.DOWN


def test_of_a_batch_only_those_to_blame_are_refused(site: Site) -> None:
    night = Night(site)
    ids = servers(night, 5)
    protect(site, ids[2], True)
    night.begin(entry(night))
    night.until(10 * MINUTE)
    others = [id for id in ids if id != ids[2]]
    assert (seen(night, others), night.state(ids[2]).seen) == ({Observed.DOWN}, Observed.UP)
    assert "OperationNotPermitted" in (night.state(ids[2]).barred or "")


def test_what_aws_refuses_without_a_name_is_found_and_the_others_come_up(site: Site) -> None:
    night = Night(site)
    ids = servers(night, 3)
    night.begin(entry(night))
    night.until(HOUR)
    no = No("StartInstances", ids[1], "InternalError", "An internal error has occurred.")
    site.cloud.refuse(no)
    night.until(3 * HOUR + 5 * MINUTE)
    assert (seen(night, [ids[0], ids[2]]), night.state(ids[1]).seen) == ({Observed.UP}, Observed.DOWN)
    site.cloud.relent(no)
    night.until(4 * HOUR)
    assert seen(night, ids) == {Observed.UP}


@pytest.mark.parametrize(
    "operation", ["DescribeInstances", "DescribeInstanceStatus", "StopInstances", "StartInstances"]
)
def test_a_throttle_costs_a_look_and_no_night(site: Site, operation: str) -> None:
    night = Night(site)
    ids = servers(night, 3)
    night.begin(entry(night))
    site.cloud.throttle(operation, times=2)
    night.until(HOUR)
    assert seen(night, ids) == {Observed.DOWN}
    night.until(4 * HOUR)
    assert seen(night, ids) == {Observed.UP}
    assert night.told(What.STUCK) == []
    assert night.times(operation) > 1


def test_a_database_whose_describe_is_throttled_is_not_taken_for_down(site: Site) -> None:
    night = Night(site)
    add_rds_instance(site, night.name)
    night.begin(Resource("database", "rds-instance", ids=(night.name,)))
    site.cloud.throttle("DescribeDBInstances", times=1000)
    night.until(20 * MINUTE)
    assert night.state(night.name).seen is Observed.BROKEN
    assert night.times("StopDBInstance") == 0
    site.cloud.throttle("DescribeDBInstances", times=0)
    night.until(HOUR)
    assert night.state(night.name).seen is Observed.DOWN


def test_describes_that_lag_behind_cost_no_second_call_and_no_restore_point(site: Site) -> None:
    night = Night(site)
    ids = servers(night, 2)
    night.begin(entry(night))
    site.cloud.lag_behind(timedelta(seconds=50))
    night.until(HOUR)
    assert (seen(night, ids), night.times("StopInstances")) == ({Observed.DOWN}, 1)
    night.until(4 * HOUR)
    assert (seen(night, ids), night.times("StartInstances")) == ({Observed.UP}, 1)
    assert {night.state(id).restore for id in ids} == {None}
    assert (night.told(What.ADOPTED), night.told(What.CONTESTED)) == ([], [])


def test_a_tag_that_a_describe_does_not_show_yet_is_a_matter_of_the_next_look(site: Site) -> None:
    night = Night(site)
    servers(night, 1)
    (late,) = add_ec2_instances(site, 1)
    night.begin(entry(night))
    site.cloud.lag_behind(MINUTE)
    site.client("ec2").create_tags(Resources=[late], Tags=[{"Key": "Env", "Value": night.name}])
    night.until(HOUR)
    assert night.state(late).seen is Observed.DOWN


def test_a_server_starts_as_another_type_and_goes_back_at_its_next_start(site: Site) -> None:
    night = Night(site)
    (id,) = servers(night, 1, instance_type="r5.large")
    night.begin(entry(night, instance_types=("r5a.large", "r6i.large")))
    night.until(HOUR)
    for short in ("r5.large", "r5a.large"):
        site.cloud.insufficient_capacity(site.account, site.region, short, http_status=500)
    night.until(3 * HOUR + 10 * MINUTE)
    assert (night.state(id).seen, night.state(id).details["type"]) == (Observed.UP, "r6i.large")
    (shown,) = status(night.stage.world, "orders-qa").resources
    assert "runs as r6i.large, as AWS had no r5.large: goes back at its next start" in (shown.note or "")
    for short in ("r5.large", "r5a.large"):
        site.cloud.capacity_returns(site.account, site.region, short)
    night.until(DAY + 4 * HOUR)
    assert (night.state(id).seen, night.state(id).details["type"]) == (Observed.UP, "r5.large")


def test_none_of_its_types_has_capacity_and_it_is_asked_for_seldom_until_one_has(site: Site) -> None:
    night = Night(site)
    (id,) = servers(night, 1, instance_type="r5.large")
    night.begin(entry(night, instance_types=("r5a.large",)))
    night.until(HOUR)
    for short in ("r5.large", "r5a.large"):
        site.cloud.insufficient_capacity(site.account, site.region, short)
    night.until(6 * HOUR)
    assert night.state(id).seen is Observed.DOWN
    assert night.times("StartInstances") <= 40
    assert night.told(What.STUCK) == []
    for short in ("r5.large", "r5a.large"):
        site.cloud.capacity_returns(site.account, site.region, short)
    night.until(7 * HOUR)
    assert night.state(id).seen is Observed.UP


def test_what_is_not_ready_to_hibernate_is_stopped_plainly_and_the_others_keep_their_memory(site: Site) -> None:
    night = Night(site)
    ids = servers(night, 2, launch=CAN_HIBERNATE)
    arn = f"arn:aws:ec2:{site.region}:{site.account}:instance/{ids[0]}"
    site.cloud.break_resource(arn, Breakage.NEVER_HEALTHY)
    for call in ("stop_instances", "start_instances"):
        getattr(site.client("ec2"), call)(InstanceIds=ids[:1])
        night.stage.run_for(10 * MINUTE)
    night.begin(entry(night, hibernate=True))
    night.until(HOUR)
    assert seen(night, ids) == {Observed.DOWN}
    assert [night.state(id).details.get("hibernated") for id in ids] == [None, "yes"]
    site.cloud.mend(arn)


def manual_snapshots(site: Site, name: str) -> list[str]:
    answer = site.client("rds").describe_db_snapshots(DBInstanceIdentifier=name, SnapshotType="manual")
    return [one["DBSnapshotIdentifier"] for one in answer["DBSnapshots"]]


def test_each_night_has_its_snapshot_and_the_one_before_it_is_removed(site: Site) -> None:
    night = Night(site)
    add_rds_instance(site, night.name)
    site.client("rds").create_db_snapshot(DBSnapshotIdentifier=f"{night.name}-theirs", DBInstanceIdentifier=night.name)
    night.begin(Resource("database", "rds-instance", ids=(night.name,), snapshot=True))
    nights = []
    for number in range(2):
        night.until(number * DAY + 2 * HOUR)
        assert night.state(night.name).seen is Observed.DOWN
        nights.append(manual_snapshots(site, night.name))
    assert [len(found) for found in nights] == [2, 2]
    assert all(f"{night.name}-theirs" in found for found in nights)
    assert len({name for found in nights for name in found}) == 3
