"""Nights of databases on the embedded cloud: the flows over real boto3 calls, refusals and busy hours included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from chalicelib.adapters.cloud import AwsCloud
from chalicelib.core.model import Location, Observed, Resource, ResourceState, Sighting
from chalicelib.flows.events import What
from chalicelib.kinds import kinds
from chalicelib.kinds.contract import Call
from chalicelib.local.estate import Site, add_aurora_cluster, add_rds_instance
from chalicelib.local.faults import Breakage
from tests.flows.stage import Stage, definition
from tests.local.night import FollowedClock

HOUR = timedelta(hours=1)
NUMBERS = count(1)
ADD: dict[str, Callable[[Site, str], str]] = {"rds-instance": add_rds_instance, "rds-cluster": add_aurora_cluster}
EVERY = pytest.mark.parametrize("kind", list(ADD))


class House:
    """One database in an environment that rests from 20:00 to 23:00."""

    def __init__(self, site: Site, kind: str, **asked: Any) -> None:
        self.site, self.kind, self.name = site, kind, f"night-{next(NUMBERS)}"
        self.arn = ADD[kind](site, self.name)
        self.evening = (site.cloud.clock.now() + timedelta(days=1)).replace(hour=20, minute=0)
        self.stage = Stage(FollowedClock(site.cloud, self.evening - HOUR))
        self.stage.world = replace(self.stage.world, cloud=AwsCloud(site.cloud))
        entry = Resource("database", kind, ids=(self.name,), **asked)
        here = (Location(site.account, site.region),)
        self.stage.apply(definition(entry, windows="mon-sun 23:00-20:00", locations=here))
        self.stage.run_for(timedelta(minutes=20))
        self.site.cloud.calls.clear()

    def run_until_evening_plus(self, length: timedelta) -> None:
        self.stage.run_until(self.evening + length)

    def state(self) -> ResourceState:
        return self.stage.store.states("orders-qa")[self.arn]

    def calls(self, *operations: str) -> list[str]:
        made = [call.operation for call in self.site.cloud.calls]
        return [operation for operation in made if operation in operations]


@EVERY
def test_a_snapshot_is_taken_before_the_stop_and_the_stop_waits_for_it(site: Site, kind: str) -> None:
    house = House(site, kind, snapshot=True)
    house.run_until_evening_plus(HOUR)
    assert house.state().seen is Observed.DOWN
    rds = site.client("rds")
    if kind == "rds-instance":
        found = rds.describe_db_snapshots(DBInstanceIdentifier=house.name, SnapshotType="manual")["DBSnapshots"]
        names = [one["DBSnapshotIdentifier"] for one in found]
    else:
        answer = rds.describe_db_cluster_snapshots(DBClusterIdentifier=house.name, SnapshotType="manual")
        found = answer["DBClusterSnapshots"]
        names = [one["DBClusterSnapshotIdentifier"] for one in found]
    assert names == [f"curfew-{house.name}-{house.state().restore.opened_at:%Y%m%d%H%M}"]  # type: ignore[union-attr]
    assert found[0]["TagList"] == [{"Key": "curfew:snapshot", "Value": "yes"}]


@EVERY
@pytest.mark.parametrize("status", ["backing-up", "maintenance"])
def test_a_database_that_is_busy_at_closing_is_stopped_once_it_is_free_and_not_asked_before(
    site: Site, kind: str, status: str
) -> None:
    house = House(site, kind)
    site.cloud.keep_busy(house.arn, status, house.evening + HOUR - site.cloud.clock.now())
    house.run_until_evening_plus(HOUR - timedelta(minutes=1))
    assert house.calls("StopDBInstance", "StopDBCluster") == []
    assert status in (house.state().note or "")
    house.run_until_evening_plus(2 * HOUR)
    assert house.state().seen is Observed.DOWN
    assert len(house.calls("StopDBInstance", "StopDBCluster")) == 1
    assert house.stage.events(What.REFUSED) == []


@EVERY
def test_a_start_that_aws_drops_is_noticed_and_told_with_its_cause(site: Site, kind: str) -> None:
    house = House(site, kind)
    house.run_until_evening_plus(HOUR)
    site.cloud.break_resource(house.arn, Breakage.FALLS_BACK)
    house.run_until_evening_plus(4 * HOUR)
    assert "KMS" in (house.state().cause or "")


@EVERY
def test_a_database_whose_key_is_enabled_again_comes_back_by_itself(site: Site, kind: str) -> None:
    house = House(site, kind)
    house.run_until_evening_plus(HOUR)
    site.cloud.break_resource(house.arn, Breakage.LOSES_KEY)
    while "KMS key" not in (house.state().note or ""):
        house.stage.run_for(timedelta(minutes=1))
        assert house.stage.clock.now() < house.evening + 4 * HOUR
    site.cloud.mend(house.arn)
    house.stage.run_for(timedelta(minutes=30))
    assert house.state().seen is Observed.UP


@EVERY
def test_of_the_snapshots_of_two_nights_the_older_goes(site: Site, kind: str) -> None:
    house, known = House(site, kind, snapshot=True), kinds()[kind]
    cloud, here = AwsCloud(site.cloud), Location(site.account, site.region)
    house.run_until_evening_plus(27 * HOUR - timedelta(minutes=1))
    sighting = Sighting(house.arn, house.name, kind, here, Observed.DOWN)

    def left_behind() -> tuple[Call, ...]:
        answers = cloud.look(here, known.service, known.tidy([sighting]))
        assert isinstance(answers, tuple)
        return known.tidied([sighting], answers)

    old = left_behind()
    assert [refusal for _, refusal in cloud.act(here, old)] == [None] * len(old)
    assert left_behind() == ()
    assert len(house.calls("CreateDBSnapshot", "CreateDBClusterSnapshot")) >= 2
